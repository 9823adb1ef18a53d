"""Attack 31: a state with odd texts is stored, or refused in a sentence; it is the only record of what exists."""

from __future__ import annotations

import json
from typing import Any

import pytest

from portal.kit.db import unit_of_work
from portal.kit.errors import Invalid
from portal.state import service
from tests.service.run import world as w
from tests.service.run.world import World
from tests.service.state.test_backend import applying, lock, write


def body(**given: Any) -> bytes:
    return json.dumps(json.loads(w.state_body()) | given).encode()


def resource(**given: Any) -> list[dict[str, Any]]:
    instances = [{"index_key": "\x00", "attributes": {"id": "a\x00b\ud800"}}]
    return [{"mode": "managed", "type": "a", "name": "b", "provider": "p", "instances": instances} | given]


def test_attack_31_ids_that_no_database_takes_keep_no_state_from_being_stored(world: World) -> None:
    job = applying(world)
    lock(job)
    outputs = {"odd": {"value": "\x00", "type": "string"}, "large": {"value": 10**4000, "type": "number"}}
    assert write(job, body(resources=resource(), outputs=outputs, terraform_version="\x00" * 500)) == 1
    with unit_of_work() as session:
        (found,) = service.latest_resources(session, job.deployment_id)
        assert (found.address, found.id) == ('a.b["\\u0000"]', "a\N{REPLACEMENT CHARACTER}b?")
        assert service.latest_outputs(session, job.deployment_id)["odd"].value == "\x00"


@pytest.mark.parametrize(
    "odd",
    [{"lineage": "\x00"}, {"lineage": "\ud800"}, {"version": "a-secret"}, {"resources": "a-secret"}, {"outputs": [1]},
     {"resources": resource(name=5, type=[])}, {"serial": True}],
)  # fmt: skip
def test_attack_31_what_is_no_state_is_refused_and_not_repeated(world: World, odd: dict[str, Any]) -> None:
    job = applying(world)
    lock(job)
    with pytest.raises(Invalid) as error:
        write(job, body(**odd))
    assert "a-secret" not in str(error.value)
