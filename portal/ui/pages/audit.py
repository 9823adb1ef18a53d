"""The audit trail: who did what, from where, what was before and after; filter, export, proof that it is whole."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import reflex as rx

from portal.audit import service as audit
from portal.audit import stream
from portal.audit.schemas import AuditEventView, AuditFilter, TrailView
from portal.kit.pagination import Page
from portal.ui import bridge, routes, template
from portal.ui.components import local
from portal.ui.components import parts as ui
from portal.ui.identity import only_with
from portal.ui.rows import iso

el = rx.el
_FAMILIES: Final = (
    "access", "approval", "approval_rule", "audit", "cloud_account", "deployment", "identity", "keys", "notification", "output",
    "policy", "project", "role", "run", "service_account", "session", "settings", "state", "system", "template", "token", "user",
    "worker",
)  # fmt: skip
_PERIODS: Final = {"1": "Last 24 hours", "7": "Last 7 days", "30": "Last 30 days", "365": "Last year"}
_LONGEST: Final = 300


@dataclass(frozen=True)
class Fact:
    """A name with its value, or with what it was and what it is now."""

    name: str = ""
    before: str = ""
    after: str = ""
    changed: bool = False


@dataclass(frozen=True)
class EventRow:
    """An event in the list."""

    n: int = 0
    at: str = ""
    actor: str = ""
    actor_kind: str = ""
    action: str = ""
    object: str = ""
    object_id: str = ""
    address: str = ""
    via: str = ""
    agent: str = ""
    request: str = ""
    facts: list[Fact] = field(default_factory=list)
    hash: str = ""


@dataclass(frozen=True)
class SinkRow:
    """A place that the trail goes to."""

    name: str = ""
    target: str = ""
    behind: int = 0
    sent_at: str = ""
    error: str = ""


class AuditState(bridge.PageState, rx.State):
    """One page of the trail, and where the trail goes."""

    rows: list[EventRow] = []  # noqa: RUF012 - Reflex copies the default for each state
    cursor: str = ""
    first: bool = True
    filtered: bool = False
    csv_href: str = ""
    jsonl_href: str = ""
    sinks: list[SinkRow] = []  # noqa: RUF012
    kept: str = ""
    verdict: str = ""
    """What the last verification said; "" before one."""
    whole: bool = True

    @bridge.handler
    async def load(self) -> None:
        """Read the page that the address names."""
        wanted, asked = _filter(bridge.query(self)), bridge.query(self)
        page = await bridge.call(self, audit.list_events, wanted=wanted, cursor=asked.get("cursor"), limit=50)
        trail = await bridge.call(self, stream.trail)
        self.verdict = ""
        self._show(page, trail, asked, wanted)

    @bridge.handler
    async def verify(self) -> None:
        """Compute every hash again."""
        found = await bridge.call(self, audit.check)
        self.whole = found.ok
        counted = f"{found.count} events, the newest with the hash {found.head[:16]}…"
        self.verdict = f"The trail is whole: {counted}" if found.ok else found.reason or "The trail was changed."

    def _show(self, page: Page[AuditEventView], trail: TrailView, asked: dict[str, str], wanted: AuditFilter) -> None:
        self.rows = [_row(event) for event in page.items]
        self.cursor, self.first = page.next_cursor or "", not asked.get("cursor")
        self.filtered = any(asked.get(name) for name in ("q", "family", "days", "object", "address"))
        self.csv_href, self.jsonl_href = (_export(wanted, form) for form in ("csv", "jsonl"))
        self.sinks = [
            SinkRow(sink.name, sink.target, sink.behind, iso(sink.sent_at), sink.error or "") for sink in trail.sinks
        ]
        self.kept = _kept(trail)


def _filter(asked: dict[str, str]) -> AuditFilter:
    """What the address asks for; a word that is none of ours finds nothing, and never fails."""
    days, family = asked.get("days", ""), asked.get("family", "")
    return AuditFilter(
        actor=asked.get("q") or None,
        action=f"{family}." if family in _FAMILIES else None,
        object_id=asked.get("object") or None,
        address=asked.get("address") or None,
        since=datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(days=int(days))
        if days in _PERIODS
        else None,
    )


def _export(wanted: AuditFilter, form: str) -> str:
    facts = wanted.model_dump(mode="json", exclude_none=True) | {"format": form}
    return f"/api/v1/audit-events/export?{urlencode(facts)}"


def _kept(trail: TrailView) -> str:
    said = f"{trail.count} events are here." if trail.count != 1 else "One event is here."
    if trail.removed:
        said += f" {trail.removed} older ones were removed."
    if trail.days:
        files = ", after they were written to files" if trail.archive else ""
        return f"{said} What is older than {trail.days} days is removed{files}."
    return f"{said} Nothing is removed."


def _row(event: AuditEventView) -> EventRow:
    origin = event.origin or {}
    return EventRow(
        n=event.n,
        at=iso(event.at),
        actor=event.actor_label,
        actor_kind=event.actor_kind,
        action=event.action,
        object=event.object_kind.replace("_", " "),
        object_id=event.object_id,
        address=str(origin.get("address", "")),
        via=str(origin.get("via", "")),
        agent=str(origin.get("agent", "")),
        request=str(origin.get("request_id", "")),
        facts=_facts(event.detail),
        hash=event.hash,
    )


def _facts(detail: dict[str, Any]) -> list[Fact]:
    """`{before: {…}, after: {…}}` and `{name: {before, after}}` are changes; the rest is plain."""
    before, after = detail.get("before"), detail.get("after")
    if isinstance(before, dict) and isinstance(after, dict):
        rest = {name: value for name, value in detail.items() if name not in ("before", "after")}
        changed = {name: {"before": before.get(name), "after": after.get(name)} for name in {**before, **after}}
        detail = {**changed, **rest}
    shown = {name: value for name, value in detail.items() if value not in (None, "", [], {})}
    return sorted((_fact_of(name, value) for name, value in shown.items()), key=lambda fact: not fact.changed)


def _fact_of(name: str, value: Any) -> Fact:
    if isinstance(value, dict) and value.keys() == {"before", "after"}:
        return Fact(name, _said(value["before"]), _said(value["after"]), changed=True)
    return Fact(name, "", _said(value))


def _said(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = "nothing" if value is None or value == "" else text
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


@template.page(routes.AUDIT, "Audit", section="audit", on_load=[AuditState.load], wide=True)
def audit_page() -> rx.Component:
    """The trail with its filter, and what can be done with it."""
    state = AuditState
    return rx.fragment(
        ui.page_header(
            "Audit",
            ui.button(ui.icon("check-circle"), "Verify", on_click=state.verify),
            only_with(
                "audit.export", _file("Export CSV", state.csv_href), _file("Export JSON lines", state.jsonl_href)
            ),
            sub="Every change, and every look at a secret: who, from where, before and after. Nobody can alter it unseen.",
        ),
        el.div(
            local.SearchBox.create(name="q", label="Search by person", placeholder="Search by person"),
            local.FilterSelect.create(name="family", label="All actions", options=_options()),
            local.FilterSelect.create(name="days", label="Any time", options=_periods()),
            class_name="toolbar",
            role="search",
        ),
        ui.when_ready(
            state,
            rx.fragment(
                _verdict(state),
                rx.cond(ui.has_items(state.rows), _table(state), _empty(state)),
                _where(state),
            ),
        ),
    )


def _file(text: str, href: Any) -> rx.Component:
    """A link to a file of the API, which the browser itself must follow: the router has no page there."""
    return el.a(text, href=href, class_name="btn", download=True, custom_attrs={"reloadDocument": True})


def _options() -> list[dict[str, str]]:
    named = [{"value": name, "title": name.replace("_", " ").capitalize()} for name in _FAMILIES]
    return [{"value": "", "title": "All actions"}, *named]


def _periods() -> list[dict[str, str]]:
    return [{"value": "", "title": "Any time"}, *({"value": key, "title": text} for key, text in _PERIODS.items())]


def _verdict(state: Any) -> rx.Component:
    return rx.cond(
        state.verdict != "",
        rx.cond(
            state.whole,
            ui.callout("success", "Verified", el.p(state.verdict), role="status"),
            ui.callout("danger", "The trail was altered", el.p(state.verdict), role="alert"),
        ),
        rx.fragment(),
    )


def _empty(state: Any) -> rx.Component:
    return rx.cond(
        state.filtered,
        ui.empty_state("search", "No such event", "Try fewer words, or a longer time."),
        ui.empty_state("clock", "Nothing yet", "Whatever somebody changes is written here."),
    )


def _table(state: Any) -> rx.Component:
    return rx.fragment(
        ui.table(
            "When", "Who", "Did what", "To what", "From where", "What changed",
            body=el.tbody(rx.foreach(state.rows, _event)),
            label="Audit events",
        ),
        local.PageTurner.create(cursor=state.cursor, first=state.first),
    )  # fmt: skip


def _event(row: Any) -> rx.Component:
    return el.tr(
        el.td(ui.relative_time(row.at), el.div("No. ", row.n, class_name="sub-cell"), class_name="nowrap"),
        el.td(
            el.span(row.actor, class_name="main-cell anywhere"),
            rx.cond(row.actor_kind != "user", el.div(row.actor_kind, class_name="sub-cell"), rx.fragment()),
        ),
        el.td(el.code(row.action)),
        el.td(row.object, el.div(row.object_id, class_name="sub-cell mono anywhere")),
        el.td(
            rx.cond(row.address != "", row.address, rx.cond(row.via != "", row.via, "the portal itself")),
            rx.cond(
                (row.address != "") & (row.via != ""), el.div(row.via, class_name="sub-cell", title=row.agent), rx.fragment()
            ),
        ),
        el.td(rx.cond(ui.has_items(row.facts), _details(row), el.span("–", class_name="muted"))),
    )  # fmt: skip


def _details(row: Any) -> rx.Component:
    return el.details(
        el.summary(rx.cond(row.facts[0].changed, "Before and after", "Details")),
        el.dl(
            rx.foreach(row.facts, _fact),
            el.div(el.dt("request"), el.dd(row.request, class_name="mono anywhere")),
            el.div(el.dt("hash"), el.dd(row.hash, class_name="mono anywhere")),
            class_name="event-facts",
        ),
    )


def _fact(fact: Any) -> rx.Component:
    now = el.span(fact.after, class_name="anywhere")
    return el.div(
        el.dt(fact.name),
        el.dd(rx.cond(fact.changed, rx.fragment(el.del_(fact.before, class_name="anywhere"), " → ", now), now)),
    )


def _where(state: Any) -> rx.Component:
    return ui.card(
        "Where the trail goes",
        el.p(state.kept, class_name="muted"),
        rx.cond(
            ui.has_items(state.sinks),
            el.ul(rx.foreach(state.sinks, _sink), class_name="sinks"),
            el.p(
                "It is sent nowhere else. ",
                el.code("TERRACE_AUDIT_SYSLOG"),
                " and ",
                el.code("TERRACE_AUDIT_WEBHOOK"),
                " name a place that gets every event as it happens.",
                class_name="muted",
            ),
        ),
    )


def _sink(sink: Any) -> rx.Component:
    return el.li(
        el.strong(sink.name),
        " ",
        el.code(sink.target),
        " ",
        rx.cond(
            sink.error != "",
            ui.badge("Failing", "danger", dot=True),
            rx.cond(sink.behind > 0, ui.badge("Behind", "warning", dot=True), ui.badge("Up to date", "success", dot=True)),
        ),
        rx.cond(sink.behind > 0, el.span(" ", sink.behind, " events to send"), rx.fragment()),
        rx.cond(sink.error != "", el.div(sink.error, class_name="muted"), rx.fragment()),
    )  # fmt: skip
