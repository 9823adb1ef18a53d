"""The own inbox and wishes; channels, texts and deliveries for administrators."""

from __future__ import annotations

import reflex as rx

from portal.ui import routes, template
from portal.ui.components import local
from portal.ui.components import parts as ui
from portal.ui.inbox import Bell


@template.page(routes.NOTIFICATIONS, "Notifications", section="notifications")
def notifications_page() -> rx.Component:
    """The inbox, and what one wants to be told."""
    return rx.fragment(
        ui.page_header("Notifications", sub="What happened to what is yours."),
        local.NotificationsPage.create(changed=Bell.changed),
    )


@template.page(
    routes.NOTIFICATION_CHANNELS, "Notifications", section="settings", crumbs=[("Settings", routes.SETTINGS)]
)
def notification_channels_page() -> rx.Component:
    """Channels, the log, the texts."""
    return rx.fragment(local.NotificationChannels.create())
