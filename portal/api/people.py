"""How people come in: invitations and resets, by their links; what administrators see of a user and end."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Request, Response
from pydantic import BaseModel, Field

from portal.api.auth import RevokedView, SignInView, answer_with_session
from portal.api.deps import CurrentActor, Work, client_address, is_foreign
from portal.auth import first_steps, locks, oversight, resets, second_step, throttle
from portal.auth import service as auth
from portal.auth.account_schemas import (
    Acceptance,
    FirstSteps,
    Forgotten,
    ForgottenView,
    InvitationLink,
    InvitationOffer,
    InvitationView,
    LinkOpened,
    NewInvitation,
    NewPassword,
    ResetLink,
    ResetOffer,
    SecondStepRule,
)
from portal.auth.schemas import SessionView, TokenView
from portal.kit.db import unit_of_work
from portal.kit.errors import Forbidden
from portal.notification import people
from portal.notification import service as notifications
from portal.project import invitations

open_router = APIRouter(tags=["auth"])
router = APIRouter(tags=["users"])


class InvitationList(BaseModel):
    items: Annotated[list[InvitationView], Field(description="Open invitations, the newest first")]


@open_router.post("/invitations/look")
def look_at_invitation(request: Request, session: Work, opened: LinkOpened) -> InvitationOffer:
    """What the link of an invitation offers. The word behind its `#` is sent in the body: no log has it."""
    return invitations.look(session, opened.token.get_secret_value(), ip=client_address(request))


@open_router.post("/invitations/accept", response_model=SignInView)
def accept_invitation(request: Request, session: Work, given: Acceptance) -> Response:
    """Become a user with a name and password of one's own, and be signed in. The link is used up."""
    _require_own_page(request)
    user = invitations.accept(
        session,
        given.token.get_secret_value(),
        name=given.name,
        password=given.password.get_secret_value(),
        ip=client_address(request),
    )
    signed_in = auth.open_for(
        session,
        user,
        ip=client_address(request),
        user_agent=request.headers.get("user-agent", ""),
        previous_cookie=request.cookies.get(auth.COOKIE),
    )
    return answer_with_session(signed_in)


@open_router.post("/auth/forgotten", status_code=202)
def forgotten(request: Request, given: Forgotten, later: BackgroundTasks) -> ForgottenView:
    """Ask for a link by mail. The answer, and how long it takes, is the same for every address."""
    if throttle.may_mail(client_address(request), given.email):
        later.add_task(_forgotten, given.email)
    return ForgottenView(mail=notifications.can_mail())


def _forgotten(email: str) -> None:
    with unit_of_work() as session:
        people.forgotten(session, email)


@open_router.post("/auth/reset/look")
def look_at_reset(request: Request, session: Work, opened: LinkOpened) -> ResetOffer:
    """Whose password a link sets."""
    return resets.look(session, opened.token.get_secret_value(), ip=client_address(request))


@open_router.post("/auth/reset", status_code=204)
def reset_password(request: Request, session: Work, given: NewPassword) -> None:
    """Set a new password. Every session of the user ends, and the link is used up."""
    _require_own_page(request)
    token, password = given.token.get_secret_value(), given.password.get_secret_value()
    resets.use(session, token, password, ip=client_address(request))


@router.get("/invitations")
def list_invitations(session: Work, actor: CurrentActor) -> InvitationList:
    """Invitations that nobody has accepted or taken back; expired ones can be sent again."""
    return InvitationList(items=invitations.list_invitations(session, actor))


@router.post("/invitations", status_code=201)
def invite(session: Work, actor: CurrentActor, request: NewInvitation) -> InvitationLink:
    """Invite somebody. The link is in this answer only, and mailed where the portal sends mail."""
    return people.invite(session, actor, request)


@router.post("/invitations/{invitation_id}/send-again")
def send_invitation_again(session: Work, actor: CurrentActor, invitation_id: str) -> InvitationLink:
    """A new link, good for seven days from now; the old one is worth nothing."""
    return people.send_again(session, actor, invitation_id)


@router.delete("/invitations/{invitation_id}", status_code=204)
def revoke_invitation(session: Work, actor: CurrentActor, invitation_id: str) -> None:
    """Take an invitation back."""
    invitations.revoke(session, actor, invitation_id)


@router.post("/users/{user_id}/reset", status_code=201)
def start_reset(session: Work, actor: CurrentActor, user_id: str) -> ResetLink:
    """A link with which the user sets a new password, good once and for an hour; shown this once, and mailed where possible."""
    return people.start_reset(session, actor, user_id)


@router.get("/users/{user_id}/sessions")
def list_sessions(session: Work, actor: CurrentActor, user_id: str) -> list[SessionView]:
    """The user's sessions, the last used first."""
    return oversight.list_sessions(session, actor, user_id)


@router.delete("/users/{user_id}/sessions")
def end_sessions(session: Work, actor: CurrentActor, user_id: str) -> RevokedView:
    """End every session of the user. Their open pages stop within seconds."""
    return RevokedView(ended=oversight.end_sessions(session, actor, user_id))


@router.delete("/users/{user_id}/sessions/{session_id}", status_code=204)
def end_session(session: Work, actor: CurrentActor, user_id: str, session_id: str) -> None:
    """End one session of the user."""
    oversight.end_sessions(session, actor, user_id, session_id)


@router.get("/users/{user_id}/tokens")
def list_tokens(session: Work, actor: CurrentActor, user_id: str) -> list[TokenView]:
    """The user's API tokens that are good, newest first."""
    return oversight.list_tokens(session, actor, user_id)


@router.delete("/users/{user_id}/tokens")
def end_tokens(session: Work, actor: CurrentActor, user_id: str) -> RevokedView:
    """Revoke every API token of the user."""
    return RevokedView(ended=oversight.end_tokens(session, actor, user_id))


@router.delete("/users/{user_id}/totp", status_code=204)
def reset_second_step(session: Work, actor: CurrentActor, user_id: str) -> None:
    """Take away the second step of a user who has lost the device. Their next sign-in takes the password alone."""
    second_step.reset(session, actor, user_id)


@router.delete("/users/{user_id}/lock", status_code=204)
def unlock(session: Work, actor: CurrentActor, user_id: str) -> None:
    """Lift the lock after many wrong passwords."""
    locks.unlock(session, actor, user_id)


@router.get("/settings/second-step")
def second_step_rule(session: Work, actor: CurrentActor) -> SecondStepRule:
    """In which roles of the portal a password needs a second step."""
    return second_step.rule(session, actor)


@router.put("/settings/second-step")
def change_second_step_rule(session: Work, actor: CurrentActor, rule: SecondStepRule) -> SecondStepRule:
    """Require a second step in these roles. Whoever has none sets one up before anything else works."""
    return second_step.change_rule(session, actor, rule.roles)


@router.get("/settings/first-steps")
def read_first_steps(session: Work, actor: CurrentActor) -> FirstSteps:
    """What the first administrator does after the first start, and what of it is done."""
    return first_steps.first_steps(session, actor)


@router.delete("/settings/first-steps", status_code=204)
def put_first_steps_away(session: Work, actor: CurrentActor) -> None:
    """Show the list of first steps no more."""
    first_steps.put_away(session, actor)


def _require_own_page(request: Request) -> None:
    """A form of another site must not choose passwords or sign anybody in."""
    if is_foreign(request):
        raise Forbidden("Open the link on the portal's own page.")
