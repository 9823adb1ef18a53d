"""Signing in and out, and one's own account."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse

from portal.api.deps import AnyActor, CurrentActor, Work, client_address, is_foreign
from portal.api.limits import json_problem
from portal.auth import service as auth
from portal.auth.account_schemas import HalfSignedIn
from portal.auth.locks import KNOWN_FOR
from portal.auth.oidc import service as oidc
from portal.auth.oidc.errors import NoPasswords
from portal.auth.schemas import MeView, PasswordChange, SessionView, SignedIn, UserView
from portal.auth.sessions import HALF
from portal.kit.config import settings
from portal.kit.errors import FieldProblem, Forbidden, Invalid, TerraceError, TooManyRequests
from portal.kit.validation import sentence_of

SIGN_IN_PAGE = "/sign-in"
CODE_PAGE = "/sign-in/code"
Shape = TypeVar("Shape", bound="Attempted")
open_router = APIRouter(prefix="/auth", tags=["auth"])
router = APIRouter(tags=["auth"])


class Attempted(BaseModel):
    """`next` is where a browser goes afterwards: a path of the portal."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    next: str = Field(default="/", max_length=2000)


class Credentials(Attempted):
    """What a sign-in begins with."""

    email: str = Field(max_length=254)
    password: SecretStr = Field(max_length=1000)

    @field_validator("email")
    @classmethod
    def _is_text(cls, value: str) -> str:
        """A form may hold what JSON may not, and no database looks for it."""
        if "\x00" in value:
            raise ValueError("An e-mail address holds no NUL character.")
        return value


class SignInView(BaseModel):
    """The cookie is in the header. `csrf` may stand in for a browser's Origin, as the header X-CSRF-Token."""

    user: UserView
    csrf: str
    expires_at: datetime


class HalfSignInView(BaseModel):
    """The password was right and a code is owed: send it to `/auth/second-step` with the cookie of this answer."""

    second_step: Literal["totp"] = "totp"
    expires_at: datetime


class RevokedView(BaseModel):
    ended: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was sent, and whether by a form."""

    credentials: Credentials = field(repr=False)
    by_form: bool


async def read_attempt(request: Request) -> Attempt:
    """The credentials out of a form or a JSON body."""
    return Attempt(*await read(request, Credentials, "Send `email` and `password`"))


async def read(request: Request, shape: type[Shape], wanted: str) -> tuple[Shape, bool]:
    """What a form or a JSON body holds, and whether it was a form; Invalid with `wanted` when it cannot be read."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    by_form = kind in ("application/x-www-form-urlencoded", "multipart/form-data")
    try:
        content: Any = dict((await request.form()).items()) if by_form else _json(await request.body())
        return shape.model_validate(content), by_form
    except HTTPException:
        raise
    except ValidationError as error:
        places = [
            FieldProblem(".".join(map(str, item["loc"])), sentence_of(item))
            for item in error.errors(include_input=False)
        ]
        raise Invalid(f"{wanted}.", places) from None
    except ValueError:
        raise Invalid(f"{wanted}, as JSON or as a form.") from None


def _json(body: bytes) -> Any:
    """The JSON, looked through whatever the request calls it: the middleware goes by the name."""
    if problem := json_problem(body):
        raise Invalid(problem)
    return json.loads(body)


_BODY = {"schema": Credentials.model_json_schema()}
_DOCUMENTED = {
    "requestBody": {
        "required": True,
        "content": {"application/json": _BODY, "application/x-www-form-urlencoded": _BODY},
    }
}


_ANSWERS: dict[int | str, dict[str, Any]] = {202: {"model": HalfSignInView, "description": "A code is owed"}}


@open_router.post("/sign-in", response_model=SignInView, responses=_ANSWERS, openapi_extra=_DOCUMENTED)
def sign_in(request: Request, attempt: Annotated[Attempt, Depends(read_attempt)], session: Work) -> Response:
    """Begin a session. A form is answered with a redirect (303) to `next`, or back to the sign-in page.

    202 when the user has a second step: the answer's cookie is good for `/auth/second-step` and nothing else."""
    # `attempt` stands before `session`: whoever sends slowly must not hold a unit of work meanwhile.
    if is_foreign(request):
        raise Forbidden("Sign in on the portal's own page.")
    given = attempt.credentials
    try:
        signed_in = auth.sign_in(
            session,
            email=given.email,
            password=given.password.get_secret_value(),
            ip=client_address(request),
            user_agent=request.headers.get("user-agent", ""),
            previous_cookie=request.cookies.get(auth.COOKIE),
            browser=request.cookies.get(auth.BROWSER_COOKIE),
        )
    except TerraceError as error:
        if not attempt.by_form:
            raise
        return _back_to_the_form(error, given.next)
    if isinstance(signed_in, HalfSignedIn):
        return _ask_for_code(signed_in, given.next, by_form=attempt.by_form)
    if not attempt.by_form:
        return answer_with_session(signed_in)
    response = RedirectResponse(local_path(given.next), 303)
    set_cookie(response, signed_in)
    return response


