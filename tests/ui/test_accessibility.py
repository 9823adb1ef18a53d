"""Every page and all that opens over it passes axe, in both themes, on a phone (390 px) and on a desk (1440 px).

A page, a dialog or a menu that `places.py` does not name fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from portal.kit import db
from portal.kit.config import PROJECT_DIR, settings
from portal.ui import routes
from tests.support import pages, servers
from tests.support.prepared import Prepared, copied
from tests.ui import axe, places, scene
from tests.ui.places import DIALOG, Opens, Place

ROUTES = {
    value for name, value in vars(routes).items() if name.isupper() and isinstance(value, str) and value.startswith("/")
}
PLACES = [*(place for found in places.PLACES.values() for place in found), *places.NOWHERE]
EVERY_CONTROL = "document.querySelectorAll('main details').forEach((item) => { item.open = true; })"
# Tiles below the window are laid out too: axe reads the colours of what a browser has drawn.
EVERY_PART = ".cards > li { content-visibility: visible; }"

ELEMENT = re.compile(r"<(Modal|(?:Confirm|Create|Send|Shown)Dialog|dialog)\b|className=\"popover\"|role=\"listbox\"")
TITLE = re.compile(r"""(?:title|aria-label)=(?:"([^"]*)"|\{((?:[^{}]|\{[^{}]*\})*)\})""")
CALL = re.compile(r"local\.(?:Modal|ConfirmDialog)\.create\(")


