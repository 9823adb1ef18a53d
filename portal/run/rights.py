"""Which action a run takes, by what it does: of one table, for whoever starts it, tries it again, or is shown the button."""

from __future__ import annotations

from typing import Final

from portal.auth.permissions import Action

_TAKES: Final[dict[str, Action]] = {"destroy": "deployment.destroy", "action": "deployment.act"}


def of(kind: str) -> Action:
    """What it takes to start a run of this kind."""
    return _TAKES.get(kind, "run.create")
