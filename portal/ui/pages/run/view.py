"""The React component of the run page."""

from __future__ import annotations

from typing import Any

import reflex as rx


class RunPage(rx.Component):
    """The run's head, stages, plan, progress, log and outputs. All text is rendered as text."""

    library = "$/public/ui/run/run-page"
    tag = "RunPage"

    run: rx.Var[dict[str, Any]]
    plan: rx.Var[dict[str, Any]]
    outputs: rx.Var[list[dict[str, Any]]]
    next_steps: rx.Var[str]
    chunk: rx.Var[dict[str, Any]]
    problem: rx.Var[Any]
    on_act: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    """One of the run's actions, by name."""
    on_force: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    """Why Terraform is to be killed."""
    on_override: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    """Why the plan may be applied although a policy says no."""
    on_gap: rx.EventHandler[rx.event.passthrough_event_spec(int)]
    """The number of the last event before a hole."""
