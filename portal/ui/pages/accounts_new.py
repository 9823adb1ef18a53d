"""A new cloud account, for administrators."""

from __future__ import annotations

import reflex as rx

from portal.ui import routes, template
from portal.ui.components import local
from portal.ui.components import parts as ui


@template.page(routes.NEW_CLOUD_ACCOUNT, "New cloud account", section="accounts", crumbs=[template.CLOUD_ACCOUNTS])
def new_account_page() -> rx.Component:
    """The guided form."""
    return rx.fragment(
        ui.page_header(
            "New cloud account",
            sub="Where deployments go, and how the portal signs in there. Secrets are kept encrypted and never shown again.",
        ),
        local.NewAccount.create(),
    )
