"""In a browser: a deployment is given away, a leaver's are handed over or listed, an action waits until somebody agrees."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from portal.kit.db import unit_of_work
from portal.run import work
from tests.service.run import world
from tests.support.pages import OVERFLOW, Portal, complaints
from tests.ui.conftest import Open
from tests.ui.test_actions import CLUSTER
from tests.ui.test_approvals import MAX, hand, planned, project  # noqa: F401 - a fixture among them
from tests.ui.test_run_page import SUMMARY, take


def leaver(portal: Portal, slug: str, name: str) -> str:
    """The id of a person who deploys in the project."""
    email = f"{name}@example.com"
    user = portal.api("POST", "/users", {"email": email, "role": "member"})
    portal.api("POST", f"/projects/{slug}/members", {"user": email, "role": "deployer"})
    return (user.get("user") or user)["id"]


def deployment_of(portal: Portal, slug: str, name: str) -> str:
    return portal.api("GET", f"/runs/{planned(portal, slug, name)}")["deployment_id"]


def test_what_a_person_owns_is_given_away_handed_over_or_listed(hand: Portal, open_page: Open) -> None:  # noqa: F811
    project(hand, "leavers")
    first, second = leaver(hand, "leavers", "lena"), leaver(hand, "leavers", "leon")
    kept, left = deployment_of(hand, "leavers", "kept-one"), deployment_of(hand, "leavers", "left-one")
    page = open_page(f"/deployments/{kept}", phone=True)
    said = complaints(page)
    page.click("#give-deployment")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("New owner").fill("nobody@example.com")
    dialog.get_by_role("button", name="Give", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("may deploy in this project")
    dialog.get_by_label("New owner").fill("lena@example.com")
    dialog.get_by_role("button", name="Give", exact=True).click()
    expect(page.locator("#deployment-owner")).to_contain_text("It belongs to lena@example.com.")
    assert page.evaluate(OVERFLOW) <= 0
    hand.api("POST", f"/deployments/{left}/owner", {"owner": "leon@example.com"})

    page.goto(f"/admin/users/{first}")
    page.get_by_role("button", name="Shut out").click()
    dialog = page.get_by_role("dialog", name="Shut this user out?")
    expect(dialog).to_contain_text("1 deployment stays")
    dialog.get_by_label("Give what they own to").fill(MAX)
    dialog.get_by_role("button", name="Shut out").click()
    expect(page.get_by_text(f"1 deployment now belongs to {MAX}")).to_be_visible()
    assert hand.api("GET", f"/deployments/{kept}")["owner"]["email"] == MAX

    hand.api("PATCH", f"/users/{second}", {"disabled": True})
    owner = open_page("/projects/leavers", dark=True)
    orphans = owner.locator("#without-owner")
    expect(orphans.get_by_role("link")).to_have_text(["left-one"])
    orphans.get_by_role("link").click()
    expect(owner.locator("#deployment-owner")).to_contain_text("Its owner is not there any more")
    viewer = open_page(f"/deployments/{left}", "viewer")
    expect(viewer.locator("#deployment-owner")).to_contain_text("leon@example.com was shut out")
    expect(viewer.locator("#give-deployment")).to_have_count(0)
    owner.goto(f"/admin/users/{second}")
    owner.click("#hand-over")
    owner.get_by_role("dialog").get_by_label("New owner").fill(MAX)
    owner.get_by_role("dialog").get_by_role("button", name="Give", exact=True).click()
    expect(owner.get_by_text(f"1 deployment now belongs to {MAX}")).to_be_visible()
    assert [line for line in said if "422" not in line] == []  # the address that could not be used


def cluster(portal: Portal, slug: str) -> str:
    """The id of a deployment that has something to act on."""
    body: dict[str, Any] = {
        "name": "act", "project": slug, "template": "azure/aks-cluster", "cloud_account": "sandbox-azure",
        "values": {"name": "shop", "location": "westeurope"},
    }  # fmt: skip
    run_id = portal.api("POST", "/deployments", body)["run"]["id"]
    take(run_id).finish_plan(SUMMARY)
    run = portal.api("POST", f"/runs/{run_id}/confirm")
    job = world.claimed(run_id, "apply")
    world.write_state(job, world.state_body(resources=CLUSTER["resources"]))
    with unit_of_work() as session:
        assert work.finish_apply(session, run_id, job.claim, applied=1)
    return run["deployment_id"]


def test_an_action_waits_and_another_person_sees_exactly_what_it_is_and_agrees(hand: Portal, open_page: Open) -> None:  # noqa: F811
    project(hand, "acting")
    deployment = cluster(hand, "acting")
    rules = open_page("/admin/approval-rules?new=1")
    rules.get_by_label("Name", exact=True).fill("Actions")
    rules.get_by_label("These actions are started").fill("get-credential*")
    rules.get_by_label("In some projects").check()
    rules.get_by_label("Projects", exact=True).fill("acting")
    rules.get_by_label("People by name").check()
    rules.get_by_label("People", exact=True).fill(MAX)
    rules.get_by_role("button", name="Make the rule").click()
    expect(rules.get_by_text("the action get-credential* is started")).to_be_visible()
    run_id = hand.api("POST", f"/deployments/{deployment}/actions", {"action": "get-credentials"})["id"]
    own = open_page(f"/runs/{run_id}")
    expect(own.locator("#run-status")).to_have_text("Needs approval")
    expect(own.locator("#approval-why-not")).to_contain_text("your own request")
    page = open_page("/approvals", "member", phone=True)
    said = complaints(page)
    page.locator(f"[data-run={run_id}]").get_by_role("link").click()
    expect(page.locator("#approval-action")).to_contain_text("az aks get-credentials")
    expect(page.locator("#approval-action")).to_contain_text("azurerm_kubernetes_cluster.this")
    assert page.evaluate(OVERFLOW) <= 0
    page.click("#approve")
    expect(page.locator("#run-approval")).to_have_attribute("data-state", "approved")
    expect(own.locator("#run-status")).to_have_text("Queued")
    job = world.claimed(run_id, "apply")
    assert job.command is not None
    assert job.command.name == "get-credentials"
    with unit_of_work() as session:
        assert work.finish_action(session, run_id, job.claim, result=b"apiVersion: v1")
    assert said == []
