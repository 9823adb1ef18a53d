"""All deployments: a table with search and filters, which live in the address."""

from __future__ import annotations

from typing import Any

import reflex as rx

from portal.deployment import service as deployments
from portal.deployment.schemas import DeploymentView
from portal.kit.pagination import Page
from portal.ui import bridge, routes, template
from portal.ui.components import local
from portal.ui.components import parts as ui
from portal.ui.identity import only_with
from portal.ui.rows import DeploymentRow, deployment_row

el = rx.el
_CLOUDS = [
    {"value": "", "title": "All clouds"},
    {"value": "azure", "title": "Azure"},
    {"value": "gcp", "title": "Google Cloud"},
]
_STATUSES = [
    {"value": "active", "title": "Active"},
    {"value": "new", "title": "New"},
    {"value": "failed", "title": "Failed"},
    {"value": "destroyed", "title": "Destroyed"},
]


class DeploymentsState(bridge.PageState, rx.State):
    """One page of the list."""

    rows: list[DeploymentRow] = []  # noqa: RUF012 - Reflex copies the default for each state
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

    async def _read(self) -> Page[DeploymentView]:
        wanted = bridge.query(self)
        status = wanted.get("status", "")
        return await bridge.call(
            self,
            deployments.list_deployments,
            project=wanted.get("project"),
            q=wanted.get("q"),
            cloud=wanted.get("cloud"),
            status=(status,) if status else (),
            with_destroyed=status == "destroyed",
            cursor=wanted.get("cursor"),
            limit=50,
        )

    def _show(self, page: Page[DeploymentView]) -> None:
        wanted = bridge.query(self)
        self.rows = [deployment_row(view) for view in page.items]
        self.cursor, self.first = page.next_cursor or "", not wanted.get("cursor")
        self.filtered = any(wanted.get(name) for name in ("q", "cloud", "status"))


@template.page(
    routes.DEPLOYMENTS,
    "Deployments",
    section="deployments",
    on_load=[DeploymentsState.load, DeploymentsState.follow],
    wide=True,
)
def deployments_page() -> rx.Component:
    """The table with its filters."""
    new = only_with("cloud_account.use", ui.link_button(ui.icon("plus"), "New", href=routes.CATALOGUE, kind="primary"))
    return rx.fragment(
        ui.page_header("Deployments", new, sub="What exists, where, and in which state."),
        el.div(
            local.SearchBox.create(
                name="q", label="Search deployments", placeholder="Search by name, template or project"
            ),
            local.FilterButtons.create(name="cloud", label="Cloud", options=_CLOUDS),
            local.FilterSelect.create(name="status", label="All statuses", options=_STATUSES),
            class_name="toolbar",
            role="search",
        ),
        ui.when_ready(DeploymentsState, rx.cond(ui.has_items(DeploymentsState.rows), _table(), _empty())),
    )


def _empty() -> rx.Component:
    return rx.cond(
        DeploymentsState.filtered,
        ui.empty_state("search", "No deployment fits", "Try fewer words, or another status."),
        ui.empty_state(
            "layers",
            "No deployments yet",
            "Pick a template and answer its questions. In the sandbox it costs nothing to try.",
            only_with("cloud_account.use", ui.link_button("Open the catalogue", href=routes.CATALOGUE, kind="primary")),
        ),
    )


def _table() -> rx.Component:
    return rx.fragment(
        ui.table(
            "Name", "Template", "Status", "Last run", "Account", "Project", "A month", "Expires", "Updated",
            body=el.tbody(rx.foreach(DeploymentsState.rows, _row)),
            label="Deployments",
        ),
        local.PageTurner.create(cursor=DeploymentsState.cursor, first=DeploymentsState.first),
    )  # fmt: skip


def _row(row: Any) -> rx.Component:
    return el.tr(
        el.td(
            el.div(
                ui.cloud_mark(row.cloud, "small"),
                el.div(
                    ui.link(row.name, href=rx.Var.create("/deployments/") + row.id, class_name="main-cell anywhere"),
                    el.div(row.owner, class_name="sub-cell anywhere"),
                ),
                class_name="row nowrap",
            )
        ),
        el.td(
            row.template,
            el.div(
                row.version,
                rx.cond(row.outdated, el.span(" · newer version available"), rx.fragment()),
                rx.cond(row.release != "", el.span(" · ", row.release), rx.fragment()),
                class_name="sub-cell",
            ),
        ),
        el.td(ui.deployment_badge(row.status)),
        el.td(
            rx.cond(
                row.run_id != "",
                ui.link(ui.status_badge(row.run_status), href=rx.Var.create("/runs/") + row.run_id),
                rx.fragment(),
            )
        ),
        el.td(el.div(row.account, ui.sandbox_badge(row.sandbox), class_name="row")),
        el.td(row.project, class_name="muted", custom_attrs={"data-label": "Project"}),
        el.td(row.cost, class_name="muted num nowrap", custom_attrs={"data-label": "A month"}),
        el.td(ui.relative_time(row.expires_at), class_name="muted", custom_attrs={"data-label": "Expires"}),
        el.td(ui.relative_time(row.updated_at), class_name="muted", custom_attrs={"data-label": "Updated"}),
    )
