"""What somebody typed, judged before it is kept: an error a field, and nothing secret repeated."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session

from portal.auth.schemas import Actor
from portal.cloud_account.clouds import CLOUDS
from portal.cloud_account.schemas import Given, Scope
from portal.cloud_account.scope import region_of
from portal.kit.errors import FieldProblem, Invalid, NotFound
from portal.kit.validation import sentence_of
from portal.project import service as projects


def given(cloud: str, kind: str, settings: dict[str, Any], credentials: dict[str, Any] | None) -> Given:
    """Settings and credentials as they are stored; Invalid with an error a field."""
    if kind == "sandbox":
        if settings or credentials:
            raise Invalid(
                "The sandbox needs no settings and no credentials.", [FieldProblem("credentials", "leave out")]
            )
        return Given({}, {})
    module = CLOUDS[cloud]
    problems: list[FieldProblem] = []
    good_settings = _parsed(TypeAdapter(module.Settings), settings, "settings", problems)
    good_credentials = _parsed(module.CREDENTIALS, credentials or {}, "credentials", problems)
    if not problems:
        try:
            module.check(good_settings, good_credentials)
        except ValueError as error:
            problems.append(FieldProblem("settings", str(error)))
    if problems:
        raise Invalid("These settings or credentials cannot be used.", problems)
    return Given(good_settings.model_dump(mode="json", exclude_none=True), good_credentials.model_dump(mode="json"))


def scope(session: Session, actor: Actor, cloud: str, wanted: Scope | None) -> dict[str, Any] | None:
    """A scope as it is stored: projects by id, templates of the account's own cloud, regions in one spelling."""
    if wanted is None or wanted.model_dump(exclude_none=True) == {}:
        return None
    problems: list[FieldProblem] = []
    ids = None if wanted.projects is None else _project_ids(session, actor, wanted.projects, problems)
    others = CLOUDS.keys() - {cloud}
    foreign = [key for key in wanted.templates or () if key.partition("/")[0] in others]
    problems += [FieldProblem("scope.templates", f"{key} is a template of another cloud.") for key in foreign]
    if problems:
        raise Invalid("This scope cannot be used.", problems)
    regions = None if wanted.regions is None else sorted({region_of(name) for name in wanted.regions})
    templates = None if wanted.templates is None else sorted(set(wanted.templates))
    return {"projects": ids, "templates": templates, "regions": regions}


def expiry(cloud: str, kind: str, given_: Given, told: datetime | None) -> datetime | None:
    """When the credentials end: as somebody said, else as they say themselves."""
    if told is not None or kind == "sandbox":
        return told
    module = CLOUDS[cloud]
    return module.expires_at(given_)


def _project_ids(session: Session, actor: Actor, named: list[str], problems: list[FieldProblem]) -> list[str]:
    ids: set[str] = set()
    for name in named:
        try:
            ids.add(projects.resolve(session, actor, name).id)
        except NotFound as error:
            problems.append(FieldProblem("scope.projects", error.message))
    return sorted(ids)


def _parsed(adapter: TypeAdapter[Any], value: Any, path: str, problems: list[FieldProblem]) -> Any:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        problems.extend(FieldProblem(_place(path, item["loc"], value), sentence_of(item)) for item in found)
        return None


def _place(path: str, location: tuple[Any, ...], value: Any) -> str:
    """Where the problem is, in the client's words: the union's own tag, which comes first, was not written by it."""
    tagged = isinstance(value, dict) and location and location[0] == value.get("method")
    return ".".join([path, *map(str, location[1:] if tagged else location)])
