"""Our React components about people, as Reflex knows them: doors, accounts, users. They talk to the REST API by themselves."""

from __future__ import annotations

import reflex as rx
from reflex.event import no_args_event_spec

from portal.ui.components.local import Dialog

PEOPLE = "$/public/ui/people"


class InvitationForm(rx.Component):
    """What an invitation's link opens."""

    library = f"{PEOPLE}/doors"
    tag = "InvitationForm"


class ResetForm(rx.Component):
    """What the link for a new password opens."""

    library = f"{PEOPLE}/doors"
    tag = "ResetForm"


class ForgottenForm(rx.Component):
    """Asks for such a link."""

    library = f"{PEOPLE}/doors"
    tag = "ForgottenForm"


class CodeForm(rx.Component):
    """The second step of signing in, sent by the browser itself."""

    library = f"{PEOPLE}/doors"
    tag = "CodeForm"


class SecondStepDoor(rx.Component):
    """Setting up a second step before anything else."""

    library = f"{PEOPLE}/doors"
    tag = "SecondStepDoor"


class SecondStep(rx.Component):
    """One's own second step. Seed and codes come from the REST API and pass through no State."""

    library = f"{PEOPLE}/second-step"
    tag = "SecondStep"


class Invitations(rx.Component):
    """The dialog that invites, and the invitations that wait. Links come from the REST API and pass through no State."""

    library = f"{PEOPLE}/invite"
    tag = "Invitations"
    open: rx.Var[bool]
    on_close: rx.EventHandler[no_args_event_spec]


class UserPage(rx.Component):
    """One user, for administrators; it talks to the REST API by itself."""

    library = f"{PEOPLE}/user"
    tag = "UserPage"


class SecondStepRule(rx.Component):
    """In which roles of the portal a password needs a second step."""

    library = f"{PEOPLE}/rule"
    tag = "SecondStepRule"


class FirstSteps(rx.Component):
    """What the first administrator does after the first start."""

    library = f"{PEOPLE}/first-steps"
    tag = "FirstSteps"
    admin: rx.Var[bool]


ACCESS = "$/public/ui/access"


class SignInForm(rx.Component):
    """E-mail and password, sent by the browser itself."""

    library = ACCESS
    tag = "SignInForm"


class PasswordForm(rx.Component):
    """Changing one's password. With `leave`, goes to the catalogue afterwards."""

    library = ACCESS
    tag = "PasswordForm"
    leave: rx.Var[bool]


class NewUserDialog(Dialog):
    """Makes a user and shows the first password once."""

    library = ACCESS
    tag = "NewUserDialog"


class NewTokenDialog(Dialog):
    """Makes an API token and shows it once."""

    library = ACCESS
    tag = "NewTokenDialog"
