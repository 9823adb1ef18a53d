"""Errors as RFC 9457 problem details: one shape for refusals of ours, of FastAPI's validation and of the router."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from portal.kit.errors import FieldProblem, Invalid, TerraceError, TooManyRequests, Unauthenticated
from portal.kit.validation import sentence_of

log = structlog.get_logger(__name__)
MEDIA_TYPE = "application/problem+json"
CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
}


class FieldError(BaseModel):
    path: str
    message: str


class Problem(BaseModel):
    """What every refusal looks like. `code` is for programs, `detail` for people; `errors` has one entry a field."""

    type: str = Field(examples=["urn:terrace:problem:not_found"])
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[FieldError] = Field(default_factory=list)


# Described once in the OpenAPI document: any route may answer with a problem.
RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "Refused", "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}},
    "5XX": {"description": "Failed", "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}},
}


def respond(
    request_id: str,
    *,
    status: int,
    code: str,
    title: str,
    detail: str,
    errors: Sequence[FieldProblem] = (),
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """The response for one problem."""
    problem = Problem(
        type=f"urn:terrace:problem:{code}",
        title=title,
        status=status,
        detail=detail,
        code=code,
        request_id=request_id,
        errors=[FieldError(path=error.path, message=error.message) for error in errors],
    )
    return JSONResponse(problem.model_dump(), status, media_type=MEDIA_TYPE, headers=headers)


def for_error(error: TerraceError, request_id: str) -> JSONResponse:
    """The response for an error of our own tree."""
    headers: dict[str, str] = {}
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(error.retry_after)
    return respond(
        request_id,
        status=error.status,
        code=error.code,
        title=error.title,
        detail=error.message,
        errors=error.errors if isinstance(error, Invalid) else (),
        headers=headers,
    )


def for_crash(error: Exception, request_id: str) -> JSONResponse:
    """The response for an error that nobody foresaw: logged with its trace, shown without."""
    # Formatted here: a log renderer of rich tracebacks would print local variables, and with them secrets.
    log.error("unhandled_error", request_id=request_id, trace="".join(traceback.format_exception(error)))
    detail = "The portal made a mistake. An administrator finds it in the log under this request id."
    return respond(request_id, status=500, code="internal_error", title="Something went wrong", detail=detail)


def request_id_of(request: Request) -> str:
    """The id that the middleware gave the request."""
    return str(request.scope.get("request_id", ""))


def install(app: FastAPI) -> None:
    """Answer every error of `app` with a problem."""

    async def ours(request: Request, error: Exception) -> JSONResponse:
        return for_error(error, request_id_of(request))  # type: ignore[arg-type]

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        return _for_validation(error, request_id_of(request))  # type: ignore[arg-type]

    async def refused(request: Request, error: Exception) -> JSONResponse:
        return for_http(error, request_id_of(request))  # type: ignore[arg-type]

    app.add_exception_handler(TerraceError, ours)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, refused)


def _for_validation(error: RequestValidationError, request_id: str) -> JSONResponse:
    problems = [FieldProblem(_path(item["loc"]), sentence_of(item)) for item in error.errors()]
    detail = "Some values cannot be used. `errors` says which." if problems else "The request cannot be read."
    return respond(request_id, status=422, code="invalid", title=Invalid.title, detail=detail, errors=problems[:100])


def _path(location: Sequence[Any]) -> str:
    """`("body", "values", "rules", 0)` → `values.rules[0]`; the part before is where FastAPI found it."""
    path = ""
    for part in location[1:] if location and location[0] in ("body", "query", "path", "header", "cookie") else location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path


def for_http(error: HTTPException, request_id: str) -> JSONResponse:
    """The response for a refusal of the router or of Starlette."""
    phrase = HTTPStatus(error.status_code).phrase
    return respond(
        request_id,
        status=error.status_code,
        code=CODES.get(error.status_code, phrase.lower().replace(" ", "_")),
        title=phrase,
        detail=str(error.detail),
        headers=dict(error.headers or {}),
    )
