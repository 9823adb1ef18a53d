"""Attack 21: a route whose author forgot to ask who calls is closed all the same."""

from __future__ import annotations

import pytest
from fastapi import APIRouter

from portal.api import app as api_app
from portal.api.security import SecurityMiddleware
from tests.api.conftest import World, connect

forgetful = APIRouter()


@forgetful.get("/forgotten")
def forgotten() -> str:
    """Asks nobody for anything."""
    return "something secret"


def test_attack_21_a_route_that_asks_nobody_is_behind_the_sign_in(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_app, "SIGNED_IN", (*api_app.SIGNED_IN, forgetful))
    api = SecurityMiddleware(api_app.create_api(), public_origins=["http://localhost:3000"])
    refused = connect(api).get("/api/v1/forgotten")
    assert refused.status_code == 401
    assert "secret" not in refused.text
    assert connect(api, world.tokens["viewer"]).get("/api/v1/forgotten").status_code == 200
