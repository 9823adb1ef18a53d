"""What a template costs before any plan is what its plan says: tests/templates/test_terraform.py holds the figures to that."""

from __future__ import annotations

import pytest

from portal.cost import estimate
from portal.cost.rules import is_free
from portal.cost.rules.charges import Resource
from portal.template.drawing import draw
from tests.bench.costs import kept
from tests.templates import catalogue
from tests.templates.catalogue import KEYS


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("fixture", ["minimal", "full"])
def test_the_estimate_before_a_plan_is_that_of_the_plan(key: str, fixture: str) -> None:
    values = getattr(catalogue.fixtures(key), fixture).values
    drawing = draw(catalogue.module(key), values)
    found = estimate.of_resources(Resource(one.address, one.type, one.values, one.module) for one in drawing.instances)
    types, wanted = {one.address: one.type for one in drawing.instances}, kept(key, fixture)
    assert (found.after_monthly, len(found.usage_dependent)) == (wanted["monthly"], wanted["by_use"])
    assert sorted({types[address] for address in found.unpriced}) == wanted["unpriced"]
    assert [one.address for one in drawing.uncounted if not is_free(one.type)] == []
    assert drawing.uncounted or (found.covered, len(found.free)) == (wanted["covered"], wanted["free"])
