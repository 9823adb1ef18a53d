"""Identity providers, for administrators: who signs people in, as what, and whether passwords are still of use."""

from __future__ import annotations

import reflex as rx

from portal.ui import routes, template
from portal.ui.components import local
from portal.ui.components import parts as ui


@template.page(
    routes.IDENTITY_PROVIDERS, "Identity providers", section="settings", crumbs=[("Settings", routes.SETTINGS)]
)
def identity_providers_page() -> rx.Component:
    """The list, the guided form, and the switch for passwords."""
    return rx.fragment(
        ui.page_header(
            "Identity providers",
            sub="Who signs people in beside this portal, what they become here, and which groups give which roles.",
        ),
        local.IdentityProviders.create(),
    )
