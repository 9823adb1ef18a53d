"""Terraform's state backend: who may read and write, what is refused, what is kept."""

from __future__ import annotations

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from portal.kit.db import unit_of_work
from portal.kit.errors import Invalid, TooLarge, Unauthenticated
from portal.run import work
from portal.run.schemas import Job, RunError
from portal.state import service
from portal.state.errors import LockHeld, StateConflict
from tests.service.run import world as w
from tests.service.run.world import World


def applying(world: World) -> Job:
    run = w.create(world, w.deployment(world), auto_apply=True)
    w.planned(run.id)
    return w.claimed(run.id, "apply")


def of(job: Job, **more: Any) -> dict[str, Any]:
    return {"deployment_id": job.deployment_id, "bearer": job.state_token.reveal(), **more}


def lock(job: Job, lock_id: str = "mine") -> None:
    with unit_of_work() as session:
        service.lock(session, **of(job), info={"ID": lock_id, "Who": "terraform", "Operation": "OperationTypeApply"})


def write(job: Job, body: bytes, lock_id: str | None = "mine", md5: str | None = None) -> int:
    with unit_of_work() as session:
        return service.write(session, **of(job), body=body, lock_id=lock_id, content_md5=md5)


def read(job: Job, deployment_id: str | None = None, bearer: str | None = None) -> bytes | None:
    given = (
        of(job) | ({"deployment_id": deployment_id} if deployment_id else {}) | ({"bearer": bearer} if bearer else {})
    )
    with unit_of_work() as session:
        return service.read(session, **given)


def test_what_was_written_is_read_again_and_derived(world: World) -> None:
    job = applying(world)
    assert read(job) is None
    lock(job)
    body = w.state_body()
    assert write(job, body, md5=base64.b64encode(hashlib.md5(body).digest()).decode()) == 1
    assert read(job) == body
    with unit_of_work() as session:
        assert service.position(session, job.deployment_id) == service.Position(1, "lineage-1")
        outputs = service.latest_outputs(session, job.deployment_id)
        assert (outputs["size"].value, outputs["key"].sensitive) == (3, True)
        (found,) = service.latest_resources(session, job.deployment_id)
        assert (found.address, found.type, found.id) == ("terraform_data.this", "terraform_data", "abc")
        assert found.provider == "terraform.io/builtin/terraform"


def test_nothing_of_a_state_or_token_is_readable_in_the_database(world: World) -> None:
    job = applying(world)
    lock(job)
    write(job, w.state_body())
    with unit_of_work() as session:
        for table in ("state_version", "run_token", "state_lock"):
            rows = session.connection().execute(text(f"SELECT t.*, t::text FROM {table} t")).all()
            printed = repr(rows)
            assert "s3cret-key" not in printed
            assert "hidden-attribute" not in printed
            assert job.state_token.reveal() not in printed


@pytest.mark.parametrize("bearer", ["", "rt_guess", "x" * 5000])
def test_a_token_that_nobody_was_given_opens_nothing(world: World, bearer: str) -> None:
    job = applying(world)
    with pytest.raises(Unauthenticated), unit_of_work() as session:
        service.read(session, deployment_id=job.deployment_id, bearer=bearer)


def test_a_token_reaches_only_its_own_deployment(world: World) -> None:
    job, other = applying(world), applying(world)
    for deployment_id in (other.deployment_id, "dep-none", ""):
        with pytest.raises(Unauthenticated), unit_of_work() as session:
            service.read(session, deployment_id=deployment_id, bearer=job.state_token.reveal())


def test_a_token_ends_with_its_phase_and_with_its_run(world: World) -> None:
    run = w.create(world, w.deployment(world), auto_apply=True)
    planning = w.planned(run.id)
    with pytest.raises(Unauthenticated):
        read(planning)
    job = w.claimed(run.id, "apply")
    assert read(job) is None
    with unit_of_work() as session:
        work.fail(session, run.id, job.claim, RunError(summary="Broken."))
    with pytest.raises(Unauthenticated):
        read(job)


def test_a_token_that_was_not_revoked_is_still_bound_to_a_run_in_progress(world: World) -> None:
    job = applying(world)
    with unit_of_work() as session:
        work.fail(session, job.run_id, job.claim, RunError(summary="Broken."))
        session.connection().execute(
            text("UPDATE run_token SET revoked_at = NULL WHERE run_id = :id"), {"id": job.run_id}
        )
    with pytest.raises(Unauthenticated):
        read(job)


