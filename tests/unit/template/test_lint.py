"""What an author is told: each rule is broken once in a template that is otherwise good, and found at its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.kit.config import PROJECT_DIR
from portal.template.catalog import Catalog
from portal.template.lint import RULES, lint, lint_list
from portal.template.lint_folder import read_source
from portal.template.lint_source import Finding
from tests.unit.template.lint_cases import (
    CASES,
    GCP,
    MANIFEST,
    VARIABLES,
    Changes,
    added,
    replaced,
    starter_files,
    variable,
)

LISTS = Catalog(PROJECT_DIR / "templates").lists()
Lint = Callable[..., list[Finding]]


@pytest.fixture
def lint_changed(tmp_path: Path) -> Lint:
    """Findings about the starter of Google's cloud with some files changed."""

    def find(changes: Changes, key: str = "gcp/try", files: dict[str, str] = GCP) -> list[Finding]:
        for name, text in {**files, **changes}.items():
            if text is not None:
                (tmp_path / key / name).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / key / name).write_text(text)
        return lint(read_source(key, tmp_path / key, LISTS))

    return find


@pytest.mark.parametrize("cloud", ["azure", "gcp"])
def test_a_starter_has_nothing_to_mend(cloud: str, lint_changed: Lint) -> None:
    assert lint_changed({}, f"{cloud}/try", starter_files(cloud)) == []


@pytest.mark.parametrize("rule", CASES)
def test_a_broken_rule_is_found_at_its_place_with_a_remedy(rule: str, lint_changed: Lint) -> None:
    case = CASES[rule]
    told = [each for each in lint_changed(case.changes) if each.rule == rule]
    found = [each for each in told if case.words in each.message]
    assert found, told
    assert found[0].file == case.file
    text = case.changes.get(case.file) or GCP.get(case.file, "")
    assert case.line in (text.splitlines(keepends=True)[found[0].line - 1] if case.line else "")
    assert found[0].level == RULES[rule]
    assert len(found[0].remedy) > 10


def test_every_rule_is_broken_by_some_test() -> None:
    elsewhere = {"bad-name", "option-list", "format"}
    assert set(CASES) | elsewhere == set(RULES)


def test_a_folder_with_a_name_that_the_portal_does_not_see_is_told(lint_changed: Lint) -> None:
    assert [each.rule for each in lint_changed({}, "gcp/My_Topic")] == ["bad-name"]


def test_a_template_without_sample_values_is_told(lint_changed: Lint) -> None:
    none = lint_changed({MANIFEST: GCP[MANIFEST][: GCP[MANIFEST].index("fixtures:")]})
    assert "There are no sample values to try the template with." in {each.message for each in none}
    few = lint_changed({MANIFEST: GCP[MANIFEST][: GCP[MANIFEST].index("  full:")]})
    assert "There is no fixture full." in {each.message for each in few}


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (replaced(MANIFEST, "  owner: {title", "  ownr: {title"), "ownr:"),
        (replaced(MANIFEST, "{title: Owner,", "{titel: Owner,"), "titel:"),
        (replaced(MANIFEST, "sections:", "sections: ]"), "sections: ]"),
        (replaced(VARIABLES, "type        = bool", "type        = boolean"), 'variable "subscription_enabled"'),
    ],
    ids=["variable", "key", "yaml", "type"],
)
def test_what_makes_a_template_unusable_is_shown_where_it_stands(
    changes: Changes, line: str, lint_changed: Lint
) -> None:
    (found,) = [each for each in lint_changed(changes) if each.rule == "unusable"]
    assert line in (changes[found.file] or "").splitlines()[found.line - 1]


def test_a_breach_can_be_excused_where_it_stands(lint_changed: Lint) -> None:
    excused = variable("zone").replace("variable", "# terrace:ignore unused, unexercised\nvariable")
    assert {each.rule for each in lint_changed(added(VARIABLES, excused))} == {"manifest-gap"}


def test_a_variable_that_only_its_own_rule_reads_is_unused_but_a_local_is_used_by_it(lint_changed: Lint) -> None:
    condition = "var.zone == null ? true : contains(local.zones, var.zone)"
    rule = f'  validation {{\n    condition     = {condition}\n    error_message = "Choose one."\n  }}\n'
    changes = {
        **added(VARIABLES, variable("zone", more=rule)),
        **replaced("main.tf", "seconds_per_day = 86400", 'seconds_per_day = 86400\n  zones           = ["a"]'),
    }
    found = [each.message for each in lint_changed(changes) if each.rule == "unused"]
    assert found == ["Nothing reads the variable zone."]


def test_a_secret_within_an_object_is_seen_and_a_hint_hides_it(lint_changed: Lint) -> None:
    users = added(VARIABLES, variable("users", "map(object({ password = string }))"))
    found = [each.message for each in lint_changed(users) if each.rule == "secret"]
    assert found == ["users[].password sounds like a secret and is shown."]
    hint = replaced(MANIFEST, "  owner: {title", '  "users[].password": {sensitive: true}\n  owner: {title')
    assert "secret" not in {each.rule for each in lint_changed({**users, **hint})}


def test_options_that_the_rule_allows_and_nobody_offers_are_told(lint_changed: Lint) -> None:
    changes = replaced(MANIFEST, "      - {value: staging, label: Staging}\n", "")
    assert "does not offer staging" in "".join(each.message for each in lint_changed(changes))


def test_options_that_a_pattern_refuses_are_told(lint_changed: Lint) -> None:
    changes = replaced(MANIFEST, "placeholder: invoices-paid,", "options: [invoices-paid, x], allow_other: true,")
    assert [each.message for each in lint_changed(changes)] == ["name offers x, which its own rule refuses."]


def test_a_symbolic_link_makes_a_folder_unusable(tmp_path: Path) -> None:
    (tmp_path / "main.tf").symlink_to(tmp_path / "elsewhere.tf")
    (found,) = [each for each in lint(read_source("gcp/try", tmp_path, LISTS)) if each.rule == "unusable"]
    assert "symbolic link" in found.message


TWO = '"options": [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "cannot be used"),
        ('{"kind": "other", "options": []}', "says that it is other"),
        ('{"kind": "x", "as_of": "2026-01-31", ' + TWO + "}", "comes from"),
        ('{"kind": "x", "source": "https://a.example", ' + TWO + "}", "how old"),
        ('{"kind": "x", ' + TWO.replace('"b"', '"a"') + "}", "more than once"),
        ('{"kind": "x", "options": [{"value": "a", "label": "A"}]}', "no choice"),
        ('{"kind": "x", ' + TWO.replace(', "label": "A"', "") + "}", "without a label"),
    ],
)
def test_a_list_of_options_is_judged_too(text: str, words: str) -> None:
    assert words in " ".join(each.message for each in lint_list("x.json", text.encode()))


def test_the_rules_are_those_of_the_document() -> None:
    text = (PROJECT_DIR / "docs" / "authoring.md").read_text()
    told = dict(re.findall(r"^\| `([a-z-]+)` \| (error|warning) \|", text, re.MULTILINE))
    assert told == RULES