class SignedOutView(BaseModel):
    """Where to send the browser to end the provider's session too."""

    provider_sign_out: str


@router.post("/auth/sign-out", status_code=204, responses={200: {"model": SignedOutView}})
def sign_out(session: Work, actor: AnyActor) -> Response:
    """End this session. One that an identity provider began is answered with the address that ends it there, when it has one."""
    address = oidc.address_after(session, actor)
    auth.sign_out(session, actor)
    response = Response(status_code=204)
    if address is not None:
        response = JSONResponse(SignedOutView(provider_sign_out=address).model_dump())
    response.delete_cookie(auth.COOKIE, path="/", secure=settings().cookie_secure, httponly=True, samesite="lax")
    return response


@router.get("/me")
def me(session: Work, actor: AnyActor) -> MeView:
    """Who is signed in, and what this session or token may do."""
    return auth.get_me(session, actor)


@router.post("/me/password", status_code=204)
def change_password(session: Work, actor: AnyActor, change: PasswordChange) -> None:
    """Choose another password. Every other session ends."""
    auth.change_password(session, actor, change)


@router.get("/me/sessions")
def sessions(session: Work, actor: CurrentActor) -> list[SessionView]:
    """One's own sessions, the last used first."""
    return auth.list_sessions(session, actor)


@router.delete("/me/sessions")
def end_other_sessions(session: Work, actor: CurrentActor) -> RevokedView:
    """End every session of one's own but this one."""
    return RevokedView(ended=auth.revoke_sessions(session, actor))


@router.delete("/me/sessions/{session_id}", status_code=204)
def end_session(session: Work, actor: CurrentActor, session_id: str) -> None:
    """End one session of one's own."""
    auth.revoke_sessions(session, actor, session_id=session_id)


def local_path(wanted: str) -> str:
    """`wanted` when a browser that follows it stays with us, else the first page.

    Browsers read `\\` as `/` and drop tabs and newlines, so `/\\evil` and `/<tab>/evil` would lead away.
    """
    is_local = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if is_local and all(33 <= ord(char) < 127 for char in wanted) else "/"


def set_cookie(response: Response, signed_in: SignedIn) -> None:
    """Give the session to the browser, out of reach of scripts and of other sites' forms."""
    _put_cookie(response, auth.COOKIE, signed_in.cookie, settings().session_seconds, "/")
    if signed_in.browser:
        _put_cookie(response, auth.BROWSER_COOKIE, signed_in.browser, int(KNOWN_FOR.total_seconds()), "/api/v1/auth")


def answer_with_session(signed_in: SignedIn) -> Response:
    """A new session for a program: its cookie, and who it is."""
    view = SignInView(user=signed_in.user, csrf=signed_in.csrf, expires_at=signed_in.expires_at)
    response = JSONResponse(view.model_dump(mode="json"))
    set_cookie(response, signed_in)
    return response


def _ask_for_code(half: HalfSignedIn, wanted: str, *, by_form: bool) -> Response:
    response: Response
    if by_form:
        query = f"?{urlencode({'next': wanted})}" if local_path(wanted) == wanted != "/" else ""
        response = RedirectResponse(f"{CODE_PAGE}{query}", 303)
    else:
        response = JSONResponse(HalfSignInView(expires_at=half.expires_at).model_dump(mode="json"), 202)
    _put_cookie(response, auth.HALF_COOKIE, half.cookie, int(HALF.total_seconds()), "/api/v1/auth")
    return response


def _put_cookie(response: Response, name: str, value: str, seconds: int, path: str) -> None:
    secure = settings().cookie_secure
    response.set_cookie(name, value, max_age=seconds, path=path, secure=secure, httponly=True, samesite="lax")


def _back_to_the_form(error: TerraceError, wanted: str) -> Response:
    reason = "throttled" if isinstance(error, TooManyRequests) else "credentials"
    if isinstance(error, NoPasswords):
        reason = "passwords"
    query = urlencode({"error": reason, **({"next": wanted} if local_path(wanted) == wanted != "/" else {})})
    return RedirectResponse(f"{SIGN_IN_PAGE}?{query}", 303)
