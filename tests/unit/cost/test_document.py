"""docs/cost.md: what it says of each template, reckoned again."""

from __future__ import annotations

import json
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from portal.cost import book
from portal.kit.config import PROJECT_DIR
from portal.template import service
from portal.template.costs import FILE, usual

DOCUMENT = (PROJECT_DIR / "docs" / "cost.md").read_text(encoding="utf-8")
ROWS = re.findall(r"(?m)^\| ((?:azure|gcp)/[-a-z]+) \| (minimal|full) \| (.+?) \| .+? \| (.+?) \| (.+?) \|$", DOCUMENT)
KEPT: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
CENT = Decimal("0.01")


def reckoned(sum_: str) -> Decimal:
    """What `730 × 0.1 + 730 / 24 × 1.6666` is, each product rounded to the cent."""
    total = Decimal(0)
    for term in sum_.split(" + "):
        product = Decimal(1)
        for factor in term.split(" × "):
            above, _, below = factor.partition(" / ")
            product *= Decimal(above) / Decimal(below or 1)
        total += product.quantize(CENT, ROUND_HALF_UP)
    return total


def test_every_template_has_its_line() -> None:
    keys = [template.key for template in service.list_templates()]
    assert sorted(row[0] for row in ROWS) == sorted(keys) == sorted(KEPT)


@pytest.mark.parametrize(("key", "values", "sum_", "figure", "lacks"), ROWS, ids=[row[0] for row in ROWS])
def test_its_arithmetic_is_the_figure_of_the_plan(key: str, values: str, sum_: str, figure: str, lacks: str) -> None:
    assert reckoned(sum_) == Decimal(figure)
    assert KEPT[key][values]["monthly"] == float(figure)
    assert sorted({*KEPT[key]["minimal"]["unpriced"], *KEPT[key]["full"]["unpriced"]}) == re.findall(r"`(\w+)`", lacks)


def test_every_price_of_the_arithmetic_is_in_a_book() -> None:
    books: tuple[book.Cloud, ...] = ("azure", "gcp")
    known = {
        price
        for cloud in books
        for meter in book.load(cloud)["meters"].values()
        for price, _ in meter["prices"].values()
    }
    used = {Decimal(term.split(" × ")[-1]) for row in ROWS for term in row[2].split(" + ") if term != "0"}
    assert {price for price in used if price not in known} == set()


def test_the_catalogue_tells_what_a_template_costs_only_while_it_is_that_template() -> None:
    summary = next(found for found in service.list_templates() if found.key == "azure/virtual-machine")
    assert summary.usual_cost is not None
    assert (summary.usual_cost.monthly, summary.usual_cost.by_use) == (72.48, True)
    assert usual("azure/virtual-machine", "another hash") is None
    assert usual("other/unheard-of", "x") is None


def test_the_figures_of_the_catalogue_are_those_of_the_templates_as_they_are() -> None:
    stale = [found.key for found in service.list_templates() if KEPT[found.key]["content_hash"] != found.content_hash]
    assert stale == [], "make them again: python -m tests.bench.costs"
