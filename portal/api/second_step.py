"""The second step: giving the code at sign-in, and one's own device and recovery codes."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field, SecretStr
from starlette.responses import RedirectResponse

from portal.api.auth import (
    CODE_PAGE,
    SIGN_IN_PAGE,
    Attempted,
    SignInView,
    answer_with_session,
    local_path,
    read,
    set_cookie,
)
from portal.api.deps import AnyActor, Work, client_address, is_foreign
from portal.auth import permissions, second_step
from portal.auth import service as auth
from portal.auth.account_schemas import CodeGiven, Enrolment, PasswordAgain, RecoveryCodes, SecondStepView
from portal.auth.errors import WrongCode
from portal.auth.schemas import Actor
from portal.kit.config import settings
from portal.kit.errors import Forbidden, TerraceError, TooManyRequests

open_router = APIRouter(prefix="/auth", tags=["auth"])
router = APIRouter(prefix="/me/totp", tags=["auth"])


def enrolling(actor: AnyActor) -> Actor:
    """Who asks, also somebody whose role takes a second step that they have not set up yet."""
    permissions.require_standing(actor, permissions.RULES["me.second_step"])
    return actor


Enrolling = Annotated[Actor, Depends(enrolling)]


class GivenCode(Attempted):
    """A code of the app, or a recovery code."""

    code: SecretStr = Field(max_length=40)


async def read_code(request: Request) -> tuple[GivenCode, bool]:
    """The code out of a form or a JSON body, and whether it was a form."""
    return await read(request, GivenCode, "Send `code`")


@open_router.post("/second-step", response_model=SignInView)
def give_code(
    request: Request, given: Annotated[tuple[GivenCode, bool], Depends(read_code)], session: Work
) -> Response:
    """The second step after the password. The cookie that the first one gave is good for five minutes and for this alone."""
    if is_foreign(request):
        raise Forbidden("Sign in on the portal's own page.")
    code, by_form = given
    try:
        signed_in = auth.finish_sign_in(
            session,
            half=request.cookies.get(auth.HALF_COOKIE),
            code=code.code.get_secret_value(),
            ip=client_address(request),
            user_agent=request.headers.get("user-agent", ""),
            previous_cookie=request.cookies.get(auth.COOKIE),
        )
    except TerraceError as error:
        if not by_form:
            raise
        return _back(error, code.next)
    if not by_form:
        response = answer_with_session(signed_in)
    else:
        response = RedirectResponse(local_path(code.next), 303)
        set_cookie(response, signed_in)
    response.delete_cookie(
        auth.HALF_COOKIE, path="/api/v1/auth", secure=settings().cookie_secure, httponly=True, samesite="lax"
    )
    return response


@router.get("")
def read_second_step(session: Work, actor: Enrolling) -> SecondStepView:
    """One's own second step."""
    return second_step.view(session, actor)


@router.post("", status_code=201)
def enrol(session: Work, actor: Enrolling, given: PasswordAgain) -> Enrolment:
    """A new device: the seed as text and as a drawing, shown this once. It counts once its first code was given."""
    return second_step.enrol(session, actor, given.password.get_secret_value())


@router.post("/confirm")
def confirm(session: Work, actor: Enrolling, given: CodeGiven) -> RecoveryCodes:
    """The first code of the new device; ten recovery codes in return, shown this once."""
    return second_step.confirm(session, actor, given.code.get_secret_value())


@router.post("/recovery-codes")
def renew_recovery_codes(session: Work, actor: Enrolling, given: PasswordAgain) -> RecoveryCodes:
    """Ten new recovery codes; those of before are worth nothing."""
    return second_step.renew_codes(session, actor, given.password.get_secret_value())


@router.post("/remove", status_code=204)
def remove(session: Work, actor: Enrolling, given: PasswordAgain) -> None:
    """Sign in with the password alone again."""
    second_step.remove(session, actor, given.password.get_secret_value())


def _back(error: TerraceError, wanted: str) -> Response:
    """To the code again; to the beginning when there is nothing left to finish."""
    reasons = {TooManyRequests: ("throttled", SIGN_IN_PAGE), WrongCode: ("code", CODE_PAGE)}
    reason, page = reasons.get(type(error), ("again", SIGN_IN_PAGE))
    query = urlencode({"error": reason, **({"next": wanted} if local_path(wanted) == wanted != "/" else {})})
    return RedirectResponse(f"{page}?{query}", 303)
