"""Nobody is shown a way to what they may not do: pages of administration, of projects and of deployments, as people see them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, delete

from portal.auth.permissions import PROJECT, Action
from portal.kit.db import unit_of_work
from portal.models import Worker
from portal.run import work
from tests.support.pages import PATIENCE, PEOPLE, Portal, person
from tests.ui.conftest import Open
from tests.ui.test_run_page import planned

# By name: what can be pressed, ticked, chosen or filled in. Tabs, filters and copies change what is shown and nothing else.
OFFERED = """[...document.querySelectorAll('main button, main a.btn, main input, main select, main textarea')]
  .filter((item) => item.checkVisibility() && !item.matches(':disabled, [readonly], [role=tab], [aria-pressed], .copy'))
  .filter((item) => !item.closest('.toolbar'))
  .map((item) => item.getAttribute('aria-label') || item.labels?.[0]?.innerText || item.innerText || item.id)
  .map((text) => text.trim().split('\\n')[0])"""
READS = "Refresh", "Verify", "Export CSV", "Export JSON lines", "Older", "Newer", "All runs", "In the catalogue"
ORCHARD = "/projects/orchard?tab="
# Each page with a text that is there once it shows what it has.
OF_ADMINISTRATION = {
    "/admin/users": "soon@example.com",
    "/admin/users/{user}": "API tokens",
    "/admin/roles": "Watcher",
    "/admin/roles?edit=project/watcher": "What it allows",
    "/admin/cloud-accounts": "sandbox-azure",
    "/admin/cloud-accounts/sandbox-azure": "Open to",
    "/admin/templates": "Published",
    "/admin/templates/azure/virtual-machine": "For whom",
    "/admin/policies": "Nothing in the east",
    "/admin/policies?edit={policy}": "What it said",
    "/admin/approval-rules": "Nothing is deleted alone",
    "/admin/approval-rules?edit={rule}": "Who must agree",
    "/admin/workers": "watched@host",
    "/admin/audit": "Where the trail goes",
    "/admin/settings": "Identity providers",
    "/admin/settings/identity": "Nobody else",
    "/admin/settings/notifications": "Told elsewhere",
    "/admin/system": "Largest tables",
}
OF_PROJECTS = {
    "/projects": "Orchard",
    f"{ORCHARD}overview": "Quotas",
    f"{ORCHARD}members": PEOPLE["viewer"],
    f"{ORCHARD}templates": "templates can be used here",
    "/deployments/{deployment}": "Last runs",
    "/runs/{run}": "Needs confirmation",
    "/templates/azure/virtual-machine": "What will be created",
    "/templates/azure/virtual-machine/deploy": "You deploy in no project",
}
OF_A_RUN = ("Plan", "Expand all", "+", "Search the log", "Level", "Wrap")


@pytest.fixture
def places(portal_server: Portal, settings_env: Callable[..., None]) -> Iterator[dict[str, str]]:
    """A portal with something to press on every page: the ids that the addresses have."""
    names = ("TERRACE_DATABASE_URL", "TERRACE_REDIS_URL", "TERRACE_SECRET_KEYS")
    settings_env(**{name: portal_server.environment[name] for name in names})
    portal = portal_server
    portal.api("POST", "/projects", {"name": "Orchard"})
    portal.api("POST", "/projects/orchard/members", {"user": PEOPLE["viewer"], "role": "owner"})
    portal.api("POST", "/roles", {"kind": "project", "title": "Watcher", "actions": ["run.read"]})
    regions = {"rule": "allowed_regions", "settings": {"regions": ["west*"]}}
    policy = portal.api("POST", "/policies", {"name": "Nothing in the east", "enabled": False, **regions})["id"]
    asks = {"name": "Nothing is deleted alone", "enabled": False, "when": {"destroy": True}}
    rule = portal.api("POST", "/approval-rules", asks)["id"]
    ids = {"slug": "nobody-else", "title": "Nobody else", "client_id": "terrace", "client_secret": "kept by a test"}
    provider = portal.api("POST", "/identity-providers", {"kind": "google", "enabled": False, **ids})["id"]
    hook = {"kind": "webhook", "events": ["run.applied"], "url": "https://hooks.example.com/x"}
    channel = portal.api("POST", "/notification-channels", {"name": "Told elsewhere", **hook})["id"]
    invited = portal.api("POST", "/invitations", {"email": "soon@example.com"})
    portal.api("PUT", "/system/hold", {"reason": "Somebody looks at it first."})
    with unit_of_work() as session:
        work.register_worker(session, name="watched@host", queues=["plan", "apply"], concurrency=2)
    run = planned(portal, "watched")
    user = portal.api("GET", f"/users?q={PEOPLE['member']}")["items"][0]["id"]
    made = {"user": user, "policy": policy, "rule": rule}
    yield {"run": run, "deployment": portal.api("GET", f"/runs/{run}")["deployment_id"], **made}
    for path in (f"/policies/{policy}", f"/approval-rules/{rule}", f"/identity-providers/{provider}", "/system/hold"):
        portal.api("DELETE", path)
    portal.api("DELETE", f"/notification-channels/{channel}")
    portal.api("DELETE", f"/invitations/{invited['id']}")
    with unit_of_work() as session:
        session.exec(delete(Worker).where(col(Worker.name) == "watched@host"))


def walk(page: Page, pages: dict[str, str], places: dict[str, str]) -> dict[str, list[str]]:
    """What each page offers beside what only reads."""
    found = {}
    for path, text in pages.items():
        page.goto(path.format(**places))
        expect(page.locator("main")).to_contain_text(text)
        expect(page.get_by_role("button", name="Your account")).to_be_visible()
        expect(page.locator(".skeletons")).to_have_count(0)
        allowed = READS + (OF_A_RUN if path.startswith("/runs/") else ())
        if offered := [name for name in page.evaluate(OFFERED) if name not in allowed]:
            found[path] = offered
        assert page.get_by_role("alert").all_text_contents() == [], path
    return found


def refusals(page: Page) -> list[str]:
    """A list that fills with what the API refuses to the page."""
    said: list[str] = []
    page.on("response", lambda answer: said.append(answer.url) if answer.status == 403 else None)
    return said


def test_auditors_and_viewers_are_offered_nothing_that_they_would_be_refused(
    portal_server: Portal, places: dict[str, str], open_page: Open
) -> None:
    portal_server.cookies["auditing"] = person(portal_server.url, "auditing@example.com", "auditor")
    page = open_page("/account", "auditing")
    refused = refusals(page)
    assert walk(page, OF_ADMINISTRATION | OF_PROJECTS, places) == {}
    assert refused == []

    page = open_page("/account", "viewer")
    refused = refusals(page)
    assert walk(page, OF_PROJECTS, places) == {}
    here = page.url
    for key in ("g", "u", "g", "w", "n", "?"):
        page.keyboard.press(key)
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Go to projects")
    expect(page.get_by_role("dialog", name="Keys")).not_to_contain_text("New deployment")
    assert page.url == here
    assert refused == []


OF_ROLES = {
    "/projects/default?tab=members": PEOPLE["viewer"],
    "/projects/default?tab=templates": "templates can be used here",
    "/deployments/{deployment}": "Last runs",
    "/runs/{run}": "Needs confirmation",
}
TAKES: dict[str, Action] = {
    "Rename": "project.manage",
    "Role of": "project.manage",
    "Remove": "project.manage",
    "Add a person, by e-mail": "project.manage",
    "As": "project.manage",
    "Check drift": "run.create",
    "Plan": "run.create",
    "Destroy": "deployment.destroy",
    "Give it to somebody else": "deployment.transfer",
    "Confirm and apply": "run.confirm",
    "Discard": "run.discard",
}
"""What can be pressed on those pages, and the action of the table that it takes."""


@pytest.fixture
def walked(portal_server: Portal, settings_env: Callable[..., None]) -> dict[str, str]:
    """A plan that waits in the project `default`, of a deployment of the administrator's."""
    names = ("TERRACE_DATABASE_URL", "TERRACE_REDIS_URL", "TERRACE_SECRET_KEYS")
    settings_env(**{name: portal_server.environment[name] for name in names})
    run = planned(portal_server, "walked")
    return {"run": run, "deployment": portal_server.api("GET", f"/runs/{run}")["deployment_id"]}


