"""One cloud account: whether it works and what to mend, who may use it and does, new credentials, its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import reflex as rx

from portal.audit import service as audit
from portal.audit.schemas import AuditEventView, AuditFilter
from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.cloud_account import service as accounts
from portal.cloud_account.schemas import CloudAccountDetail, CloudAccountView, Reason
from portal.ui import bridge, identity, routes, template
from portal.ui.components import local
from portal.ui.components import parts as ui
from portal.ui.pages.accounts import HEALTH, AccountRow, expiry_badge, row_of, tested
from portal.ui.rows import iso

el = rx.el
_EVENTS = 30
_LONGEST_REASON = 500
_DID = {
    "cloud_account.create": "made it",
    "cloud_account.update": "changed it",
    "cloud_account.rotate": "gave it new credentials",
    "cloud_account.test": "tested it",
    "cloud_account.disable": "disabled it",
    "cloud_account.enable": "enabled it",
    "cloud_account.delete": "removed it",
}


@dataclass(frozen=True)
class Detail:
    """What the page shows beside the row of the list."""

    method: str = ""
    sandbox: bool = False
    limit: str = ""
    """How many runs go on at once; "" is as the portal is set."""
    rotated: str = ""
    rotated_at: str = ""
    warning: str = ""
    disabled_why: str = ""
    disabled_by: str = ""
    disabled_at: str = ""
    identity: str = ""
    message: str = ""


@dataclass(frozen=True)
class Used:
    """A deployment on the account."""

    id: str = ""
    name: str = ""
    project: str = ""
    template: str = ""
    status: str = ""


@dataclass(frozen=True)
class Event:
    """Something that was done to the account."""

    at: str = ""
    by: str = ""
    did: str = ""
    detail: str = ""


class AccountPageState(bridge.PageState, rx.State):
    """One account. No credential ever comes here."""

    row: AccountRow = AccountRow()
    detail: Detail = Detail()
    settings: list[dict[str, str]] = []  # noqa: RUF012 - Reflex copies the default for each state
    scope: dict[str, Any] = {}  # noqa: RUF012
    open_to: list[dict[str, str]] = []  # noqa: RUF012
    test: dict[str, Any] = {}  # noqa: RUF012
    used: list[Used] = []  # noqa: RUF012
    events: list[Event] = []  # noqa: RUF012
    rotating: bool = False
    scoping: bool = False
    disabling: bool = False
    removing: bool = False
    reason: str = ""

    @bridge.handler
    async def load(self) -> None:
        """Read the account that the address names."""
        if self.row.slug != bridge.argument(self, "account_id"):
            self.reset()
        await self._read()

    @bridge.handler
    async def ask_rotation(self, open_: bool) -> None:
        """Open or close the form for new credentials."""
        self.rotating = open_

    @bridge.handler
    async def ask_scope(self, open_: bool) -> None:
        """Open or close the form for who may use it."""
        self.scoping = open_

    @bridge.handler
    async def ask_disable(self, open_: bool) -> None:
        """Open or close the question why it is to be disabled."""
        self.disabling, self.reason = open_, ""

    @bridge.handler
    async def ask_remove(self, open_: bool) -> None:
        """Open or close the question whether to remove it."""
        self.removing = open_

    @bridge.handler
    async def set_why(self, reason: str) -> None:
        """What is typed as the reason."""
        self.reason = reason[:_LONGEST_REASON]

    @bridge.handler
    async def disable(self) -> None:
        """Let no run start on it."""
        reason, self.disabling = self.reason.strip() or "No reason was given.", False
        await bridge.call(self, accounts.disable, bridge.argument(self, "account_id"), Reason(reason=reason))
        await self._read()

    @bridge.handler
    async def enable(self) -> None:
        """Let runs start on it again."""
        await bridge.call(self, accounts.enable, bridge.argument(self, "account_id"))
        await identity.say(self, "Runs start on it again")
        await self._read()

    @bridge.handler
    async def remove(self) -> Any:
        """Erase its credentials, and it."""
        self.removing = False
        await bridge.call(self, accounts.delete, bridge.argument(self, "account_id"))
        return rx.redirect(routes.CLOUD_ACCOUNTS)

    async def _read(self) -> None:
        found, events = await bridge.call(self, _find, bridge.argument(self, "account_id"))
        self.row, self.detail = row_of(found), _detail(found)
        self.settings = [
            {"name": name.replace("_", " ").capitalize(), "value": str(value)} for name, value in found.settings.items()
        ]
        self.scope = found.scope.model_dump()
        self.open_to = [{"name": name.capitalize(), "value": _listed(part)} for name, part in self.scope.items()]
        self.test = found.test.model_dump(mode="json") if isinstance(found, CloudAccountDetail) and found.test else {}
        self.used = (
            [Used(**item.model_dump()) for item in found.used_by] if isinstance(found, CloudAccountDetail) else []
        )
        self.events = [_event(item) for item in events]


def _find(session: Any, actor: Actor, account: str) -> tuple[CloudAccountView, list[AuditEventView]]:
    found = accounts.get(session, actor, account)
    if not permissions.allows(actor, "audit.read"):  # a role of one's own may manage accounts and read no trail
        return found, []
    wanted = AuditFilter(object_kind="cloud_account", object_id=found.id)
    return found, audit.list_events(session, actor, wanted=wanted, limit=_EVENTS).items


def _detail(view: CloudAccountView) -> Detail:
    test = view.test if isinstance(view, CloudAccountDetail) else None
    return Detail(
        method=view.method or "",
        sandbox=view.kind == "sandbox",
        limit="" if view.run_limit is None else str(view.run_limit),
        rotated=view.rotated_by or "",
        rotated_at=iso(view.rotated_at),
        warning=(view.expiry.warning or "") if view.expiry else "",
        disabled_why=view.disabled.reason if view.disabled else "",
        disabled_by=view.disabled.by if view.disabled else "",
        disabled_at=iso(view.disabled.at) if view.disabled else "",
        identity=" · ".join(part for part in (test.identity, test.target) if part) if test else "",
        message=test.message if test else "",
    )


def _listed(part: list[str] | None) -> str:
    if part is None:
        return "All"
    return ", ".join(part) if part else "None"


def _event(item: AuditEventView) -> Event:
    facts = item.detail
    words = {
        "cloud_account.disable": str(facts.get("reason", "")),
        "cloud_account.test": "well" if facts.get("ok") else "with errors",
        "cloud_account.rotate": "although they failed their test" if facts.get("forced") else "",
        "cloud_account.update": "with new credentials" if facts.get("credentials_changed") else "",
    }
    return Event(iso(item.at), item.actor_label, _DID.get(item.action, item.action), words.get(item.action, ""))


@template.page(
    routes.CLOUD_ACCOUNT,
    AccountPageState.row.name,
    section="accounts",
    crumbs=[template.CLOUD_ACCOUNTS],
    on_load=[AccountPageState.load],
)
def account_detail_page() -> rx.Component:
    """Header, notices, cards, questions."""
    state, row = AccountPageState, AccountPageState.row
    shown = _account(state, row)
    return ui.one_thing(state, row.slug != "", shown, back="All cloud accounts", href=routes.CLOUD_ACCOUNTS)


def _account(state: Any, row: Any) -> rx.Component:
    return rx.fragment(
        ui.page_header(
            row.name,
            *_actions(state, row),
            sub=el.div(ui.status_badge(row.health, HEALTH), tested(row.tested_at), class_name="row"),
            mark=el.span(ui.cloud_mark(row.cloud), class_name="glyph"),
        ),
        *_notices(state),
        el.div(
            el.div(_test(state), _usage(state), _activity(state), class_name="stack loose"),
            el.aside(_facts(state, row), _scope(state), class_name="stack"),
            class_name="split",
        ),
        *_questions(state, row),
    )


def _actions(state: Any, row: Any) -> list[rx.Component]:
    rotate = ui.button(ui.icon("refresh"), "Rotate", on_click=state.ask_rotation(True))
    off = ui.button("Disable", kind="danger", on_click=state.ask_disable(True))
    on = ui.button("Enable", kind="primary", on_click=state.enable)
    live = rx.fragment(local.TestAccount.create(account=row.slug, on_done=state.load), rotate)
    return [
        identity.only_with(
            "cloud_account.manage",
            rx.cond(state.detail.sandbox, rx.fragment(), live),
            rx.cond(state.detail.disabled_at != "", on, off),
        )
    ]


def _notices(state: Any) -> list[rx.Component]:
    detail = state.detail
    disabled = ui.callout(
        "warning",
        "No run starts on this account",
        el.p(detail.disabled_by, ", ", ui.relative_time(detail.disabled_at), ": ", detail.disabled_why),
        el.p("Runs that wait start by themselves once it is enabled. Deployments are as they were."),
    )
    return [
        rx.cond(detail.disabled_at != "", disabled, rx.fragment()),
        rx.cond(detail.warning != "", ui.callout("warning", detail.warning), rx.fragment()),
    ]


def _test(state: Any) -> rx.Component:
    findings = rx.fragment(
        rx.cond(
            state.detail.identity != "", el.p(state.detail.identity, class_name="small muted anywhere"), rx.fragment()
        ),
        local.Findings.create(test=state.test),
    )
    simulated = el.p(
        "This account is simulated: it signs in nowhere, and nothing that it makes is real.", class_name="muted"
    )
    untested = el.p("Nobody has tested it with the credentials that it has.", class_name="muted")
    empty = rx.cond(state.detail.sandbox, simulated, untested)
    return ui.card("Last test", el.div(rx.cond(state.row.tested_at != "", findings, empty), class_name="stack tight"))


def _facts(state: Any, row: Any) -> rx.Component:
    detail = state.detail
    kept = rx.cond(
        detail.rotated_at != "",
        rx.fragment("Set ", ui.relative_time(detail.rotated_at), " by ", detail.rotated),
        "Set when the account was made",
    )
    signs_in = rx.cond(
        detail.sandbox,
        rx.fragment(),
        rx.fragment(
            el.dt("Signs in with"), el.dd(row.method),
            el.dt("Credentials"), el.dd(kept, ". They are shown to nobody."),
            el.dt("They end"), el.dd(expiry_badge(row.expiry, row.expires_at)),
        ),
    )  # fmt: skip
    return ui.card(
        "Account",
        el.dl(
            el.dt("Short name"), el.dd(ui.copyable(row.slug)),
            rx.foreach(state.settings, _setting),
            signs_in,
            class_name="props",
        ),
    )  # fmt: skip


def _setting(item: Any) -> rx.Component:
    return rx.fragment(el.dt(item["name"]), el.dd(item["value"], class_name="mono tiny anywhere"))


def _scope(state: Any) -> rx.Component:
    limit = rx.cond(state.detail.limit == "", "As the portal is set", state.detail.limit)
    return ui.card(
        "Open to",
        el.dl(rx.foreach(state.open_to, _part), el.dt("Runs at once"), el.dd(limit), class_name="props"),
        actions=identity.only_with(
            "cloud_account.manage", ui.button("Edit", kind="small", on_click=state.ask_scope(True))
        ),
    )


def _part(item: Any) -> rx.Component:
    return rx.fragment(el.dt(item["name"]), el.dd(item["value"], class_name="anywhere"))


def _usage(state: Any) -> rx.Component:
    listed = ui.table(
        "Deployment", "Project", "Template", "Status",
        body=el.tbody(rx.foreach(state.used, _used_row)),
        label="Used by",
    )  # fmt: skip
    nobody = el.p("No deployment uses it.", class_name="muted card-body")
    return ui.card("Used by", rx.cond(ui.has_items(state.used), listed, nobody), flush=True)


def _used_row(row: Any) -> rx.Component:
    return el.tr(
        el.td(
            ui.link(row.name, href=rx.Var.create("/deployments/") + row.id, class_name="main-cell"), class_name="full"
        ),
        el.td(row.project),
        el.td(row.template, class_name="mono tiny"),
        el.td(ui.deployment_badge(row.status)),
    )


def _activity(state: Any) -> rx.Component:
    remove = ui.button("Remove the account", kind="small danger", on_click=state.ask_remove(True))
    nothing = rx.cond(identity.may("audit.read"), "Nothing was done to it yet.", "The audit trail has it.")
    return ui.card(
        "Activity",
        rx.cond(
            ui.has_items(state.events),
            el.ul(rx.foreach(state.events, _event_row), class_name="events"),
            el.p(nothing, class_name="muted"),
        ),
        actions=identity.only_with(
            "cloud_account.manage", rx.cond(state.detail.sandbox | (state.row.used > 0), rx.fragment(), remove)
        ),
    )


def _event_row(event: Any) -> rx.Component:
    return el.li(
        el.strong(event.by), " ", event.did, " ", ui.relative_time(event.at),
        rx.cond(event.detail != "", el.span(": ", event.detail, class_name="muted anywhere"), rx.fragment()),
    )  # fmt: skip


def _questions(state: Any, row: Any) -> list[rx.Component]:
    return [
        local.RotateDialog.create(
            account=row.slug, cloud=row.cloud, method=state.detail.method, open=state.rotating,
            on_close=state.ask_rotation(False), on_done=state.load,
        ),
        local.ScopeDialog.create(
            account=row.slug, cloud=row.cloud, scope=state.scope, limit=state.detail.limit, open=state.scoping,
            on_close=state.ask_scope(False), on_done=state.load,
        ),
        local.ConfirmDialog.create(
            el.p("No run starts on it. Those that run now end by themselves, and deployments stay as they are."),
            ui.form_field(
                "Why?",
                el.input(
                    id="disable-reason", class_name="input", required=True, max_length=_LONGEST_REASON,
                    on_change=state.set_why,
                ),
                "disable-reason",
                help_text="Everybody whose run waits for it reads this.",
            ),
            open=state.disabling, title="Disable this account?", action="Disable", busy=state.busy,
            on_confirm=state.disable, on_close=state.ask_disable(False),
        ),
        local.ConfirmDialog.create(
            el.p("Its credentials are erased. What was deployed with it in the past stays in the record."),
            open=state.removing, title="Remove this account?", typed=row.slug, action="Remove", busy=state.busy,
            on_confirm=state.remove, on_close=state.ask_remove(False),
        ),
    ]  # fmt: skip
