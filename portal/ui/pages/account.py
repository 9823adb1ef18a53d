"""One's own account: API tokens, password, sessions. Secrets are typed into and shown by local components only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import reflex as rx

from portal.auth import service as auth
from portal.auth.schemas import Actor, SessionView, TokenView
from portal.ui import bridge, identity, routes, template
from portal.ui.components import local, local_people
from portal.ui.components import parts as ui
from portal.ui.identity import Identity
from portal.ui.rows import iso

el = rx.el


@dataclass(frozen=True)
class TokenRow:
    """A token, without itself."""

    id: str = ""
    name: str = ""
    prefix: str = ""
    scope: str = ""
    created_at: str = ""
    expires_at: str = ""
    last_used_at: str = ""


@dataclass(frozen=True)
class SessionRow:
    """A browser that is signed in."""

    id: str = ""
    browser: str = ""
    ip: str = ""
    last_seen_at: str = ""
    current: bool = False


class AccountState(bridge.PageState, rx.State):
    """Tokens and sessions of whoever looks."""

    tokens: list[TokenRow] = []  # noqa: RUF012 - Reflex copies the default for each state
    sessions: list[SessionRow] = []  # noqa: RUF012
    tab: str = "tokens"
    creating: bool = False
    asked: TokenRow = TokenRow()

    @bridge.handler
    async def load(self) -> None:
        """Read both lists, and show the tab that the address names."""
        tab = bridge.query(self).get("tab", "")
        if any(item["key"] == tab for item in _TABS):
            self.tab = tab
        await self._read()

    @bridge.handler
    async def show(self, tab: str) -> None:
        """Another tab."""
        self.tab = tab

    @bridge.handler
    async def create(self, open_: bool) -> None:
        """Open or close the form for a new token."""
        self.creating = open_

    @bridge.handler
    async def ask(self, token_id: str) -> None:
        """Ask whether to revoke this token; "" closes the question."""
        self.asked = next((row for row in self.tokens if row.id == token_id), TokenRow())

    @bridge.handler
    async def revoke(self) -> None:
        """Revoke the asked token."""
        asked, self.asked = self.asked, TokenRow()
        await bridge.call(self, auth.revoke_token, asked.id)
        await identity.say(self, f"The token {asked.name} works no more")
        await self._read()

    @bridge.handler
    async def end_others(self) -> None:
        """End every other session."""
        ended = await bridge.call(self, auth.revoke_sessions)
        await identity.say(self, f"{ended} other {'session' if ended == 1 else 'sessions'} ended")
        await self._read()

    @bridge.handler
    async def end(self, session_id: str) -> None:
        """End one session."""
        await bridge.call(self, auth.revoke_sessions, session_id=session_id)
        await identity.say(self, "The session has ended")
        await self._read()

    async def _read(self) -> None:
        tokens, sessions = await bridge.call(self, _lists)
        self.tokens = [_token_row(view) for view in tokens]
        self.sessions = [_session_row(view) for view in sessions]


def _lists(session: Any, actor: Actor) -> tuple[list[TokenView], list[SessionView]]:
    return auth.list_tokens(session, actor, limit=200).items, auth.list_sessions(session, actor)


def _token_row(view: TokenView) -> TokenRow:
    return TokenRow(
        id=view.id,
        name=view.name,
        prefix=f"{view.prefix}…",
        scope="may write" if view.scope == "write" else "may only read",
        created_at=iso(view.created_at),
        expires_at=iso(view.expires_at),
        last_used_at=iso(view.last_used_at),
    )


def _session_row(view: SessionView) -> SessionRow:
    return SessionRow(view.id, view.device, view.ip, iso(view.last_seen_at), view.current)


_TABS = [
    {"key": "tokens", "title": "API tokens"},
    {"key": "password", "title": "Password"},
    {"key": "second-step", "title": "Second step"},
    {"key": "sign-in", "title": "Identity providers"},
    {"key": "sessions", "title": "Sessions"},
]


@template.page(routes.ACCOUNT, "Account", section="account", on_load=[AccountState.load])
def account_page() -> rx.Component:
    """Three tabs."""
    state = AccountState
    return rx.fragment(
        ui.page_header("Account", sub=Identity.user.email),
        local.Tabs.create(tabs=_TABS, value=state.tab, label="Account", on_change=state.show),
        ui.when_ready(
            state,
            rx.fragment(
                ui.tab_panel(state.tab, "tokens", _tokens(state)),
                ui.tab_panel(state.tab, "password", ui.card("Change the password", local_people.PasswordForm.create())),
                ui.tab_panel(
                    state.tab, "second-step", ui.card("A code besides the password", local_people.SecondStep.create())
                ),
                ui.tab_panel(state.tab, "sign-in", ui.card("Who else vouches for you", local.MyIdentities.create())),
                ui.tab_panel(state.tab, "sessions", _sessions(state)),
            ),
        ),
        local_people.NewTokenDialog.create(open=state.creating, on_close=state.create(False), on_done=state.load),
        local.ConfirmDialog.create(
            el.p("Whatever uses ", el.strong(state.asked.name), " is refused from now on."),
            open=state.asked.id != "",
            title="Revoke this token?",
            action="Revoke",
            busy=state.busy,
            on_confirm=state.revoke,
            on_close=state.ask(""),
        ),
    )


def _tokens(state: Any) -> rx.Component:
    new = ui.button(ui.icon("plus"), "New token", kind="primary", on_click=state.create(True))
    return rx.fragment(
        el.div(el.p("With a token, scripts do what you may do.", class_name="muted"), new, class_name="row between"),
        rx.cond(
            ui.has_items(state.tokens),
            ui.table(
                "Name", "Begins with", "Scope", "Created", "Expires", "Last used",
                el.th(el.span("Actions", class_name="sr-only"), scope="col"),
                body=el.tbody(rx.foreach(state.tokens, _token)),
                label="API tokens",
            ),
            ui.empty_state("key", "No API tokens", "Make one for a script or for the command line."),
        ),
    )  # fmt: skip


def _token(row: Any) -> rx.Component:
    return el.tr(
        el.td(row.name, class_name="main-cell anywhere"),
        el.td(el.code(row.prefix)),
        el.td(row.scope, class_name="muted"),
        el.td(ui.relative_time(row.created_at), class_name="muted", custom_attrs={"data-label": "Created"}),
        el.td(
            rx.cond(row.expires_at != "", ui.relative_time(row.expires_at), "never"),
            class_name="muted",
            custom_attrs={"data-label": "Expires"},
        ),
        el.td(
            rx.cond(row.last_used_at != "", ui.relative_time(row.last_used_at), "never"),
            class_name="muted",
            custom_attrs={"data-label": "Last used"},
        ),
        el.td(ui.button("Revoke", kind="small danger", on_click=AccountState.ask(row.id)), class_name="shrink end"),
    )


def _sessions(state: Any) -> rx.Component:
    def row(item: Any) -> rx.Component:
        return el.tr(
            el.td(
                item.browser, rx.cond(item.current, ui.badge("This one", "info"), rx.fragment()), class_name="main-cell"
            ),
            el.td(item.ip, class_name="mono muted"),
            el.td(ui.relative_time(item.last_seen_at), class_name="muted"),
            el.td(
                rx.cond(
                    item.current,
                    rx.fragment(),
                    ui.button(
                        "End",
                        kind="small",
                        aria_label=rx.Var.create("End the session on ") + item.browser,
                        on_click=AccountState.end(item.id),
                    ),
                ),
                class_name="shrink end",
            ),
        )

    return rx.fragment(
        el.div(
            el.p("Browsers that are signed in with your account.", class_name="muted"),
            ui.button("End all others", on_click=state.end_others),
            class_name="row between",
        ),
        ui.table(
            "Browser",
            "Address",
            "Last seen",
            el.th(el.span("Actions", class_name="sr-only"), scope="col"),
            body=el.tbody(rx.foreach(state.sessions, row)),
            label="Sessions",
        ),
    )
