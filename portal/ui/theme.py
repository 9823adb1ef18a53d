"""How the app looks as a whole: stylesheets in order of their names, and what stands in every page's head."""

from __future__ import annotations

import reflex as rx

from portal.kit.config import PROJECT_DIR

STYLESHEETS = [f"/css/{path.name}" for path in sorted((PROJECT_DIR / "assets" / "css").glob("*.css"))]


def head() -> list[rx.Component]:
    """Icon and colours of the browser's own bars."""
    return [
        rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml"),
        rx.el.meta(name="theme-color", content="#fafafb", custom_attrs={"media": "(prefers-color-scheme: light)"}),
        rx.el.meta(name="theme-color", content="#0e0f13", custom_attrs={"media": "(prefers-color-scheme: dark)"}),
    ]
