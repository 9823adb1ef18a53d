"""What Terraform's state backend answers when it cannot do what it was asked."""

from __future__ import annotations

from typing import Any

from portal.kit.errors import Conflict, Locked


class LockHeld(Locked):
    """Somebody holds the state. `holder` is Terraform's own lock info, which its client prints."""

    code = "state_locked"

    def __init__(self, holder: dict[str, Any]) -> None:
        super().__init__("The state is locked by another operation. Wait until it ends, then try again.")
        self.holder = holder


class StateConflict(Conflict):
    """The state that was sent does not follow the one that is stored, or the sender does not hold the lock."""

    code = "state_conflict"
