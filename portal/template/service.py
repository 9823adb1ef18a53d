"""Use cases of the template engine: the catalogue, a template's page and form, validation, what a run pins.

Templates are readable by everyone who is signed in, so nothing here takes an actor or a session.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.kit.config import settings
from portal.kit.errors import Invalid, NotFound
from portal.template.catalog import Catalog, Loaded, summarise
from portal.template.changes import change_problems, role_problems
from portal.template.drawing import Drawing, draw
from portal.template.errors import TemplateError
from portal.template.form import build_form
from portal.template.json_schema import json_schema
from portal.template.lint_module import pins_of
from portal.template.lint_source import Source
from portal.template.listed import listed_values
from portal.template.markdown import to_html
from portal.template.module import Module, Variable
from portal.template.package import content_hash
from portal.template.parsed import Beside, module_of
from portal.template.preview import preview
from portal.template.schemas import (
    FieldError,
    FormModel,
    Link,
    OutputInfo,
    PackagedTemplate,
    Preview,
    ResourceInfo,
    TemplateDetail,
    TemplateSummary,
    ValidationResult,
    VariableInfo,
)  # fmt: skip
from portal.template.sensitive import sensitive_values, sensitive_variables
from portal.template.tfvars import tfvars_json
from portal.template.validation import validate
from portal.template.values import to_json

__all__ = [
    "change_errors", "draw_values", "form", "form_of", "get_template", "list_templates", "listed_values", "load_module",
    "module_from_files", "package", "preview_values", "role_errors", "sensitive_values", "sensitive_variables",
    "tfvars_json", "validate_values",
]  # fmt: skip


@lru_cache(maxsize=8)
def _catalog(root: Path) -> Catalog:
    return Catalog(root)


def _current() -> Catalog:
    return _catalog(settings().templates_dir)


def list_templates(
    *, cloud: str | None = None, category: str | None = None, q: str | None = None
) -> list[TemplateSummary]:
    """The catalogue, by title. `q` is searched in title, summary, tags, resource types and key: all words must occur."""
    words = (q or "").lower().split()
    found = [
        summary
        for summary in _current().summaries()
        if (not cloud or summary.cloud == cloud)
        and (not category or summary.category.lower() == category.lower())
        and all(word in _searched(summary) for word in words)
    ]
    return sorted(found, key=lambda summary: (summary.title.lower(), summary.key))


def _searched(summary: TemplateSummary) -> str:
    return " ".join((summary.key, summary.title, summary.summary, *summary.tags, *summary.resource_types)).lower()


def get_template(key: str) -> TemplateDetail:
    """A template's page. A broken one has its reason in `broken` and no form.

    Raises:
        NotFound: there is no folder of this name.
    """
    found = summary(key)
    return TemplateDetail(**found.model_dump()) if found.broken is not None else _detail(_load(key))


def summary(key: str) -> TemplateSummary:
    """A template as the catalogue lists it; NotFound when there is no folder of this name."""
    found = _current().summary(key)
    if found is None:
        raise _not_found()
    return found


def next_steps_html(key: str) -> str:
    """What a template says may be done with what it made, "" when it says nothing or is gone."""
    try:
        manifest = load_module(key).manifest
    except (NotFound, Invalid):
        return ""
    return to_html(manifest.next_steps) if manifest and manifest.next_steps else ""


def _detail(loaded: Loaded) -> TemplateDetail:
    module, manifest = loaded.module, loaded.module.manifest
    readme = _current().readme(loaded.key)
    fields, schema = _drawn(loaded)
    return TemplateDetail(
        **summarise(loaded).model_dump(), description_markdown=readme, description_html=to_html(readme),
        json_schema=schema, ui=fields,
        outputs=[OutputInfo(name=o.name, description=o.description, sensitive=o.sensitive) for o in module.outputs],
        resources=[ResourceInfo(address=r.address, type=r.type, count_hint=r.count_hint) for r in module.resources],
        variables=[_variable(variable) for variable in module.variables.values()],
        required_apis=list(manifest.required_apis) if manifest else [],
        required_roles=list(manifest.required_roles) if manifest else [],
        docs=[Link(**link.model_dump()) for link in manifest.docs] if manifest else [],
        next_steps_html=next_steps_html(loaded.key) or None,
        fixtures=_fixture_names(module),
    )  # fmt: skip


def _drawn(loaded: Loaded) -> tuple[FormModel, dict[str, Any]]:
    """The form and the JSON schema of a template as it is now. They are shared: whoever changes them makes a copy."""
    return _draw(loaded.content_hash, _current().lists_stamp(), Beside(loaded.module))


@lru_cache(maxsize=128)
def _draw(_hash: str, _stamp: tuple[object, ...], module: Beside[Module]) -> tuple[FormModel, dict[str, Any]]:
    lists = _current().lists()
    return build_form(module.value, lists), json_schema(module.value, lists)


def _variable(variable: Variable) -> VariableInfo:
    secret = variable.sensitive or variable.ephemeral
    return VariableInfo(
        name=variable.name, type=str(variable.type), description=variable.description, required=variable.required,
        default=None if secret else to_json(variable.default, variable.type), nullable=variable.nullable,
        sensitive=variable.sensitive, ephemeral=variable.ephemeral,
    )  # fmt: skip


def _fixture_names(module: Module) -> list[str]:
    fixtures = module.manifest.fixtures if module.manifest else None
    if fixtures is None:
        return []
    return ["minimal", *(["full"] if fixtures.full else []), *(f"invalid[{i}]" for i in range(len(fixtures.invalid)))]


def form(key: str) -> FormModel:
    """The form of a template as it is now. NotFound, or Invalid when it is broken."""
    return _drawn(_load(key))[0]


def form_of(module: Module) -> FormModel:
    """The form of a pinned version."""
    return build_form(module, _current().lists())


def validate_values(
    key: str, values: Mapping[str, Any], *, version_files: Mapping[str, bytes] | None = None
) -> ValidationResult:
    """Judge values for a template as it is now, or for the pinned version whose files are given.

    Bad values are errors in the result, never an exception.

    Raises:
        NotFound: there is no such template.
        Invalid: the template is broken.
    """
    module = load_module(key) if version_files is None else module_from_files(version_files)
    return validate(module, values, _current().lists())


def preview_values(key: str, values: Mapping[str, Any]) -> Preview:
    """What these values would create, as far as it can be told before a plan. NotFound, or Invalid when it is broken."""
    return preview(load_module(key), values)


def draw_values(key: str, values: Mapping[str, Any]) -> Drawing:
    """The instances that these values would make, with what is known of each. NotFound, or Invalid when it is broken."""
    return draw(load_module(key), values)


def change_errors(module: Module, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FieldError]:
    """What may not change on a deployment that exists: immutable values, numbers that only grow."""
    return change_problems(module, before, after)


def role_errors(
    module: Module, before: Mapping[str, Any], after: Mapping[str, Any], role: str | None
) -> list[FieldError]:
    """What somebody of this project role must leave as it is: in `before`, or as the template's default."""
    return role_problems(module, before, after, role)


def load_module(key: str) -> Module:
    """The module of a template as it is now. NotFound, or Invalid when it is broken."""
    return _load(key).module


def package(key: str) -> PackagedTemplate:
    """What a run pins. The same files give the same hash. NotFound, or Invalid when it is broken."""
    loaded = _load(key)
    return PackagedTemplate(key=key, version=loaded.version, content_hash=loaded.content_hash, files=dict(loaded.files))


def provider_pins(key: str) -> dict[str, dict[str, str]]:
    """What a template's required_providers says (source, version), by the provider's local name."""
    files = _load(key).files
    return pins_of(Source(key, frozenset(files), files, {}))


def module_from_files(files: Mapping[str, bytes]) -> Module:
    """The module of a pinned version. Invalid when it cannot be used."""
    try:
        return module_of(content_hash(files), files)
    except TemplateError as error:
        raise Invalid(f"This template version cannot be used: {error}") from None


def _load(key: str) -> Loaded:
    try:
        loaded = _current().load(key)
    except TemplateError as error:
        raise Invalid(f"This template cannot be used: {error}") from None
    if loaded is None:
        raise _not_found()
    return loaded


def _not_found() -> NotFound:
    return NotFound("There is no such template. See the catalogue for those that there are.")
