"""Every State of the pages with its event handlers, found by importing the pages: no build, no server."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import reflex as rx
from reflex.state import BaseState
from reflex_base.utils.format import format_event_handler

import portal.ui

OF_REFLEX = "setvar"
"""Every State has it. It calls a plain `set_*` of ours, and ours are asynchronous: nothing of them runs."""


@dataclass(frozen=True)
class Handler:
    """`name` as the websocket says it."""

    name: str
    arguments: list[str]


def found() -> dict[str, Handler]:
    """Every handler of ours, as `State.handler`."""
    for info in pkgutil.walk_packages(portal.ui.__path__, "portal.ui."):
        importlib.import_module(info.name)
    handlers: dict[str, Handler] = {}
    for state in _family(rx.State):
        for short, handler in state.event_handlers.items():
            if not state.__module__.startswith("portal.") or short == OF_REFLEX:
                continue
            key = f"{state.__name__}.{short}"
            assert key not in handlers, f"two States are called {state.__name__}; give one of them another name"
            handlers[key] = Handler(format_event_handler(handler), _arguments(handler))
    return handlers


def _arguments(handler: Any) -> list[str]:
    return list(inspect.signature(handler.fn).parameters)[1:]


def _family(state: type[BaseState]) -> Iterator[type[BaseState]]:
    yield state
    for child in state.get_substates():
        yield from _family(child)
