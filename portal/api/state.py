"""Terraform's `http` state backend: https://developer.hashicorp.com/terraform/language/backend/http.

The password of Basic authentication (or a bearer) is the token of one run; nobody else gets in here.
"""

from __future__ import annotations

import base64
import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.responses import JSONResponse

from portal.api.deps import Work, bearer_of
from portal.kit.db import unit_of_work
from portal.kit.errors import Invalid, TooLarge, Unauthenticated
from portal.state import service as state
from portal.state.errors import LockHeld

router = APIRouter(prefix="/state/{deployment_id}", include_in_schema=False)


def run_token(request: Request, deployment_id: str) -> str:
    """The run's token: the password of Basic authentication, or the bearer.

    Whether it opens this state is asked here, in a unit of work of its own: before a body is read, of which a stranger could
    send 64 MB, or never an end. The service asks again.
    """
    token = _given_token(request)
    with unit_of_work() as session:
        state.token_run(session, deployment_id, token)
    return token


def _given_token(request: Request) -> str:
    token = bearer_of(request)
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if token is None and scheme.lower() == "basic":
        try:
            token = base64.b64decode(encoded, validate=True).decode().partition(":")[2]
        except ValueError:
            token = None
    if not token:
        raise Unauthenticated("This state needs the token of a run that is in progress.")
    return token


async def body_of(request: Request) -> bytes:
    """The whole body; the middleware in front bounds it."""
    return await request.body()


Token = Annotated[str, Depends(run_token)]
# Stands before `Work` wherever both are asked for: a unit of work must not wait for somebody who sends slowly.
Body = Annotated[bytes, Depends(body_of)]


@router.get("")
def read(token: Token, session: Work, deployment_id: str) -> Response:
    """The newest state, 404 before the first."""
    data = state.read(session, deployment_id=deployment_id, bearer=token)
    return Response(status_code=404) if data is None else Response(data, media_type="application/json")


@router.post("")
def write(
    request: Request,
    token: Token,
    body: Body,
    session: Work,
    deployment_id: str,
    lock_id: Annotated[str | None, Query(alias="ID", max_length=200)] = None,
) -> Response:
    """Store a state; the lock must be this run's and its id is in `ID`."""
    md5 = request.headers.get("content-md5")
    try:
        state.write(session, deployment_id=deployment_id, bearer=token, body=body, lock_id=lock_id, content_md5=md5)
    except LockHeld as error:
        return JSONResponse(error.holder, status_code=error.status)
    return Response(status_code=200)


@router.api_route("", methods=["LOCK"])
def lock(token: Token, body: Body, session: Work, deployment_id: str) -> Response:
    """Take the lock; 423 with the holder's own words when it is taken."""
    try:
        state.lock(session, deployment_id=deployment_id, bearer=token, info=_lock_info(body))
    except LockHeld as error:
        return JSONResponse(error.holder, status_code=error.status)
    return Response(status_code=200)


@router.api_route("", methods=["UNLOCK"])
def unlock(token: Token, body: Body, session: Work, deployment_id: str) -> Response:
    """Give the lock back."""
    lock_id = _lock_info(body).get("ID")
    try:
        state.unlock(session, deployment_id=deployment_id, bearer=token, lock_id=lock_id)
    except LockHeld as error:
        return JSONResponse(error.holder, status_code=error.status)
    return Response(status_code=200)


@router.delete("")
def refuse_delete() -> Response:
    """A state is never deleted from outside: its versions are the record of what was made."""
    return Response(status_code=405, headers={"Allow": "GET, POST, LOCK, UNLOCK"})


def _lock_info(body: bytes) -> dict[str, Any]:
    if len(body) > state.MAX_LOCK_BYTES:
        raise TooLarge("The lock's description is too long.")
    try:
        info = json.loads(body) if body else {}
    except (ValueError, RecursionError):
        info = None
    # The database's JSON cannot hold the NUL character.
    if not isinstance(info, dict) or b"\\u0000" in body:
        raise Invalid("A lock is described by a JSON object.")
    return info
