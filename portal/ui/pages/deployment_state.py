"""What a deployment's page says of its Terraform state: who holds it, what is waited for, and the way out."""

from __future__ import annotations

from typing import Any

import reflex as rx

from portal.ui.components import local
from portal.ui.components import parts as ui

el = rx.el
LONGEST_REASON = 500


def unlock_question(state: Any) -> rx.Component:
    """Asked before a lock is taken away."""
    risk = rx.cond(
        state.detail.locked_by != "",
        "A run is in progress. It can no longer save its state here; cancel it first if you can.",
        "A newer state than the stored one is kept by a worker. A run that starts before it arrives works on an old one.",
    )
    return local.ConfirmDialog.create(
        rx.cond(state.detail.forced, el.p(risk), el.p("Nothing is lost by this: no run in progress holds the state.")),
        ui.form_field(
            "Why?",
            el.input(id="unlock-reason", required=True, max_length=LONGEST_REASON, on_change=state.set_why),
            "unlock-reason",
            help_text="The audit trail keeps it.",
        ),
        open=state.unlocking,
        title="Unlock the state?",
        action="Unlock",
        busy=state.busy,
        on_confirm=state.unlock,
        on_close=state.ask_unlock(False),
    )


def state_notices(state: Any) -> rx.Component:
    """Who holds the state since when, and what is waited for; with a way out for whoever may take it."""
    detail = state.detail
    unlock = rx.cond(
        detail.can_unlock,
        el.p(ui.button("Unlock the state", on_click=state.ask_unlock(True))),
        rx.fragment(),
    )
    working = ui.callout(
        "info",
        "A run is working on it",
        el.p(
            ui.link("Follow the run", href=rx.Var.create("/runs/") + detail.locked_by),
            ", which took the state ",
            ui.relative_time(detail.lock_since),
            ".",
        ),
        unlock,
    )
    dead = ui.callout(
        "warning",
        "The state is locked",
        el.p("By ", detail.lock_run, ", which is not in progress, since ", ui.relative_time(detail.lock_since), "."),
        unlock,
    )
    waiting = ui.callout(
        "warning",
        "No run starts before a state has arrived",
        el.p(detail.wait_text, " (", ui.relative_time(detail.wait_since), ")"),
        rx.cond((detail.locked_by == "") & (detail.lock_run == ""), unlock, rx.fragment()),
    )
    return rx.fragment(
        rx.cond(detail.locked_by != "", working, rx.fragment()),
        rx.cond(detail.lock_run != "", dead, rx.fragment()),
        rx.cond(detail.wait_text != "", waiting, rx.fragment()),
    )
