"""Users, for administrators: who there is, in which role; making them, shutting them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import reflex as rx

from portal.auth import service as auth
from portal.auth.schemas import UserChange, UserView
from portal.kit.pagination import Page
from portal.ui import bridge, identity, routes, template
from portal.ui.components import local, local_people
from portal.ui.components import parts as ui
from portal.ui.rows import iso

el = rx.el
_STATUSES = ("active", "disabled", "locked")
_ROLES = ("viewer", "member", "auditor", "admin")


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
    custom: bool = False
    """Whether the role is one that administrators made."""
    changes: bool = False
    """Whether whoever looks may change the account."""


class UsersState(bridge.PageState, rx.State):
    """One page of the list, and the question before shutting somebody out."""

    rows: list[UserRow] = []  # noqa: RUF012 - Reflex copies the default for each state
    cursor: str = ""
    first: bool = True
    filtered: bool = False
    creating: bool = False
    inviting: bool = False
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
    async def invite(self, open_: bool) -> None:
        """Open or close the form for an invitation."""
        self.inviting = open_

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
        asked = bridge.query(self)
        status = asked.get("status", "")
        page: Page[UserView] = await bridge.call(
            self,
            auth.list_users,
            q=asked.get("q", ""),
            role=asked.get("role") or None,
            status=bridge.one_of(status, _STATUSES) if status else None,
            cursor=asked.get("cursor"),
            limit=100,
        )
        self.rows = [_row_of(view) for view in page.items]
        self.cursor, self.first = page.next_cursor or "", not asked.get("cursor")
        self.filtered = any(asked.get(name) for name in ("q", "role", "status"))


def _row_of(view: UserView) -> UserRow:
    return UserRow(
        id=view.id,
        email=view.email,
        name=view.name,
        role=view.role,
        last_seen_at=iso(view.last_seen_at),
        must_change_password=view.must_change_password,
        disabled=view.disabled_at is not None,
        custom=view.role not in _ROLES,
        changes="change" in view.allowed,
    )


@template.page(routes.USERS, "Users", section="users", on_load=[UsersState.load])
def users_page() -> rx.Component:
    """The table, the form for a new user, the question."""
    state = UsersState
    return rx.fragment(
        ui.page_header(
            "Users",
            identity.only_with(
                "user.manage",
                ui.button("New user", on_click=state.create(True)),
                ui.button(ui.icon("plus"), "Invite", kind="primary", on_click=state.invite(True)),
            ),
            sub="Who may sign in, and what they may do.",
        ),
        local_people.Invitations.create(open=state.inviting, on_close=state.invite(False)),
        el.div(
            local.SearchBox.create(name="q", label="Search by address or name", placeholder="Search by address or name"),
            local.FilterSelect.create(name="role", label="All roles", options=_options(_ROLES)),
            local.FilterSelect.create(name="status", label="Any status", options=_options(_STATUSES)),
            class_name="toolbar",
        ),
        ui.when_ready(
            state,
            rx.cond(
                ui.has_items(state.rows),
                ui.table(
                    "User", "Role", "Status", "Last seen", el.th(el.span("Actions", class_name="sr-only"), scope="col"),
                    body=el.tbody(rx.foreach(state.rows, _row)),
                    label="Users",
                ),
                ui.empty_state("users", "Nobody is like that", "Change the search or the filters."),
            ),
        ),
        local.PageTurner.create(cursor=state.cursor, first=state.first),
        local_people.SecondStepRule.create(),
        local_people.NewUserDialog.create(open=state.creating, on_close=state.create(False), on_done=state.load),
        local.ConfirmDialog.create(
            el.p(
                "All sessions and API tokens of ", el.strong(state.asked.email),
                " end at once. What they deployed stays; on their page it can be given to somebody else.",
            ),
            open=state.asked.id != "",
            title="Shut this user out?",
            action="Shut out",
            busy=state.busy,
            on_confirm=state.disable,
            on_close=state.ask(""),
        ),
    )  # fmt: skip


def _options(names: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"value": name, "title": name.capitalize()} for name in names]


def _gives(role: str) -> Any:
    gives: Any = identity.Identity.user.gives
    return gives.contains(role)


def _row(row: Any) -> rx.Component:
    role = el.select(
        *[
            rx.cond(_gives(name) | (row.role == name), el.option(name.capitalize(), value=name), rx.fragment())
            for name in _ROLES
        ],
        rx.cond(row.custom, el.option(row.role, value=row.role), rx.fragment()),
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
            ui.link(row.email, href=rx.Var.create(f"{routes.USERS}/") + row.id, class_name="main-cell anywhere"),
            el.div(row.name, class_name="sub-cell"),
            class_name="full",
        ),
        el.td(rx.cond(row.changes, role, el.span(row.role, class_name="muted"))),
        el.td(status),
        el.td(ui.relative_time(row.last_seen_at), class_name="muted"),
        el.td(rx.cond(row.changes, action, rx.fragment()), class_name="shrink end"),
    )


@template.page(routes.USER, "User", section="users", crumbs=[("Users", routes.USERS)])
def user_page() -> rx.Component:
    """One user, with what can be ended."""
    return local_people.UserPage.create()
