"""The catalogue, and the page of one template."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from portal.auth.schemas import Actor
from portal.template import releases
from portal.template import service as templates
from portal.template.schemas import TemplateDetail, TemplateSummary
from portal.ui import bridge, routes, template
from portal.ui.components import local, local_people
from portal.ui.components import parts as ui
from portal.ui.glyphs import glyph
from portal.ui.identity import can_write, is_admin
from portal.ui.pages import template_view as view
from portal.ui.pages.template_view import Page, page_of

el = rx.el
_SUMMARY = {
    "key", "cloud", "name", "title", "summary", "category", "tags", "duration_minutes", "required_questions",
    "resource_types", "broken", "usual_cost", "state",
}  # fmt: skip


class CatalogueState(bridge.PageState, rx.State):
    """Every template's card; the browser searches and filters."""

    templates: list[dict[str, Any]] = []  # noqa: RUF012 - Reflex copies the default for each state

    @bridge.handler
    async def load(self) -> None:
        """Read the catalogue."""
        # The folders first: a first reading takes seconds, in which no transaction should stand open.
        await asyncio.to_thread(templates.list_templates)
        found = await bridge.call(self, _list)
        self.templates = [_card(item) for item in found]


def _list(session: Any, actor: Actor) -> list[TemplateSummary]:
    return releases.catalogue(session, actor)


def _card(summary: TemplateSummary) -> dict[str, Any]:
    drawing = glyph(summary.icon, summary.category)
    return {**summary.model_dump(mode="json", include=_SUMMARY), "glyph": drawing}


@template.page(routes.CATALOGUE, "Catalogue", section="catalogue", on_load=[CatalogueState.load], wide=True)
def catalogue() -> rx.Component:
    """Cards with search and filters."""
    return rx.fragment(
        ui.page_header("Catalogue", sub="Pick a template, answer its questions, see the plan, confirm."),
        local_people.FirstSteps.create(admin=is_admin),
        ui.problem_callout(CatalogueState.problem),
        local.Catalogue.create(templates=CatalogueState.templates, ready=CatalogueState.ready, admin=is_admin),
    )


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
        self.page = page_of(await bridge.call(self, _get, key))

    @bridge.handler
    async def show(self, tab: str) -> None:
        """Another tab."""
        self.tab = tab


def _get(session: Any, actor: Actor, key: str) -> TemplateDetail:
    return releases.get(session, actor, key)


_HERE = rx.Var.create("/templates/") + TemplateState.page.key


@template.page(
    routes.TEMPLATE,
    TemplateState.page.title,
    section="catalogue",
    crumbs=[template.CATALOGUE],
    on_load=[TemplateState.load],
    path=_HERE,
)
def template_page() -> rx.Component:
    """What it is, what it makes, what it needs; then Deploy."""
    page = TemplateState.page
    shown = local.Addressed.create(_template(page), path=_HERE)
    return ui.one_thing(TemplateState, page.key != "", shown, back="The catalogue", href=routes.CATALOGUE)


def _template(page: Any) -> rx.Component:
    deploy = rx.cond(
        can_write & (page.broken == ""),
        ui.link_button("Deploy", href=_HERE + "/deploy", kind="primary"),
        rx.fragment(),
    )
    mark = el.span(ui.icon(page.glyph, "large"), class_name=rx.Var.create("glyph large ") + page.cloud)
    unusable = ui.callout("warning", "This template cannot be used", el.p(page.broken))
    tabs = rx.Var.create(
        [
            {"key": "about", "title": "About", "count": 0},
            {"key": "inputs", "title": "Inputs", "count": page.input_count},
            {"key": "outputs", "title": "Outputs", "count": page.outputs.length()},
        ]
    )
    return el.div(
        ui.page_header(page.title, deploy, sub=page.summary, mark=mark),
        rx.cond(page.broken != "", unusable, rx.fragment()),
        view.release_notice(page),
        local.Tabs.create(tabs=tabs, value=TemplateState.tab, label="Template", on_change=TemplateState.show),
        el.div(el.div(*_panels(page), class_name="stack"), view.aside(page), class_name="split"),
        class_name="stack loose",
    )


def _panels(page: Any) -> list[rx.Component]:
    tab = TemplateState.tab
    preview = local.TemplatePreview.create(template=page.key, presets=page.presets, key=page.key)
    return [
        ui.tab_panel(
            tab,
            "about",
            rx.cond(page.broken == "", preview, rx.fragment()),
            rx.html(page.readme, class_name="prose"),
        ),
        ui.tab_panel(tab, "inputs", view.inputs(page.groups)),
        ui.tab_panel(tab, "outputs", view.outputs(page.outputs)),
    ]


@template.page(
    routes.DEPLOY,
    "Deploy",
    section="catalogue",
    crumbs=[template.CATALOGUE, (TemplateState.page.title, _HERE)],
    on_load=[TemplateState.load],
    wide=True,
    path=_HERE,
)
def deploy_page() -> rx.Component:
    """The form of the template; it loads and sends by itself."""
    page = TemplateState.page
    form = local.DeployForm.create(template=page.key)
    return ui.one_thing(TemplateState, page.key != "", form, back="The catalogue", href=routes.CATALOGUE)
