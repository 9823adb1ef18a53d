"""A backup is everything, a restore gives it back exactly, and afterwards nothing begins by itself."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from portal import migrations
from portal.audit import service as audit
from portal.auth.schemas import SYSTEM
from portal.backup import container, tables
from portal.cli.app import main
from portal.kit import clock
from portal.kit.config import settings
from portal.kit.db import engine, unit_of_work
from portal.kit.secrets import generate_key
from portal.models import Deployment, UserSession
from portal.run import hold, work
from portal.run import service as runs
from tests.conftest import TEST_KEY
from tests.service.run import world as world_module
from tests.service.run.world import World
from tests.support import servers
from worker.sandbox.store import Claim, Key, Store

STATUSES = ("pending", "plan_queued", "planning", "planned", "apply_queued", "applying", "applied")
GONE_AFTER_A_RESTORE = {"state_lock", "user_session", "worker", "run", "run_event", "run_plan", "run_token"}
ADDED_BY_A_RESTORE = {
    "audit_event", "automation_hold", "deployment",
    "notification", "notification_delivery", "notification_event",  # whose runs were ended is told
}  # fmt: skip


@dataclass
class Portal:
    """A portal with something in every table that matters, and where commands are given to it."""

    world: World
    url: str
    run_ids: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def portal(backend: str) -> Iterator[Portal]:
    """Runs in every status, a state, a lock, a browser's session, and a resource in the sandbox cloud."""
    found = Portal(world_module.build(), backend)
    for status in STATUSES:
        found.run_ids[status] = _run_in(found.world, status)
    job = world_module.claim(found.run_ids["apply_queued"], "apply")
    assert job is not None
    world_module.write_state(job, world_module.state_body())
    found.run_ids["applying with a state"] = found.run_ids.pop("apply_queued")
    found.run_ids["apply_queued"] = _run_in(found.world, "apply_queued")
    with unit_of_work() as session:
        at = clock.now()
        session.add(
            UserSession(
                id="s" * 64, user_id=found.world.member.id, csrf="c", created_at=at, expires_at=at, last_seen_at=at
            )
        )
    _fill_the_sandbox(backend)
    yield found
    engine().dispose()


def _run_in(world: World, status: str) -> str:
    deployment_id = world_module.deployment(world)
    run_id = world_module.create(world, deployment_id).id
    if status == "pending":
        return world_module.create(world, deployment_id).id
    if status in ("planned", "apply_queued", "applying", "applied"):
        world_module.planned(run_id)
    if status in ("apply_queued", "applying", "applied"):
        world_module.confirm(world, run_id)
    if status == "planning":
        world_module.claimed(run_id)
    if status in ("applying", "applied"):
        job = world_module.claimed(run_id, "apply")
        if status == "applied":
            with unit_of_work() as session:
                assert work.finish_apply(session, run_id, job.claim)
    return run_id


def _fill_the_sandbox(url: str) -> None:
    store = Store(url, connections=1)
    store.set_up()
    store.create(Key("acc", "azurerm", "azurerm_resource_group", "/one"), {"name": "one"}, [Claim("groups", "one")])
    store.add_rule(kind="quota", account="*", type_name="*", operation="create", amount=5)
    store.close()


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


Terrace = Callable[..., Outcome]


