"""The API as one ASGI app. Default-deny: a router is behind the sign-in unless it is named as open here."""

from __future__ import annotations

from fastapi import APIRouter, Depends, FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.routing import Match

from portal.api import (
    access,
    admin_templates,
    approvals,
    audit,
    auth,
    cloud_accounts,
    deployments,
    docs,
    health,
    identity,
    identity_providers,
    metrics,
    notifications,
    people,
    policies,
    problems,
    project_limits,
    projects,
    roles,
    runs,
    second_step,
    service_accounts,
    state,
    system,
    templates,
    tokens,
    users,
    workers,
)
from portal.api.deps import DOCUMENTED, Turn, any_actor, quick_actor, watcher
from portal.api.limits import BodyGuard, RequestContext
from portal.kit import tracing

PREFIX = "/api/v1"
# Each of these decides by itself who gets in: whoever has a password, and Terraform with the token of its run.
OPEN: tuple[APIRouter, ...] = (
    auth.open_router,
    identity_providers.open_router,
    second_step.open_router,
    people.open_router,
    state.router,
    identity.router,
)
SIGNED_IN: tuple[APIRouter, ...] = (
    auth.router,
    users.router,
    people.router,
    second_step.router,
    tokens.router,
    roles.router,
    service_accounts.router,
    access.router,
    projects.router,
    project_limits.router,
    cloud_accounts.router,
    identity.signed_in_router,
    identity_providers.router,
    cloud_accounts.clouds_router,
    templates.router,
    admin_templates.router,
    deployments.router,
    deployments.outputs_router,
    runs.router,
    approvals.router,
    approvals.rules_router,
    policies.router,
    system.router,
    workers.router,
    audit.router,
    notifications.router,
)
# Behind the sign-in too, but with no transaction of the request: they wait for others.
WAITING: tuple[APIRouter, ...] = (
    cloud_accounts.quick_router,
    identity_providers.quick_router,
)
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def create_api() -> FastAPI:
    """The API. The pages are mounted under it by whoever composes the portal."""
    tracing.configure("terrace-portal")
    app = FastAPI(
        title="Terrace",
        version="1",
        description="Everything that the portal's pages can do.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        redirect_slashes=False,
        responses=problems.RESPONSES,
    )
    problems.install(app)
    for router in OPEN:
        app.include_router(router, prefix=PREFIX)
    for router in WAITING:
        app.include_router(router, prefix=PREFIX, dependencies=[Depends(quick_actor), Turn, *DOCUMENTED])
    for router in SIGNED_IN:
        app.include_router(router, prefix=PREFIX, dependencies=[Depends(any_actor), *DOCUMENTED])
    app.include_router(docs.router)
    app.include_router(identity.public_router)
    app.include_router(health.router, dependencies=[Depends(watcher)])
    _describe_problems(app)
    _catch_unknown(app)
    app.add_middleware(BodyGuard)
    app.add_middleware(RequestContext)
    app.add_middleware(metrics.Timed)
    return app


def _describe_problems(app: FastAPI) -> None:
    """Put the shape of a problem into the OpenAPI document, to which every route's refusals refer."""
    generate = app.openapi

    def described() -> dict[str, object]:
        document = generate()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        if "Problem" not in schemas:
            own = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(own.pop("$defs", {}))
            schemas["Problem"] = own
        return document

    app.openapi = described  # type: ignore[method-assign]


def _catch_unknown(app: FastAPI) -> None:
    """Unknown addresses below /api get a problem, and never the pages' own "not found" with status 200."""
    known = list(app.router.routes)

    async def unknown(request: Request) -> None:
        if any(route.matches(request.scope)[0] == Match.PARTIAL for route in known):
            raise HTTPException(405, f"{request.method} is not possible here.")
        raise HTTPException(404, f"There is nothing at {request.url.path}.")

    app.add_api_route("/api", unknown, methods=METHODS, include_in_schema=False)
    app.add_api_route("/api/{path:path}", unknown, methods=METHODS, include_in_schema=False)
