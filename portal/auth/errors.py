"""Refusals that only auth knows."""

from __future__ import annotations

from portal.kit.errors import Forbidden, Unauthenticated


class PasswordChangeRequired(Forbidden):
    """The password was set by somebody else; nothing else works until its owner chose one."""

    code, title = "password_change_required", "Choose a new password first"

    def __init__(self) -> None:
        super().__init__("Choose a password of your own first. An administrator set the present one.")


class SecondStepRequired(Forbidden):
    """The role takes a second step at sign-in; nothing else works until there is one."""

    code, title = "second_step_required", "Set up a second step first"

    def __init__(self) -> None:
        super().__init__("Your role takes a second step at sign-in. Set one up first, under Account.")


class WrongCode(Unauthenticated):
    """The second step of a sign-in failed, and may be tried again."""

    code, title = "wrong_code", "Not the right code"

    def __init__(self) -> None:
        super().__init__("This is not the code of now. Wait for the next one, or use a recovery code.")
