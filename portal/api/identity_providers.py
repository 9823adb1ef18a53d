"""Signing in by an identity provider, one's own identities, and the providers for administrators."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from starlette.responses import JSONResponse, RedirectResponse

from portal.api.auth import SIGN_IN_PAGE, local_path, set_cookie
from portal.api.deps import CurrentActor, QuickActor, Work, client_address
from portal.auth import service as auth
from portal.auth.oidc import presets
from portal.auth.oidc import service as oidc
from portal.auth.oidc.errors import Refused
from portal.auth.oidc.schemas import (
    Beginning,
    Browser,
    ButtonsView,
    KindView,
    LinkView,
    MyIdentities,
    NewProvider,
    ProviderAnswer,
    ProviderChange,
    ProviderTest,
    ProviderView,
    RoleChoices,
    SignInPolicyChange,
    SignInPolicyView,
)
from portal.kit.config import settings
from portal.kit.db import unit_of_work
from portal.kit.errors import NotFound, TerraceError, TooManyRequests

ACCOUNT_PAGE = "/account"
open_router = APIRouter(prefix="/auth", tags=["auth"])
router = APIRouter(tags=["identity providers"])
quick_router = APIRouter(tags=["identity providers"])


def turn() -> Iterator[None]:
    """A turn to wait for a provider."""
    yield


# Fewer at once than there are threads: a provider that does not answer keeps nobody from the rest of the API.
Turn = Depends(turn, scope="function", max_concurrency=12)
Text = Annotated[str, Query(max_length=4000)]
Next = Annotated[str, Query(max_length=2000, description="Where to be afterwards: a path of the portal")]


@open_router.get("/providers")
def providers(session: Work) -> ButtonsView:
    """The buttons of the sign-in page, for everybody."""
    return oidc.buttons(session)


@open_router.get("/oidc/{slug}/start", dependencies=[Turn], status_code=303, response_class=RedirectResponse)
def start(request: Request, slug: str, next: Next = "/") -> Response:  # noqa: A002 - the parameter's public name
    """Send the browser to the provider."""
    wanted = local_path(next)
    try:
        oidc.limit(client_address(request))
        begun = oidc.begin(slug, wanted=wanted, cookie=request.cookies.get(oidc.COOKIE))
    except TerraceError as error:
        return _refused(error, wanted)
    return _remembered(RedirectResponse(begun.url, 303), begun)


@open_router.get("/oidc/{slug}/callback", dependencies=[Turn], status_code=303, response_class=RedirectResponse)
def callback(
    request: Request, slug: str, state: Text = "", code: Text = "", error: Text = "", iss: Text | None = None
) -> Response:
    """The browser comes back from the provider. Answers with a session and a way into the portal, or back to the sign-in."""
    browser = Browser(
        request.cookies.get(oidc.COOKIE), request.cookies.get(auth.COOKIE), client_address(request),
        request.headers.get("user-agent", ""),
    )  # fmt: skip
    try:
        oidc.limit(client_address(request))
        ended = oidc.end(slug, ProviderAnswer(state, code, error, iss), browser)
    except TerraceError as problem:
        return _refused(problem, "/")
    response = RedirectResponse(local_path(ended.next), 303)
    if ended.signed_in is not None:
        set_cookie(response, ended.signed_in)
    return response


@open_router.post("/oidc/{slug}/backchannel-logout", dependencies=[Turn])
def backchannel_logout(
    request: Request, slug: str, logout_token: Annotated[str, Form(max_length=100_000)] = ""
) -> Response:
    """The provider says that somebody signed out there: their sessions here end too."""
    try:
        oidc.limit(client_address(request))
        oidc.end_from_provider(slug, logout_token)
    except TooManyRequests:
        raise
    except TerraceError:
        return JSONResponse({"error": "invalid_request"}, 400)
    return Response(status_code=200)


@quick_router.post("/auth/oidc/{slug}/link")
def link(request: Request, actor: QuickActor, response: Response, slug: str) -> LinkView:
    """Begin to add an identity to one's own account; the browser goes to `url`."""
    oidc.limit(client_address(request))
    begun = oidc.begin_link(actor, slug, wanted=f"{ACCOUNT_PAGE}?tab=sign-in", cookie=request.cookies.get(oidc.COOKIE))
    _remembered(response, begun)
    return LinkView(url=begun.url)


