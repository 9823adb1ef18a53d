"""Policies, for administrators: what a plan must meet before it is applied."""

from __future__ import annotations

import reflex as rx

from portal.ui import routes, template
from portal.ui.components import local


@template.page(routes.POLICIES, "Policies", section="policies", wide=True)
def policies_page() -> rx.Component:
    """The list and the editor, which talk to the REST API by themselves."""
    return local.Policies.create()
