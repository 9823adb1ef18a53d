"""One deployment: what it made, how it is configured, its runs; checking it, and destroying it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import reflex as rx

from portal.auth.schemas import Actor
from portal.deployment import service as deployments
from portal.deployment.schemas import DeploymentDetail, OutputView
from portal.run.schemas import RunView
from portal.state.schemas import ResourceView, StateWaitView
from portal.ui import bridge, routes, template
from portal.ui.components import local
from portal.ui.components import parts as ui
from portal.ui.pages.deployment_state import LONGEST_REASON, state_notices, unlock_question
from portal.ui.pages.runs import run_table_row
from portal.ui.rows import DeploymentRow, RunRow, deployment_row, iso, run_row

el = rx.el
_LAST_RUNS = 30


@dataclass(frozen=True)
class Detail:
    """What the page shows beside the row of the list."""

    template_key: str = ""
    created_at: str = ""
    resources: int = 0
    auto_apply: bool = False
    locked_by: str = ""
    """The run in progress that holds the state."""
    lock_run: str = ""
    """The run that holds it and is not in progress: nothing will free it by itself."""
    lock_since: str = ""
    wait_text: str = ""
    wait_since: str = ""
    can_unlock: bool = False
    forced: bool = False
    """Unlocking could lose something, which only an administrator may decide."""
    can_run: bool = False
    can_destroy: bool = False
    can_act: bool = False
    can_reveal: bool = False
    owner: str = ""
    owner_here: bool = True
    can_transfer: bool = False


@dataclass(frozen=True)
class Resource:
    """One thing that exists."""

    address: str = ""
    type: str = ""
    id: str = ""


@dataclass(frozen=True)
class Misfit:
    """A value that the project's guardrails do not allow any more."""

    path: str = ""
    message: str = ""


class DeploymentState(bridge.PageState, rx.State):
    """One deployment. Secret values never come here; the browser asks the API for them."""

    row: DeploymentRow = DeploymentRow()
    detail: Detail = Detail()
    outputs: list[dict[str, Any]] = []  # noqa: RUF012 - Reflex copies the default for each state
    resources: list[Resource] = []  # noqa: RUF012
    runs: list[RunRow] = []  # noqa: RUF012
    misfits: list[Misfit] = []  # noqa: RUF012
    tabs: list[dict[str, Any]] = []  # noqa: RUF012
    tab: str = "overview"
    asking: bool = False
    unlocking: bool = False
    reason: str = ""

    @bridge.handler
    async def load(self) -> None:
        """Read the deployment that the address names."""
        if self.row.id != bridge.argument(self, "deployment_id"):
            self.reset()
        self._show(await self._read())

    @rx.event(background=True)
    async def follow(self) -> None:
        """Read it again whenever a run moves."""
        await bridge.follow(self, "runs")

    @bridge.handler
    async def show(self, tab: str) -> None:
        """Another tab."""
        self.tab = tab

    @bridge.handler
    async def ask(self, open_: bool) -> None:
        """Open or close the question whether to destroy it."""
        self.asking = open_

    @bridge.handler
    async def start(self, kind: str) -> Any:
        """Start a run of a kind: plan_and_apply, plan_only, drift."""
        deployment_id = bridge.argument(self, "deployment_id")
        started = await bridge.call(self, deployments.start_run, deployment_id, bridge.one_of(kind, _KINDS))
        return rx.redirect(routes.run(started.id))

    @bridge.handler
    async def destroy(self) -> Any:
        """Start the run that deletes everything it made."""
        started = await bridge.call(self, deployments.destroy, bridge.argument(self, "deployment_id"))
        self.asking = False
        return rx.redirect(routes.run(started.id))

    @bridge.handler
    async def ask_unlock(self, open_: bool) -> None:
        """Open or close the question why the state is to be unlocked."""
        self.unlocking, self.reason = open_, ""

    @bridge.handler
    async def set_why(self, reason: str) -> None:
        """What is typed as the reason."""
        self.reason = reason[:LONGEST_REASON]

    @bridge.handler
    async def unlock(self) -> None:
        """Free the state, and stop waiting for one."""
        deployment_id = bridge.argument(self, "deployment_id")
        given = {"reason": self.reason, "force": self.detail.forced}
        self.unlocking = False
        await bridge.call(self, deployments.unlock, deployment_id, **given)
        self._show(await self._read())

    async def _read(self) -> _Found:
        return await bridge.call(self, _find, bridge.argument(self, "deployment_id"))

    def _show(self, found: _Found) -> None:
        view = found.deployment
        self.row = deployment_row(view)
        self.detail = Detail(
            template_key=view.template.key,
            created_at=iso(view.created_at),
            resources=view.resource_count,
            auto_apply=view.auto_apply,
            **_lock(view),
            can_run="start_run" in view.actions,
            can_destroy="destroy" in view.actions,
            can_act="act" in view.actions,
            can_reveal="reveal" in view.actions,
            owner=view.owner.email if view.owner else "",
            owner_here=view.destroyed_at is not None or (view.owner is not None and view.owner.here),
            can_transfer="transfer" in view.actions,
        )
        self.outputs = [_output(item) for item in found.outputs]
        self.resources = [Resource(item.address, item.type, item.id or "") for item in found.resources]
        self.runs = [run_row(item) for item in found.runs]
        self.misfits = [Misfit(item.path, item.message) for item in view.guardrail_problems]
        self.tabs = [
            {"key": "overview", "title": "Overview"},
            {"key": "configuration", "title": "Configuration"},
            {"key": "resources", "title": "Resources", "count": len(self.resources)},
            {"key": "runs", "title": "Runs", "count": len(self.runs)},
        ]


