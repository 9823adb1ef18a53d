"""Attack 22: a project's guardrails bind whoever submits, through the form, the check of the form, and around both."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portal.deployment import service as deployments
from portal.deployment.schemas import DeploymentChange, DeploymentRequest
from portal.kit import ids
from portal.kit.db import unit_of_work
from portal.kit.errors import Forbidden, Invalid, NotFound
from portal.models import Deployment
from portal.quota import guardrails
from portal.quota.schemas import GuardrailsRequest
from portal.template import service as templates
from portal.template.schemas import FieldModel, FormModel
from tests.service.deployment.conftest import MAIN, VARIABLES, write_template
from tests.service.run import world as w
from tests.service.run.world import World

MORE = """
variable "place" {
  type        = string
  description = "Where."
  default     = "westeurope"
}
variable "tier" {
  type        = string
  description = "How good."
  default     = "basic"
}
variable "note" {
  type        = string
  description = "Free text."
  default     = ""
}
variable "days" {
  type        = number
  description = "How long."
  default     = 7
}
variable "extra" {
  type        = string
  description = "Only sometimes."
  default     = "none"
}
variable "pools" {
  type        = list(object({ kind = string }))
  description = "More of them."
  default     = []
}
variable "tags" {
  type        = map(string)
  description = "Tags."
  default     = {}
}
"""
MANIFEST = """
title: A thing
summary: For tests.
category: Tests
icon: box
version: 1.0.0
variables:
  place: {options_from: {kind: azure-locations}}
  tier: {options: [basic, standard, premium]}
  days: {min: 1, max: 365, unit: days}
  extra: {visible_when: 'var.tier == "premium"'}
presets:
  - {name: big, title: Big, values: {tier: premium, place: eastus, days: 30}}