@pytest.fixture
def terrace(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terrace:
    """Run `terrace ARGUMENTS` in this process."""

    def run(*arguments: str) -> Outcome:
        engine().dispose()
        monkeypatch.setattr(sys, "argv", ["terrace", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        with pytest.raises(SystemExit) as exit_info:
            main()
        captured = capsys.readouterr()
        code = exit_info.value.code
        return Outcome(code if isinstance(code, int) else int(bool(code)), captured.out, captured.err)

    return run


def use(settings_env: Callable[..., None], url: str, **more: str | None) -> None:
    """Give the commands that follow to another database."""
    engine().dispose()
    settings_env(TERRACE_DATABASE_URL=url, **more)


def content(url: str) -> dict[str, list[str]]:
    """Every table's rows, as text."""
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        return {
            table.name: sorted(b"".join(tables.copy_out(connection, table)).decode().splitlines())
            for table in tables.tables(connection)
        }


def structure(url: str) -> list[str]:
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        connection.execute("SELECT set_config('search_path', 'pg_catalog', false)")
        return tables.definitions(connection)


def test_what_is_restored_is_what_was_there_and_nothing_of_it_goes_on_by_itself(
    portal: Portal, terrace: Terrace, settings_env: Callable[..., None], blank_postgres_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "terrace.backup"
    made = terrace("backup", str(file), "--json")
    assert made.code == 0, made.err
    assert json.loads(made.out)["revision"] == migrations.head()
    before, shape = content(portal.url), structure(portal.url)

    use(settings_env, blank_postgres_url)
    restored = terrace("restore", str(file), "--json")
    assert restored.code == 0, restored.err
    assert migrations.is_current(blank_postgres_url)
    after = content(blank_postgres_url)
    assert structure(blank_postgres_url) == shape
    assert len(shape) > 8
    assert after.keys() == before.keys()
    for name in before.keys() - GONE_AFTER_A_RESTORE - ADDED_BY_A_RESTORE:
        assert after[name] == before[name], name
    assert [after[name] for name in ("state_lock", "user_session", "worker")] == [[], [], []]
    assert set(before["audit_event"]) < set(after["audit_event"])

    open_runs = {name: run_id for name, run_id in portal.run_ids.items() if name != "applied"}
    assert set(open_runs.values()) <= set(json.loads(restored.out)["ended_runs"])
    ended = {name: world_module.status(run_id) for name, run_id in portal.run_ids.items()}
    assert ended == {
        "pending": "canceled", "plan_queued": "canceled", "planning": "errored", "planned": "discarded",
        "apply_queued": "canceled", "applying": "errored", "applying with a state": "errored", "applied": "applied",
    }  # fmt: skip
    view = world_module.get(portal.world, portal.run_ids["applying"])
    assert view.error is not None
    assert "Look for drift" in (view.error.next_step or "")
    with unit_of_work() as session:
        assert audit.verify(session).ok
        trail = [event.action for event in audit.list_events(session, SYSTEM).items]
        assert {"system.backup", "system.restore", "hold.place"} <= set(trail)
        swept = work.sweep(session)
    assert (swept.started, swept.nudged, swept.expired) == ((), (), ())


def test_until_the_hold_is_released_nothing_is_applied_or_destroyed_by_itself(
    portal: Portal, terrace: Terrace, settings_env: Callable[..., None], blank_postgres_url: str, tmp_path: Path
) -> None:
    world = portal.world
    expired = world_module.deployment(world, expires_at=clock.now() - timedelta(days=1))
    by_itself = world_module.deployment(world, auto_apply=True)
    assert terrace("backup", str(tmp_path / "b")).code == 0
    use(settings_env, blank_postgres_url)
    assert terrace("restore", str(tmp_path / "b")).code == 0
    assert "restored from a backup" in terrace("hold", "show").out

    run_id = world_module.create(world, by_itself).id
    world_module.planned(run_id)
    assert world_module.status(run_id) == "planned"
    note = [event.data.get("note") for event in world_module.events(run_id) if event.type == "status"][-1]
    assert "Auto apply is on hold" in str(note)
    assert world_module.confirm(world, run_id).status == "apply_queued"  # a person may
    with unit_of_work() as session:
        assert work.sweep(session).expired == ()

    assert terrace("hold", "release").code == 0
    with unit_of_work() as session:
        assert len(work.sweep(session).expired) == 1
        destroy = runs.list_runs(session, world.admin, deployment_id=expired).items
        assert [run.kind for run in destroy] == ["destroy"]
    another = world_module.create(world, world_module.deployment(world, auto_apply=True)).id
    world_module.planned(another)
    assert world_module.status(another) == "apply_queued"


def test_no_key_is_in_the_file_and_it_is_its_owners_alone(portal: Portal, terrace: Terrace, tmp_path: Path) -> None:
    file = tmp_path / "b"
    assert terrace("backup", str(file)).code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    text, key = TEST_KEY.partition(":")[2], base64.b64decode(TEST_KEY.partition(":")[2])
    everything = file.read_bytes() + b"".join(container.frames(file))
    assert b"azure/tiny" in everything
    for secret in (text.encode(), key, key.hex().encode(), b"hunter2-hunter2", b"s3cret-key"):
        assert secret not in everything


def test_a_file_that_cannot_be_trusted_is_refused_before_anything_changes(
    portal: Portal, terrace: Terrace, tmp_path: Path
) -> None:
    file = tmp_path / "b"
    assert terrace("backup", str(file)).code == 0
    before, data = content(portal.url), file.read_bytes()
    head, _, rest = data.partition(b"\n")
    cases = {
        "damaged or was cut short": data[:-200],
        "its checksum does not match": data[:2000] + bytes([data[2000] ^ 1]) + data[2001:],
        "no backup of Terrace": b"PGDMP" + data,
        "does not know": _sealed(head.replace(migrations.head().encode(), b"9999"), rest),
        "has format 2": _sealed(head.replace(b'"format": 1', b'"format": 2'), rest),
    }
    for sentence, content_of_file in cases.items():
        file.write_bytes(content_of_file)
        refused = terrace("restore", str(file), "--force")
        assert (refused.code, sentence in refused.err) == (1, True), refused.err
    assert content(portal.url) == before


def _sealed(head: bytes, rest: bytes) -> bytes:
    """The file with another header and a checksum that fits."""
    body = head + b"\n" + rest[:-72]
    return body + f"sha256 {hashlib.sha256(body).hexdigest()}\n".encode()


def test_without_the_key_or_into_a_full_database_it_is_refused_and_force_means_it(
    portal: Portal, terrace: Terrace, settings_env: Callable[..., None], tmp_path: Path
) -> None:
    file = tmp_path / "b"
    assert terrace("backup", str(file)).code == 0
    before = content(portal.url)
    use(settings_env, portal.url, TERRACE_SECRET_KEYS=generate_key("test"))
    refused = terrace("restore", str(file), "--force")
    assert (refused.code, "need the key test" in refused.err) == (1, True), refused.err
    unreadable = terrace("backup", str(tmp_path / "other"))
    assert (unreadable.code, (tmp_path / "other").exists()) == (1, False)
    use(settings_env, portal.url, TERRACE_SECRET_KEYS=TEST_KEY)
    refused = terrace("restore", str(file))
    assert (refused.code, "not empty" in refused.err) == (1, True), refused.err
    assert content(portal.url) == before

    with unit_of_work() as session:
        session.get_one(Deployment, world_module.deployment(portal.world)).name = "made-since"
    assert terrace("restore", str(file), "--force").code == 0
    assert not any("made-since" in row for row in content(portal.url)["deployment"])
    overwritten = terrace("backup", str(file))
    assert (overwritten.code, "exists already" in overwritten.err) == (1, True)


def test_a_database_that_somebody_uses_is_not_restored_over(portal: Portal, terrace: Terrace, tmp_path: Path) -> None:
    file = tmp_path / "b"
    assert terrace("backup", str(file)).code == 0
    with psycopg.connect(portal.url.replace("+psycopg", "", 1)):
        refused = terrace("restore", str(file), "--force")
    assert (refused.code, "Stop the portal" in refused.err) == (1, True), refused.err


def test_a_restore_that_was_broken_off_lets_nobody_begin_until_it_is_done_again(
    portal: Portal, terrace: Terrace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "b"
    assert terrace("backup", str(file)).code == 0

    def pulled_the_plug(*_: Any, **__: Any) -> None:
        raise RuntimeError("somebody pulled the plug")

    with monkeypatch.context() as patch:
        patch.setattr(tables, "set_sequences", pulled_the_plug)
        with pytest.raises(RuntimeError, match="the plug"):
            terrace("restore", str(file), "--force")
    assert not migrations.is_current(portal.url)
    monkeypatch.setenv("TERRACE_REDIS_URL", settings().redis_database(0))
    for command in ("migrate", "worker", "serve"):
        refused = terrace(command)
        assert (refused.code, "Restore it again" in refused.err) == (1, True), refused.err
    assert terrace("restore", str(file)).code == 1
    assert terrace("restore", str(file), "--force").code == 0
    assert terrace("migrate").code == 0
    with unit_of_work() as session:
        assert hold.find(session) is not None


def test_a_server_of_another_kind_of_names_is_no_matter(portal: Portal, test_servers: servers.Servers) -> None:
    """Tables come in an order in which none refers to one that is not there yet, whatever their names."""
    with psycopg.connect(settings().require_database_url().replace("+psycopg", "", 1)) as connection:
        order = [table.name for table in tables.tables(connection)]
    assert order.index("user_account") < order.index("project_member")
    assert order.index("run") < order.index("run_event")
    assert order.index("resource") < order.index("claim")
