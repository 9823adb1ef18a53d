"""Plans of the real Terraform (1.11.4, terraform_data only; made with the module in data/main.tf) into summaries."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from portal.run.plan import MAX_TEXT, summarize
from portal.run.schemas import AttributeChange, Counts, PlanSummary, ResourceChange

DATA = Path(__file__).parent / "data"
CANARIES = ("canary-one", "canary-two")


def document(name: str) -> dict[str, Any]:
    return json.loads((DATA / f"{name}.json").read_text())


def change_of(summary: PlanSummary, address: str) -> ResourceChange:
    return next(item for item in summary.changes if item.address == address)


def attributes(change: ResourceChange) -> dict[str, AttributeChange]:
    return {item.path: item for item in change.attributes}


def one(change: dict[str, Any], **fields: Any) -> ResourceChange:
    """The summary of a plan with one change."""
    item = {"address": "a.b", "type": "a", "name": "b", "change": {"actions": ["update"]} | change}
    (found,) = summarize({"resource_changes": [item | fields]}).changes
    return found


@pytest.mark.parametrize("name", ["create", "change", "nothing", "outputs_only", "destroy"])
def test_no_secret_of_a_real_plan_is_in_its_summary(name: str) -> None:
    text = (DATA / f"{name}.json").read_text()
    assert any(canary in text for canary in CANARIES)
    summary = summarize(json.loads(text)).model_dump_json()
    assert not any(canary in summary for canary in CANARIES)


@pytest.mark.parametrize(
    ("name", "counts", "has_changes"),
    [
        ("create", Counts(add=6), True),
        ("change", Counts(add=2, change=3, destroy=2, replace=1), True),
        ("nothing", Counts(), False),
        ("outputs_only", Counts(), True),
        ("destroy", Counts(destroy=6), True),
    ],
)
def test_counts_are_terraforms_own(name: str, counts: Counts, has_changes: bool) -> None:
    summary = summarize(document(name))
    assert (summary.counts, summary.has_changes) == (counts, has_changes)


def test_a_change_shows_what_differs_and_nothing_else() -> None:
    shown = attributes(change_of(summarize(document("change")), "terraform_data.plain"))
    assert (shown["input.size"].before, shown["input.size"].after) == (1, 2)
    assert shown["input.password"].sensitive
    assert shown["input.password"].after == "(sensitive)"
    assert shown["output"].unknown
    assert "id" not in shown
    assert "input.ports" not in shown


def test_a_replacement_names_the_attribute_that_forces_it() -> None:
    change = change_of(summarize(document("change")), "terraform_data.replaced")
    assert (change.action, change.replace_paths) == ("replace", ["triggers_replace"])
    assert change.reason == "A changed attribute cannot be changed in place."
    assert [item.path for item in change.attributes if item.forces_replacement] == ["triggers_replace"]


def test_a_secret_that_a_provider_repeats_without_the_mark_is_masked() -> None:
    secret = attributes(change_of(summarize(document("change")), "terraform_data.secret"))
    assert (secret["output"].before, secret["output"].sensitive) == ("(sensitive)", True)


def test_outputs_show_their_change_and_hide_the_secret_ones() -> None:
    outputs = {item.name: item for item in summarize(document("change")).outputs}
    assert set(outputs) == {"size", "password"}
    assert (outputs["size"].before, outputs["size"].after) == (1, 2)
    assert (outputs["password"].after, outputs["password"].sensitive) == ("(sensitive)", True)


def test_secrets_within_objects_and_lists_are_masked_where_they_are() -> None:
    change = one(
        {
            "before": {"rules": [{"name": "one", "key": "k-before"}]},
            "after": {"rules": [{"name": "two", "key": "k-after1"}], "note": "uses k-after1"},
            "before_sensitive": {"rules": [{"key": True}]},
            "after_sensitive": {"rules": [{"key": True}]},
            "after_unknown": {},
        }
    )
    shown = attributes(change)
    assert (shown["rules[0].name"].before, shown["rules[0].name"].after) == ("one", "two")
    assert (shown["rules[0].key"].before, shown["rules[0].key"].sensitive) == ("(sensitive)", True)
    assert shown["note"].after == "uses (sensitive)"


def test_a_wholly_sensitive_resource_shows_nothing() -> None:
    change = one({"before": {"a": "xxxx"}, "after": {"a": "yyyy"}, "before_sensitive": True, "after_sensitive": True})
    assert [(item.path, item.before, item.after) for item in change.attributes] == [("", "(sensitive)", "(sensitive)")]


def test_secrets_of_the_values_are_taken_out_too() -> None:
    item = {
        "address": "a.b",
        "type": "a",
        "name": "b",
        "change": {"actions": ["create"], "after": {"x": "pre-hunter2"}},
    }
    summary = summarize({"resource_changes": [item]}, secrets=["hunter2"])
    assert attributes(summary.changes[0])["x"].after == "pre-(sensitive)"


def test_odd_keys_long_texts_and_unknown_list_items_are_shown_well() -> None:
    change = one(
        {
            "actions": ["create"],
            "before": None,
            "after": {
                "tags": {"cost.center": "42"},
                "script": "x" * 5000,
                "ports": [80, 443],
                "none": None,
                "ids": [None],
            },
            "after_unknown": {"ids": [True]},
        }
    )
    shown = attributes(change)
    assert shown['tags["cost.center"]'].after == "42"
    assert len(shown["script"].after) < MAX_TEXT + 50
    assert shown["ports"].after == [80, 443]
    assert shown["ids[0]"].unknown
    assert "none" not in shown


def test_reads_and_moves_are_shown_but_not_counted() -> None:
    changes = [
        {"address": "data.a.b", "type": "a", "name": "b", "change": {"actions": ["read"]}},
        {"address": "a.c", "type": "a", "name": "c", "previous_address": "a.old", "change": {"actions": ["no-op"]}},
        {"address": "a.d", "type": "a", "name": "d", "change": {"actions": ["no-op"]}},
    ]
    summary = summarize({"resource_changes": changes})
    assert [(item.address, item.action) for item in summary.changes] == [("a.c", "no-op"), ("data.a.b", "read")]
    assert summary.changes[0].reason == "It was a.old before."
    assert summary.counts == Counts()


def test_what_stays_of_a_changed_resource_is_kept_as_well_for_whoever_judges_the_whole_of_it() -> None:
    summary = summarize(document("change"))
    plain = change_of(summary, "terraform_data.plain")
    assert plain.unchanged["input.ports"] == [80, 443]
    assert plain.unchanged['input.tags["cost.center"]'] == "42"
    assert not plain.unchanged.keys() & attributes(plain).keys()
    assert change_of(summary, 'terraform_data.each["c"]').unchanged == {}


def test_a_secret_that_stays_is_masked_like_one_that_changes() -> None:
    sides = {"name": "a", "password": "hunter2-hunter2", "echo": "it is hunter2-hunter2"}
    change = {"before": sides, "after": sides | {"name": "b"}, "before_sensitive": {"password": True}}
    assert one(change | {"after_sensitive": {"password": True}}).unchanged == {
        "password": "(sensitive)",
        "echo": "it is (sensitive)",
    }


def test_drift_is_summarized_like_a_change() -> None:
    drift = {
        "address": "a.b",
        "type": "a",
        "name": "b",
        "change": {"actions": ["update"], "before": {"size": 1}, "after": {"size": 2}},
    }
    summary = summarize({"resource_drift": [drift], "applyable": False})
    assert attributes(summary.drift[0])["size"].after == 2
    assert summary.has_changes is False
