"""All runs, the newest first, following what happens."""

from __future__ import annotations

from typing import Any

import reflex as rx

from portal.kit.pagination import Page
from portal.run import service as runs
from portal.run.schemas import RunView
from portal.ui import bridge, routes, template
from portal.ui.components import local
from portal.ui.components import parts as ui
from portal.ui.identity import only_with
from portal.ui.rows import RunRow, run_row

el = rx.el
_STATES = {
    "open": ("pending", "plan_queued", "planning", "planned", "apply_queued", "applying"),
    "waiting": ("planned",),
    "failed": ("errored", "policy_denied"),
    "done": ("applied", "planned_and_finished"),
}
_FILTER = [
    {"value": "", "title": "All"},
    {"value": "open", "title": "Open"},
    {"value": "waiting", "title": "Needs confirmation"},
    {"value": "mine", "title": "Waits for me"},
    {"value": "failed", "title": "Failed"},
    {"value": "done", "title": "Done"},
]


class RunsState(bridge.PageState, rx.State):
    """One page of the list."""

    rows: list[RunRow] = []  # noqa: RUF012 - Reflex copies the default for each state
    cursor: str = ""
    first: bool = True
    filtered: bool = False

    @bridge.handler
    async def load(self) -> None:
        """Read the page that the address names."""
        self._show(await self._read())

    @rx.event(background=True)
    async def follow(self) -> None:
        """Read it again whenever a run moves."""
        await bridge.follow(self, "runs")

    async def _read(self) -> Page[RunView]:
        wanted = bridge.query(self)
        states = _STATES.get(wanted.get("state", ""), ())
        mine = "mine" if wanted.get("state") == "mine" else None
        return await bridge.call(
            self, runs.list_runs, project=wanted.get("project"), status=states, approval=mine,
            cursor=wanted.get("cursor"), limit=50,
        )  # fmt: skip

    def _show(self, page: Page[RunView]) -> None:
        wanted = bridge.query(self)
        self.rows = [run_row(view) for view in page.items]
        self.cursor, self.first = page.next_cursor or "", not wanted.get("cursor")
        self.filtered = bool(wanted.get("state"))


@template.page(routes.RUNS, "Runs", section="runs", on_load=[RunsState.load, RunsState.follow], wide=True)
def runs_page() -> rx.Component:
    """The table with its filter."""
    return rx.fragment(
        ui.page_header("Runs", sub="Every plan and apply, the newest first."),
        el.div(local.FilterButtons.create(name="state", label="Which runs", options=_FILTER), class_name="toolbar"),
        ui.when_ready(RunsState, rx.cond(ui.has_items(RunsState.rows), _table(), _empty())),
    )


def _empty() -> rx.Component:
    return rx.cond(
        RunsState.filtered,
        ui.empty_state("play", "No such run", "No run is in this state now."),
        ui.empty_state(
            "play",
            "No runs yet",
            "A run begins with a deployment: pick a template.",
            only_with("cloud_account.use", ui.link_button("Open the catalogue", href=routes.CATALOGUE, kind="primary")),
        ),
    )


def _table() -> rx.Component:
    return rx.fragment(
        ui.table(
            "Deployment", "Kind", "Status", "Changes", "Started by", "Created", "Took",
            body=el.tbody(rx.foreach(RunsState.rows, lambda row: run_table_row(row))),
            label="Runs",
        ),
        local.PageTurner.create(cursor=RunsState.cursor, first=RunsState.first),
    )  # fmt: skip


def run_table_row(row: Any, with_deployment: bool = True) -> rx.Component:
    """One run; also used on a deployment's page, without its name."""
    address = rx.Var.create("/runs/") + row.id
    named = el.div(
        ui.cloud_mark(row.cloud, "small"),
        el.div(
            ui.link(row.deployment, href=address, class_name="main-cell"),
            el.div(row.template, class_name="sub-cell"),
        ),
        class_name="row nowrap",
    )
    does = rx.cond(row.action != "", row.action, ui.run_kind(row.kind))
    alone = ui.link(does, href=address, class_name="main-cell")
    return el.tr(
        el.td(named if with_deployment else alone),
        el.td(does) if with_deployment else rx.fragment(),
        el.td(
            ui.status_badge(row.status),
            rx.cond(row.waits != "", el.div(row.waits, class_name="sub-cell"), rx.fragment()),
        ),
        el.td(
            row.counts,
            rx.cond(row.cost != "", el.div(row.cost, class_name="sub-cell"), rx.fragment()),
            class_name="num nowrap",
        ),
        el.td(row.by, class_name="muted"),
        el.td(ui.relative_time(row.created_at), class_name="muted"),
        el.td(row.took, class_name="muted num nowrap"),
    )
