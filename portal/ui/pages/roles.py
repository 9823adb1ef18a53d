"""Roles, access and service accounts, for administrators: who and what may do what, and why."""

from __future__ import annotations

import reflex as rx

from portal.ui import routes, template
from portal.ui.components import roles


@template.page(routes.ROLES, "Roles", section="roles", wide=True)
def roles_page() -> rx.Component:
    """Roles of one's own, and the built-in ones to read."""
    return roles.Roles.create()


@template.page(routes.ACCESS, "Access", section="access", wide=True)
def access_page() -> rx.Component:
    """The question, and its answer with every step."""
    return roles.AccessPage.create()


@template.page(routes.SERVICE_ACCOUNTS, "Service accounts", section="service-accounts", wide=True)
def service_accounts_page() -> rx.Component:
    """The list, and one of them with its projects and tokens."""
    return roles.ServiceAccounts.create()
