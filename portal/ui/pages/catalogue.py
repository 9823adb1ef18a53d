"""The catalogue, and the page of one template."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import reflex as rx

from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.template import service as templates
from portal.template.schemas import TemplateDetail, TemplateSummary
from portal.ui import bridge, routes, template
from portal.ui.components import local
from portal.ui.components import parts as ui
from portal.ui.identity import can_write, is_admin

el = rx.el
_HEADING = re.compile(r"\A\s*<h1\b.*?</h1>", re.DOTALL)
_SUMMARY = {
    "key", "cloud", "name", "title", "summary", "category", "icon", "tags", "duration_minutes", "required_questions",
    "resource_types", "broken",
}  # fmt: skip


class CatalogueState(bridge.PageState, rx.State):
    """Every template's card; the browser searches and filters."""

    templates: list[dict[str, Any]] = []  # noqa: RUF012 - Reflex copies the default for each state

    @bridge.handler
    async def load(self) -> None:
        """Read the catalogue."""
        found = await bridge.call(self, _list)
        self.templates = [item.model_dump(mode="json", include=_SUMMARY) for item in found]


def _list(_session: Any, actor: Actor) -> list[TemplateSummary]:
    permissions.require(actor, "template.read")
    return templates.list_templates()


@template.page(routes.CATALOGUE, "Catalogue", section="catalogue", on_load=[CatalogueState.load], wide=True)
def catalogue() -> rx.Component:
    """Cards with search and filters."""
    return rx.fragment(
        ui.page_header("Catalogue", sub="Pick a template, answer its questions, see the plan, confirm."),
        ui.problem_callout(CatalogueState.problem),
        local.Catalogue.create(templates=CatalogueState.templates, ready=CatalogueState.ready, admin=is_admin),
    )


@dataclass(frozen=True)
class Row:
    """One line of a table: a name, a second word, and text."""

    name: str = ""
    kind: str = ""
    text: str = ""
    badge: str = ""


@dataclass(frozen=True)
class Page:
    """A template as its page shows it."""

    key: str = ""
    cloud: str = "other"
    cloud_name: str = ""
    title: str = ""
    summary: str = ""
    category: str = ""
    version: str = ""
    duration: str = ""
    readme: str = ""
    broken: str = ""
    tags: list[str] = field(default_factory=list)
    apis: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    docs: list[dict[str, str]] = field(default_factory=list)
    inputs: list[Row] = field(default_factory=list)
    outputs: list[Row] = field(default_factory=list)
    resources: list[Row] = field(default_factory=list)


class TemplateState(bridge.PageState, rx.State):
    """One template."""

    page: Page = Page()
    tab: str = "about"

    @bridge.handler
    async def load(self) -> None:
        """Read the template that the address names."""
        key = f"{bridge.argument(self, 'cloud')}/{bridge.argument(self, 'name')}"
        if key != self.page.key:
            self.page, self.tab = Page(), "about"
        self.page = _page(await bridge.call(self, _get, key))

    @bridge.handler
    async def show(self, tab: str) -> None:
        """Another tab."""
        self.tab = tab


def _get(_session: Any, actor: Actor, key: str) -> TemplateDetail:
    permissions.require(actor, "template.read")
    return templates.get_template(key)


def _page(found: TemplateDetail) -> Page:
    minutes = found.duration_minutes
    return Page(
        key=found.key,
        cloud=found.cloud,
        cloud_name={"azure": "Azure", "gcp": "Google Cloud"}.get(found.cloud, found.cloud),
        title=found.title,
        summary=found.summary,
        category=found.category,
        version=found.version,
        duration=f"about {max(1, round(minutes))} min" if minutes else "",
        # The page has a heading of its own.
        readme=_HEADING.sub("", found.description_html, count=1),
        broken=found.broken or "",
        tags=found.tags,
        apis=found.required_apis,
        roles=found.required_roles,
        docs=[{"title": link.title, "url": link.url} for link in found.docs],
        inputs=[
            Row(
                item.name,
                item.type,
                item.description,
                "required" if item.required else _default(item.default, item.sensitive),
            )
            for item in found.variables
        ],
        outputs=[Row(item.name, "", item.description, "sensitive" if item.sensitive else "") for item in found.outputs],
        resources=[Row(item.address, item.type, "", item.count_hint) for item in found.resources],
    )


def _default(value: Any, sensitive: bool) -> str:
    if sensitive:
        return "sensitive"
    if value is None:
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if text and len(text) <= 32 else ""


_TABS = [
    {"key": "about", "title": "About"},
    {"key": "inputs", "title": "Inputs"},
    {"key": "outputs", "title": "Outputs"},
    {"key": "resources", "title": "Resources"},
]