def test_each_role_in_a_project_is_offered_what_the_table_lets_it_do_and_nothing_else(
    portal_server: Portal, walked: dict[str, str], open_page: Open
) -> None:
    for role, granted in PROJECT.items():
        if role == "viewer":
            continue
        email = f"{role}.here@example.com"
        portal_server.cookies[role] = person(portal_server.url, email, "member")
        portal_server.api("POST", "/projects/default/members", {"user": email, "role": role})
        page = open_page("/account", role)
        refused = refusals(page)
        allowed = {name for name, action in TAKES.items() if action in granted}
        offered, until = offers(page, walked), time.monotonic() + PATIENCE / 1000
        # A button may come later than the heading by which a page is known.
        while offered != allowed and time.monotonic() < until:
            offered = offers(page, walked)
        assert offered == allowed, role
        assert refused == []


def offers(page: Page, places: dict[str, str]) -> set[str]:
    """What can be pressed on the pages of a project, by the words of `TAKES`."""
    offered = {name for names in walk(page, OF_ROLES, places).values() for name in names}
    return {next((word for word in ("Role of", "Remove") if name.startswith(word)), name) for name in offered}


def test_whoever_manages_users_for_an_administrator_is_offered_nothing_with_accounts_above_theirs(
    portal_server: Portal, open_page: Open
) -> None:
    portal = portal_server
    portal.api("POST", "/roles", {"kind": "organisation", "title": "Helpdesk", "actions": ["user.read", "user.manage"]})
    portal.api("POST", "/invitations", {"email": "later@example.com", "role": "auditor"})
    portal.cookies["helpdesk"] = person(portal.url, "helping@example.com", "helpdesk")
    ids = {name: portal.api("GET", f"/users?q={PEOPLE[name]}")["items"][0]["id"] for name in ("admin", "member")}
    page = open_page("/account", "helpdesk")
    refused = refusals(page)
    pages = {f"/admin/users/{ids[name]}": "API tokens" for name in ("admin", "member")} | {"/admin/users": "later@"}
    found = walk(page, pages, {})
    assert f"/admin/users/{ids['admin']}" not in found
    assert {"Shut out", "Reset link", "End all sessions"} <= set(found[f"/admin/users/{ids['member']}"])
    assert {"Invite", f"Role of {PEOPLE['member']}", "Revoke the invitation of later@example.com"} <= set(
        found["/admin/users"]
    )
    assert not {f"Role of {PEOPLE['admin']}", "New link for later@example.com"} & set(found["/admin/users"])
    role = page.get_by_label(f"Role of {PEOPLE['member']}")
    expect(role.get_by_role("option")).to_have_text(["Viewer", "Member"])
    role.select_option("viewer")
    expect(page.get_by_text(f"{PEOPLE['member']} is viewer now")).to_be_visible()
    role.select_option("member")
    expect(page.get_by_text(f"{PEOPLE['member']} is member now")).to_be_visible()
    page.get_by_role("button", name="Invite").click()
    dialog = page.get_by_role("dialog", name="Invite somebody")
    expect(dialog.get_by_label("Role in the portal").get_by_role("option")).to_have_count(2)
    dialog.get_by_label("E-mail").fill("newest@example.com")
    dialog.get_by_role("button", name="Invite").click()
    expect(page.get_by_role("button", name="New link for newest@example.com")).to_be_attached()
    assert refused == []
