"""Our React components for roles, access and service accounts. They talk to the REST API by themselves."""

from __future__ import annotations

import reflex as rx

FOLDER = "$/public/ui/roles"


class Roles(rx.Component):
    """Roles of one's own, the form of one, and what the built-in ones allow."""

    library = f"{FOLDER}/page"
    tag = "Roles"


class AccessPage(rx.Component):
    """May somebody do something, and why; the question is in the address."""

    library = f"{FOLDER}/explain"
    tag = "AccessPage"


class ServiceAccounts(rx.Component):
    """The list of service accounts, and one of them. A new token is in the API's answer and passes through no State."""

    library = f"{FOLDER}/accounts"
    tag = "ServiceAccounts"
