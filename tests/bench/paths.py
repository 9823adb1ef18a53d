"""A person's path through each template: questions that must be answered, and the time from the form to the plan.

`python -m tests.bench.paths` from the project's folder prints one table; it takes some minutes.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from playwright.sync_api import Page

from portal.template import service
from tests.acceptance.browser import signed_in
from tests.forms.filler import Filler, open_form, plan
from tests.support import instance, pages
from tests.support.folders import passable_folder
from tests.templates import catalogue

HEADS = (
    "Template", "Questions", "required", "Form ready s", "Answered s", "Planned s", "Resources", "Wider than 390 px"
)  # fmt: skip


@dataclass(frozen=True)
class Path:
    """One template's figures; seconds count from the click that opens the form."""

    key: str
    questions: int
    required: int
    ready: float
    answered: float
    planned: float
    resources: int
    too_wide: list[str]

    def row(self) -> str:
        seconds = (f"{self.ready:.1f}", f"{self.answered:.1f}", f"{self.planned:.1f}")
        cells = (self.key, self.questions, self.required, *seconds, self.resources, ", ".join(self.too_wide) or "none")
        return f"| {' | '.join(str(cell) for cell in cells)} |"


def walk(page: Page, portal: instance.Instance, key: str) -> Path:
    """Open the form, answer what is required in the form's order, review, plan."""
    form, minimal = service.form(key), catalogue.fixtures(key).minimal.values
    page.set_viewport_size(pages.DESKTOP)  # type: ignore[arg-type]
    began = time.perf_counter()
    open_form(page, key)
    ready = time.perf_counter() - began
    Filler(page, form).fill(minimal)
    answered = time.perf_counter() - began
    run = plan(page, f"path-{key.replace('/', '-')}")
    found = portal.wait_for(run, "planned")
    planned = time.perf_counter() - began
    fields = [field for section in form.sections for field in section.fields]
    return Path(
        key, len(fields), sum(field.required for field in fields), ready, answered, planned,
        found["counts"]["add"], _too_wide(page, key, run),
    )  # fmt: skip


def _too_wide(page: Page, key: str, run: str) -> list[str]:
    """The screens of the path that a phone would have to scroll sideways."""
    page.set_viewport_size(pages.PHONE)  # type: ignore[arg-type]
    screens = {"run": f"/runs/{run}", "template": f"/templates/{key}", "form": f"/templates/{key}/deploy"}
    wide = []
    for name, address in screens.items():
        page.goto(address)
        page.locator("h1").first.wait_for()
        page.wait_for_load_state("networkidle")
        if page.evaluate(pages.OVERFLOW) > 0:
            wide.append(name)
    return wide


def main() -> None:
    """One portal, one browser, every template."""
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}\n")
    print(f"| {' | '.join(HEADS)} |\n|{'---|' * len(HEADS)}")
    with (
        passable_folder() as folder,
        instance.running(folder) as portal,
        pages.browser() as browser,
        signed_in(browser, portal) as page,
    ):
        for key in catalogue.KEYS:
            print(walk(page, portal, key).row(), flush=True)


if __name__ == "__main__":
    main()
