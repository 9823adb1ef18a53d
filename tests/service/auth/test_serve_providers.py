"""`terrace serve` reads the identity providers of its environment, as the process that migrates does."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from portal.cli import processes
from portal.kit.config import settings
from portal.kit.db import unit_of_work
from portal.models import IdentityProvider

GIVEN = {
    "TERRACE_OIDC_CORP_ISSUER": "https://id.example.com",
    "TERRACE_OIDC_CORP_CLIENT_ID": "terrace",
    "TERRACE_OIDC_CORP_CLIENT_SECRET": "a-secret-of-theirs",
}


def found() -> list[tuple[str, bool, str]]:
    with unit_of_work() as session:
        return [(row.slug, row.enabled, row.client_id) for row in session.exec(select(IdentityProvider))]


def test_a_replica_makes_them_as_its_environment_says_and_leaves_them_where_it_names_none(
    backend: str, settings_env: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    became: list[str] = []
    monkeypatch.setattr(os, "execve", lambda program, *_: became.append(program))
    monkeypatch.setattr(processes, "_external", settings)
    settings_env(**GIVEN)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: processes.serve(), range(3)))
    assert found() == [("corp", True, "terrace")]
    settings_env(TERRACE_OIDC_CORP_CLIENT_ID="renamed")
    processes.serve()
    assert found() == [("corp", True, "renamed")]
    settings_env(**dict.fromkeys(GIVEN))
    processes.serve()
    assert found() == [("corp", True, "renamed")]
    assert len(became) == 5
