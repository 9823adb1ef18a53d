"""The composition root: pages, REST API and what stands around them become one application. Nobody imports this."""

from __future__ import annotations

from starlette.types import ASGIApp

from portal.api.app import create_api
from portal.api.security import SecurityMiddleware
from portal.kit import logging
from portal.template import service as templates
from portal.ui import application
from portal.ui.front import Front
from portal.ui.handshake import Handshake
from portal.ui.pages import (  # noqa: F401 - importing a page registers it
    access,
    account,
    accounts,
    accounts_detail,
    accounts_new,
    admin_templates,
    approvals,
    audit,
    catalogue,
    deployment,
    deployments,
    identity_providers,
    not_found,
    notifications,
    policies,
    projects,
    roles,
    run,
    runs,
    settings,
    system,
    users,
    workers,
)

logging.configure()
# Read before anybody is let in: nobody's request, and no transaction, waits for 35 folders to be parsed.
templates.list_templates()
_hashes = application.script_hashes(application.built_pages())


def _secure(app: ASGIApp) -> ASGIApp:
    return SecurityMiddleware(app, script_hashes=_hashes, public_origins=application.own_origins())


app = application.create([create_api(), Front, Handshake, _secure])
