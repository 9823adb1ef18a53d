"""The shapes of coming in: invitations, resets, the second step, and what administrators see of a user."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, SecretStr

from portal.auth.permissions import Role
from portal.auth.schemas import Request, Text, UserView

LinkSecret = Annotated[SecretStr, Field(max_length=200)]
Password = Annotated[SecretStr, Field(max_length=1000)]
Code = Annotated[SecretStr, Field(max_length=40)]
Status = Literal["active", "disabled", "locked"]


class Membership(Request):
    """A place in a project: `project` is an id or a slug."""

    project: str = Field(min_length=1, max_length=100)
    role: str = Field(min_length=1, max_length=64)


class NewInvitation(Request):
    """Who is invited, as what, and into which projects. Without `memberships` it is the project `default`."""

    email: str = Field(max_length=254)
    name: Text = ""
    role: Role = "member"
    memberships: list[Membership] | None = Field(default=None, max_length=50)


class MembershipView(BaseModel):
    project_id: str
    project: str
    """Its slug."""
    name: str
    role: str


class InvitationView(BaseModel):
    id: str
    email: str
    name: str
    role: Role
    memberships: list[MembershipView]
    invited_by: str
    created_at: datetime
    sent_at: datetime | None
    expires_at: datetime
    expired: bool


class InvitationLink(InvitationView):
    """An invitation with its link, which is shown this once; `mailed` says whether it is on its way by itself."""

    link: str = Field(repr=False)
    mailed: bool = False


class InvitationOffer(BaseModel):
    """What somebody who opens the link sees."""

    email: str
    name: str
    role: Role
    projects: list[str]
    invited_by: str
    expires_at: datetime


class LinkOpened(Request):
    """The word behind the `#` of a link: sent in a body, so that no log and no other site sees it."""

    token: LinkSecret


class Acceptance(LinkOpened):
    name: str = Field(min_length=1, max_length=200)
    password: Password


class ResetLink(BaseModel):
    """A link with which one user sets a new password, shown this once."""

    email: str
    link: str = Field(repr=False)
    expires_at: datetime
    mailed: bool = False


class ResetOffer(BaseModel):
    email: str
    expires_at: datetime


class NewPassword(LinkOpened):
    password: Password


class Forgotten(Request):
    email: str = Field(max_length=254)


class ForgottenView(BaseModel):
    """The same for every address. `mail` is whether this portal sends mail at all."""

    mail: bool


class PasswordAgain(Request):
    """The present password: what a stolen session does not know."""

    password: Password


class CodeGiven(Request):
    code: Code


class SecondStepView(BaseModel):
    """The second step of one's sign-in."""

    enabled: bool
    confirmed_at: datetime | None
    recovery_codes_left: int
    required: bool
    possible: bool
    """False for whoever signs in with an identity provider only: the second step is theirs."""


class Enrolment(BaseModel):
    """The seed, shown this once, as text, as an address for an app, and as a drawing of that address."""

    secret: str = Field(repr=False)
    uri: str = Field(repr=False)
    qr_svg: str = Field(repr=False)


class RecoveryCodes(BaseModel):
    """Codes for whoever has lost the device; each is good once. They are shown this once."""

    codes: list[str] = Field(repr=False)


class SecondStepRule(Request):
    """In which roles of the portal everybody who signs in with a password needs a second step."""

    roles: list[Role] = Field(max_length=50)


class Owned(BaseModel):
    """What a user has deployed and is still there, in one project."""

    project_id: str
    project: str
    deployments: int


class IdentityView(BaseModel):
    """An account at an identity provider with which the user signs in."""

    provider: str
    subject: str


class UserDetails(UserView):
    """One user, as administrators see them."""

    has_password: bool
    failures: int
    locked_until: datetime | None
    second_step: bool
    second_step_required: bool
    recovery_codes_left: int
    memberships: list[MembershipView]
    owned: list[Owned]
    identities: list[IdentityView]
    sessions: int
    tokens: int


class FirstSteps(BaseModel):
    """What the first administrator does after the first start."""

    shown: bool
    own_password: bool
    sandbox: bool
    cloud_account: bool


@dataclass(frozen=True, slots=True)
class HalfSignedIn:
    """The password was right and a code is owed. `cookie` opens nothing but the second step."""

    cookie: str = field(repr=False)
    expires_at: datetime
