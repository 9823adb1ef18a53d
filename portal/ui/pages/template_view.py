"""What the page of one template shows: its view model, and the tables and cards of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import reflex as rx

from portal.template.schemas import FieldModel, FormModel, SectionModel, TemplateDetail, UsualCost
from portal.template.words import humanise
from portal.ui.components import parts as ui
from portal.ui.glyphs import glyph
from portal.ui.rows import money

el = rx.el
_HEADING = re.compile(r"\A\s*<h1\b.*?</h1>", re.DOTALL)
_CLOUDS = {"azure": "Azure", "gcp": "Google Cloud"}
LONGEST_DEFAULT = 32


@dataclass(frozen=True)
class Row:
    """One input or output: its title, its name, its type, what it means (HTML for inputs), and a word."""

    title: str = ""
    name: str = ""
    kind: str = ""
    meaning: str = ""
    badge: str = ""
    required: bool = False


@dataclass(frozen=True)
class Group:
    """The inputs of one section of the form."""

    title: str = ""
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Source:
    """Another template whose outputs fit a field of this one."""

    title: str = ""
    href: str = ""
    where: str = ""


@dataclass(frozen=True)
class Page:
    """A template as its page shows it."""

    key: str = ""
    cloud: str = "other"
    cloud_name: str = ""
    title: str = ""
    glyph: str = "layers"
    summary: str = ""
    category: str = ""
    version: str = ""
    duration: str = ""
    questions: str = ""
    usual_cost: str = ""
    state: str = "published"
    message: str = ""
    replaced_by: str = ""
    readme: str = ""
    broken: str = ""
    input_count: int = 0
    tags: list[str] = field(default_factory=list)
    apis: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    docs: list[dict[str, str]] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    presets: list[dict[str, Any]] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    outputs: list[Row] = field(default_factory=list)


def page_of(found: TemplateDetail) -> Page:
    """The view model of a template."""
    groups = _groups(found.ui)
    return Page(
        key=found.key, cloud=found.cloud, cloud_name=_CLOUDS.get(found.cloud, found.key.split("/")[0]),
        title=found.title, glyph=glyph(found.icon, found.category), summary=found.summary, category=found.category,
        version=found.version, duration=_duration(found.duration_minutes), questions=_questions(found),
        usual_cost=_usual_cost(found.usual_cost), state=found.state, message=found.message,
        replaced_by=found.replaced_by or "",
        readme=_HEADING.sub("", found.description_html, count=1),  # the page has a heading of its own
        broken=found.broken or "", input_count=sum(len(group.rows) for group in groups), tags=found.tags,
        apis=found.required_apis, roles=found.required_roles,
        docs=[{"title": link.title, "url": link.url} for link in found.docs], sources=_sources(found.ui),
        presets=[preset.model_dump(mode="json") for preset in found.ui.presets], groups=groups,
        outputs=[
            Row(title=item.name, meaning=item.description, badge="secret" if item.sensitive else "")
            for item in found.outputs
        ],
    )  # fmt: skip


def _duration(minutes: float | None) -> str:
    return f"about {max(1, round(minutes))} min" if minutes else ""


def _usual_cost(cost: UsualCost | None) -> str:
    """With its defaults; "" when nobody knows."""
    if cost is None:
        return ""
    if not cost.monthly:
        return "by use" if cost.by_use else "nothing"
    return f"about {money(cost.monthly)} a month{', and by use' if cost.by_use else ''}"


def _questions(found: TemplateDetail) -> str:
    count = found.required_questions
    return "none" if count == 0 else f"{count} {'question' if count == 1 else 'questions'}"


def _groups(form: FormModel) -> list[Group]:
    titles = {section.key: section for section in form.sections}
    made = [Group(_path(section, titles), [_input(item) for item in section.fields]) for section in form.sections]
    return [group for group in made if group.rows]


def _path(section: SectionModel, titles: dict[str, SectionModel]) -> str:
    above = titles.get(section.parent or "")
    return f"{_path(above, titles)} › {section.title}" if above else section.title


def _input(item: FieldModel) -> Row:
    badge = "required" if item.required else _default(item)
    return Row(item.title, item.path, item.type, item.help_html or "", badge, item.required)


def _default(item: FieldModel) -> str:
    """What holds when nothing is said, if it is short enough to tell."""
    if item.sensitive:
        return "secret"
    if item.default is None or item.default == "":
        return ""
    if isinstance(item.default, bool):
        return "on" if item.default else "off"
    if isinstance(item.default, (list, dict)):
        return ""
    labels = {option.value: option.label for option in item.options}
    text = f"{labels.get(item.default, item.default)}{f' {item.unit}' if item.unit and not item.scale else ''}"
    return text if len(text) <= LONGEST_DEFAULT else ""


def _sources(form: FormModel) -> list[Source]:
    """Templates whose outputs this one's fields take, with the fields' titles."""
    wanted: dict[str, list[str]] = {}
    for top in (item for section in form.sections for item in section.fields):
        for key in _templates_of(top):
            if top.title not in wanted.setdefault(key, []):
                wanted[key].append(top.title)
    return [Source(humanise(key.split("/")[1]), f"/templates/{key}", ", ".join(wanted[key])) for key in wanted]


def _templates_of(item: FieldModel) -> Iterator[str]:
    yield from (ref.template for ref in item.from_output)
    inner: Sequence[FieldModel] = [*item.fields, *([item.item] if item.item else [])]
    for part in inner:
        yield from _templates_of(part)


def inputs(groups: Any) -> rx.Component:
    """The inputs, grouped as in the form."""

    def row(item: Any) -> rx.Component:
        badge = rx.cond(
            item.required, ui.badge("required", "info"), rx.cond(item.badge != "", _tag(item.badge), rx.fragment())
        )
        return el.tr(
            el.td(el.div(item.title, class_name="main-cell"), el.code(item.name, class_name="sub-cell anywhere")),
            el.td(el.span(item.kind, class_name="mono faint anywhere type"), class_name="full"),
            el.td(rx.html(item.meaning, class_name="help"), class_name="full"),
            el.td(badge, class_name="shrink"),
        )

    def group(item: Any) -> rx.Component:
        body = el.tbody(rx.foreach(item.rows, row))
        return el.section(
            el.h2(item.title, class_name="group-title"),
            ui.table(
                "Name", "Type", "What it means", "Default", body=body, label=rx.Var.create("Inputs: ") + item.title
            ),
            class_name="stack tight inputs",
        )

    empty = ui.empty_state("info", "No inputs", "This template asks nothing.")
    return rx.cond(ui.has_items(groups), el.div(rx.foreach(groups, group), class_name="stack loose"), empty)


def _tag(text: Any) -> rx.Component:
    return el.span(text, class_name="tag")


def outputs(rows: Any) -> rx.Component:
    """What a deployment puts out."""

    def row(item: Any) -> rx.Component:
        return el.tr(
            el.td(el.span(item.title, class_name="mono main-cell anywhere")),
            el.td(item.meaning, class_name="full muted"),
            el.td(rx.cond(item.badge != "", _tag(item.badge), rx.fragment()), class_name="shrink"),
        )

    body = el.tbody(rx.foreach(rows, row))
    marks = el.th(el.span("Secret or not", class_name="sr-only"), scope="col")
    empty = ui.empty_state("info", "No outputs", "This template puts out nothing.")
    return rx.cond(ui.has_items(rows), ui.table("Name", "What it means", marks, body=body, label="Outputs"), empty)


def release_notice(page: Any) -> rx.Component:
    """What is to be known of a template that is not simply there to be used."""
    instead = rx.cond(
        page.replaced_by != "",
        el.p("Use ", ui.link(page.replaced_by, href=rx.Var.create("/templates/") + page.replaced_by), " instead."),
        rx.fragment(),
    )
    draft = ui.callout("info", "A draft", el.p("Only those who manage templates see it until it is published."))
    old = ui.callout("warning", "Deprecated", el.p(page.message), instead)
    revoked = ui.callout("danger", "Revoked", el.p(page.message), instead)
    gone = rx.cond(page.state == "deprecated", old, rx.cond(page.state == "revoked", revoked, rx.fragment()))
    return rx.cond(page.state == "draft", draft, gone)


def aside(page: Any) -> rx.Component:
    """At a glance, what must exist beforehand, and where to read more."""
    return el.aside(
        ui.card(
            "At a glance",
            el.dl(
                _one("Cloud", el.span(ui.cloud_mark(page.cloud, "small"), page.cloud_name, class_name="row nowrap")),
                _some("Category", page.category),
                _some("Usually takes", page.duration),
                _some("Costs with its defaults", page.usual_cost),
                _some("To answer", page.questions),
                _some("Version", page.version),
                _list("Tags", page.tags, lambda word: ui.link(word, href=_tagged(word), class_name="tag")),
                class_name="props",
            ),
        ),
        _before(page),
        rx.cond(ui.has_items(page.docs), ui.card("Read more", _links(page.docs)), rx.fragment()),
        class_name="stack",
    )


def _tagged(word: Any) -> Any:
    return rx.Var.create("/?tag=") + word


def _one(name: str, shown: rx.Component | Any) -> rx.Component:
    return rx.fragment(el.dt(name), el.dd(shown))


def _some(name: str, value: Any) -> rx.Component:
    return rx.cond(value != "", _one(name, value), rx.fragment())


def _list(name: str, items: Any, show: Any) -> rx.Component:
    return rx.cond(ui.has_items(items), _one(name, el.div(rx.foreach(items, show), class_name="row")), rx.fragment())


def _before(page: Any) -> rx.Component:
    """What must be there first: rights, APIs, and what other templates make."""
    card = ui.card(
        "Before you begin",
        el.div(
            _needs("The cloud account has these roles", page.roles, lambda role: el.li(role)),
            _needs("These are switched on", page.apis, lambda api: el.li(el.code(api))),
            _needs("It can use what these have made", page.sources, _source),
            class_name="stack",
        ),
    )
    any_ = ui.has_items(page.roles) | ui.has_items(page.apis) | ui.has_items(page.sources)
    return rx.cond(any_, card, rx.fragment())


def _needs(title: str, items: Any, show: Any) -> rx.Component:
    block = el.div(el.h3(title, class_name="tiny faint"), el.ul(rx.foreach(items, show), class_name="needs small"))
    return rx.cond(ui.has_items(items), block, rx.fragment())


def _source(item: Any) -> rx.Component:
    return el.li(ui.link(item.title, href=item.href), el.span(" for ", item.where, class_name="muted"))


def _links(docs: Any) -> rx.Component:
    def link(item: Any) -> rx.Component:
        shown = el.a(
            item["title"], ui.icon("external", "small"), href=item["url"], target="_blank", rel="noopener noreferrer"
        )
        return el.li(shown)

    return el.ul(rx.foreach(docs, link), class_name="links small")
