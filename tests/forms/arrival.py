"""A template's form, filled in by hand with every feature: what Terraform is given is what was meant.

The tests are in one file a cloud: a file stays in one test process, and two processes share the work.
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from portal.template import service
from portal.template.schemas import FieldModel
from tests.forms.conftest import Watched
from tests.forms.filler import Filler, open_form, plan
from tests.support.pages import DESKTOP, OVERFLOW, PHONE
from tests.templates import catalogue


def typed_in_full(key: str, watched: Watched, person: Page) -> None:
    """Type a template's full fixture into its form, plan, and compare with what arrived at Terraform."""
    form, full = service.form(key), catalogue.fixtures(key).full
    assert full is not None
    person.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    open_form(person, key)
    filler = Filler(person, form)
    filler.show_everything()
    filler.fill(full.values)
    expect(person.get_by_role("button", name="Review", exact=True)).to_be_in_viewport()
    person.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert person.evaluate(OVERFLOW) <= 0, "the form is wider than a phone"

    run = plan(person, f"full-{key.replace('/', '-')}")

    watched.portal.wait_for(run, "planned")
    fields = {field.name: field for section in form.sections for field in section.fields}
    assert meant(fields, watched.arrived(run)) == meant(fields, full.values)


def meant(fields: dict[str, FieldModel], values: dict[str, Any]) -> dict[str, Any]:
    """Values without those that say what the default says anyway: a choice that is made already is not made again."""
    found = {name: _meant(fields[name], value) for name, value in values.items()}
    return {name: value for name, value in found.items() if value != _default(fields[name])}


def _default(field: FieldModel) -> Any:
    return None if field.default is None else _meant(field, field.default)


def _meant(field: FieldModel, value: Any) -> Any:
    if isinstance(value, dict) and field.fields:
        return meant({inner.name: inner for inner in field.fields}, value)
    if isinstance(value, dict):
        return {key: _meant(field.item, inner) if field.item else inner for key, inner in value.items()}
    if isinstance(value, list) and field.kind == "tuple":
        return [_meant(inner, part) for inner, part in zip(field.fields, value, strict=True)]
    if isinstance(value, list):
        items = [_meant(field.item, inner) if field.item else inner for inner in value]
        return sorted(items, key=str) if field.type.startswith("set(") or field.kind == "multiselect" else items
    return str(value) if field.type == "number" and value is not None else value
