"""Users, for administrators: who there is, in which role; making them, shutting them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import reflex as rx

from portal.auth import service as auth
from portal.auth.schemas import UserChange, UserView
from portal.kit.pagination import Page
from portal.ui import bridge, identity, routes, template
from portal.ui.components import local
from portal.ui.components import parts as ui
from portal.ui.rows import iso

el = rx.el
_ROLES = ("viewer", "member", "admin")


@dataclass(frozen=True)
class UserRow:
    """A user in the list."""

    id: str = ""
    email: str = ""
    name: str = ""
    role: str = ""
    last_seen_at: str = ""
    must_change_password: bool = False
    disabled: bool = False


class UsersState(bridge.PageState, rx.State):
    """One page of the list, and the question before shutting somebody out."""

    rows: list[UserRow] = []  # noqa: RUF012 - Reflex copies the default for each state
    cursor: str = ""
    first: bool = True
    creating: bool = False
    asked: UserRow = UserRow()

    @bridge.handler
    async def load(self) -> None:
        """Read the page that the address names."""
        await self._read()

    @bridge.handler
    async def create(self, open_: bool) -> None:
        """Open or close the form for a new user."""
        self.creating = open_

    @bridge.handler
    async def ask(self, user_id: str) -> None:
        """Ask whether to shut this user out; "" closes the question."""
        self.asked = next((row for row in self.rows if row.id == user_id), UserRow())

    @bridge.handler
    async def set_role(self, user_id: str, role: str) -> None:
        """Give a user another role."""
        await self._change(user_id, UserChange(role=bridge.one_of(role, _ROLES)), f"is {role} now")

    @bridge.handler
    async def disable(self) -> None:
        """Shut the asked user out: sessions and tokens end at once."""
        user_id, self.asked = self.asked.id, UserRow()
        await self._change(user_id, UserChange(disabled=True), "is shut out")

    @bridge.handler
    async def enable(self, user_id: str) -> None:
        """Let a user in again."""
        await self._change(user_id, UserChange(disabled=False), "may sign in again")

    async def _change(self, user_id: str, change: UserChange, words: str) -> None:
        try:
            changed = await bridge.call(self, auth.update_user, user_id, change)
            await identity.say(self, f"{changed.email} {words}")
        finally:
            await self._read()

    async def _read(self) -> None:
        cursor = bridge.query(self).get("cursor")
        page: Page[UserView] = await bridge.call(self, auth.list_users, cursor=cursor, limit=100)
        self.rows = [_row_of(view) for view in page.items]
        self.cursor, self.first = page.next_cursor or "", not cursor


def _row_of(view: UserView) -> UserRow:
    return UserRow(
        id=view.id,
        email=view.email,
        name=view.name,
        role=view.role,
        last_seen_at=iso(view.last_seen_at),
        must_change_password=view.must_change_password,
        disabled=view.disabled_at is not None,
    )


@template.page(routes.USERS, "Users", section="users", on_load=[UsersState.load])
def users_page() -> rx.Component:
    """The table, the form for a new user, the question."""
    state = UsersState
    return rx.fragment(
        ui.page_header(
            "Users",
            ui.button(ui.icon("plus"), "New user", kind="primary", on_click=state.create(True)),
            sub="Who may sign in, and what they may do.",
        ),
        ui.when_ready(
            state,
            ui.table(
                "User", "Role", "Status", "Last seen", el.th(el.span("Actions", class_name="sr-only"), scope="col"),
                body=el.tbody(rx.foreach(state.rows, _row)),
                label="Users",
            ),
        ),
        local.PageTurner.create(cursor=state.cursor, first=state.first),
        local.NewUserDialog.create(open=state.creating, on_close=state.create(False), on_done=state.load),
        local.ConfirmDialog.create(
            el.p("All sessions and API tokens of ", el.strong(state.asked.email), " end at once. What they deployed stays."),
            open=state.asked.id != "",
            title="Shut this user out?",
            action="Shut out",
            busy=state.busy,
            on_confirm=state.disable,
            on_close=state.ask(""),
        ),
    )  # fmt: skip


def _row(row: Any) -> rx.Component:
    role = el.select(
        *[el.option(name.capitalize(), value=name) for name in _ROLES],
        value=row.role,
        aria_label=rx.Var.create("Role of ") + row.email,
        class_name="select compact",
        on_change=lambda value: UsersState.set_role(row.id, value),
    )
    status = rx.cond(
        row.disabled,
        ui.badge("Shut out", "danger", dot=True),
        rx.cond(
            row.must_change_password,
            ui.badge("First password", "warning", dot=True),
            ui.badge("Active", "success", dot=True),
        ),
    )
    action = rx.cond(
        row.disabled,
        ui.button("Let in", kind="small", on_click=UsersState.enable(row.id)),
        ui.button("Shut out", kind="small danger", on_click=UsersState.ask(row.id)),
    )
    return el.tr(
        el.td(
            el.span(row.email, class_name="main-cell anywhere"),
            el.div(row.name, class_name="sub-cell"),
            class_name="full",
        ),
        el.td(role),
        el.td(status),
        el.td(ui.relative_time(row.last_seen_at), class_name="muted"),
        el.td(action, class_name="shrink end"),
    )
