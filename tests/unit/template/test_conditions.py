"""Which conditions become limits of a field, and which must not."""

from __future__ import annotations

from typing import Any

import pytest

from portal.template.conditions import Places, facts
from portal.template.constraints import limits_of, to_constraints
from portal.template.hcl import parse_expression
from tests.unit.template.conftest import MakeModule

UNDERSTOOD: list[tuple[str, list[tuple[str, str, Any]]]] = [
    ('contains(["a", "b"], var.x)', [("", "options", ["a", "b"])]),
    ('contains(toset(["a"]), var.x)', [("", "options", ["a"])]),
    ('var.x == null || contains(["a"], var.x)', [("", "options", ["a"])]),
    ('var.x == null ? true : contains(["a"], var.x)', [("", "options", ["a"])]),
    ('var.x != null ? contains(["a"], var.x) : true', [("", "options", ["a"])]),
    ('try(contains(["a"], var.x), true)', [("", "options", ["a"])]),
    ('var.x == "a" || "b" == var.x', [("", "options", ["a", "b"])]),
    ('alltrue([for v in var.x : contains(["a"], v)])', [("[]", "options", ["a"])]),
    ('alltrue([for v in coalesce(var.x, []) : contains(["a"], v)])', [("[]", "options", ["a"])]),
    ('alltrue([for v in var.x == null ? [] : var.x : contains(["a"], v)])', [("[]", "options", ["a"])]),
    ('alltrue([for k, v in var.x : contains(["a"], v.kind)])', [("[].kind", "options", ["a"])]),
    ('alltrue([for v in var.x : alltrue([for w in v.list : w > 0])])', [("[].list[]", "min", 0)]),
    ('alltrue([for v in var.x : v.a > 0 if v.a != null])', [("[].a", "min", 0)]),
    ('length(setsubtract(var.x, ["a", "b"])) == 0', [("[]", "options", ["a", "b"])]),
    ('can(regex("^a+$", var.x))', [("", "pattern", "^a+$")]),
    ('length(regexall("^a", var.x)) > 0', [("", "pattern", "^a")]),
    ('startswith(var.x, "a.")', [("", "pattern", "^a\\.")]),
    ('var.x >= 1 && 10 >= var.x', [("", "min", 1), ("", "max", 10)]),
    ('length(var.x) <= 24', [("", "max_length", 24)]),
    ('length(var.x.list) == 2', [(".list", "exact_length", 2)]),
    ('var.x == floor(var.x)', [("", "integer", None)]),
    ('var.x % 1 == 0', [("", "integer", None)]),
    ('can(cidrhost(var.x, 0))', [("", "cidr", None)]),
    ('length(distinct(var.x)) == length(var.x)', [("", "unique", None)]),
    ("var.x.a == null ? true : var.x.a.b > 0 && var.x.c > 0", [(".a.b", "min", 0)]),
    ('var.x.mode == "a" || var.x.mode == "b"', [(".mode", "options", ["a", "b"])]),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "expected"), UNDERSTOOD)
def test_a_demand_is_understood(condition: str, expected: list[tuple[str, str, Any]]) -> None:
    found = facts(parse_expression(condition), Places("x"))
    assert [(fact.place, fact.kind, fact.value) for fact in found] == expected


@pytest.mark.parametrize(
    "condition",
    [
        '!contains(["a"], var.x)', 'contains(["a"], var.y)', 'var.y == 1 || contains(["a"], var.x)',
        'var.x == "" || can(regex("^a$", var.x))', 'contains(["a"], lower(var.x))', "contains(var.y, var.x)",
        'anytrue([for v in var.x : contains(["a"], v)])', 'alltrue([for v in var.x : v > 0 if v != 5])', "var.x > var.y",
        '!can(regex("^a$", var.x))', 'var.x == null ? false : var.y > 0', 'var.x != "a"', 'var.x == "a" || var.y == "b"',
        '[for var in var.x : var.x > 1] == []', 'alltrue([for x in var.y : x > 0])',
        "alltrue([for v in var.x : v.a == null ? true : length(v.b) == 0])", "alltrue([for v in var.x : v.b > 0 if v.a != null])",
        "var.x.a == null || var.x.b > 0",
    ],
)  # fmt: skip
def test_what_is_not_a_demand_on_this_variable_alone_adds_no_limit(condition: str) -> None:
    assert list(facts(parse_expression(condition), Places("x"))) == []


def test_limits_carry_the_authors_sentence_and_the_narrower_bound(make_module: MakeModule) -> None:
    module = make_module("""
      variable "x" {
        type = number
        validation {
          condition     = var.x >= 1 && var.x < 100
          error_message = "From 1 to 99."
        }
        validation {
          condition     = var.x <= 50
          error_message = "Not more than 50."
        }
      }
    """)
    variable = module.variables["x"]
    found = to_constraints(limits_of(variable)[""], variable.type)
    assert (found.min, found.max, found.exclusive_max) == ("1", "50", False)
    assert found.messages == {"min": "From 1 to 99.", "max": "Not more than 50."}


@pytest.mark.parametrize("pattern", ["(?i)a", "\\\\Aa\\\\z", "[[:alpha:]]", "\\\\pL", "(?P<n>a)"])
def test_a_pattern_that_javascript_reads_otherwise_stays_on_the_server(make_module: MakeModule, pattern: str) -> None:
    module = make_module(f"""
      variable "x" {{
        type = string
        validation {{
          condition     = can(regex("{pattern}", var.x))
          error_message = "No."
        }}
      }}
    """)
    variable = module.variables["x"]
    assert to_constraints(limits_of(variable)[""], variable.type).patterns == []
