"""Why a sign-in by a provider came to nothing. The page knows each `reason`; a provider's own words are shown to nobody."""

from __future__ import annotations

from typing import Final

from portal.kit.errors import Forbidden, Unauthenticated

SENTENCES: Final = {
    "state": "This sign-in was not begun in this browser, was used already, or took too long. Try again.",
    "provider": "The provider did not sign you in.",
    "denied": "You, or the provider, refused the sign-in.",
    "unavailable": "The provider does not answer now. Try again in a moment.",
    "token": "The provider's answer could not be trusted. Tell an administrator.",
    "email": "The provider does not say that your e-mail address is verified.",
    "domain": "People with your e-mail address's domain may not sign in here.",
    "organisation": "You are in none of the organisations that may sign in here.",
    "invited": "You have no account here yet. Ask an administrator for an invitation.",
    "exists": "Your e-mail address has an account already. Sign in as before, and add this provider on your account's page.",
    "disabled": "This account may not sign in.",
    "groups": "You are in more groups than the provider tells. An administrator must limit which groups it sends.",
    "linked": "This identity belongs to another account here already.",
    "link": "Sign in first, then add the provider on your account's page.",
}


class Refused(Unauthenticated):
    """A sign-in that is refused. `reason` is a word of SENTENCES; `why` is for the log and the audit trail."""

    code = "sign_in_refused"

    def __init__(self, reason: str, why: str = "") -> None:
        super().__init__(SENTENCES[reason])
        self.reason, self.why = reason, why
        self.linking = False
        """Whether it was to add an identity to an account."""


class NoPasswords(Forbidden):
    """Passwords are switched off."""

    code, title = "passwords_off", "Sign in by a provider"

    def __init__(self) -> None:
        super().__init__("Signing in with a password is switched off. Use one of the buttons.")
