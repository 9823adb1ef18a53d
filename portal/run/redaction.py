"""The redactor of one run: it knows the run's sensitive values and its account's credentials."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from portal.cloud_account import service as cloud_account_service
from portal.kit.errors import TerraceError
from portal.models import Run, TemplateVersion
from portal.run import archive
from portal.run.redactor import Redactor, texts
from portal.template import service as template_service

Found = TypeVar("Found")


def of_run(session: Session, run_id: str) -> Redactor:
    """A redactor with the run's sensitive values and its account's credentials."""
    query = select(Run.cloud_account_id, Run.template_version_id).where(col(Run.id) == run_id)
    account_id, version_id = session.exec(query).one()
    values = _readable(lambda: session.exec(select(col(Run.values)).where(col(Run.id) == run_id)).one()) or {}
    secrets = _readable(lambda: _sensitive(session.get_one(TemplateVersion, version_id), values))
    if secrets is None:
        # A template that cannot be read tells nobody what is secret in it: then everything is.
        secrets = set(texts(values))
    account = _readable(lambda: cloud_account_service.secrets_of(session, account_id))
    return Redactor({*secrets, *(account or ())})


def _readable(read: Callable[[], Found]) -> Found | None:
    """What `read` returns, or None when it cannot be had: what nobody can read is in no text either."""
    try:
        return read()
    except TerraceError:
        return None


def _sensitive(template: TemplateVersion, values: dict[str, Any]) -> set[str]:
    module = template_service.module_from_files(archive.unpack(template.archive))
    return set(template_service.sensitive_values(module, values))
