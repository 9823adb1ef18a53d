"""The run page's place in the frame."""

from __future__ import annotations

import reflex as rx

from portal.ui import routes
from portal.ui.components import parts
from portal.ui.pages.run.state import RunState
from portal.ui.pages.run.view import RunPage
from portal.ui.template import RUNS, page

_title = rx.cond(RunState.run["deployment_name"], "Run of " + RunState.run["deployment_name"].to(str), "Run")


@page(routes.RUN, _title, section="runs", crumbs=[RUNS], on_load=[RunState.follow], wide=True)
def run() -> rx.Component:
    """One run, live."""
    return rx.fragment(
        parts.sandbox_banner(RunState.run["sandbox"]),
        RunPage.create(
            run=RunState.run,
            plan=RunState.plan,
            outputs=RunState.outputs,
            next_steps=RunState.next_steps,
            chunk=RunState.chunk,
            problem=RunState.problem,
            on_act=RunState.act,
            on_force=RunState.force,
            on_override=RunState.override,
            on_gap=RunState.resync,
        ),
    )
