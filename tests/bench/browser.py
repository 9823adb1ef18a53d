"""(b) to (e): what a person at a browser waits for, and what crosses the wire."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Page, sync_playwright
from sqlmodel import Session, select

from portal.kit import clock, db, live
from portal.kit.config import settings
from portal.kit.ids import new_id
from portal.models import Run
from portal.run import work
from portal.run.schemas import NewEvent
from tests.bench.figures import Row, spread
from tests.support import chromium
from tests.support.instance import ADMIN_EMAIL, ADMIN_PASSWORD, Instance

CLICKS = 20
CLAIM = "bench"
# Runs in the page: when each line was put into the document, by the number of its event.
_WATCH_LINES = """() => {
  window.seen = {};
  const note = (node) => { if (node.dataset && node.dataset.n) window.seen[node.dataset.n] = Date.now(); };
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) {
      note(node);
      if (node.querySelectorAll) node.querySelectorAll('[data-n]').forEach(note);
    }
  }).observe(document.body, { childList: true, subtree: true });
}"""
_WATCH_CLICK = """() => {
  window.times = {};
  document.addEventListener('click', () => { window.times.click = performance.now(); }, true);
  const run = document.querySelector('.run');
  const last = run.dataset.last;
  new MutationObserver(() => {
    const now = performance.now();
    if (run.dataset.last !== last) window.times.event ??= now;
    const status = document.querySelector('#run-status').dataset.status;
    if (status === 'applying' || status === 'applied') window.times.worker ??= now;
  }).observe(document.body, { subtree: true, attributes: true, childList: true });
}"""
_LARGEST = """() => new Promise((done) => new PerformanceObserver((list) => done(list.getEntries().at(-1).startTime))
  .observe({ type: 'largest-contentful-paint', buffered: true }))"""


@contextmanager
def signed_in(portal: Instance) -> Iterator[BrowserContext]:
    """A browser that has signed in. The content policy is set aside, since our probes are scripts."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium.require()), args=list(chromium.FLAGS))
        context = browser.new_context(bypass_csp=True, base_url=portal.url)
        page = context.new_page()
        page.goto("/sign-in")
        page.fill("[name=email]", ADMIN_EMAIL)
        page.fill("[name=password]", ADMIN_PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(portal.url + "/")
        page.close()
        yield context
        browser.close()


def first_load(context: BrowserContext) -> list[Row]:
    """(e) The catalogue with an empty cache."""
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[int] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    page.goto("/")
    page.locator("main a[href*='/templates/']").first.wait_for()
    page.wait_for_timeout(500)
    largest = page.evaluate(_LARGEST)
    page.close()
    figure = f"{len(sizes)} requests, {sum(sizes) / 1000:.0f} kB compressed, LCP {largest:.0f} ms"
    return [Row("(e) first load of the catalogue", figure, "at most 400 kB")]


def clicks(context: BrowserContext, portal: Instance) -> list[Row]:
    """(b) From the click on Confirm to the first event, and to the worker's first, with a free worker."""
    first, worker = [], []
    for number in range(CLICKS):
        run = _planned(portal, f"click-{number}")
        page = context.new_page()
        page.goto(f"/runs/{run}")
        page.locator("#run-confirm").wait_for()
        page.evaluate(_WATCH_CLICK)
        page.click("#run-confirm")
        page.locator("#run-status[data-status=applied]").wait_for()
        times = page.evaluate("() => window.times")
        first.append(times["event"] - times["click"])
        worker.append(times["worker"] - times["click"])
        page.close()
    return [
        Row("(b) click to first event", spread(first)),
        Row("    click to the worker's first event", spread(worker), "p95 at most 500 ms"),
    ]


def lines(context: BrowserContext, portal: Instance) -> list[Row]:
    """(c) From the commit of a line to its place in the document."""
    rows = []
    for rate, count in ((20, 200), (200, 1000)):
        with _followed_run(context, portal, f"lines-{rate}") as (page, run):
            page.evaluate(_WATCH_LINES)
            written = _write_at(run, rate, count)
            page.locator(f"[data-n='{max(written)}']").wait_for(timeout=60_000)
            seen = {int(n): at for n, at in page.evaluate("() => window.seen").items()}
            delays = [seen[n] - at for n, at in written.items()]
        target = "p95 at most 100 ms" if rate == 20 else ""
        rows.append(Row(f"(c) line written to visible, {rate}/s", spread(delays), target))
    return rows


def frames(context: BrowserContext, portal: Instance) -> list[Row]:
    """(d) Bytes on the websocket for one line, early and late."""
    with _followed_run(context, portal, "frames") as (page, run):
        wire = context.new_cdp_session(page)
        wire.send("Network.enable")
        early = _frame_bytes(page, wire, run, 10)
        late = _frame_bytes(page, wire, run, 10_000)
    return [Row("(d) websocket bytes for line 10 and line 10,000", f"{early} and {late} bytes", "equal within 10 %")]


def _frame_bytes(page: Page, wire: CDPSession, run: str, number: int) -> int:
    """The size of the frame that carries line `number`, sent alone."""
    last = _last(run)
    for at in range(last, number - 1, 1000):
        _append(run, [_line(n + 1) for n in range(at, min(at + 1000, number - 1))])
    page.locator(f".run[data-last='{number - 1}']").wait_for(timeout=120_000)
    page.wait_for_timeout(500)
    received: list[str] = []
    wire.on("Network.webSocketFrameReceived", lambda event: received.append(event["response"]["payloadData"]))
    _append(run, [_line(number)])
    page.locator(f".run[data-last='{number}']").wait_for(timeout=60_000)
    page.wait_for_timeout(200)
    return next(len(frame) for frame in received if f"line {number:06d} " in frame)


@contextmanager
def _followed_run(context: BrowserContext, portal: Instance, name: str) -> Iterator[tuple[Page, str]]:
    """A run that we carry out by hand, and a page that follows it."""
    run = _by_hand(_planned(portal, name))
    page = context.new_page()
    page.goto(f"/runs/{run}")
    page.locator(".run").wait_for()
    page.wait_for_timeout(500)
    try:
        yield page, run
    finally:
        page.close()


def _planned(portal: Instance, name: str) -> str:
    body = {
        "name": name,
        "template": "azure/bench-one",
        "cloud_account": "sandbox-azure",
        "project": "default",
        "values": {"name": name},
    }
    run = str(portal.call("POST", "/deployments", body)["run"]["id"])
    portal.wait_for(run, "planned")
    return run


def _by_hand(planned: str) -> str:
    """A new run beside a planned one, as if a worker of ours held it, without an event yet."""
    with Session(db.engine(), expire_on_commit=False) as session:
        former = session.exec(select(Run).where(Run.id == planned)).one()
        fields = former.model_dump()
        former.status, former.ended_at = "discarded", clock.now()
        session.flush()
        lease = clock.now() + timedelta(hours=1)
        fields |= {
            "id": new_id("run"),
            "status": "applying",
            "claim": CLAIM,
            "lease_expires_at": lease,
            "event_count": 0,
        }
        fields |= {"planned_at": None, "confirmed_at": None, "add_count": 0, "has_changes": None}
        session.add(Run(**fields))
        session.commit()
        return str(fields["id"])


def _line(number: int) -> NewEvent:
    text = f"line {number:06d} azurerm_resource_group.this: Still creating... [00m10s elapsed]"
    return NewEvent("log", {"level": "info", "text": text, "phase": "apply"})


def _append(run: str, events: list[NewEvent]) -> None:
    with db.unit_of_work() as session:
        work.append(session, run, CLAIM, events)


def _last(run: str) -> int:
    with Session(db.engine()) as session:
        return session.exec(select(Run.event_count).where(Run.id == run)).one()


def _write_at(run: str, rate: int, count: int) -> dict[int, float]:
    """Write `count` lines at `rate` a second; event number → milliseconds since 1970 at its commit."""
    written: dict[int, float] = {}
    first = _last(run)
    began = time.perf_counter()
    for number in range(1, count + 1):
        pause = began + number / rate - time.perf_counter()
        if pause > 0:
            time.sleep(pause)
        _append(run, [_line(first + number)])
        written[first + number] = time.time() * 1000
    return written


def connect(portal: Instance) -> None:
    """Point this process at the instance's database, Redis and keys, to write events as a worker does."""
    found: dict[str, Any] = json.loads((portal.folder / "data" / "run" / "instance.json").read_text())
    environment = found.get("environment", found)
    os.environ.update({name: str(value) for name, value in environment.items() if name.startswith("TERRACE_")})
    settings.cache_clear()
    live.nudge("bench")
