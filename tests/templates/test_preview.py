"""What the pages say will be created is what Terraform plans."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import pytest

from portal.template.preview import preview
from tests.templates import catalogue
from tests.templates.catalogue import KEYS
from tests.templates.workplace import Workplace

Places = Callable[[str], Workplace]


def _values(key: str, fixture: str) -> dict[str, Any]:
    found = getattr(catalogue.fixtures(key), fixture)
    assert found is not None
    return found.values


def _created(plan: dict[str, Any]) -> list[dict[str, Any]]:
    changes = plan["resource_changes"]
    return [item for item in changes if item["mode"] == "managed" and "create" in item["change"]["actions"]]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("fixture", ["minimal", "full"])
def test_the_preview_names_what_terraform_plans(key: str, fixture: str, workplace: Places) -> None:
    values = _values(key, fixture)
    drawn, planned = preview(catalogue.module(key), values), _created(workplace(key).planned(fixture, values))
    counts = Counter(f"{item['type']}.{item['name']}" for item in planned)
    known = {item.address: item.number for item in drawn.resources if item.number is not None}
    assert known == {address: counts[address] for address in known}
    assert counts.keys() <= {item.address for item in drawn.resources}
    assert drawn.total <= len(planned)
    assert not drawn.exact or drawn.total == len(planned)

    names: dict[str, set[str]] = defaultdict(set)
    for item in planned:
        names[f"{item['type']}.{item['name']}"].add(str((item["change"]["after"] or {}).get("name")))
    assert [item for item in drawn.resources if not set(item.names) <= names[item.address]] == []


@pytest.mark.parametrize("key", KEYS)
def test_hardly_anything_is_uncertain_once_the_questions_are_answered(key: str) -> None:
    """One resource of a template at most may depend on what Terraform reads in the cloud."""
    for fixture in ("minimal", "full"):
        resources = preview(catalogue.module(key), _values(key, fixture)).resources
        assert len([item.address for item in resources if item.number is None]) <= 1, fixture


@pytest.mark.parametrize("key", KEYS)
def test_what_is_left_out_of_the_smallest_deployment_says_what_would_bring_it(key: str) -> None:
    drawn = preview(catalogue.module(key), _values(key, "minimal"))
    assert [item.address for item in drawn.resources if item.present is False and item.why is None] == []
