"""Parts of the page of one template's life: for whom it is, what its checks say, the question before a step."""

from __future__ import annotations

from typing import Any

import reflex as rx

from portal.ui import identity
from portal.ui.components import local
from portal.ui.components import parts as ui

el = rx.el


def audience(state: Any) -> rx.Component:
    """For which projects it is."""

    def choice(item: Any) -> rx.Component:
        box = el.input(type="checkbox", checked=item["on"], on_change=lambda _on: state.choose(item["id"]))
        return el.label(box, item["slug"], class_name="row")

    named = el.p(state.row.audience, class_name="muted anywhere")
    return rx.cond(identity.may("template.manage"), _chosen(state, choice), named)


def _chosen(state: Any, choice: Any) -> rx.Component:
    some = el.div(rx.foreach(state.choices, choice), class_name="stack tight", role="group", aria_label="Projects")
    return el.div(
        el.label(
            el.input(type="checkbox", checked=state.restricted, on_change=state.restrict),
            "Only for these projects",
            class_name="row",
        ),
        rx.cond(state.restricted, some, el.p("Every project may use it.", class_name="muted")),
        el.p(ui.button("Save", on_click=state.save_audience)),
        class_name="stack",
    )


def checks(state: Any) -> rx.Component:
    """What the linter says."""

    def line(item: Any) -> rx.Component:
        level = rx.cond(item["level"] == "error", ui.badge("error", "danger"), ui.badge("warning", "warning"))
        return el.tr(
            el.td(level, class_name="shrink"),
            el.td(item["message"], el.div(item["remedy"], class_name="sub-cell"), class_name="full"),
            el.td(el.code(item["place"], class_name="anywhere")),
        )

    body = el.tbody(rx.foreach(state.checks, line))
    empty = el.p("Nothing is wrong with its files.", class_name="muted card-note")
    return rx.cond(ui.has_items(state.checks), ui.table("Level", "What", "Where", body=body, label="Checks"), empty)


def question(state: Any) -> rx.Component:
    """Asked before a version is published, deprecated or revoked."""
    asked = state.asked
    why = el.div(
        ui.form_field(
            "Why?",
            el.input(id="release-message", class_name="input", required=True, max_length=500, on_change=state.set_message),
            "release-message",
            help_text="Whoever uses it reads this.",
        ),
        ui.form_field(
            "What to use instead",
            el.select(
                el.option("Nothing", value=""),
                rx.foreach(state.others, lambda item: el.option(item["title"], value=item["key"])),
                id="release-instead", class_name="select", value=state.instead, on_change=state.set_instead,
            ),
            "release-instead",
        ),
        class_name="stack",
    )  # fmt: skip
    words = rx.match(
        asked.state,
        ("published", "Everybody whom the template is for can use it."),
        ("deprecated", "It still works. The catalogue and its deployments warn with what you say."),
        "Nothing begins or changes with it any more. Its deployments can only be upgraded or destroyed.",
    )
    return local.ConfirmDialog.create(
        el.p(words),
        rx.cond(asked.state == "published", rx.fragment(), why),
        open=asked.state != "",
        title=asked.verb + " version " + asked.version + "?",
        action=asked.verb,
        danger=asked.state == "revoked",
        busy=state.busy,
        on_confirm=state.move,
        on_close=state.ask("", ""),
    )
