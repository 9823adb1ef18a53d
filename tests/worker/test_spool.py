"""A state that no portal takes is kept by the worker, encrypted, and delivered when one does, by whoever is there then."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from portal.kit.config import settings
from portal.kit.db import unit_of_work
from portal.kit.errors import NotFound
from portal.kit.secrets import DecryptionError
from portal.run import work
from portal.state import holds
from tests.service.run import world
from tests.worker.scene import TWO, Scene, carry_out
from tests.worker.state_server import StateServer
from worker import spool as spool_module
from worker.courier import Courier
from worker.spool import Spool
from worker.terraform import workdir

BOTH = ["terraform_data.first", "terraform_data.second"]


@pytest.fixture
def spool(people: world.World) -> Spool:
    return spool_module.of_this_machine()


@pytest.fixture
def away(state: StateServer, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Portal and database take no state, as the worker sees it, until the fixture's value is called."""
    gone = threading.Event()
    gone.set()
    # 403 is an answer that Terraform does not try again.
    state.refuse = lambda method: 403 if method == "POST" and gone.is_set() else None
    deliver = spool_module.rescue.deliver

    def flaky(*args: object, **kwargs: object) -> int:
        if gone.is_set():
            raise OperationalError("COMMIT", None, OSError("gone"))
        return deliver(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(spool_module.rescue, "deliver", flaky)
    return gone.clear


def applied(scene: Scene) -> str:
    """A run whose apply is over as far as Terraform can tell."""
    run_id = scene.planned()
    scene.confirm(run_id)
    carry_out(run_id, "apply")
    return run_id


def test_a_state_that_nobody_takes_is_spooled_and_delivered_by_the_worker_that_starts_next(
    people: world.World, spool: Spool, away: Callable[[], None], settings_env: Callable[..., None]
) -> None:
    settings_env(TERRACE_LEASE_SECONDS="1")
    scene = Scene(people, TWO, {"size": 1, "password": "correct-horse-battery"})
    run_id = applied(scene)
    view = scene.view(run_id)
    assert view.status == "errored", scene.story(run_id)
    assert spool.waiting() == [run_id]
    (file,) = (settings().data_dir / "spool").glob("*.state")
    assert b"terraform_data" not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"correct-horse-battery" in spool.read(run_id)
    next_run = scene.run()
    assert world.claim(next_run) is None, "no run starts before the state has arrived"
    away()
    Courier("another@test").tick()
    assert scene.resources() == BOTH
    assert spool.waiting() == []
    assert world.claim(next_run) is not None


def test_a_state_that_a_killed_worker_left_in_its_folder_is_found_and_delivered(
    people: world.World, spool: Spool
) -> None:
    run_id, deployment = lost_apply(people, "doomed@test")
    folder = workdir.root_for(settings().data_dir) / f"{run_id}-abcdefgh"
    (folder / "module").mkdir(parents=True)
    (folder / "module" / "errored.tfstate").write_bytes(world.state_body(2))
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    known("doomed@test", spool.identity())
    courier = Courier("doomed@test")
    courier.tick()
    with unit_of_work() as session:
        assert holds.find(session, deployment), "its Terraform has not ended"
    os.close(lock)
    courier.tick()
    assert not folder.exists()
    assert spool.waiting() == []
    with unit_of_work() as session:
        assert holds.find(session, deployment) is None


def lost_apply(people: world.World, worker: str) -> tuple[str, str]:
    """A run that was lost while `worker` applied it, and its deployment."""
    deployment = world.deployment(people)
    run_id = world.create(people, deployment, auto_apply=True).id
    world.planned(run_id)
    assert world.claim(run_id, "apply", worker=worker) is not None
    world.expire_lease(run_id)
    with unit_of_work() as session:
        assert work.sweep(session).ended == (run_id,)
    return run_id, deployment


def known(worker: str, folder: str) -> None:
    with unit_of_work() as session:
        work.register_worker(session, name=worker, queues=["apply"], concurrency=1, versions={"folder": folder})


def test_whoever_is_on_the_data_folder_of_a_lost_worker_answers_for_it_at_once_when_nothing_is_kept(
    people: world.World, spool: Spool
) -> None:
    _, deployment = lost_apply(people, "doomed@test")
    known("doomed@test", "a folder on another machine")
    successor = Courier("successor@test")
    successor.tick()
    with unit_of_work() as session:
        assert holds.find(session, deployment)
    known("doomed@test", spool.identity())
    assert spool.identity() == spool_module.of_this_machine().identity()
    successor.tick()
    with unit_of_work() as session:
        assert holds.find(session, deployment) is None


def test_a_state_that_is_refused_is_kept_for_an_operator_and_said_on_the_deployment(
    people: world.World, spool: Spool, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    run_id, deployment = lost_apply(people, "w@test")
    spool.keep(run_id, b"half a sta")
    Courier("w@test").tick()
    assert (spool.waiting(), spool.refused()) == ([], [run_id])
    with unit_of_work() as session:
        found = holds.find(session, deployment)
    assert found is not None
    assert (found.kind, found.note) == ("refused", "This is not a Terraform state.")
    assert spool_module.main(["list"]) == 0
    assert f"{run_id}  refused".encode() in capsysbinary.readouterr().out
    assert spool_module.main(["show", run_id]) == 0
    assert capsysbinary.readouterr().out == b"half a sta"
    assert spool_module.main([]) == 2


def test_a_file_of_the_spool_is_bound_to_its_run_and_whole(spool: Spool) -> None:
    spool.keep("run-a", b"STATE")
    folder: Path = settings().data_dir / "spool"
    assert folder.stat().st_mode & 0o777 == 0o700
    (folder / "run-b.state").write_bytes((folder / "run-a.state").read_bytes())
    with pytest.raises(DecryptionError):
        spool.read("run-b")
    with pytest.raises(NotFound):
        spool.read("run-c")
    (folder / ".run-d.state.1").write_bytes(b"half a dra")
    assert spool.waiting() == ["run-a", "run-b"]


def test_a_folder_stays_when_its_state_could_not_be_put_away(people: world.World, tmp_path: Path) -> None:
    with workdir.opened(tmp_path, "run-a") as files:
        files.write_secret("key.json", b"{}")
        files.errored_state.write_bytes(b"STATE")
    assert files.errored_state.exists()
    assert not files.secrets.exists()
    found: dict[str, bytes] = {}
    workdir.remove_abandoned(tmp_path, keep=lambda run_id, state: found.update({run_id: state}))
    assert found == {"run-a": b"STATE"}
    assert not files.path.exists()
