"""The catalogue, and the page of one template."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from portal.auth.schemas import Actor
from portal.kit.errors import NotFound
from portal.quota import guardrails
from portal.template import releases
from portal.template import service as templates
from portal.template.schemas import TemplateDetail, TemplateSummary
from portal.ui import bridge, routes, template
from portal.ui.components import local, local_people
from portal.ui.components import parts as ui
from portal.ui.glyphs import glyph
from portal.ui.identity import may
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
    _project: str = ""

    @bridge.handler
    async def load(self) -> None:
        """Read the catalogue."""
        project = bridge.query(self).get("project", "")
        if project != self._project:
            self.templates, self._project = [], project
        # The folders first: a first reading takes seconds, in which no transaction should stand open.
        await asyncio.to_thread(templates.list_templates)
        found = await bridge.call(self, _list, project)
        self.templates = [_card(item) for item in found]


def _list(session: Any, actor: Actor, project: str) -> list[TemplateSummary]:
    found = releases.catalogue(session, actor)
    return guardrails.templates_for(session, actor, project, found) if project else found


def _card(summary: TemplateSummary) -> dict[str, Any]:
    drawing = glyph(summary.icon, summary.category)
    return {**summary.model_dump(mode="json", include=_SUMMARY), "glyph": drawing}


@template.page(routes.CATALOGUE, "Catalogue", section="catalogue", on_load=[CatalogueState.load], wide=True)
def catalogue() -> rx.Component:
    """Cards with search and filters."""
    return rx.fragment(
        ui.page_header("Catalogue", sub="Pick a template, answer its questions, see the plan, confirm."),
        local_people.FirstSteps.create(admin=may("cloud_account.manage")),
        ui.problem_callout(CatalogueState.problem),
        local.Catalogue.create(
            templates=CatalogueState.templates, ready=CatalogueState.ready, admin=may("template.manage")
        ),
    )


class TemplateState(bridge.PageState, rx.State):
    """One template."""

    page: Page = Page()
    tab: str = "about"
    project: str = ""
    """The one that it is shown for, as the address says; "" for the template as it comes."""
    barred: str = ""
    """Why it cannot be used in that project."""

    @bridge.handler
    async def load(self) -> None:
        """Read the template that the address names, as the project that the address names has it."""
        key = f"{bridge.argument(self, 'cloud')}/{bridge.argument(self, 'name')}"
        if key != self.page.key:
            self.page, self.tab = Page(), "about"
        project = bridge.query(self).get("project", "")
        found, self.barred = await bridge.call(self, _get, key, project)
        self.page, self.project = page_of(found), "" if self.barred else project

    @bridge.handler
    async def show(self, tab: str) -> None:
        """Another tab."""
        self.tab = tab


def _get(session: Any, actor: Actor, key: str, project: str) -> tuple[TemplateDetail, str]:
    found = releases.get(session, actor, key)
    if not project:
        return found, ""
    try:
        return guardrails.as_in(session, actor, project, found), ""
    except NotFound as error:
        return found, error.message


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
    usable = (page.broken == "") & (TemplateState.barred == "")
    deploy = rx.cond(usable, local.DeployLink.create(template=page.key), rx.fragment())
    barred = ui.callout("warning", "Not in this project", el.p(TemplateState.barred))
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
        rx.cond(TemplateState.barred != "", barred, rx.fragment()),
        view.release_notice(page),
        local.Tabs.create(tabs=tabs, value=TemplateState.tab, label="Template", on_change=TemplateState.show),
        el.div(el.div(*_panels(page), class_name="stack"), view.aside(page), class_name="split"),
        class_name="stack loose",
    )


def _panels(page: Any) -> list[rx.Component]:
    tab = TemplateState.tab
    preview = local.TemplatePreview.create(
        template=page.key, presets=page.presets, project=TemplateState.project, key=page.key
    )
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
