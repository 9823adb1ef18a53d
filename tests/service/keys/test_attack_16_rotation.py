"""Attack 16: after a rotation no ciphertext of the old key is left in any column, and nobody's write was lost on the way."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from portal.audit import service as audit
from portal.auth.schemas import SYSTEM, Actor
from portal.keys import repository, service
from portal.keys.columns import SANDBOX, encrypted
from portal.keys.schemas import Rotation
from portal.kit import clock
from portal.kit.config import PROJECT_DIR
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, Forbidden
from portal.kit.secrets import generate_key
from portal.models import CloudAccount
from tests.service.keys import filled
from worker.sandbox import store

ONE, TWO = generate_key("k1"), generate_key("k2")
PATIENT = text("SET LOCAL idle_in_transaction_session_timeout = 0")
"""For a transaction that a test keeps open for as long as a busy machine takes."""


@pytest.fixture
def key_file(database: str, settings_env: Callable[..., None], tmp_path: Path) -> Path:
    """The keys of this process, in a file: one key, k1."""
    path = tmp_path / "secret.key"
    path.write_text(ONE + "\n")
    path.chmod(0o600)
    settings_env(TERRACE_DATABASE_URL=database, TERRACE_SECRET_KEYS=None, TERRACE_SECRET_KEYS_FILE=str(path))
    return path


def rotate(said: list[str] | None = None) -> Rotation:
    return service.rotate(SYSTEM, say=(said if said is not None else []).append)


def keys_of(url: str) -> set[tuple[int, str]]:
    return {(form, key) for _, form, key in filled.lying(url)}


def test_attack_16_a_rotation_leaves_no_ciphertext_of_the_old_key(database: str, key_file: Path) -> None:
    filled.fill(database)
    filled.fill(database, direct=True)
    before = filled.lying(database)
    everywhere = {f"{table}.{column}" for _, table, column in filled.places(database)}
    assert {f"{column.table[-1]}.{column.name}" for column in encrypted()} == everywhere, "a column is not known"
    assert {place for place, _, _ in before} == everywhere, "a column is not filled"
    assert {(form, key) for _, form, key in before} == {(1, "k1"), (2, "k1")}
    done = rotate()
    assert (done.primary, done.new_key, done.left) == ("k2", True, 0)
    assert done.rewritten == 2 * len(encrypted())
    assert keys_of(database) == {(2, "k2")}
    assert filled.lying(database).total() == before.total()
    key_file.write_text(key_file.read_text().split()[0])
    assert filled.read() == filled.everything(), "the new key alone reads all of it"


def test_the_status_says_when_an_old_key_can_go(database: str, key_file: Path) -> None:
    filled.fill(database)
    before = service.status(SYSTEM)
    assert [(key.id, key.state, key.count) for key in before] == [("k1", "primary", len(encrypted()))]
    rotate()
    after = service.status(SYSTEM)
    assert [(key.id, key.state, key.count) for key in after] == [
        ("k2", "primary", len(encrypted())),
        ("k1", "known", 0),
    ]
    key_file.write_text(ONE)
    assert [(key.id, key.state) for key in service.status(SYSTEM)] == [("k1", "primary"), ("k2", "missing")]


def test_what_was_broken_off_is_gone_on_with_and_makes_no_third_key(database: str, key_file: Path) -> None:
    filled.fill(database)

    def stop_after_some(line: str) -> None:
        if line.startswith("run.values"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        service.rotate(SYSTEM, say=stop_after_some)
    assert keys_of(database) == {(2, "k1"), (2, "k2")}
    assert filled.read() == filled.everything()
    done = rotate()
    assert (done.primary, done.new_key, done.left) == ("k2", False, 0)
    assert 0 < done.rewritten < len(encrypted())
    assert keys_of(database) == {(2, "k2")}
    assert len(key_file.read_text().split()) == 2
    assert rotate().primary == "k3", "the next one turns again"


def test_keys_from_the_environment_are_turned_to_whichever_is_in_front(
    database: str, settings_env: Callable[..., None]
) -> None:
    settings_env(TERRACE_SECRET_KEYS=ONE)
    filled.fill(database)
    settings_env(TERRACE_SECRET_KEYS=f"{TWO} {ONE}")
    assert (done := rotate()).new_key is False
    assert (done.primary, done.left, keys_of(database)) == ("k2", 0, {(2, "k2")})
    settings_env(TERRACE_SECRET_KEYS=TWO)
    assert filled.read() == filled.everything()


def test_a_write_that_comes_between_reading_and_writing_is_not_undone(database: str, key_file: Path) -> None:
    account_id = account({"n": 0})
    column = next(column for column in encrypted() if column.title == "cloud_account.credentials")

    def meanwhile(before: bytes) -> bytes:
        change(account_id, {"n": 1})
        return before

    with repository.connected() as connection:
        assert repository.rewrite(connection, column, [(account_id,)], meanwhile) == 0
    assert credentials(account_id) == {"n": 1}


def test_whoever_writes_all_the_time_loses_nothing_and_leaves_nothing_behind(database: str, key_file: Path) -> None:
    accounts = [account({"n": -1}) for _ in range(6)]
    stop = threading.Event()

    def write(account_id: str) -> int:
        number = 0
        while not stop.is_set():
            change(account_id, {"n": number})
            number += 1
        change(account_id, {"n": number})
        return number

    with ThreadPoolExecutor(len(accounts)) as pool:
        last = [pool.submit(write, account_id) for account_id in accounts[:3]]
        try:
            done = rotate()
        finally:
            stop.set()
    assert done.left == 0
    assert [credentials(account_id) for account_id in accounts[:3]] == [{"n": item.result()} for item in last]
    assert [credentials(account_id) for account_id in accounts[3:]] == [{"n": -1}] * 3
    assert keys_of(database) == {(2, "k2")}


CHILD = """
import sys
from portal.kit.db import unit_of_work
from portal.models import CloudAccount
for account_id in map(str.strip, sys.stdin):
    with unit_of_work() as session:
        row = session.get_one(CloudAccount, account_id)
        row.credentials = {"n": row.credentials["n"] + 1}
        session.add(row)
    print(row.credentials["n"], flush=True)
