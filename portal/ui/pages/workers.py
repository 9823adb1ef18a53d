"""Workers and the queue, for administrators: who carries out what, what waits, which limits hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import reflex as rx

from portal.run import hold
from portal.run import service as runs
from portal.run.schemas import SystemView, WorkerView
from portal.ui import bridge, identity, routes, template
from portal.ui.components import local
from portal.ui.components import parts as ui
from portal.ui.rows import iso

el = rx.el
_LOOK_SECONDS = 5.0


@dataclass(frozen=True)
class WorkerRow:
    """A worker process."""

    name: str = ""
    queues: str = ""
    slots: int = 0
    live: bool = False
    draining: bool = False
    runs: list[str] = field(default_factory=list)
    terraform: str = ""
    version: str = ""
    note: str = ""
    """What is different about its version; "" when it is ours."""
    isolation: str = ""
    isolation_reason: str = ""
    beat_at: str = ""
    started_at: str = ""


@dataclass(frozen=True)
class LimitRow:
    """A limit, and the setting that changes it."""

    group: str = ""
    name: str = ""
    value: str = ""
    setting: str = ""


class WorkersState(bridge.PageState, rx.State):
    """What the system says of itself."""

    rows: list[WorkerRow] = []  # noqa: RUF012 - Reflex copies the default for each state
    queue: dict[str, int] = {}  # noqa: RUF012
    versions: list[dict[str, str]] = []  # noqa: RUF012
    limits: list[LimitRow] = []  # noqa: RUF012
    asked: str = ""
    """The worker that the question is about; "" when none is asked."""
    hold: str = ""
    """Why auto apply and expiry do nothing now; "" when they work."""
    hold_by: str = ""
    releasing: bool = False

    @bridge.handler
    async def load(self) -> None:
        """Ask now."""
        self._show(await self._read())

    @rx.event(background=True)
    async def follow(self) -> None:
        """Ask again whenever a run or a worker moves, and often enough to see one that went without a word."""
        await bridge.follow(self, "runs", look=_LOOK_SECONDS)

    @bridge.handler
    async def ask(self, name: str) -> None:
        """Ask whether to drain this worker; "" closes the question."""
        self.asked = name

    @bridge.handler
    async def drain(self) -> None:
        """Drain the worker that was asked about."""
        name, self.asked = self.asked, ""
        await bridge.call(self, runs.drain_worker, name)
        await identity.say(self, f"{name} takes no new run")
        self._show(await self._read())

    @bridge.handler
    async def ask_release(self, wanted: bool) -> None:
        """Ask whether to release the hold; False closes the question."""
        self.releasing = wanted

    @bridge.handler
    async def release(self) -> None:
        """Let auto apply and expiry work again."""
        self.releasing = False
        await bridge.call(self, hold.release)
        await identity.say(self, "Auto apply and expiry work again")
        self._show(await self._read())

    async def _read(self) -> SystemView:
        return await bridge.call(self, runs.system_view)

    def _show(self, view: SystemView) -> None:
        self.rows = [_row_of(worker) for worker in view.workers]
        self.queue = view.queue.model_dump()
        self.limits = [LimitRow(**limit.model_dump()) for limit in view.limits]
        self.hold = view.hold.reason if view.hold else ""
        self.hold_by = view.hold.placed_by if view.hold else ""
        self.versions = [{"name": name, "version": version} for name, version in view.versions.items()]


def _row_of(worker: WorkerView) -> WorkerRow:
    return WorkerRow(
        name=worker.name,
        queues=", ".join(worker.queues),
        slots=worker.concurrency,
        live=worker.live,
        draining=worker.live and worker.drain_requested_at is not None,
        runs=worker.runs,
        terraform=str(worker.versions.get("terraform", "")),
        version=str(worker.versions.get("terrace", "")),
        note=worker.note,
        isolation=str(worker.versions.get("isolation", "")),
        isolation_reason=str(worker.versions.get("isolation_reason", "")),
        beat_at=iso(worker.beat_at),
        started_at=iso(worker.started_at),
    )


@template.page(routes.WORKERS, "Workers", section="workers", on_load=[WorkersState.load, WorkersState.follow])
def workers_page() -> rx.Component:
    """The queue in numbers, the workers in a table."""
    state = WorkersState
    return rx.fragment(
        ui.page_header(
            "Workers",
            ui.button(ui.icon("refresh"), "Refresh", on_click=state.load),
            sub="Who carries out plans and applies, and what waits.",
        ),
        ui.when_ready(state, rx.cond(ui.has_items(state.queue), _system(state), rx.fragment())),
        local.ConfirmDialog.create(
            el.p(
                el.strong(state.asked),
                " takes no new run, finishes what it holds, however long that takes, and then ends.",
            ),
            open=state.asked != "",
            title="Drain this worker?",
            action="Drain",
            danger=False,
            on_confirm=state.drain,
            on_close=state.ask(""),
        ),
        local.ConfirmDialog.create(
            el.p(
                "Plans of runs with auto apply are applied without a question again, and deployments that have expired are "
                "destroyed within seconds. Look for drift first if the portal was restored."
            ),
            open=state.releasing,
            title="Release the hold?",
            action="Release",
            danger=True,
            on_confirm=state.release,
            on_close=state.ask_release(False),
        ),
    )


def _hold(state: Any) -> rx.Component:
    return rx.cond(
        state.hold != "",
        ui.callout(
            "warning",
            "Auto apply and expiry are on hold",
            el.p(state.hold),
            el.p("Placed by ", state.hold_by, ". People can plan and confirm."),
            identity.only_with(
                "system.hold", ui.button("Release the hold", kind="small", on_click=state.ask_release(True))
            ),
        ),
        rx.fragment(),
    )


def _system(state: Any) -> rx.Component:
    queue = state.queue
    return rx.fragment(
        _hold(state),
        ui.stats(
            ui.stat("Slots", queue["slots"]),
            ui.stat("Planning", queue["planning"]),
            ui.stat("Applying", queue["applying"]),
            ui.stat("Plans queued", queue["plan_queued"]),
            ui.stat("Applies queued", queue["apply_queued"]),
            ui.stat("Need confirmation", queue["planned"]),
            ui.stat("Behind another run", queue["pending"]),
        ),
        rx.cond(
            ui.has_items(state.rows),
            ui.table(
                "Worker", "Status", "Queues", "Slots", "Works on", "Version", "Terraform", "Last beat",
                el.th(el.span("Actions", class_name="sr-only"), scope="col"),
                body=el.tbody(rx.foreach(state.rows, _row)),
                label="Workers",
            ),
            ui.empty_state("server", "No worker has been heard of", ui.sentence("Runs wait until one starts: `terrace worker`.")),
        ),
        _limits(state),
        ui.card("Versions", el.dl(rx.foreach(state.versions, _version), class_name="props")),
    )  # fmt: skip


def _limits(state: Any) -> rx.Component:
    return ui.card(
        "Limits",
        el.p(
            "What one phase of a run may use, and how much runs at once. Each machine reads its own environment; these are the "
            "limits of the portal that answers you. A project and a cloud account may have a limit of runs of their own.",
            class_name="muted card-note",
        ),
        ui.table(
            "Of",
            "Limit",
            "Is",
            "Setting",
            body=el.tbody(rx.foreach(state.limits, _limit)),
            label="Limits",
        ),
        flush=True,
    )


def _limit(limit: Any) -> rx.Component:
    return el.tr(
        el.td(limit.group, class_name="muted"),
        el.td(limit.name, class_name="full"),
        el.td(limit.value, class_name="num"),
        el.td(rx.cond(limit.setting != "", el.span(limit.setting, class_name="mono tiny"), "fixed")),
    )


def _version(item: Any) -> rx.Component:
    return rx.fragment(el.dt(item["name"]), el.dd(item["version"], class_name="mono"))


def _row(row: Any) -> rx.Component:
    return el.tr(
        el.td(el.span(row.name, class_name="mono main-cell anywhere"), class_name="full"),
        el.td(
            rx.cond(
                row.draining,
                ui.badge("Draining", "warning", dot=True),
                rx.cond(row.live, ui.badge("Live", "success", dot=True), ui.badge("Gone", "danger", dot=True)),
            )
        ),
        el.td(row.queues, class_name="muted", custom_attrs={"data-label": "Queues"}),
        el.td(row.slots, class_name="num", custom_attrs={"data-label": "Slots"}),
        el.td(
            rx.foreach(
                row.runs,
                lambda run_id: el.div(ui.link(run_id, href=rx.Var.create("/runs/") + run_id, class_name="mono tiny")),
            )
        ),
        el.td(
            el.span(row.version, class_name="mono muted"),
            rx.cond(
                row.note != "",
                el.div(ui.badge("Another version", "warning"), el.div(row.note, class_name="sub-cell")),
                rx.fragment(),
            ),
        ),
        el.td(
            el.div(row.terraform, class_name="mono muted"),
            rx.cond(
                row.isolation == "none",
                el.div("not isolated", title=row.isolation_reason, class_name="tiny"),
                el.div(row.isolation, title=row.isolation_reason, class_name="muted tiny"),
            ),
        ),
        el.td(ui.relative_time(row.beat_at), class_name="muted", custom_attrs={"data-label": "Last beat"}),
        el.td(
            rx.cond(
                row.live & ~row.draining & identity.may("worker.manage"),
                ui.button("Drain", kind="small", on_click=WorkersState.ask(row.name)),
                rx.fragment(),
            ),
            class_name="shrink end",
        ),
    )
