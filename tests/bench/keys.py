"""(l) From a key to its letter on the screen, in the largest form of the catalogue with every setting open.

`python -m tests.bench.keys` measures it alone, with all templates and a browser.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from playwright.sync_api import BrowserContext, CDPSession, Locator, Page

from portal.template import service
from tests.bench import browser
from tests.bench.figures import Row, spread, table
from tests.forms.filler import Filler
from tests.support import instance
from tests.support.folders import passable_folder
from tests.support.pages import DESKTOP
from tests.templates import catalogue

KEYS, PAUSE = 60, 30
TARGET = "p95 at most 50 ms"
# The letter is on the screen when the frame after the key has been drawn: what is posted in it comes after that.
_WATCH_KEYS = """() => {
  window.took = [];
  addEventListener('keydown', () => {
    const began = performance.now();
    requestAnimationFrame(() => {
      const after = new MessageChannel();
      after.port1.onmessage = () => window.took.push(performance.now() - began);
      after.port2.postMessage(0);
    });
  }, true);
}"""


def largest() -> str:
    """The template that asks for most."""
    return max(catalogue.KEYS, key=lambda key: sum(len(section.fields) for section in service.form(key).sections))


def measure(context: BrowserContext, key: str) -> Iterator[Row]:
    """The form's first text with nothing filled in, then in the middle of all answers of the full fixture."""
    page = context.new_page()
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    page.goto(f"/templates/{key}/deploy")
    filler = Filler(page, service.form(key))
    filler.show_everything()
    wire = context.new_cdp_session(page)
    wire.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.evaluate(_WATCH_KEYS)
    fields = page.locator("form [data-path]").count()
    yield _typed(page, wire, page.locator("#head-name"), f"(l) a key in the name, {fields} fields open")
    text = page.locator(".field[data-kind=text] input.input").first
    yield _typed(page, wire, text, "    a key in a setting")
    page.close()


def _typed(page: Page, wire: CDPSession, box: Locator, name: str) -> Row:
    box.click()
    page.evaluate("() => { window.took.length = 0; }")
    before = _script_seconds(wire)
    for _ in range(KEYS):
        page.keyboard.press("a")
        page.wait_for_timeout(PAUSE)
    page.wait_for_function(f"() => window.took.length >= {KEYS}")
    script = (_script_seconds(wire) - before) * 1000 / KEYS
    return Row(name, f"{spread(page.evaluate('() => window.took'))}; {script:.1f} ms of script", TARGET)


def _script_seconds(wire: CDPSession) -> float:
    found = wire.send("Performance.getMetrics")["metrics"]
    return next(metric["value"] for metric in found if metric["name"] == "ScriptDuration")


def main() -> None:
    """These figures alone."""
    with passable_folder() as folder, instance.running(folder) as portal, browser.signed_in(portal) as context:
        rows = list(measure(context, largest()))
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}\n\n{table(rows)}")


if __name__ == "__main__":
    main()
