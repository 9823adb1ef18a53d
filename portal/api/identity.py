"""The portal as an issuer for clouds: what they read to trust it, and where a run's Terraform gets a fresh token.

The first two are for everybody, without a sign-in: they hold public keys. `trust` is for administrators. `token` is for whoever
has the token of a run in progress, as Terraform's state is, and for nobody else.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse

from portal.api.deps import CurrentActor, Work, bearer_of
from portal.issuer import service as issuer
from portal.issuer.schemas import IdentityToken, Trust
from portal.kit.errors import Unauthenticated
from portal.state import service as state

public_router = APIRouter(include_in_schema=False)
router = APIRouter(prefix="/identity", tags=["identity"])
signed_in_router = APIRouter(prefix="/identity", tags=["identity"])
KEPT = {"Cache-Control": "public, max-age=3600"}
"""Short beside the day for which a key is published before it signs."""


@public_router.get("/.well-known/openid-configuration")
def discovery() -> JSONResponse:
    """OpenID Connect discovery: who the issuer is and where its keys are."""
    return JSONResponse(issuer.discovery().model_dump(), headers=KEPT)


@public_router.get(issuer.JWKS_PATH)
def jwks(session: Work) -> JSONResponse:
    """The public keys by which tokens of the portal are checked."""
    return JSONResponse(issuer.jwks(session).model_dump(), headers=KEPT)


@signed_in_router.get("/trust/{account_id}")
def trust(session: Work, actor: CurrentActor, account_id: str) -> Trust:
    """What to write into a cloud so that it trusts this account's runs: issuer, audience, and each subject. By its id."""
    return issuer.trust(session, actor, account_id)


@router.get("/token")
def token(
    request: Request,
    session: Work,
    audience: Annotated[str | None, Query(max_length=500, description="The account's own, which it is without")] = None,
    run: Annotated[str | None, Query(max_length=100, description="The run, if the caller wants to be sure")] = None,
) -> IdentityToken:
    """A short-lived token for the cloud of a run, to whoever shows the token with which that run reaches its state.

    Terraform's providers ask by themselves, again whenever they need a new one.
    """
    bearer = bearer_of(request)
    found = state.running(session, bearer) if bearer else None
    if found is None or run not in (None, found.run_id):
        raise Unauthenticated("An identity is for a run that is in progress, with its own token.")
    return IdentityToken(value=issuer.mint_for_run(session, run_id=found.run_id, audience=audience))
