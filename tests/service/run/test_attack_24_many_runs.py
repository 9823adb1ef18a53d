"""Attack 24: nobody fills a deployment's queue without end, not even with everything at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from portal.kit.errors import Conflict
from portal.run import create
from tests.service.run import world as w
from tests.service.run.world import World


def test_attack_24_only_so_many_runs_of_a_deployment_wait(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(create, "MAX_PENDING", 3)
    deployment_id = w.deployment(world)

    def attempt(_: int) -> str:
        try:
            return w.create(world, deployment_id).status
        except Conflict:
            return "refused"

    with ThreadPoolExecutor(8) as pool:
        found = sorted(pool.map(attempt, range(12)))
    assert found == ["pending"] * 3 + ["plan_queued"] + ["refused"] * 8