"""


def test_another_process_goes_on_with_the_new_key_and_without_the_old_one(database: str, key_file: Path) -> None:
    account_id = account({"n": 0})
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT_DIR
    )
    assert child.stdin is not None
    assert child.stdout is not None

    def ask() -> str:
        print(account_id, file=child.stdin, flush=True)
        return child.stdout.readline().strip() if child.stdout else ""

    try:
        assert ask() == "1"
        assert rotate().left == 0
        key_file.write_text(key_file.read_text().split()[0])
        assert ask() == "2"
        assert keys_of(database) == {(2, "k2")}
        assert credentials(account_id) == {"n": 2}
    finally:
        child.stdin.close()
        child.stdout.close()
        child.wait(60)


def test_what_was_encrypted_before_and_is_committed_after_is_waited_for(database: str, key_file: Path) -> None:
    account({"n": 0})
    said: list[str] = []
    waiting = threading.Event()

    def listen(line: str) -> None:
        said.append(line)
        if line.startswith("Waiting"):
            waiting.set()

    with ThreadPoolExecutor(1) as pool:
        with unit_of_work() as session:
            session.execute(PATIENT)
            session.add(row := _account({"late": True}))
            session.flush()
            rotation = pool.submit(service.rotate, SYSTEM, say=listen)
            assert waiting.wait(60)
        assert rotation.result(60).left == 0
    assert keys_of(database) == {(2, "k2")}
    assert credentials(row.id) == {"late": True}


def test_a_row_that_somebody_holds_makes_nobody_wait_and_is_told(
    database: str, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "PATIENCE", 0.2)
    monkeypatch.setattr(service, "IDLE", 1)
    held, free = account({"n": 0}), account({"n": 1})
    with unit_of_work() as session:
        session.execute(PATIENT)
        session.exec(select(CloudAccount).where(col(CloudAccount.id) == held).with_for_update()).one()
        assert rotate().left == 1
    assert rotate().left == 0
    assert [credentials(item) for item in (held, free)] == [{"n": 0}, {"n": 1}]


def test_one_that_cannot_be_read_stops_no_other(database: str, key_file: Path) -> None:
    filled.fill(database)
    with repository.connected() as connection:
        connection.execute("UPDATE run SET values = set_byte(values, 100, get_byte(values, 100) # 1)")
    said: list[str] = []
    done = rotate(said)
    assert (done.left, done.rewritten) == (1, len(encrypted()) - 1)
    assert any(line.startswith("run.values: A stored secret was altered") for line in said)


def test_one_rotation_at_a_time(key_file: Path) -> None:
    with repository.connected() as connection:
        assert repository.try_alone(connection)
        with pytest.raises(Conflict, match="Another rotation"):
            rotate()
    assert key_file.read_text().split() == [ONE], "no key was made"


def test_it_is_the_operators_and_leaves_a_trace(key_file: Path) -> None:
    for role in ("viewer", "member"):
        actor = Actor("user", "user-1", "a@b.c", role, "user-1")
        for call in (lambda actor=actor: service.rotate(actor, say=print), lambda actor=actor: service.status(actor)):
            with pytest.raises(Forbidden):
                call()
    rotate()
    with unit_of_work() as session:
        trail = [(event.action, event.object_id) for event in audit.list_events(session, SYSTEM).items]
    assert trail[:2] == [("keys.rotated", "k2"), ("keys.rotate", "k2")]


def test_the_sandboxs_label_is_the_sandboxs_own() -> None:
    assert SANDBOX.label == store._LABEL


def account(credentials: dict[str, Any]) -> str:
    with unit_of_work() as session:
        session.add(row := _account(credentials))
    return row.id


def _account(credentials: dict[str, Any]) -> CloudAccount:
    from portal.kit.ids import new_id

    name = new_id("account")
    return CloudAccount(
        id=name,
        slug=name.lower(),
        name="x",
        cloud="azure",
        kind="live",
        credentials=credentials,
        created_at=clock.now(),
    )


def change(account_id: str, credentials: dict[str, Any]) -> None:
    with unit_of_work() as session:
        row = session.get_one(CloudAccount, account_id)
        row.credentials = credentials
        session.add(row)


def credentials(account_id: str) -> Any:
    with unit_of_work() as session:
        return session.get_one(CloudAccount, account_id).credentials
