"""Cloud accounts, for administrators: where deployments go, whether the way there is open, and how long yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import reflex as rx

from portal.cloud_account import service as accounts
from portal.cloud_account.schemas import CloudAccountView
from portal.kit.pagination import Page
from portal.ui import bridge, routes, template
from portal.ui.components import parts as ui
from portal.ui.identity import only_with
from portal.ui.rows import iso

el = rx.el
HEALTH = {
    "ok": ("Works", "success"),
    "failed": ("Fails", "danger"),
    "untested": ("Not tested", ""),
    "disabled": ("Disabled", "warning"),
    "simulated": ("Sandbox", "info"),
}
METHODS = {
    "client_secret": "Client secret",
    "client_certificate": "Certificate",
    "workload_identity": "Workload identity",
    "portal_identity": "The portal's own identity",
    "managed_identity": "Managed identity",
    "azure_cli": "Azure CLI login",
    "service_account_key": "Service account key",
    "impersonation": "Impersonation",
    "application_default": "Application default",
}


@dataclass(frozen=True)
class AccountRow:
    """An account in the list."""

    slug: str = ""
    name: str = ""
    cloud: str = "other"
    method: str = ""
    target: str = ""
    health: str = "untested"
    tested_at: str = ""
    expires_at: str = ""
    expiry: str = ""
    """How near the end of the credentials is: ok, notice, warning, urgent, over; "" when nothing is known to end."""
    used: int = 0
    limited: bool = False
    """Not open to everything."""


class AccountsState(bridge.PageState, rx.State):
    """Every account."""

    rows: list[AccountRow] = []  # noqa: RUF012 - Reflex copies the default for each state

    @bridge.handler
    async def load(self) -> None:
        """Read all of them: a portal has a few dozen at most."""
        page: Page[CloudAccountView] = await bridge.call(self, accounts.list_accounts, limit=200)
        self.rows = [row_of(view) for view in page.items]


def row_of(view: CloudAccountView) -> AccountRow:
    """An account as its row."""
    return AccountRow(
        slug=view.slug,
        name=view.name,
        cloud=view.cloud,
        method="" if view.method is None else METHODS.get(view.method, view.method),
        target=str(view.settings.get("subscription_id") or view.settings.get("project") or ""),
        health=health_of(view),
        tested_at=iso(view.last_test.at) if view.last_test else "",
        expires_at=iso(view.expiry.at) if view.expiry else "",
        expiry=view.expiry.level if view.expiry else "",
        used=view.in_use,
        limited=any(part is not None for part in view.scope.model_dump().values()),
    )


def health_of(view: CloudAccountView) -> str:
    """In a word of HEALTH."""
    if view.disabled is not None:
        return "disabled"
    if view.kind == "sandbox":
        return "simulated"
    if view.last_test is None:
        return "untested"
    return "ok" if view.last_test.ok else "failed"


@template.page(routes.CLOUD_ACCOUNTS, "Cloud accounts", section="accounts", on_load=[AccountsState.load])
def accounts_page() -> rx.Component:
    """The table."""
    state = AccountsState
    return rx.fragment(
        ui.page_header(
            "Cloud accounts",
            only_with(
                "cloud_account.manage",
                ui.link_button(ui.icon("plus"), "New account", href=routes.NEW_CLOUD_ACCOUNT, kind="primary"),
            ),
            sub="Where deployments go, and with whose credentials.",
        ),
        ui.when_ready(
            state,
            ui.table(
                "Account", "Signs in with", "Target", "Health", "Credentials end", "Deployments",
                body=el.tbody(rx.foreach(state.rows, _row)),
                label="Cloud accounts",
            ),
        ),
    )  # fmt: skip


def _row(row: Any) -> rx.Component:
    return el.tr(
        el.td(
            el.div(
                ui.cloud_mark(row.cloud, "small"),
                ui.link(row.name, href=rx.Var.create(f"{routes.CLOUD_ACCOUNTS}/") + row.slug, class_name="main-cell"),
                rx.cond(row.limited, ui.badge("limited", "outline"), rx.fragment()),
                class_name="row",
            ),
            el.div(row.slug, class_name="sub-cell mono"),
            class_name="full",
        ),
        el.td(rx.cond(row.method != "", row.method, "–")),
        el.td(el.span(row.target, class_name="mono tiny anywhere")),
        el.td(ui.status_badge(row.health, HEALTH), el.div(tested(row.tested_at), class_name="sub-cell")),
        el.td(expiry_badge(row.expiry, row.expires_at)),
        el.td(row.used, class_name="num", custom_attrs={"data-label": "Deployments"}),
    )


def tested(at: Any) -> rx.Component:
    """When the last test was."""
    return rx.cond(at != "", rx.fragment("tested ", ui.relative_time(at)), rx.fragment())


def expiry_badge(level: Any, at: Any) -> rx.Component:
    """When the credentials end, the louder the nearer."""
    kind = rx.match(
        level, ("notice", "info"), ("warning", "warning"), ("urgent", "danger"), ("over", "danger"), "outline"
    )
    words = rx.cond(level == "over", rx.fragment("ended ", ui.relative_time(at)), ui.relative_time(at))
    return rx.cond(level != "", ui.badge(words, kind), el.span("–", class_name="faint"))
