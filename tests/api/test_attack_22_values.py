"""Attack 22 at REST's own doors: what a form would not let anybody send is refused to whoever sends it past the form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import World
from tests.service.deployment.conftest import MAIN, VARIABLES, write_template
from tests.service.quota.test_attack_22_guardrails import MANIFEST, MORE, PLACES, USED

PAGE = "/api/v1/templates/azure/thing"
GOOD: dict[str, Any] = {"size": 3, "place": "westeurope", "note": "first"}
RULES = {
    "guardrails": [
        {"rule": "places", "allowed": ["westeurope", "northeurope"]},
        {"rule": "fixed", "variable": "tier", "value": "basic"},
        {"rule": "tags", "tags": {"cost_center": "4711"}},
        {"rule": "range", "variable": "days", "max": 14},
    ]
}
SENT: list[tuple[dict[str, Any], str]] = [
    ({"place": "eastus"}, "place"),
    ({"place": "nowhere-at-all"}, "place"),
    ({"place": ["westeurope"]}, "place"),
    ({"tier": "premium"}, "tier"),
    ({"tier": "premium", "extra": "shown only then"}, "tier"),
    ({"tags": {"cost_center": "1"}}, 'tags["cost_center"]'),
    ({"days": 15}, "days"),
    ({"days": "15"}, "days"),
    ({"size": 10}, "size"),
    ({"no_such_variable": "x"}, "no_such_variable"),
    ({"__proto__": {"place": "eastus"}}, "__proto__"),
]


@pytest.fixture
def templates(settings_env: Callable[..., None], world: World, tmp_path: Path) -> None:
    """A catalogue of one."""
    folder = tmp_path / "templates"
    write_template(folder / "azure" / "thing", variables=VARIABLES + MORE, main=MAIN + USED)
    fixed = MANIFEST.replace("variables:\n", "variables:\n  note: {immutable_after_create: true}\n")
    (folder / "azure" / "thing" / "manifest.yaml").write_text(fixed)
    (folder / "_data").mkdir()
    (folder / "_data" / "azure-locations.json").write_text(PLACES)
    settings_env(TERRACE_TEMPLATES_DIR=str(folder))


@pytest.mark.usefixtures("templates")
def test_attack_22_neither_a_new_deployment_nor_a_change_takes_what_the_form_would_not_send(
    admin_client: TestClient, member_client: TestClient
) -> None:
    assert admin_client.put("/api/v1/projects/default/guardrails", json=RULES).status_code == 200
    body = {"name": "one", "template": "azure/thing", "cloud_account": "sandbox-azure", "values": GOOD}
    made = member_client.post("/api/v1/deployments", json=body)
    assert made.status_code == 201, made.text
    path = f"/api/v1/deployments/{made.json()['deployment']['id']}"
    before, taken = member_client.get(path).json()["values"], []
    for values, field in SENT:
        for client in (member_client, admin_client):
            new = client.post("/api/v1/deployments", json=body | {"name": "other", "values": GOOD | values})
            changed = client.patch(path, json={"values": before | values})
            for answer in (new, changed):
                paths = [error["path"] for error in answer.json().get("errors", [])]
                if answer.status_code != 422 or f"values.{field}" not in paths:
                    taken.append(f"{values} {answer.status_code} {paths}")
        judged = member_client.post(f"{PAGE}/validate?project=default", json={"values": GOOD | values}).json()
        if field not in [error["path"] for error in judged["errors"]]:
            taken.append(f"validate {values}: {judged}")
    assert taken == []
    moved = member_client.patch(path, json={"values": before | {"note": "second"}})
    assert (moved.status_code, [error["path"] for error in moved.json()["errors"]]) == (422, ["values.note"])
    hidden = member_client.patch(path, json={"values": before | {"extra": "smuggled", "size": 4}})
    assert hidden.status_code == 200, hidden.text
    now = member_client.get(path).json()["values"]
    assert now.get("extra") != "smuggled", "what is not shown is not taken, whoever sends it"
    assert (now["tier"], now["tags"]["cost_center"]) == ("basic", "4711"), "set, though nobody sent it"