def test_without_the_lock_nothing_is_written_in_any_phase(world: World) -> None:
    planning = w.claimed(w.create(world, w.deployment(world)).id)
    for job in (planning, applying(world)):
        with pytest.raises(StateConflict, match="not locked"):
            write(job, w.state_body())
        lock(job)
        for lock_id in ("another", "", None):
            with pytest.raises(LockHeld):
                write(job, w.state_body(), lock_id)
        assert write(job, w.state_body()) == 1


def test_the_lock_has_one_holder_who_is_told_to_the_others(world: World) -> None:
    job = applying(world)

    def attempt(number: int) -> str | None:
        try:
            lock(job, f"lock-{number}")
        except LockHeld as error:
            return error.holder["ID"]
        return None

    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(attempt, range(6)))
    winner = f"lock-{told.index(None)}"
    assert [item for item in told if item is not None] == [winner] * 5


def test_the_lock_cannot_be_released_under_a_write(world: World) -> None:
    """Else the end of a run and its last write could miss each other, and the state would be lost."""
    job = applying(world)
    lock(job)
    with unit_of_work() as session:
        service.write(session, **of(job), body=w.state_body(), lock_id="mine")
        with pytest.raises(OperationalError, match="could not obtain lock"):
            try_lock(job)


def try_lock(job: Job) -> None:
    query = text("SELECT 1 FROM state_lock WHERE deployment_id = :id FOR UPDATE NOWAIT")
    with unit_of_work() as session:
        session.connection().execute(query, {"id": job.deployment_id})


def test_locking_twice_with_one_id_and_unlocking_twice_are_no_errors(world: World) -> None:
    job = applying(world)
    lock(job)
    lock(job)
    with unit_of_work() as session:
        with pytest.raises(LockHeld):
            service.unlock(session, **of(job), lock_id="another")
        service.unlock(session, **of(job), lock_id="mine")
        service.unlock(session, **of(job), lock_id="mine")
        assert service.lock_holder(session, job.deployment_id) is None


def test_a_serial_that_does_not_go_forward_is_refused(world: World) -> None:
    job = applying(world)
    lock(job)
    assert write(job, w.state_body(5)) == 1
    assert write(job, w.state_body(5)) == 1, "the same state again, after a lost answer, is the same version"
    for serial in (5, 4, 0):
        with pytest.raises(StateConflict, match="serial"):
            write(job, w.state_body(serial, outputs={}))
    assert write(job, w.state_body(6)) == 2


def test_a_state_of_another_lineage_is_refused(world: World) -> None:
    job = applying(world)
    lock(job)
    write(job, w.state_body(1))
    with pytest.raises(StateConflict, match="lineage"):
        write(job, w.state_body(2, lineage="of another deployment"))


def test_a_damaged_body_is_refused(world: World) -> None:
    job = applying(world)
    lock(job)
    with pytest.raises(Invalid, match="Content-MD5"):
        write(job, w.state_body(), md5="AAAAAAAAAAAAAAAAAAAAAA==")
    for body in (b"", b"{}", b"[" * 100_000, b'{"version": 3}', w.state_body(-1), w.state_body(1, lineage="")):
        with pytest.raises(Invalid):
            write(job, body)


def test_a_state_bomb_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    job = applying(world)
    lock(job)
    monkeypatch.setattr(service, "MAX_STATE_BYTES", 100)
    with pytest.raises(TooLarge):
        write(job, w.state_body())


def live_tokens(run_id: str) -> list[bool]:
    """Of each token of the run, whether it was not revoked."""
    with unit_of_work() as session:
        query = text("SELECT revoked_at IS NULL FROM run_token WHERE run_id = :id")
        return sorted(row[0] for row in session.connection().execute(query, {"id": run_id}))


def test_each_phase_has_a_token_of_its_own_which_is_revoked_with_it(world: World) -> None:
    run = w.create(world, w.deployment(world), auto_apply=True)
    first = w.planned(run.id)
    assert live_tokens(run.id) == [False]
    second = w.claimed(run.id, "apply")
    assert first.state_token != second.state_token
    assert live_tokens(run.id) == [False, True]
    with unit_of_work() as session:
        work.finish_apply(session, run.id, second.claim)
    assert live_tokens(run.id) == [False, False]
