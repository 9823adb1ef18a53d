"""The parts of pages. Each is one thing with one look; a page composes them and styles nothing itself."""

from __future__ import annotations

from typing import Any, Literal

import reflex as rx
from reflex_components_core.react_router import ReactRouterLink

from portal.ui.bridge import Problem
from portal.ui.components import local

Text = Any
"""A string, or a var of one."""
el = rx.el


def icon(name: Text, class_name: str = "") -> rx.Component:
    """A drawing of ours, from assets/icons.svg."""
    return el.svg(
        el.svg.use(href=rx.Var.create("/icons.svg#") + name),
        class_name=f"icon {class_name}".strip(),
        aria_hidden="true",
    )


def cloud_mark(cloud: Text, class_name: str = "") -> rx.Component:
    """A cloud's mark: neutral drawings of ours, coloured."""
    return el.svg(
        el.svg.use(href=rx.Var.create("/icons.svg#") + cloud),
        class_name=rx.Var.create(f"mark {class_name} ") + cloud,
        aria_hidden="true",
    )


def link(*children: Any, href: Text, **props: Any) -> rx.Component:
    """A link within the portal."""
    return ReactRouterLink.create(*children, to=href, **props)


def button(*children: Any, kind: str = "", **props: Any) -> rx.Component:
    """A button. `kind` holds words of the stylesheet: primary, danger, quiet, small, icon-only."""
    props.setdefault("type", "button")
    return el.button(*children, class_name=f"btn {kind}".strip(), **props)


def link_button(*children: Any, href: Text, kind: str = "", **props: Any) -> rx.Component:
    """A link that looks like a button."""
    return link(*children, href=href, class_name=f"btn {kind}".strip(), **props)


def page_header(title: Text | rx.Component, *actions: rx.Component, sub: Any = None, mark: Any = None) -> rx.Component:
    """The page's heading, a line below it, and what can be done here."""
    return el.header(
        mark or rx.fragment(),
        el.div(el.h1(title), el.div(sub, class_name="sub") if sub is not None else rx.fragment(), class_name="titles"),
        el.div(*actions, class_name="actions") if actions else rx.fragment(),
        class_name="page-head",
    )


def callout(kind: str, title: Text, *children: Any, role: Literal["note", "alert", "status"] = "note") -> rx.Component:
    """A notice that stays: info, success, warning, danger."""
    drawing = {"danger": "alert-circle", "warning": "alert", "success": "check-circle"}.get(kind, "info")
    return el.div(icon(drawing), el.div(el.strong(title), *children), class_name=f"callout {kind}", role=role)


def problem_callout(problem: Any) -> rx.Component:
    """What failed, why, and what to do, with a reference when it is our fault."""
    shown: Problem = problem
    return rx.cond(
        shown.text != "",
        callout(
            "danger",
            shown.title,
            el.p(shown.text),
            rx.cond(shown.reference != "", el.p("Reference ", el.code(shown.reference)), rx.fragment()),
            role="alert",
        ),
        rx.fragment(),
    )


def field_error(problem: Any, path: str, field_id: str) -> rx.Component:
    """The error beside a field."""
    shown: Problem = problem
    return rx.cond(
        shown.fields.contains(path),  # type: ignore[attr-defined]
        el.p(icon("alert-circle"), shown.fields[path], class_name="error", id=f"{field_id}-error", role="alert"),
        rx.fragment(),
    )


def form_field(
    label: str, control: rx.Component, field_id: str, *, help_text: str = "", after: Any = None
) -> rx.Component:
    """A label, its control, a line of help, an error."""
    return el.div(
        el.label(label, html_for=field_id),
        control,
        el.p(help_text, class_name="help") if help_text else rx.fragment(),
        after or rx.fragment(),
        class_name="field",
    )


def empty_state(drawing: str, title: Text, text: Text, *actions: rx.Component) -> rx.Component:
    """What a list shows when there is nothing in it."""
    return el.div(
        icon(drawing),
        el.h2(title),
        el.p(text),
        el.div(*actions, class_name="row") if actions else rx.fragment(),
        class_name="empty",
    )


def has_items(items: Any) -> Any:
    """Whether a var of a list or dictionary holds anything."""
    return items.length() > 0


def skeletons(count: int = 5, class_name: str = "") -> rx.Component:
    """Grey bars while a first load takes longer than 300 ms."""
    bars = [el.div(class_name=f"skeleton {class_name}".strip()) for _ in range(count)]
    return el.div(*bars, class_name="skeletons", aria_hidden="true")


def when_ready(state: Any, content: rx.Component, loading: rx.Component | None = None) -> rx.Component:
    """The problem, if there is one; else `content` once there was a first load."""
    return rx.fragment(
        problem_callout(state.problem),
        rx.cond(state.ready, content, loading or skeletons()),
    )


def one_thing(state: Any, found: Any, content: rx.Component, *, back: str, href: Text) -> rx.Component:
    """The page of one thing: what went wrong, above it; or, under a heading, why it is not there; or that it is on its way."""
    shown: Problem = state.problem
    missing = el.div(
        icon("alert-circle"),
        el.h1(shown.title),
        el.p(shown.text),
        rx.cond(shown.reference != "", el.p("Reference ", el.code(shown.reference)), rx.fragment()),
        el.div(link_button(back, href=href), class_name="row"),
        class_name="empty",
        role="alert",
    )
    failed = rx.cond(state.ready, rx.fragment(), skeletons())
    return rx.cond(found, rx.fragment(problem_callout(shown), content), rx.cond(shown.text != "", missing, failed))


