"""An action, from the deployment's page to what it left to keep."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect

from portal.kit.db import unit_of_work
from portal.run import work
from tests.service.run import world
from tests.support.pages import Portal, complaints
from tests.ui.conftest import Open
from tests.ui.test_run_page import SUMMARY, hand, take  # noqa: F401 - a fixture among them

CLUSTER = {
    "resources": [
        {
            "mode": "managed",
            "type": "azurerm_kubernetes_cluster",
            "name": "this",
            "provider": 'provider["registry.terraform.io/hashicorp/azurerm"]',
            "instances": [{"attributes": {"id": "/x", "name": "shop", "resource_group_name": "rg-shop"}}],
        }
    ]
}
KUBECONFIG = "apiVersion: v1\nkind: Config\ncanary: 7f3a\n"


def made(portal: Portal) -> str:
    """The id of a deployment that has a cluster."""
    values: dict[str, Any] = {"name": "shop", "location": "westeurope"}
    deployed = portal.deploy("act", "azure/aks-cluster", values)
    run_id = deployed["run"]["id"]
    take(run_id).finish_plan(SUMMARY)
    portal.api("POST", f"/runs/{run_id}/confirm")
    job = world.claimed(run_id, "apply")
    world.write_state(job, world.state_body(resources=CLUSTER["resources"]))
    with unit_of_work() as session:
        assert work.finish_apply(session, run_id, job.claim, applied=1)
    return deployed["deployment"]["id"]


def test_an_action_is_asked_for_done_and_its_secret_shown_to_who_asks_for_it(hand: Portal, open_page: Open) -> None:  # noqa: F811
    deployment_id = made(hand)
    page = open_page(f"/deployments/{deployment_id}", "member")
    said = complaints(page)
    actions = page.locator("#deployment-actions")
    expect(actions.get_by_role("button")).to_have_count(3)
    actions.get_by_role("button", name="Get a kubeconfig").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("What you get opens the cluster to whoever has it.")
    dialog.get_by_role("button", name="Get a kubeconfig").click()
    expect(page).to_have_url(re.compile("/runs/run-"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Get a kubeconfig")
    expect(page.locator("#run-status")).to_have_text("Queued")
    expect(page.locator("#run-plan")).to_have_count(0)

    run = take(page.url.rpartition("/")[2], "apply")
    expect(page.locator("#run-status")).to_have_text("Running")
    with unit_of_work() as session:
        assert work.finish_action(session, run.id, run.claim, result=KUBECONFIG.encode())
    expect(page.locator("#run-status")).to_have_text("Done")
    result = page.locator("#run-result")
    expect(result).not_to_contain_text("canary")
    result.get_by_role("button", name="Reveal").click()
    expect(result).to_contain_text("canary: 7f3a")
    with page.expect_download() as download:
        result.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "kubeconfig.yaml"
    assert said == []

    looker = open_page(f"/deployments/{deployment_id}", "viewer")
    expect(looker.locator("#deployment-actions li")).to_have_count(3)
    expect(looker.locator("#deployment-actions").get_by_role("button")).to_have_count(0)
