"""What waits to be approved: the list, one page a request, and the rules for administrators."""

from __future__ import annotations

from typing import Any

import reflex as rx

from portal.kit.errors import NotFound
from portal.kit.pagination import Page
from portal.run import service as runs
from portal.run.schemas import PlanSummary, RunView
from portal.ui import bridge, routes, template
from portal.ui.components import local
from portal.ui.components import parts as ui

el = rx.el
_FILTER = [{"value": "", "title": "For me"}, {"value": "all", "title": "All of them"}]
_NOT_SHOWN = {"changes": {"__all__": {"unchanged"}}, "drift": {"__all__": {"unchanged"}}}


class ApprovalsState(bridge.PageState, rx.State):
    """What waits, for the reader or for anybody."""

    items: list[dict[str, Any]] = []  # noqa: RUF012 - Reflex copies the default for each state
    mine: bool = True
    more: bool = False

    @bridge.handler
    async def load(self) -> None:
        """Read what the address asks for."""
        self._show(await self._read())

    @rx.event(background=True)
    async def follow(self) -> None:
        """Read it again whenever a run moves."""
        await bridge.follow(self, "runs")

    async def _read(self) -> Page[RunView]:
        asked = bridge.query(self)
        wanted = "waiting" if asked.get("who") == "all" else "mine"
        return await bridge.call(self, runs.list_runs, project=asked.get("project"), approval=wanted, limit=50)

    def _show(self, page: Page[RunView]) -> None:
        self.items = [_head(view) for view in page.items]
        self.mine = bridge.query(self).get("who") != "all"
        self.more = page.next_cursor is not None


class ApprovalState(bridge.PageState, rx.State):
    """One request: the run, and what its plan would do."""

    run: dict[str, Any] = {}  # noqa: RUF012
    plan: dict[str, Any] = {}  # noqa: RUF012

    @bridge.handler
    async def load(self) -> None:
        """Read the run that the address names."""
        self.run, self.plan = {}, {}
        self._show(await self._read())

    @rx.event(background=True)
    async def follow(self) -> None:
        """Read it again when something happens to it."""
        await bridge.follow(self, f"run:{bridge.argument(self, 'run_id')}")

    async def _read(self) -> tuple[RunView, PlanSummary | None]:
        run_id = bridge.argument(self, "run_id")
        run: RunView = await bridge.call(self, runs.get, run_id=run_id)
        try:
            return run, await bridge.call(self, runs.plan, run_id=run_id)
        except NotFound:
            return run, None

    def _show(self, found: tuple[RunView, PlanSummary | None]) -> None:
        run, plan = found
        self.run = _head(run)
        self.plan = plan.model_dump(mode="json", exclude=_NOT_SHOWN) if plan else {}


def _head(view: RunView) -> dict[str, Any]:
    return view.model_dump(mode="json", exclude={"last_event_n"})


@template.page(
    routes.APPROVALS, "Approvals", section="approvals", on_load=[ApprovalsState.load, ApprovalsState.follow], wide=True
)
def approvals_page() -> rx.Component:
    """What waits for the reader."""
    return rx.fragment(
        ui.page_header("Approvals", sub="Plans and actions that wait until somebody agrees."),
        local.OpenLink.create(),
        el.div(local.FilterButtons.create(name="who", label="Whose", options=_FILTER), class_name="toolbar"),
        ui.problem_callout(ApprovalsState.problem),
        local.Approvals.create(
            items=ApprovalsState.items, ready=ApprovalsState.ready, mine=ApprovalsState.mine, more=ApprovalsState.more
        ),
    )


_title = rx.cond(ApprovalState.run["deployment_name"], ApprovalState.run["deployment_name"].to(str), "Request")


@template.page(
    routes.APPROVAL,
    _title,
    section="approvals",
    crumbs=[template.APPROVALS],
    on_load=[ApprovalState.load, ApprovalState.follow],
    wide=True,
)
def approval_page() -> rx.Component:
    """Everything that a decision takes, and the decision."""
    return rx.fragment(
        ui.sandbox_banner(ApprovalState.run["sandbox"]),
        local.ApprovalPage.create(run=ApprovalState.run, plan=ApprovalState.plan, problem=ApprovalState.problem),
    )


@template.page(routes.APPROVAL_RULES, "Approval rules", section="approval-rules", wide=True)
def approval_rules_page() -> rx.Component:
    """The list and the form, which talk to the REST API by themselves."""
    return local.ApprovalRules.create()
