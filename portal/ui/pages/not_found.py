"""An address that no page has."""

from __future__ import annotations

import reflex as rx

from portal.ui import routes, template
from portal.ui.components import parts as ui

el = rx.el


@template.page(routes.NOT_FOUND, "No such page", section="")
def not_found_page() -> rx.Component:
    """That there is nothing, and ways on."""
    return el.div(
        ui.icon("search"),
        el.h1("There is no such page"),
        el.p("The address may be mistyped, or what it led to is gone."),
        el.div(
            ui.link_button("The catalogue", href=routes.CATALOGUE),
            ui.link_button("All deployments", href=routes.DEPLOYMENTS),
            class_name="row",
        ),
        class_name="empty",
    )