"""
PLACES = (
    '{"kind": "azure-locations", "source": "a test", "as_of": "2026-01-01", "options": '
    '[{"value": "westeurope"}, {"value": "northeurope"}, {"value": "eastus"}]}'
)
USED = (
    'resource "terraform_data" "more" {\n'
    "  input = [var.place, var.tier, var.note, var.days, var.extra, var.pools, var.tags]\n}\n"
)


@pytest.fixture
def world(settings_env: Callable[..., None], postgres_url: str, redis_url: str, tmp_path: Path) -> World:
    folder = tmp_path / "templates"
    for name in ("thing", "other"):
        write_template(folder / "azure" / name, variables=VARIABLES + MORE, main=MAIN + USED)
        (folder / "azure" / name / "manifest.yaml").write_text(MANIFEST)
    (folder / "_data").mkdir()
    (folder / "_data" / "azure-locations.json").write_text(PLACES)
    settings_env(TERRACE_DATABASE_URL=postgres_url, TERRACE_REDIS_URL=redis_url, TERRACE_TEMPLATES_DIR=str(folder))
    return w.build()


def guard(world: World, *rules: dict[str, Any], **allowed: Any) -> None:
    request = GuardrailsRequest.model_validate({"templates": allowed, "guardrails": list(rules)})
    with unit_of_work() as session:
        guardrails.put(session, world.admin, world.project_id, request)


def make(world: World, *, ttl: str | None = None, template: str = "azure/thing", **values: Any) -> str:
    request = DeploymentRequest(
        name=ids.new_id("d").lower(), template=template, cloud_account="sandbox-azure", project=world.project_id,
        values={"size": 3, **values}, ttl=ttl,
    )  # fmt: skip
    with unit_of_work() as session:
        return deployments.create(session, world.member, request).deployment.id


def change(world: World, deployment_id: str, **given: Any) -> None:
    with unit_of_work() as session:
        deployments.update(session, world.member, deployment_id, DeploymentChange(**given))


def refusal(attempt: Callable[[], Any]) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        attempt()
    return {error.path: error.message for error in caught.value.errors}


def stored(deployment_id: str) -> dict[str, Any]:
    return w.row(Deployment, deployment_id).values


def form_of(world: World) -> FormModel:
    with unit_of_work() as session:
        return guardrails.template_for(session, world.viewer, world.project_id, "azure/thing").ui


def field(world: World, name: str) -> FieldModel:
    return next(model for section in form_of(world).sections for model in section.fields if model.name == name)


def judged(world: World, **values: Any) -> dict[str, str]:
    with unit_of_work() as session:
        found = guardrails.validate_for(
            session, world.viewer, world.project_id, "azure/thing", {"size": 3, "terrace_deployment": "x", **values}
        )
    return {error.path: error.message for error in found.errors}


RULES: list[tuple[dict[str, Any], dict[str, Any], str, str]] = [
    ({"rule": "places", "allowed": ["northeurope", "West Europe"]}, {"place": "eastus"}, "place", "northeurope or West"),
    ({"rule": "options", "options": "azure-locations", "allowed": ["northeurope", "westeurope"]}, {"place": "eastus"},
     "place", "northeurope or westeurope"),
    ({"rule": "values", "variable": "tier", "allowed": ["basic", "standard"]}, {"tier": "premium"}, "tier", "basic or"),
    ({"rule": "values", "variable": "note", "allowed": ["", "x", "y"][1:]}, {"note": "z"}, "note", "x or y"),
    ({"rule": "values", "variable": "pools[].kind", "allowed": ["small", "mid"]}, {"pools": [{"kind": "big"}]},
     "pools[0].kind", "small or mid"),
    ({"rule": "fixed", "variable": "tier", "value": "standard"}, {"tier": "basic"}, "tier", "sets this to standard"),
    ({"rule": "fixed", "variable": "days", "value": 30}, {"days": 31}, "days", "sets this to 30"),
    ({"rule": "required", "variable": "note"}, {"note": ""}, "note", "asks for a value"),
    ({"rule": "range", "variable": "days", "max": 14}, {"days": 15}, "days", "at most 14 days"),
    ({"rule": "range", "variable": "days", "min": 5}, {"days": 4}, "days", "at least 5 days"),
    ({"rule": "tags", "tags": {"cost_center": "4711"}}, {"tags": {"cost_center": "1"}}, 'tags["cost_center"]', "to 4711"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "values", "path", "words"), RULES, ids=[f"{r['rule']}-{p}" for r, _, p, _ in RULES])
def test_attack_22_what_a_guardrail_does_not_allow_is_refused_at_its_field(
    world: World, rule: dict[str, Any], values: dict[str, Any], path: str, words: str
) -> None:
    made = make(world, **values)
    guard(world, rule | {"reason": "Finance wants it."})
    for found in (
        refusal(lambda: make(world, **values)),
        refusal(lambda: change(world, made, values={"size": 4, **values})),
    ):
        assert words in found[f"values.{path}"]
    assert words in judged(world, **values)[path]
    with unit_of_work() as session:
        detail = deployments.get(session, world.viewer, made)
    assert [error.path for error in detail.guardrail_problems] == [path]
    assert stored(made).items() >= values.items()


def test_attack_22_a_default_that_a_guardrail_does_not_allow_is_not_used_silently(world: World) -> None:
    guard(world, {"rule": "places", "allowed": ["northeurope", "eastus"]})
    assert "northeurope or eastus" in refusal(lambda: make(world))["values.place"]


def test_attack_22_a_template_that_a_project_may_not_use_is_refused_and_not_shown(world: World) -> None:
    old = make(world, template="azure/other")
    guard(world, allow=["azure/*"], deny=["azure/oth*"])
    assert "may not use the template" in refusal(lambda: make(world, template="azure/other"))["template"]
    assert "may not use" in refusal(lambda: change(world, old, version="latest"))["template"]
    change(world, old, values={"size": 4})
    with unit_of_work() as session:
        found = guardrails.templates_for(session, world.viewer, world.project_id, templates.list_templates())
        assert [summary.key for summary in found] == ["azure/thing"]
        with pytest.raises(NotFound):
            guardrails.template_for(session, world.viewer, world.project_id, "azure/other")
        with pytest.raises(NotFound):
            guardrails.validate_for(session, world.viewer, world.project_id, "azure/other", {})


def test_attack_22_a_lifetime_that_a_project_demands_cannot_be_left_out_or_overdrawn(world: World) -> None:
    old = make(world)
    guard(world, {"rule": "ttl", "longest": "30d"}, {"rule": "ttl", "longest": "2w"})
    assert "needs a lifetime, of at most 2w" in refusal(lambda: make(world))["ttl"]
    assert "at most 2w" in refusal(lambda: make(world, ttl="15d"))["ttl"]
    assert "needs a lifetime" in refusal(lambda: change(world, old, values={"size": 4}))["ttl"]
    made = make(world, ttl="14d")
    assert "needs a lifetime" in refusal(lambda: change(world, made, ttl="never"))["ttl"]
    change(world, made, ttl="13d", values={"size": 4})
    change(world, made, name="another")


def test_what_a_project_sets_is_set_whether_it_is_sent_or_not(world: World) -> None:
    guard(
        world,
        {"rule": "fixed", "variable": "tier", "value": "standard"},
        {"rule": "values", "variable": "note", "allowed": ["only"]},
        {"rule": "tags", "tags": {"cost_center": "4711"}},
    )
    sent: list[dict[str, Any]] = [
        {},
        {"tags": {"mine": "x"}},
        {"tier": "standard", "tags": {"cost_center": "4711", "mine": "x"}},
    ]
    for values in sent:
        kept = stored(make(world, **values))
        assert (kept["tier"], kept["note"], kept["tags"]["cost_center"]) == ("standard", "only", "4711")
        assert kept["tags"].get("mine") == values.get("tags", {}).get("mine")


def test_the_form_of_a_project_offers_what_is_left_and_says_why(world: World) -> None:
    guard(
        world,
        {"rule": "places", "allowed": ["northeurope", "eastus"], "reason": "Data stays there."},
        {"rule": "values", "variable": "note", "allowed": ["x", "y"]},
        {"rule": "fixed", "variable": "tier", "value": "standard", "reason": "Paid for."},
        {"rule": "range", "variable": "days", "min": 5, "max": 14},
        {"rule": "required", "variable": "note"},
        {"rule": "tags", "tags": {"cost_center": "4711"}},
        {"rule": "values", "variable": "pools[].kind", "allowed": ["small"]},
    )
    place, note, tier, days = (field(world, name) for name in ("place", "note", "tier", "days"))
    assert [option.value for option in place.options] == ["northeurope", "eastus"]
    assert (place.has_default, place.required, place.allow_other, place.guard) == (
        False,
        True,
        False,
        "Data stays there.",
    )
    assert ([option.value for option in note.options], note.kind, note.required) == (["x", "y"], "select", True)
    assert (tier.default, tier.locked) == ("standard", "This project sets this. Paid for.")
    assert (days.constraints.min, days.constraints.max) == ("5", "14")
    assert field(world, "tags").fixed_items == {"cost_center": "4711"}
    pool = field(world, "pools").item
    assert pool is not None
    assert [option.value for option in pool.fields[0].options] == ["small"]
    assert form_of(world).presets[0].values == {"place": "eastus"}
    with unit_of_work() as session:
        schema = guardrails.template_for(session, world.viewer, world.project_id, "azure/thing").json_schema
    assert schema["properties"]["place"]["enum"] == ["northeurope", "eastus"]
    assert schema["properties"]["tier"]["const"] == "standard"
    assert schema["required"] == ["size", "place", "note"]


def test_a_rule_of_another_template_changes_nothing(world: World) -> None:
    guard(world, {"rule": "fixed", "variable": "tier", "value": "premium", "templates": ["azure/other", "gcp/*"]})
    assert stored(make(world, tier="basic"))["tier"] == "basic"
    assert field(world, "tier").locked is None


def test_rules_that_leave_nothing_say_so_plainly(world: World) -> None:
    guard(world, {"rule": "places", "allowed": ["eastus"]}, {"rule": "places", "allowed": ["northeurope"]})
    assert "leave nothing to choose" in refusal(lambda: make(world, place="eastus"))["values.place"]
    place = field(world, "place")
    assert (place.options, "leave nothing to choose" in (place.locked or "")) == ([], True)


def test_a_hidden_field_is_no_reason_to_refuse(world: World) -> None:
    guard(world, {"rule": "values", "variable": "extra", "allowed": ["some", "more"]})
    make(world)
    assert "values.extra" in refusal(lambda: make(world, tier="premium"))


def test_guardrails_hold_no_secret_and_are_set_by_administrators(world: World) -> None:
    for rule in ({"rule": "fixed", "variable": "password", "value": "hunter2"},
                 {"rule": "values", "variable": "password", "allowed": ["hunter2"]}):  # fmt: skip
        assert "is a secret in azure/" in refusal(lambda rule=rule: guard(world, rule))["guardrails[0].variable"]
    with unit_of_work() as session:
        with pytest.raises(Forbidden):
            guardrails.put(session, world.member, world.project_id, GuardrailsRequest())
        with pytest.raises(NotFound):
            guardrails.get(session, world.stranger, world.project_id)
        assert guardrails.get(session, world.viewer, world.project_id).guardrails == []
