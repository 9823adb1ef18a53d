"""Refusals that only auth knows."""

from __future__ import annotations

from portal.kit.errors import Forbidden


class PasswordChangeRequired(Forbidden):
    """The password was set by somebody else; nothing else works until its owner chose one."""

    code, title = "password_change_required", "Choose a new password first"

    def __init__(self) -> None:
        super().__init__("Choose a password of your own first. An administrator set the present one.")