def _lock(view: DeploymentDetail) -> dict[str, Any]:
    lock, wait = view.state_lock, view.state_wait
    live = lock is not None and lock.live
    return {
        "locked_by": (lock.run_id or "") if lock and live else "",
        "lock_run": (lock.run_id or "somebody") if lock and not live else "",
        "lock_since": iso(lock.created_at) if lock else "",
        "wait_text": _wait_text(wait) if wait else "",
        "wait_since": iso(wait.created_at) if wait else "",
        "can_unlock": "unlock_state" in view.actions,
        "forced": live or (wait is not None and wait.kind != "expected"),
    }


def _wait_text(wait: StateWaitView) -> str:
    worker = wait.worker or "unknown"
    if wait.kind == "expected":
        return f"Run {wait.run_id} lost its worker {worker} while applying. That worker is asked whether it keeps a newer state."
    if wait.kind == "spooled":
        return (
            f"The worker {worker} keeps the state of run {wait.run_id}, encrypted, and delivers it as soon as it can."
        )
    return f"The worker {worker} keeps the state of run {wait.run_id}, which cannot be taken: {wait.note}"


_KINDS = ("plan_and_apply", "plan_only", "drift")


@dataclass(frozen=True)
class _Found:
    deployment: DeploymentDetail
    outputs: list[OutputView]
    resources: list[ResourceView]
    runs: list[RunView]


def _find(session: Any, actor: Actor, deployment_id: str) -> _Found:
    return _Found(
        deployments.get(session, actor, deployment_id),
        deployments.outputs(session, actor, deployment_id),
        deployments.resources(session, actor, deployment_id),
        deployments.runs(session, actor, deployment_id, limit=_LAST_RUNS).items,
    )


def _output(item: OutputView) -> dict[str, Any]:
    value = item.value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
    return {
        "name": item.name,
        "description": item.description,
        "sensitive": item.sensitive,
        "text": "" if item.sensitive or value is None else text,
    }


@template.page(
    routes.DEPLOYMENT,
    DeploymentState.row.name,
    section="deployments",
    crumbs=[template.DEPLOYMENTS],
    on_load=[DeploymentState.load, DeploymentState.follow],
)
def deployment_page() -> rx.Component:
    """Header, tabs, and the question before destroying."""
    state, row = DeploymentState, DeploymentState.row
    shown = _deployment(state, row)
    return ui.one_thing(state, row.id != "", shown, back="All deployments", href=routes.DEPLOYMENTS)


def _deployment(state: Any, row: Any) -> rx.Component:
    return rx.fragment(
        ui.page_header(
            row.name,
            *_actions(state),
            sub=el.div(ui.deployment_badge(row.status), el.span(row.template, " ", row.version), class_name="row"),
            mark=el.span(ui.cloud_mark(row.cloud), class_name="glyph"),
        ),
        ui.sandbox_banner(row.sandbox),
        _release_notice(row),
        _guardrail_notice(state),
        local.Tabs.create(tabs=state.tabs, value=state.tab, label="Deployment", on_change=state.show),
        ui.tab_panel(state.tab, "overview", _overview(state, row)),
        ui.tab_panel(state.tab, "configuration", local.ValuesView.create(deployment_id=row.id)),
        ui.tab_panel(state.tab, "resources", _resources(state)),
        ui.tab_panel(state.tab, "runs", _runs(state.runs)),
        _question(state, row),
        unlock_question(state),
    )


