"""Projects: what each uses and may use, who is in it, and the guardrails of its forms."""

from __future__ import annotations

import reflex as rx

from portal.ui import routes, template
from portal.ui.components import local


@template.page(routes.PROJECTS, "Projects", section="projects", wide=True)
def projects_page() -> rx.Component:
    """The list, which talks to the REST API by itself."""
    return local.Projects.create()


@template.page(routes.PROJECT, "Project", section="projects", crumbs=[template.PROJECTS])
def project_page() -> rx.Component:
    """One project, by the slug in the address."""
    return local.ProjectPage.create()