@template.page(
    routes.TEMPLATE,
    TemplateState.page.title,
    section="catalogue",
    crumbs=[template.CATALOGUE],
    on_load=[TemplateState.load],
)
def template_page() -> rx.Component:
    """What it is, what it makes, what it needs; then Deploy."""
    page = TemplateState.page
    return ui.when_ready(TemplateState, rx.cond(page.key != "", _template(page), rx.fragment()))


def _template(page: Any) -> rx.Component:
    deploy = rx.cond(
        can_write & (page.broken == ""),
        ui.link_button("Deploy", href=rx.Var.create("/templates/") + page.key + "/deploy", kind="primary"),
        rx.fragment(),
    )
    return rx.fragment(
        ui.page_header(
            page.title,
            deploy,
            sub=page.summary,
            mark=el.span(ui.cloud_mark(page.cloud), class_name=f"glyph {page.cloud}"),
        ),
        rx.cond(
            page.broken != "", ui.callout("warning", "This template cannot be used", el.p(page.broken)), rx.fragment()
        ),
        local.Tabs.create(tabs=_TABS, value=TemplateState.tab, label="Template", on_change=TemplateState.show),
        el.div(el.div(*_panels(page), class_name="stack"), _aside(page), class_name="split"),
    )


def _panels(page: Any) -> list[rx.Component]:
    tab = TemplateState.tab
    return [
        ui.tab_panel(tab, "about", rx.html(page.readme, class_name="prose")),
        ui.tab_panel(tab, "inputs", _rows(page.inputs, "Inputs", ("Name", "Type", "What it means", "Default"))),
        ui.tab_panel(tab, "outputs", _rows(page.outputs, "Outputs", ("Name", "", "What it means", ""))),
        ui.tab_panel(tab, "resources", _rows(page.resources, "Resources", ("Address", "Type", "", "How many"))),
    ]


def _rows(rows: Any, label: str, heads: tuple[str, ...]) -> rx.Component:
    def row(item: Any) -> rx.Component:
        return el.tr(
            el.td(el.span(item.name, class_name="mono main-cell anywhere")),
            *([el.td(el.span(item.kind, class_name="mono faint anywhere"))] if heads[1] else []),
            *([el.td(item.text, class_name="full muted")] if heads[2] else []),
            el.td(rx.cond(item.badge != "", el.span(item.badge, class_name="tag"), rx.fragment()), class_name="shrink"),
        )

    shown = [head for head in (heads[0], heads[1], heads[2]) if head]
    body = el.tbody(rx.foreach(rows, row))
    return rx.cond(
        ui.has_items(rows),
        ui.table(*shown, heads[3] or " ", body=body, label=label),
        ui.empty_state("info", f"No {label.lower()}", f"This template has no {label.lower()}."),
    )


def _aside(page: Any) -> rx.Component:
    def lines(items: Any) -> rx.Component:
        return el.div(rx.foreach(items, lambda line: el.span(line)), class_name="stack tight")

    def words(items: Any) -> rx.Component:
        return el.div(rx.foreach(items, lambda word: el.span(word, class_name="tag")), class_name="row")

    def some(name: str, items: Any, show: Any = words) -> rx.Component:
        return rx.cond(ui.has_items(items), rx.fragment(el.dt(name), el.dd(show(items))), rx.fragment())

    def one(name: str, value: Any) -> rx.Component:
        return rx.cond(value != "", rx.fragment(el.dt(name), el.dd(value)), rx.fragment())

    return el.aside(
        ui.card(
            "At a glance",
            el.dl(
                one("Cloud", page.cloud_name),
                one("Category", page.category),
                one("Version", page.version),
                one("Takes", page.duration),
                some("APIs", page.apis),
                some("Roles", page.roles, lines),
                some("Tags", page.tags),
                class_name="props",
            ),
        ),
        rx.cond(ui.has_items(page.docs), ui.card("Read more", el.ul(rx.foreach(page.docs, _doc))), rx.fragment()),
        class_name="stack",
    )


def _doc(item: Any) -> rx.Component:
    return el.li(el.a(item["title"], href=item["url"], target="_blank", rel="noopener noreferrer"))


@template.page(
    routes.DEPLOY,
    "Deploy",
    section="catalogue",
    crumbs=[template.CATALOGUE, (TemplateState.page.title, rx.Var.create("/templates/") + TemplateState.page.key)],
    on_load=[TemplateState.load],
    wide=True,
)
def deploy_page() -> rx.Component:
    """The form of the template; it loads and sends by itself."""
    page = TemplateState.page
    return rx.fragment(
        ui.problem_callout(TemplateState.problem),
        rx.cond(page.key != "", local.DeployForm.create(template=page.key), rx.fragment()),
    )
