"""Rules about a template's own tests: every rule is broken once, every optional value is set once. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from portal.template.hcl import Block, Body
from portal.template.hcl.ast import Attr, Name, TupleExpr
from portal.template.lint_source import Source, Spot

Said = tuple[str, Spot, str, str]


def readable(source: Source) -> Iterator[Said]:
    """Test files are HCL."""
    for name, why in source.unreadable_tests.items():
        line = re.match(r"line (\d+)", why)
        where = Spot(name, int(line[1]) if line else 1)
        yield (
            "unreadable",
            where,
            f"The tests in it cannot be read: {why}.",
            "Mend the file; terraform test tells more.",
        )


def untested(source: Source) -> Iterator[Said]:
    """Each validation of a variable has a run that breaks it."""
    expected = Counter(
        name for body in source.tests.values() for run in body.blocks_of("run") for name in _failing(run)
    )
    for placed in source.blocks("variable") if source.tests else ():
        rules = placed.block.body.blocks_of("validation")
        name = " ".join(placed.block.labels)
        if expected[name] < len(rules):
            message = f"{name} has {len(rules)} rules, and {expected[name]} runs that break one."
            remedy = f"Add a run with a bad value and expect_failures = [var.{name}] to tests/rules.tftest.hcl."
            yield "untested-rule", Spot(placed.file, rules[expected[name]].line), message, remedy


def _failing(run: Block) -> list[str]:
    """The variables that a run expects to be refused."""
    attribute = run.body.attributes.get("expect_failures")
    items = attribute.expression.items if attribute and isinstance(attribute.expression, TupleExpr) else ()
    return [item.name for item in items if isinstance(item, Attr) and item.source == Name("var")]


def unexercised(source: Source) -> Iterator[Said]:
    """Each variable is set by the fixture full or by a run that must go well."""
    manifest = source.module.manifest if source.module else None
    full = manifest.fixtures.full if manifest and manifest.fixtures else None
    if full is None or not source.tests or source.module is None:
        return
    set_somewhere = {*full.values, *(name for body in source.tests.values() for name in _set_by(body))}
    for name in source.module.variables:
        if name not in set_somewhere:
            remedy = "Set it in fixtures.full, or in a run of tests/features.tftest.hcl."
            yield "unexercised", source.block("variable", name), f"No test and no fixture sets {name}.", remedy


def _set_by(body: Body) -> Iterator[str]:
    good = [run.body for run in body.blocks_of("run") if "expect_failures" not in run.body.attributes]
    for part in (body, *good):
        for block in part.blocks_of("variables"):
            yield from block.body.attributes


TEST_RULES = (readable, untested, unexercised)
