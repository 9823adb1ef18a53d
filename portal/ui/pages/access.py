"""The doors: signing in, invitations, lost passwords, and what must be set up before anything else works."""

from __future__ import annotations

import reflex as rx

from portal.ui import routes
from portal.ui.components import local_people
from portal.ui.identity import Identity
from portal.ui.template import door


@door(routes.SIGN_IN, "Sign in")
def sign_in() -> rx.Component:
    """A form that the browser itself sends to the API."""
    return rx.fragment(
        local_people.SignInForm.create(),
        rx.el.p("Self-service infrastructure with Terraform", class_name="door-foot"),
    )


@door(routes.CHANGE_PASSWORD, "Choose a password", on_load=[Identity.load])
def change_password() -> rx.Component:
    """Forced when somebody else set the password."""
    return rx.el.section(
        rx.el.div(rx.el.h1("Choose a password of your own"), class_name="card-head"),
        rx.el.div(
            rx.el.p(
                "An administrator set the present one. Nothing else works until you have chosen yours.",
                class_name="muted",
            ),
            local_people.PasswordForm.create(leave=True),
            class_name="card-body stack",
        ),
        class_name="card",
    )


@door(routes.SIGN_IN_CODE, "One more step")
def sign_in_code() -> rx.Component:
    """The code after the password."""
    return local_people.CodeForm.create()


@door(routes.INVITATION, "Invitation")
def invitation() -> rx.Component:
    """Choosing a name and a password."""
    return local_people.InvitationForm.create()


@door(routes.RESET, "New password")
def reset() -> rx.Component:
    """Setting a password by a link."""
    return local_people.ResetForm.create()


@door(routes.FORGOTTEN, "Forgot your password?")
def forgotten() -> rx.Component:
    """Asking for such a link."""
    return local_people.ForgottenForm.create()


@door(routes.SET_UP_SECOND_STEP, "Second step", on_load=[Identity.load])
def set_up_second_step() -> rx.Component:
    """Forced when the role takes one."""
    return local_people.SecondStepDoor.create()