def badge(text: Text, kind: Text = "", *, dot: bool = False) -> rx.Component:
    """A word in a pill."""
    return el.span(
        el.span(class_name="dot", aria_hidden="true") if dot else rx.fragment(),
        text,
        class_name=rx.Var.create("badge ") + _text(kind),
    )


def _text(value: Text) -> Any:
    """A string as it is; a var known to be a string."""
    return value if isinstance(value, str) else rx.Var.create(value).to(str)


RUN_LOOKS = {
    "pending": ("Waiting", ""),
    "plan_queued": ("Plan queued", ""),
    "planning": ("Planning", "info busy"),
    "planned": ("Needs confirmation", "warning"),
    "planned_and_finished": ("No changes", "success"),
    "policy_denied": ("Denied by policy", "danger"),
    "apply_queued": ("Apply queued", "info"),
    "applying": ("Applying", "info busy"),
    "applied": ("Applied", "success"),
    # Of an action, which applies no plan.
    "acting": ("Running", "info busy"),
    "acted": ("Done", "success"),
    "discarded": ("Discarded", ""),
    "canceled": ("Canceled", ""),
    "errored": ("Errored", "danger"),
}
DEPLOYMENT_LOOKS = {
    "new": ("New", ""),
    "active": ("Active", "success"),
    "failed": ("Failed", "danger"),
    "destroyed": ("Destroyed", ""),
}
RUN_KINDS = {
    "plan_and_apply": "Change",
    "plan_only": "Plan only",
    "destroy": "Destroy",
    "drift": "Drift check",
    "action": "Action",
}


def status_badge(status: Any, looks: dict[str, tuple[str, str]] = RUN_LOOKS) -> rx.Component:
    """A status as everybody sees it: the word always, the colour as a help."""
    words = rx.match(status, *[(key, word) for key, (word, _) in looks.items()], status)
    kind = rx.match(status, *[(key, kind) for key, (_, kind) in looks.items()], "")
    return badge(words, kind, dot=True)


def deployment_badge(status: Any) -> rx.Component:
    """The status of a deployment."""
    return status_badge(status, DEPLOYMENT_LOOKS)


def run_kind(kind: Any) -> Any:
    """What a run is for, in a word."""
    return rx.match(kind, *RUN_KINDS.items(), kind)


def sandbox_badge(sandbox: Any) -> rx.Component:
    """Marks what exists in the sandbox cloud only."""
    return rx.cond(sandbox, el.span(icon("flask", "small"), "Sandbox", class_name="badge warning"), rx.fragment())


def sandbox_banner(sandbox: Any) -> rx.Component:
    """Says above a page that its resources are simulated."""
    text = "Sandbox: real Terraform, simulated resources. Nothing here exists in a cloud or costs anything."
    return rx.cond(
        sandbox, el.div(icon("flask"), el.span(text), class_name="callout warning", role="note"), rx.fragment()
    )


def sentence(text: Any) -> rx.Component:
    """A sentence of the server's, in which `something` is what one types."""
    return local.Sentence.create(text=text)


def relative_time(at: Any) -> rx.Component:
    """An ISO time as "3 min ago"."""
    return local.RelativeTime.create(at=at)


def copyable(text: Any, *, label: str = "Copy") -> rx.Component:
    """An id or a value in type-writer letters with a button that copies it."""
    return el.span(
        el.span(text, class_name="mono anywhere"),
        local.CopyButton.create(text=text, label=label),
        class_name="copyable",
    )


def table(*heads: str | rx.Component, body: rx.Component, label: str) -> rx.Component:
    """A table; on a phone each row becomes a small card."""
    cells = [head if isinstance(head, rx.Component) else el.th(head, scope="col") for head in heads]
    return el.div(
        el.table(el.thead(el.tr(*cells)), body, class_name="table stacked", aria_label=label), class_name="table-wrap"
    )


def card(title: Text, *children: Any, actions: Any = None, flush: bool = False) -> rx.Component:
    """A titled panel. `flush` content reaches its edges."""
    return el.section(
        el.div(el.h2(title), actions or rx.fragment(), class_name="card-head"),
        *(children if flush else [el.div(*children, class_name="card-body")]),
        class_name="card",
    )


def stat(name: str, value: Any, *, text: bool = False, wide: bool = False) -> rx.Component:
    """One number of a row of numbers; `wide` has room for an address."""
    look = "stat wide" if wide else "stat"
    return el.div(el.dt(name), el.dd(value, class_name="text" if text else ""), class_name=look)


def stats(*items: rx.Component) -> rx.Component:
    """A row of numbers."""
    return el.dl(*items, class_name="stats")


def tab_panel(state_tab: Any, key: str, *children: Any) -> rx.Component:
    """What a tab shows."""
    panel = el.div(
        *children, class_name="stack loose", role="tabpanel", id=f"panel-{key}", aria_labelledby=f"tab-{key}"
    )
    return rx.cond(state_tab == key, panel, rx.fragment())
