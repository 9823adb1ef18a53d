"""What every page gets: the frame, the guard, a title. `@page` registers a function that returns the page's content."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import reflex as rx
from reflex_components_core.core.banner import has_too_many_connection_errors

from portal.ui import routes
from portal.ui.components import local
from portal.ui.identity import Identity
from portal.ui.inbox import Bell

Content = Callable[[], rx.Component]
Crumb = tuple[Any, Any]
CATALOGUE: Crumb = ("Catalogue", routes.CATALOGUE)
DEPLOYMENTS: Crumb = ("Deployments", routes.DEPLOYMENTS)
PROJECTS: Crumb = ("Projects", routes.PROJECTS)
RUNS: Crumb = ("Runs", routes.RUNS)
APPROVALS: Crumb = ("Approvals", routes.APPROVALS)
CLOUD_ACCOUNTS: Crumb = ("Cloud accounts", routes.CLOUD_ACCOUNTS)


def page(
    route: str,
    title: Any,
    *,
    section: str,
    crumbs: Sequence[Crumb] = (),
    on_load: Sequence[Any] = (),
    description: str = "Self-service infrastructure with Terraform",
    wide: bool = False,
    path: Any = "",
) -> Callable[[Content], Content]:
    """Register a page for people who are signed in.

    `title` and crumbs may be vars of its State. A State may still hold what the tab showed before: with `path`, the
    address that it speaks of, they are shown there only.
    """

    def register(content: Content) -> Content:
        def framed() -> rx.Component:
            return frame(content(), section=section, crumbs=[*crumbs, (title, "")], wide=wide, path=path)

        framed.__name__ = content.__name__
        framed.__module__ = content.__module__
        heading = title + " · Terrace"
        if isinstance(title, rx.Var):
            heading = rx.cond(title, heading, "Terrace")  # nothing is shown of what is not there
        loads = [Identity.load, *on_load, Identity.stay, Bell.follow]
        rx.page(route=route, title=heading, description=description, on_load=loads)(framed)
        return content

    return register


def frame(
    content: rx.Component, *, section: str, crumbs: Sequence[Crumb], wide: bool = False, path: Any = ""
) -> rx.Component:
    """The frame with `content` in it."""

    def crumb(title: Any, href: Any) -> dict[str, Any]:
        return {"title": title, "href": href, "path": path if isinstance(title, rx.Var) else ""}

    return rx.fragment(
        local.Shell.create(
            content,
            user=Identity.user,
            unread=Bell.unread,
            waiting=Bell.waiting,
            section=section,
            crumbs=[crumb(title, href) for title, href in crumbs],
            wide=wide,
            offline=has_too_many_connection_errors,
        ),
        local.Flash.create(note=Identity.note),
    )


def door(route: str, title: str, *, on_load: Sequence[Any] = ()) -> Callable[[Content], Content]:
    """Register a page that stands before the portal: signing in, choosing a password."""

    def register(content: Content) -> Content:
        def bare() -> rx.Component:
            return rx.el.main(
                rx.el.div(brand(), content(), class_name="door-card"),
                local.Flash.create(note=Identity.note),
                class_name="door",
            )

        bare.__name__ = content.__name__
        bare.__module__ = content.__module__
        rx.page(
            route=route,
            title=f"{title} · Terrace",
            description="Self-service infrastructure with Terraform",
            on_load=[*on_load],
        )(bare)
        return content

    return register


def brand() -> rx.Component:
    """Name and drawing."""
    return rx.el.div(
        rx.el.svg(rx.el.svg.use(href="/icons.svg#terrace"), aria_hidden="true"), "Terrace", class_name="brand"
    )
