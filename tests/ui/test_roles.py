"""Roles, access and service accounts in a browser: a role is made and explained, a token is shown once."""

from __future__ import annotations

import httpx
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.support.pages import OVERFLOW, PATIENCE, PEOPLE, Portal, complaints
from tests.ui.conftest import Open

MAX = PEOPLE["member"]


def fits(page: Page) -> None:
    """What the page shows now passes axe, on a phone too."""
    page.evaluate("Promise.all(document.getAnimations().map((item) => item.finished.catch(() => 0)))")
    assert [item["id"] for item in Axe().run(page, context="main").response["violations"]] == []
    before = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(OVERFLOW) <= 0
    assert before is not None
    page.set_viewport_size(before)


def test_a_role_is_made_of_ticked_actions_and_the_page_of_access_says_what_it_lets_somebody_do(
    portal_server: Portal, open_page: Open
) -> None:
    portal_server.api("POST", "/projects", {"slug": "releases", "name": "Releases"})
    page = open_page("/admin/roles")
    said = complaints(page)
    built_in = page.get_by_role("table", name="Built-in roles in a project")
    decide = built_in.get_by_role("row", name="approval.decide")
    expect(decide.get_by_role("cell")).to_contain_text(["no", "no", "yes", "yes"], timeout=PATIENCE)
    page.get_by_role("link", name="New role").click()
    page.get_by_label("Title").fill("Releaser")
    expect(page.get_by_role("checkbox", name="project.read")).to_be_disabled()
    expect(page.get_by_role("checkbox", name="role.manage")).to_have_count(0)
    page.get_by_role("checkbox", name="run.confirm").check()
    fits(page)
    page.get_by_role("button", name="Make the role").click()
    own = page.get_by_role("table", name="Roles of your own")
    expect(own.get_by_role("row", name="Releaser")).to_contain_text("In a project", timeout=PATIENCE)
    made = portal_server.api("GET", "/roles/project/releaser")
    assert made["actions"] == ["project.read", "run.confirm"]

    portal_server.api("POST", "/projects/releases/members", {"user": MAX, "role": "releaser"})
    page.goto("/admin/access")
    page.get_by_label("Who", exact=True).fill(MAX)
    page.get_by_label("May do what").select_option("run.confirm")
    page.get_by_label("In which project").select_option("releases")
    page.get_by_role("button", name="Ask").click()
    answer = page.locator("#access-answer")
    expect(answer).to_contain_text(f"{MAX} may do this in releases.", timeout=PATIENCE)
    expect(answer).to_contain_text("The role releaser allows run.confirm. It lists: project.read, run.confirm.")
    expect(answer).to_contain_text(PEOPLE["admin"])
    fits(page)
    page.goto(f"/admin/access?user={MAX}&action=run.cancel&project=releases")
    expect(answer).to_contain_text(f"{MAX} may not do this in releases.", timeout=PATIENCE)
    expect(answer).to_contain_text("The role releaser does not allow run.cancel.")

    page.goto("/admin/roles?edit=project%2Freleaser")
    page.get_by_role("checkbox", name="run.cancel").check(timeout=PATIENCE)
    page.get_by_role("button", name="Save").click()
    expect(own).to_be_visible(timeout=PATIENCE)
    assert "run.cancel" in portal_server.api("GET", "/roles/project/releaser")["actions"]
    page.get_by_role("link", name="Releaser").click()
    assert said == []
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete the role").click()
    expect(page.get_by_role("alert")).to_contain_text(f"The role releaser is held by {MAX}", timeout=PATIENCE)


def test_a_service_account_gets_a_project_and_a_token_that_is_shown_once_and_ends_with_it(
    portal_server: Portal, open_page: Open
) -> None:
    portal_server.api("POST", "/projects", {"slug": "pipelines", "name": "Pipelines"})
    page = open_page("/admin/service-accounts")
    said = complaints(page)
    page.get_by_role("button", name="New service account").click(timeout=PATIENCE)
    page.get_by_label("Name").fill("Nightly build")
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("heading", name="Nightly build", level=1)).to_be_visible(timeout=PATIENCE)
    page.get_by_label("Project", exact=True).select_option("pipelines")
    page.get_by_label("Role there").select_option("viewer")
    page.get_by_role("button", name="Add to the project").click()
    expect(page.get_by_label("Role in Pipelines")).to_have_value("viewer", timeout=PATIENCE)
    fits(page)

    page.get_by_role("button", name="New token").click()
    dialog = page.get_by_role("dialog", name="New token of Nightly build")
    dialog.get_by_label("What is it for?").fill("Cron")
    dialog.get_by_label("In which project").select_option("pipelines")
    dialog.get_by_label("Only some actions").check()
    dialog.get_by_role("checkbox", name="project.read").check()
    fits(page)
    dialog.get_by_role("button", name="Create token").click()
    secret = dialog.get_by_label("Token", exact=True).input_value(timeout=PATIENCE)
    asks = httpx.Client(
        base_url=f"{portal_server.url}/api/v1", headers={"Authorization": f"Bearer {secret}"}, timeout=60
    )
    with asks:
        assert asks.get("/projects/pipelines").json()["slug"] == "pipelines"
        assert asks.post("/tokens", json={"name": "Another"}).status_code == 403
        dialog.get_by_role("button", name="Done").click()
        row = page.get_by_role("table", name="Tokens").get_by_role("row", name="Cron")
        expect(row).to_contain_text("may write, in pipelines, only project.read", timeout=PATIENCE)
        expect(page.locator("#shown-once")).to_have_count(0)
        assert secret not in page.content()
        page.reload()
        expect(row).to_be_visible(timeout=PATIENCE)
        assert secret not in page.content()
        page.get_by_role("button", name="Shut out", exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name="Shut out").click()
        expect(page.get_by_text("It has none.")).to_be_visible(timeout=PATIENCE)
        assert asks.get("/projects/pipelines").status_code == 401
    assert said == []
    page.goto("/admin/service-accounts")
    expect(page.get_by_role("row", name="Nightly build")).to_contain_text("Shut out", timeout=PATIENCE)
    fits(page)