@pytest.fixture(scope="module")
def seen(
    test_servers: servers.Servers, beginning: Prepared, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[scene.Scene]:
    """A portal of this file's own: what is in it would be in the way of others' tests."""
    names = ("TERRACE_DATABASE_URL", "TERRACE_REDIS_URL", "TERRACE_SECRET_KEYS", "TERRACE_DATA_DIR")
    folder = tmp_path_factory.mktemp("seen")
    with (
        servers.own_redis(test_servers) as redis,
        copied(folder, test_servers, beginning, redis) as portal,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name in names:
            patch.setenv(name, portal.environment[name])
        settings.cache_clear()
        try:
            yield scene.make(portal)
        finally:
            db.dispose_engines()
    settings.cache_clear()


Windows = dict[str | None, Page]


@pytest.fixture(scope="module")
def windows(seen: scene.Scene, chromium_browser: Browser) -> Iterator[Windows]:
    """One window for each who looks: what a browser has loaded once it need not load for every page."""
    found: Windows = {}
    for who in {place.who for place in PLACES}:
        context = pages.context(chromium_browser, seen.portal, who)
        found[who] = context.new_page()
        found[who].emulate_media(reduced_motion="reduce")
    yield found
    for page in found.values():
        page.context.close()


class Complaints:
    """What is wrong, and where."""

    def __init__(self) -> None:
        self.text: list[str] = []

    def add(self, where: str, found: dict[str, list[str]]) -> None:
        self.text += [f"{where}: {', '.join(at)}: {violation}" for violation, at in found.items()]

    def end(self) -> None:
        if self.text:
            pytest.fail("\n".join(self.text), pytrace=False)


def visit(page: Page, place: Place, at: dict[str, str]) -> None:
    """Nothing of the former page is left when the heading of this one is there."""
    page.goto("about:blank")
    page.goto(place.path.format(**at))
    page.add_style_tag(content=EVERY_PART)
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def opened(page: Page, item: Opens, at: dict[str, str], complaints: Complaints) -> None:
    """It opens, takes the focus, keeps it, passes axe, and gives the focus back where it was."""
    button = page.get_by_role("button", name=item.press.format(**at), exact=True).first
    button.press("Enter")
    if item.before:
        item.before(page)
    dialog = page.get_by_role("dialog", name=item.name.format(**at), exact=True)
    expect(dialog).to_be_visible()
    for step in (None, *item.inside):
        if step:
            step(page)
        complaints.add(item.name, axe.look(page, DIALOG))
    stays_inside(page, dialog, complaints)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(button).to_be_focused()


HOLDS = "(dialog) => dialog.contains(document.activeElement)"


def stays_inside(page: Page, dialog: Locator, complaints: Complaints) -> None:
    """Whatever Tab leads to is in the dialog, or belongs to the browser."""
    if not dialog.evaluate(HOLDS):
        complaints.add(str(dialog), {"the focus is not in the dialog": []})
    for key in ("Shift+Tab", "Tab", "Tab"):
        page.keyboard.press(key)
        if not dialog.evaluate(f"(dialog) => document.activeElement === document.body || ({HOLDS})(dialog)"):
            complaints.add(str(dialog), {f"{key} leaves the dialog": []})


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place.path} {place.who or ''}".strip())
def test_a_page_and_all_that_opens_over_it_passes_axe_in_both_themes_and_at_both_widths(
    place: Place, seen: scene.Scene, windows: Windows
) -> None:
    page, complaints = windows[place.who], Complaints()
    visit(page, place, seen.at)
    page.evaluate(EVERY_CONTROL)
    complaints.add("at first", axe.look(page))
    for number, step in enumerate(place.steps, 1):
        step(page)
        page.evaluate(EVERY_CONTROL)
        complaints.add(f"after step {number}", axe.look(page))
    for item in place.opens:
        opened(page, item, seen.at, complaints)
    complaints.end()


def test_the_frame_passes_axe_with_its_drawer_palette_menu_and_keys(seen: scene.Scene, windows: Windows) -> None:
    page, complaints = windows["admin"], Complaints()
    visit(page, Place("/runs"), seen.at)
    complaints.add("the frame", axe.look(page, axe.FRAME))
    account = page.get_by_role("button", name="Your account")
    account.press("Enter")
    expect(page.locator(".menu > .popover")).to_be_visible()
    complaints.add("the menu", axe.look(page, ".menu"))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Account and API tokens")).to_be_focused()
    page.keyboard.press("Escape")
    expect(account).to_be_focused()
    for key, name in (("Control+k", "Find anything"), ("?", "Keys")):
        page.keyboard.press(key)
        dialog = page.get_by_role("dialog", name=name)
        expect(dialog).to_be_visible()
        complaints.add(name, axe.look(page, DIALOG))
        stays_inside(page, dialog, complaints)
        page.keyboard.press("Escape")
        expect(account).to_be_focused()
    page.set_viewport_size(axe.PHONE)  # type: ignore[arg-type]
    navigation = page.get_by_role("button", name="Open navigation")
    navigation.press("Enter")
    drawer = page.get_by_role("dialog", name="Navigation")
    expect(drawer).to_be_visible()
    complaints.add("the drawer", axe.look_on_a_phone(page, DIALOG))
    stays_inside(page, drawer, complaints)
    page.keyboard.press("Escape")
    expect(navigation).to_be_focused()
    page.set_viewport_size(axe.DESK)  # type: ignore[arg-type]
    complaints.end()


def test_what_comes_by_itself_passes_axe_and_waits_for_whoever_reads_it(seen: scene.Scene, windows: Windows) -> None:
    page, complaints = windows["admin"], Complaints()
    visit(page, Place("/admin/settings/notifications"), seen.at)
    page.get_by_role("button", name="Switch off").first.press("Enter")
    page.get_by_role("button", name="Dismiss").focus()
    complaints.add("a toast", axe.look(page, ".toasts"))
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_have_count(0)
    try:
        page.context.set_offline(True)
        expect(page.locator(".offline")).to_be_visible()
        complaints.add("without the portal", axe.look(page, ".offline"))
    finally:
        page.context.set_offline(False)
    expect(page.locator(".offline")).to_have_count(0)
    complaints.end()


STOPS = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')]
  .filter((element) => element.checkVisibility({ visibilityProperty: true }) && element.tabIndex >= 0 && !element.disabled)
  .map((element) => { element.dataset.stop = 'not reached'; return element; }).length"""
REACH = "() => { if (document.activeElement.dataset.stop) document.activeElement.dataset.stop = 'reached'; }"


@pytest.mark.parametrize("path", ["/admin/users", "/runs/{going}"])
def test_the_keys_reach_everything_that_can_be_used(path: str, seen: scene.Scene, windows: Windows) -> None:
    page = windows["admin"]
    visit(page, Place(path), seen.at)
    page.evaluate(axe.STILL, False)
    for _ in range(page.evaluate(STOPS) + 2):
        page.keyboard.press("Tab")
        page.evaluate(REACH)
    assert page.locator("[data-stop='not reached']").evaluate_all("(all) => all.map((one) => one.outerHTML)") == []


def test_nothing_moves_for_whoever_asked_for_that(seen: scene.Scene, windows: Windows) -> None:
    page = windows["admin"]
    visit(page, Place("/projects"), seen.at)
    page.get_by_role("button", name="New project").press("Enter")
    moving = "document.getAnimations().filter((item) => item.effect.getComputedTiming().activeDuration > 1).length"
    assert page.evaluate(moving) == 0
    times = "[...document.querySelectorAll('*')].flatMap((one) => parseFloat(getComputedStyle(one).transitionDuration))"
    assert page.evaluate(f"Math.max(...{times})") == 0
    page.keyboard.press("Escape")


def dialogs() -> set[str]:
    """Everything that opens, by its file and title, as the sources say."""
    found: set[str] = set()
    folder = PROJECT_DIR / "assets" / "ui"
    for path in sorted(folder.rglob("*.jsx")):
        text, name = path.read_text(encoding="utf-8"), path.relative_to(folder).as_posix()
        for match in ELEMENT.finditer(text):
            title = TITLE.search(text, match.start(), match.start() + 400)
            word = (title[1] or title[2] or "") if title else ""
            found.add(f"{name}: {match[1] or match[0]} {word}".strip())
    for path in sorted((PROJECT_DIR / "portal" / "ui" / "pages").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        for match in CALL.finditer(text):
            title = re.compile(r"title=(.*?),\s").search(text, match.start())
            assert title, path
            found.add(f"{path.name}: {title[1]}")
    return found


def test_every_page_and_every_dialog_is_looked_at() -> None:
    assert set(places.PLACES) == ROUTES
    assert dialogs() == {item.source for place in PLACES for item in place.opens} | set(places.ELSEWHERE)
