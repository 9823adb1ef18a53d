"""Attack 18: a token that was kept from the plan opens nothing during the apply of the very same run."""

from __future__ import annotations

import pytest

from portal.kit.errors import Unauthenticated
from tests.service.run import world as w
from tests.service.run.world import World
from tests.service.state.test_backend import lock, read, write


def test_attack_18_the_token_of_the_plan_is_worth_nothing_in_the_apply(world: World) -> None:
    run = w.create(world, w.deployment(world), auto_apply=True)
    before = w.planned(run.id)
    during = w.claimed(run.id, "apply")
    for attempt in (lambda: read(before), lambda: lock(before), lambda: write(before, w.state_body())):
        with pytest.raises(Unauthenticated):
            attempt()
    assert read(during) is None