def _release_notice(row: Any) -> rx.Component:
    """That the version which it has is deprecated or revoked, why, and what to use instead."""
    instead = rx.cond(
        row.replaced_by != "",
        el.p("Use ", ui.link(row.replaced_by, href=rx.Var.create("/templates/") + row.replaced_by), " instead."),
        rx.fragment(),
    )
    revoked = ui.callout(
        "danger", "Its version of the template was revoked",
        el.p(row.release_message, " It cannot be changed, only upgraded or destroyed."), instead,
    )  # fmt: skip
    old = ui.callout("warning", "Its version of the template is deprecated", el.p(row.release_message), instead)
    return rx.cond(row.release == "revoked", revoked, rx.cond(row.release == "deprecated", old, rx.fragment()))


def _guardrail_notice(state: Any) -> rx.Component:
    """What the project does not allow any more, in a deployment from before."""

    def misfit(item: Any) -> rx.Component:
        return el.li(el.code(item.path), ": ", item.message, class_name="anywhere")

    notice = ui.callout(
        "warning", "It no longer fits the guardrails of its project",
        el.ul(rx.foreach(state.misfits, misfit)),
        el.p("What exists stays as it is. Its next change must fit."),
    )  # fmt: skip
    return rx.cond(ui.has_items(state.misfits), notice, rx.fragment())


def _actions(state: Any) -> list[rx.Component]:
    check = ui.button(ui.icon("refresh"), "Check drift", on_click=state.start("drift"))
    plan = ui.button("Plan", on_click=state.start("plan_and_apply"))
    destroy = ui.button("Destroy", kind="danger", on_click=state.ask(True))
    return [
        rx.cond(state.detail.can_run, rx.fragment(check, plan), rx.fragment()),
        rx.cond(state.detail.can_destroy, destroy, rx.fragment()),
    ]


def _question(state: Any, row: Any) -> rx.Component:
    return local.ConfirmDialog.create(
        el.p(
            "This starts a run that deletes everything the deployment made: ",
            el.strong(state.detail.resources.to_string(), " resources"),
            ". You see the plan first and confirm it there.",
        ),
        open=state.asking,
        title=rx.Var.create("Destroy ") + row.name + "?",
        typed=row.name,
        action="Plan the destruction",
        busy=state.busy,
        on_confirm=state.destroy,
        on_close=state.ask(False),
    )


def _overview(state: Any, row: Any) -> rx.Component:
    detail = state.detail
    return rx.fragment(
        ui.stats(
            ui.stat("Resources", detail.resources),
            ui.stat("Costs a month", rx.cond(row.cost != "", row.cost, "unknown")),
            ui.stat("Account", row.account, text=True),
            ui.stat("Project", row.project, text=True),
            ui.stat("Owner", rx.cond(row.owner != "", row.owner, "nobody"), text=True, wide=True),
            ui.stat("Created", ui.relative_time(detail.created_at), text=True),
            ui.stat("Expires", rx.cond(row.expires_at != "", ui.relative_time(row.expires_at), "never"), text=True),
        ),
        state_notices(state),
        local.DeploymentOwner.create(
            deployment_id=row.id,
            project=row.project,
            owner=detail.owner,
            here=detail.owner_here,
            can_transfer=detail.can_transfer,
            on_done=state.load,
        ),
        ui.card(
            "Outputs",
            local.Outputs.create(outputs=state.outputs, deployment_id=row.id, can_reveal=detail.can_reveal),
            flush=True,
        ),
        local.DeploymentActions.create(
            deployment_id=row.id, can_act=detail.can_act, changed=detail.resources.to_string()
        ),
        ui.card(
            "Last runs",
            _runs(state.runs[:5]),
            actions=el.button("All runs", class_name="link-btn", type="button", on_click=state.show("runs")),
            flush=True,
        ),
        el.p("Id ", ui.copyable(row.id, label="Copy the id"), class_name="small faint"),
    )


def _resources(state: Any) -> rx.Component:
    def row(item: Any) -> rx.Component:
        return el.tr(
            el.td(el.span(item.address, class_name="mono main-cell anywhere"), class_name="full"),
            el.td(el.span(item.type, class_name="mono faint anywhere"), class_name="full"),
            el.td(rx.cond(item.id != "", ui.copyable(item.id, label="Copy the id"), rx.fragment()), class_name="full"),
        )

    return rx.cond(
        ui.has_items(state.resources),
        ui.table(
            "Address", "Type", "Id in the cloud", body=el.tbody(rx.foreach(state.resources, row)), label="Resources"
        ),
        ui.empty_state("layers", "Nothing exists", "Resources appear here once a run was applied."),
    )


def _runs(rows: Any) -> rx.Component:
    return rx.cond(
        ui.has_items(rows),
        ui.table(
            "Run", "Status", "Changes", "Started by", "Created", "Took",
            body=el.tbody(rx.foreach(rows, lambda row: run_table_row(row, with_deployment=False))),
            label="Runs",
        ),
        ui.empty_state("play", "No runs", "Nothing has happened to it yet."),
    )  # fmt: skip
