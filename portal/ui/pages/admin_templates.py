"""Templates, for those who manage them: which version may be used, by whom, how it is used, what its checks say."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import reflex as rx

from portal.auth.schemas import Actor
from portal.project import service as projects
from portal.template import release_admin
from portal.template import service as templates
from portal.template.release_schemas import (
    AudienceChange,
    ReleaseChange,
    TemplateAdmin,
    TemplateAdminDetail,
    VersionAdmin,
)
from portal.ui import bridge, identity, routes, template
from portal.ui.components import parts as ui
from portal.ui.pages import admin_template_parts as parts
from portal.ui.rows import iso, took

el = rx.el
_LOOKS = {
    "draft": ("Draft", ""), "published": ("Published", "success"), "deprecated": ("Deprecated", "warning"),
    "revoked": ("Revoked", "danger"), "gone": ("Folder is gone", ""), "broken": ("Cannot be used", "danger"),
}  # fmt: skip
_STEPS = {
    "draft": ("published", "revoked"), "published": ("deprecated", "revoked"), "deprecated": ("published", "revoked"),
    "revoked": ("published",),
}  # fmt: skip
_VERBS = {"published": "Publish", "deprecated": "Deprecate", "revoked": "Revoke"}
_CRUMB = ("Templates", routes.ADMIN_TEMPLATES)


@dataclass(frozen=True)
class TemplateRow:
    """A template in the list."""

    key: str = ""
    title: str = ""
    cloud: str = "other"
    state: str = ""
    version: str = ""
    audience: str = ""
    deployments: int = 0
    launches: int = 0
    failures: str = ""
    usual: str = ""
    message: str = ""


@dataclass(frozen=True)
class VersionRow:
    """A version of the template that is shown, and what may become of it."""

    content_hash: str = ""
    version: str = ""
    state: str = ""
    message: str = ""
    replaced_by: str = ""
    current: bool = False
    deployments: int = 0
    changed_at: str = ""
    changed_by: str = ""
    publish: bool = False
    deprecate: bool = False
    revoke: bool = False


@dataclass(frozen=True)
class Asked:
    """The step that is asked about; nothing when `state` is empty."""

    content_hash: str = ""
    version: str = ""
    state: str = ""
    verb: str = ""


def _row(item: TemplateAdmin) -> TemplateRow:
    used = item.used
    return TemplateRow(
        key=item.key, title=item.title, cloud=item.cloud, version=item.version, message=item.message or item.broken or "",
        state="gone" if item.gone else "broken" if item.broken else item.state,
        audience="every project" if item.projects is None else ", ".join(each.slug for each in item.projects) or "nobody",
        deployments=used.deployments, launches=used.launches,
        failures=f"{round(100 * used.failed / used.runs)} % of {used.runs}" if used.runs else "",
        usual=took(used.usual_seconds) if used.usual_seconds is not None else "",
    )  # fmt: skip


def _version(item: VersionAdmin) -> VersionRow:
    steps = _STEPS[item.state]
    return VersionRow(
        content_hash=item.content_hash, version=item.version, state=item.state, message=item.message,
        replaced_by=item.replaced_by or "", current=item.current, deployments=item.deployments,
        changed_at=iso(item.changed_at), changed_by=item.changed_by, publish="published" in steps,
        deprecate="deprecated" in steps, revoke="revoked" in steps,
    )  # fmt: skip


class AdminTemplatesState(bridge.PageState, rx.State):
    """The list."""

    rows: list[TemplateRow] = []  # noqa: RUF012 - Reflex copies the default for each state
    drafts: int = 0

    @bridge.handler
    async def load(self) -> None:
        """Read all templates."""
        # The folders first: a first reading of many takes seconds, in which no transaction should stand open.
        await asyncio.to_thread(templates.list_templates)
        await self._read()

    @bridge.handler
    async def publish_all(self) -> None:
        """Publish every draft."""
        done = await bridge.call(self, release_admin.publish_all)
        await identity.say(self, f"{len(done)} published")
        await self._read()

    async def _read(self) -> None:
        self.rows = [_row(item) for item in await bridge.call(self, release_admin.list_all)]
        self.drafts = sum(row.state == "draft" for row in self.rows)


@template.page(routes.ADMIN_TEMPLATES, "Templates", section="templates", on_load=[AdminTemplatesState.load], wide=True)
def admin_templates_page() -> rx.Component:
    """The table."""
    state = AdminTemplatesState
    drafts = rx.cond(state.drafts > 0, ui.button("Publish all drafts", on_click=state.publish_all), rx.fragment())
    publish = identity.only_with("template.manage", drafts)
    return rx.fragment(
        ui.page_header("Templates", publish, sub="Which may be used, by whom, and how they do. Runs are those of 90 days."),
        ui.when_ready(
            state,
            rx.cond(
                ui.has_items(state.rows),
                ui.table(
                    "Template", "State", "For", "Version", "Deployments", "Ever", "Failed", "Usually takes",
                    body=el.tbody(rx.foreach(state.rows, _line)),
                    label="Templates",
                ),
                rx.fragment(),
            ),
        ),
    )  # fmt: skip


def _line(row: Any) -> rx.Component:
    return el.tr(
        el.td(
            el.div(
                ui.cloud_mark(row.cloud, "small"),
                el.div(
                    ui.link(row.title, href=rx.Var.create("/admin/templates/") + row.key, class_name="main-cell"),
                    el.div(row.key, class_name="sub-cell"),
                ),
                class_name="row nowrap",
            )
        ),
        el.td(ui.status_badge(row.state, _LOOKS)),
        el.td(row.audience, class_name="muted"),
        el.td(row.version, class_name="num"),
        el.td(row.deployments, class_name="num", custom_attrs={"data-label": "Deployments"}),
        el.td(row.launches, class_name="num muted", custom_attrs={"data-label": "Ever"}),
        el.td(row.failures, class_name="num muted", custom_attrs={"data-label": "Failed"}),
        el.td(row.usual, class_name="num muted", custom_attrs={"data-label": "Usually takes"}),
    )


class AdminTemplateState(bridge.PageState, rx.State):
    """One template."""

    row: TemplateRow = TemplateRow()
    versions: list[VersionRow] = []  # noqa: RUF012 - Reflex copies the default for each state
    checks: list[dict[str, str]] = []  # noqa: RUF012
    others: list[dict[str, str]] = []  # noqa: RUF012
    """Templates to use instead."""
    choices: list[dict[str, Any]] = []  # noqa: RUF012
    """Projects, each with whether the template is for it."""
    restricted: bool = False
    asked: Asked = Asked()
    message: str = ""
    instead: str = ""

    @bridge.handler
    async def load(self) -> None:
        """Read the template that the address names."""
        if self._key() != self.row.key:
            self.reset()
        await asyncio.to_thread(templates.list_templates)
        await self._read()

    @bridge.handler
    async def ask(self, content_hash: str, step: str) -> None:
        """Ask about a step; "" closes the question."""
        version = next((row for row in self.versions if row.content_hash == content_hash), None)
        self.message, self.instead = "", ""
        self.asked = Asked() if version is None else Asked(content_hash, version.version, step, _VERBS.get(step, ""))

    @bridge.handler
    async def set_message(self, text: str) -> None:
        """Why."""
        self.message = text[:500]

    @bridge.handler
    async def set_instead(self, key: str) -> None:
        """What to use instead."""
        self.instead = key

    @bridge.handler
    async def move(self) -> None:
        """Carry out the step that was asked about."""
        asked, self.asked = self.asked, Asked()
        step = bridge.one_of(asked.state, tuple(_VERBS))
        change = ReleaseChange(state=step, message=self.message, replaced_by=self.instead or None)
        await bridge.call(self, release_admin.change_state, self._key(), asked.content_hash, change)
        await identity.say(self, f"Version {asked.version} is {step}")
        await self._read()

    @bridge.handler
    async def restrict(self, on: bool) -> None:
        """For some projects only, or for all."""
        self.restricted = on

    @bridge.handler
    async def choose(self, project_id: str) -> None:
        """Add a project, or take it away."""
        self.choices = [
            {**choice, "on": not choice["on"]} if choice["id"] == project_id else choice for choice in self.choices
        ]

    @bridge.handler
    async def save_audience(self) -> None:
        """Keep whom the template is for."""
        wanted = [choice["id"] for choice in self.choices if choice["on"]] if self.restricted else None
        change = AudienceChange(projects=wanted)
        await bridge.call(self, release_admin.change_audience, self._key(), change)
        await identity.say(self, "Saved")
        await self._read()

    def _key(self) -> str:
        return f"{bridge.argument(self, 'cloud')}/{bridge.argument(self, 'name')}"

    async def _read(self) -> None:
        found, named, others = await bridge.call(self, _find, self._key())
        mine = {each.id for each in found.projects or ()}
        self.row = _row(found)
        self.versions = [_version(item) for item in found.versions]
        self.checks = [item.model_dump(mode="json") for item in found.checks]
        self.restricted = found.projects is not None
        self.choices = [{"id": each.id, "slug": each.slug, "on": each.id in mine} for each in named]
        self.others = others


def _find(session: Any, actor: Actor, key: str) -> tuple[TemplateAdminDetail, list[Any], list[dict[str, str]]]:
    found = release_admin.get(session, actor, key)
    named = projects.list_projects(session, actor, limit=200).items
    all_ = release_admin.list_all(session, actor)
    others = [
        {"key": item.key, "title": f"{item.title} ({item.key})"} for item in all_ if item.key != key and not item.gone
    ]
    return found, list(named), others


@template.page(
    routes.ADMIN_TEMPLATE,
    AdminTemplateState.row.title,
    section="templates",
    crumbs=[_CRUMB],
    on_load=[AdminTemplateState.load],
    path=rx.Var.create("/admin/templates/") + AdminTemplateState.row.key,
)
def admin_template_page() -> rx.Component:
    """Versions, whom it is for, checks."""
    state = AdminTemplateState
    shown = _page(state, state.row)
    return ui.one_thing(state, state.row.key != "", shown, back="All templates", href=routes.ADMIN_TEMPLATES)


def _page(state: Any, row: Any) -> rx.Component:
    return rx.fragment(
        ui.page_header(
            row.title,
            ui.link_button("In the catalogue", href=rx.Var.create("/templates/") + row.key),
            sub=el.div(ui.status_badge(row.state, _LOOKS), el.span(row.key), class_name="row"),
            mark=el.span(ui.cloud_mark(row.cloud), class_name="glyph"),
        ),
        rx.cond(row.message != "", ui.callout("warning", row.message), rx.fragment()),
        ui.stats(
            ui.stat("Deployments", row.deployments),
            ui.stat("Ever made", row.launches),
            ui.stat("Failed runs, 90 days", rx.cond(row.failures != "", row.failures, "none yet"), text=True),
            ui.stat("Usually takes", rx.cond(row.usual != "", row.usual, "unknown"), text=True),
        ),
        ui.card("Versions", _versions(state), flush=True),
        ui.card("For whom", parts.audience(state)),
        ui.card("Checks", parts.checks(state), flush=True),
        parts.question(state),
    )


def _versions(state: Any) -> rx.Component:
    def line(row: Any) -> rx.Component:
        here = rx.cond(row.current, ui.badge("in the folder", "info"), rx.fragment())
        told = el.div(row.message, rx.cond(row.replaced_by != "", el.span(" Use ", el.code(row.replaced_by)), ""))
        return el.tr(
            el.td(
                el.div(el.span(row.version, class_name="main-cell"), here, class_name="row"),
                el.div(el.code(row.content_hash[:12]), class_name="sub-cell"),
            ),
            el.td(ui.status_badge(row.state, _LOOKS), el.div(told, class_name="sub-cell"), class_name="full"),
            el.td(row.deployments, class_name="num", custom_attrs={"data-label": "Deployments"}),
            el.td(
                rx.cond(
                    row.changed_by != "",
                    rx.fragment(row.changed_by, el.div(ui.relative_time(row.changed_at), class_name="sub-cell")),
                    rx.fragment(),
                ),
                class_name="muted",
            ),
            el.td(
                el.div(
                    _step(state, row, row.publish, "published", "small"),
                    _step(state, row, row.deprecate, "deprecated", "small"),
                    _step(state, row, row.revoke, "revoked", "small danger"),
                    class_name="row nowrap",
                ),
                class_name="shrink end",
            ),
        )

    actions = el.th(el.span("Actions", class_name="sr-only"), scope="col")
    body = el.tbody(rx.foreach(state.versions, line))
    return ui.table("Version", "State", "Deployments", "Said by", actions, body=body, label="Versions")


def _step(state: Any, row: Any, possible: Any, step: str, kind: str) -> rx.Component:
    named = {"aria_label": rx.Var.create(f"{_VERBS[step]} ") + row.version}
    button = ui.button(_VERBS[step], kind=kind, on_click=state.ask(row.content_hash, step), **named)
    return identity.only_with("template.manage", rx.cond(possible, button, rx.fragment()))
