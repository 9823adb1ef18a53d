"""Pinning: a deployment keeps the very files of the template that it was made with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sqlmodel import Session

from portal.deployment import repository
from portal.kit import clock, ids
from portal.kit.errors import FieldProblem, Invalid, NotFound
from portal.models import TemplateVersion
from portal.run import archive
from portal.template import service as templates
from portal.template.module import Module
from portal.template.schemas import PackagedTemplate

LATEST = "latest"


@dataclass(frozen=True)
class Pinned:
    """A kept template version and its files."""

    id: str
    key: str
    version: str
    content_hash: str
    title: str
    files: dict[str, bytes]

    @cached_property
    def module(self) -> Module:
        """The version's module (parsed once a process)."""
        return templates.module_from_files(self.files)


def pin(session: Session, key: str, version: str | None, *, path: str = "version") -> Pinned:
    """The wanted version of a template, kept from now on: the catalogue's, or one that was kept before."""
    current = _current(key)
    if version in (None, LATEST, current.version):
        return _keep(session, current)
    row = repository.find_version(session, key, version=version)
    if row is None:
        text = f"There is no version {version!r} of {key}. The catalogue has {current.version}."
        raise Invalid(text, [FieldProblem(path, text)])
    return _pinned(row)


def kept(session: Session, version_id: str) -> Pinned:
    """A version that a deployment is pinned to."""
    return _pinned(session.get_one(TemplateVersion, version_id))


def latest(key: str) -> PackagedTemplate | None:
    """What the catalogue has now; None when the template is gone or broken."""
    try:
        return templates.package(key)
    except (NotFound, Invalid):
        return None


def _current(key: str) -> PackagedTemplate:
    try:
        return templates.package(key)
    except (NotFound, Invalid) as error:
        raise Invalid(error.message, [FieldProblem("template", error.message)]) from None


def _keep(session: Session, package: PackagedTemplate) -> Pinned:
    found = repository.find_version(session, package.key, content_hash=package.content_hash)
    if found is None:
        repository.insert_version(
            session,
            {
                "id": ids.new_id("tv"),
                "key": package.key,
                "version": package.version,
                "content_hash": package.content_hash,
                "title": templates.summary(package.key).title,
                "archive": archive.pack(package.files),
                "created_at": clock.now(),
            },
        )
        found = repository.find_version(session, package.key, content_hash=package.content_hash)
    return _pinned(found)


def _pinned(row: TemplateVersion) -> Pinned:
    return Pinned(row.id, row.key, row.version, row.content_hash, row.title, archive.unpack(row.archive))