@router.get("/me/identities")
def my_identities(session: Work, actor: CurrentActor) -> MyIdentities:
    """The providers by which one can sign in, and those that could be added."""
    return oidc.mine(session, actor)


@router.delete("/me/identities/{identity_id}", status_code=204)
def remove_identity(session: Work, actor: CurrentActor, identity_id: str) -> None:
    """Take an identity from one's own account. The last way in stays."""
    oidc.remove(session, actor, identity_id)


@router.get("/identity-providers")
def list_providers(session: Work, actor: CurrentActor) -> list[ProviderView]:
    """Every identity provider."""
    return oidc.list_providers(session, actor)


@router.get("/identity-providers/kinds")
def list_kinds(actor: CurrentActor) -> list[KindView]:
    """The kinds of providers: what each asks for, and how it is set up."""
    actor.require("identity.read")
    return oidc.kinds()


@router.get("/identity-providers/roles")
def list_roles(session: Work, actor: CurrentActor) -> RoleChoices:
    """The roles that a group's rule can give."""
    return oidc.role_choices(session, actor)


@router.post("/identity-providers", status_code=201)
def create_provider(session: Work, actor: CurrentActor, request: NewProvider) -> ProviderView:
    """A new identity provider. Its secret is written and never read."""
    return oidc.create_provider(session, actor, request)


@router.get("/identity-providers/{provider}")
def get_provider(session: Work, actor: CurrentActor, provider: str) -> ProviderView:
    """One identity provider, by id or slug."""
    return oidc.get_provider(session, actor, provider)


@router.patch("/identity-providers/{provider}")
def update_provider(session: Work, actor: CurrentActor, provider: str, change: ProviderChange) -> ProviderView:
    """Change an identity provider."""
    return oidc.update_provider(session, actor, provider, change)


@router.delete("/identity-providers/{provider}", status_code=204)
def delete_provider(session: Work, actor: CurrentActor, provider: str) -> None:
    """Remove an identity provider. The accounts stay."""
    oidc.delete_provider(session, actor, provider)


@quick_router.post("/identity-providers/{provider}/test")
def test_provider(actor: QuickActor, provider: str) -> ProviderTest:
    """Whether the provider's configuration and keys can be read, and the clocks agree."""
    return oidc.test_provider(actor, provider)


@router.get("/sign-in-policy")
def sign_in_policy(session: Work, actor: CurrentActor) -> SignInPolicyView:
    """Who may sign in with a password."""
    return oidc.read_policy(session, actor)


@quick_router.put("/sign-in-policy")
def change_sign_in_policy(actor: QuickActor, change: SignInPolicyChange) -> SignInPolicyView:
    """Switch signing in with a password off for everybody but named administrators, or on. Off only while a provider works."""
    actor.require("identity.manage")
    works = change.local_off and oidc.any_works()
    with unit_of_work() as session:
        return oidc.change_policy(session, actor, change, works=works)


def _remembered(response: Response, begun: Beginning) -> Response:
    """With the cookie that knows this browser again; scripts and other sites' requests do not get it."""
    response.set_cookie(
        oidc.COOKIE,
        begun.cookie,
        max_age=oidc.SECONDS,
        path=presets.PATH,
        secure=settings().cookie_secure,
        httponly=True,
        samesite="lax",
    )
    return response


def _refused(error: TerraceError, wanted: str) -> Response:
    """Back to a page of ours, which knows the word; nothing that came from outside is shown."""
    if isinstance(error, Refused) and error.linking:
        return RedirectResponse(f"{ACCOUNT_PAGE}?{urlencode({'tab': 'sign-in', 'error': error.reason})}", 303)
    reason = error.reason if isinstance(error, Refused) else "unavailable"
    if isinstance(error, TooManyRequests):
        reason = "throttled"
    elif isinstance(error, NotFound):
        reason = "provider"
    query = urlencode({"error": reason, **({"next": wanted} if wanted != "/" else {})})
    return RedirectResponse(f"{SIGN_IN_PAGE}?{query}", 303)
