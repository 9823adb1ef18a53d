"""Every page passes axe, in both themes, on a phone (390 px) and on a desk (1440 px). A page that is not named here fails."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from portal.ui import routes
from tests.support.pages import OVERFLOW, Portal
from tests.ui.conftest import Open
from tests.ui.test_run_page import planned

SIZES = ({"width": 1440, "height": 900}, {"width": 390, "height": 844})
THEMES = ("light", "dark")
# Where pages with a variable part are looked at. Those for a link of one's own are looked at without one.
AT = {
    "/": "/",
    routes.TEMPLATE: "/templates/azure/virtual-machine",
    routes.DEPLOY: "/templates/azure/virtual-machine/deploy",
    routes.DEPLOYMENT: "/deployments/{deployment}",
    routes.RUN: "/runs/{run}",
    routes.APPROVAL: "/approvals/{run}",
    routes.CLOUD_ACCOUNT: "/admin/cloud-accounts/sandbox-azure",
    routes.PROJECT: "/projects/seen",
    routes.USER: "/admin/users/{user}",
    routes.ADMIN_TEMPLATE: "/admin/templates/azure/virtual-machine",
}
ROUTES = sorted(
    value for name, value in vars(routes).items() if name.isupper() and isinstance(value, str) and value.startswith("/")
)
EVERY_CONTROL = "document.querySelectorAll('details').forEach((item) => { item.open = true; })"

# Tiles below the window are laid out too: axe reads the colours of what a browser has drawn.
EVERY_PART = ".cards > li { content-visibility: visible; }"
# The style of the theme is in force, and whatever moves towards it has arrived.
STILL = """new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
  .then(() => Promise.all(document.getAnimations().map((item) => item.finished.catch(() => 0))))"""


@pytest.fixture
def hand(portal_server: Portal, settings_env: Callable[..., None]) -> Portal:
    """This process stands at the portal's database and Redis, as a worker does."""
    names = ("TERRACE_DATABASE_URL", "TERRACE_REDIS_URL", "TERRACE_SECRET_KEYS")
    settings_env(**{name: portal_server.environment[name] for name in names})
    return portal_server


@pytest.fixture
def made(hand: Portal) -> dict[str, str]:
    """A deployment with a plan that waits to be confirmed: found again by whichever test comes next."""
    for item in hand.api("GET", "/deployments?limit=200")["items"]:
        if item["name"] == "seen-by-all":
            return {"deployment": item["id"], "run": item["last_run"]["id"], "user": hand.api("GET", "/me")["id"]}
    hand.api("POST", "/projects", {"name": "Seen", "slug": "seen"})
    run = planned(hand, "seen-by-all")
    return {
        "deployment": hand.api("GET", f"/runs/{run}")["deployment_id"],
        "run": run,
        "user": hand.api("GET", "/me")["id"],
    }


def violations(page: Page) -> list[str]:
    """What axe says of the page as it is now."""
    found = page.evaluate("axe.run({resultTypes: ['violations']}).then((result) => result.violations)")
    return [
        f"{item['id']}: {item['help']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for item in found
        for node in item["nodes"][:3]
    ]


def settle(page: Page, theme: str) -> None:
    """The page shows what it has, in that theme, and nothing moves any more."""
    expect(page.locator(".skeletons")).to_have_count(0)
    page.wait_for_function(
        "(dark) => document.documentElement.classList.contains('dark') === dark", arg=theme == "dark"
    )
    page.evaluate(STILL)


def look(page: Page) -> dict[str, list[str]]:
    """What is wrong with the page, and at which width and in which theme."""
    found: dict[str, list[str]] = {}
    page.evaluate(AXE_SCRIPT)
    for size in SIZES:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            settle(page, theme)
            wide = ["the page is wider than the window"] if page.evaluate(OVERFLOW) > 0 else []
            for violation in violations(page) + wide:
                found.setdefault(violation, []).append(f"{size['width']} px {theme}")
    return found


@pytest.mark.parametrize("route", ROUTES)
def test_a_page_passes_axe_in_both_themes_and_at_both_widths(route: str, made: dict[str, str], open_page: Open) -> None:
    address = AT.get(route, route)
    assert "[" not in address, f"say in AT where {route} is looked at"
    page = open_page(address.format(**made), None if route in routes.WITHOUT_SESSION else "admin")
    page.emulate_media(reduced_motion="reduce")
    page.add_style_tag(content=EVERY_PART)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.evaluate(EVERY_CONTROL)
    if found := look(page):
        pytest.fail("\n".join(f"{', '.join(where)}: {violation}" for violation, where in found.items()), pytrace=False)
