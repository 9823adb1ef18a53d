"""Settings: what can be set here, and what the operator has set with variables of the environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import reflex as rx

from portal.auth.permissions import Action
from portal.run import configuration
from portal.run import limits as run_limits
from portal.ui import bridge, routes, template
from portal.ui.components import parts as ui
from portal.ui.identity import only_with

el = rx.el
_PAGES: tuple[tuple[str, str, str, Action], ...] = (
    (
        "Identity providers",
        "/admin/settings/identity",
        "Sign in with Entra ID, Google, Keycloak or GitHub, and who gets which role by it. Local sign-in on or off.",
        "identity.read",
    ),
    (
        "Notifications",
        "/admin/settings/notifications",
        "Mail, Slack, Teams and signed webhooks: who is told of what, and what was sent.",
        "notification.review",
    ),
    ("Approval rules", "/admin/approval-rules", "Which plans wait for somebody else to agree.", "approval.rules"),
    ("Policies", "/admin/policies", "What no plan may do, or not without a reason.", "policy.read"),
)


@dataclass(frozen=True)
class Setting:
    """A setting and the variable that changes it."""

    group: str = ""
    name: str = ""
    value: str = ""
    variable: str = ""


class SettingsState(bridge.PageState, rx.State):
    """What is set."""

    rows: list[Setting] = []  # noqa: RUF012 - Reflex copies the default for each state

    @bridge.handler
    async def load(self) -> None:
        """Read what this portal runs with."""
        found = [*await bridge.call(self, configuration.view), *run_limits.listed()]
        self.rows = [Setting(item.group, item.name, item.value, item.setting) for item in found]


@template.page(routes.SETTINGS, "Settings", section="settings", on_load=[SettingsState.load])
def settings_page() -> rx.Component:
    """Where to go, then what stands in the environment."""
    state = SettingsState
    return rx.fragment(
        ui.page_header("Settings", sub="What administrators set here, and what the operator sets where the portal runs."),
        ui.when_ready(
            state,
            rx.fragment(
                el.ul(*[_entry(*page) for page in _PAGES], class_name="entries"),
                rx.cond(
                    ui.has_items(state.rows),
                    ui.table(
                        "Setting", "Value", "Variable",
                        body=el.tbody(rx.foreach(state.rows, _row)),
                        label="Settings of the operator",
                    ),
                    rx.fragment(),
                ),
            ),
        ),
    )  # fmt: skip


def _entry(title: str, href: str, text: str, needs: Action) -> rx.Component:
    return only_with(needs, el.li(ui.link(title, href=href, class_name="main-cell"), el.div(text, class_name="muted")))


def _row(row: Any) -> rx.Component:
    return el.tr(
        el.td(el.span(row.name, class_name="main-cell"), el.div(row.group, class_name="sub-cell")),
        el.td(row.value, class_name="anywhere"),
        el.td(rx.cond(row.variable != "", el.code(row.variable), el.span("–", class_name="muted"))),
    )
