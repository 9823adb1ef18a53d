"""Migrations while the portal works: they only add, wait for nobody for long, and may be started twice."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, inspect, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.types import Boolean, DateTime, Float, Integer, LargeBinary

from portal import migrations
from portal.kit import clock
from portal.kit.config import PROJECT_DIR
from portal.kit.errors import Unavailable
from portal.migrations import fit

FIRST = "0001"
ADDS = {"add_column", "create_table", "create_index", "f", "drop_index"}
"""What may be done to tables that older code uses. Nobody names an index, so one may go."""


@contextmanager
def engine_of(url: str) -> Iterator[Engine]:
    engine = create_engine(url, connect_args={"options": "-c statement_timeout=60000"})
    try:
        yield engine
    finally:
        engine.dispose()


class OldRows:
    """Makes rows as code of the first revision makes them: it names the columns of that time, and no others."""

    def __init__(self, connection: Connection) -> None:
        metadata = MetaData()
        metadata.reflect(connection)
        self.tables = [table for table in metadata.sorted_tables if table.name != "alembic_version"]
        look = inspect(connection)
        self.checks = {
            table.name: [str(check["sqltext"]) for check in look.get_check_constraints(table.name)]
            for table in self.tables
        }

    def add(self, connection: Connection, number: int) -> None:
        """One row in every table, each in a transaction of its own."""
        for table in self.tables:
            values = {column.name: self._value(table, column, number) for column in table.columns}
            connection.execute(insert(table).values(values).on_conflict_do_nothing())
            connection.commit()

    def _value(self, table: Table, column: Any, number: int) -> Any:
        for check in self.checks[table.name]:
            if re.search(rf"\b{column.name}\b", check) and (words := re.findall(r"'(\w+)'", check)):
                return words[0]
            if one := re.search(rf"\b{column.name} = (\d+)\b", check):  # a table of one row
                return int(one[1])
        for kind, value in (
            (Integer, number),
            (Float, number),
            (Boolean, False),
            (DateTime, clock.now()),
            (LargeBinary, b""),
        ):
            if isinstance(column.type, kind):
                return value
        return {} if "JSON" in str(column.type) else f"word-{number}"

    def read(self, connection: Connection, number: int) -> dict[str, Any]:
        """The row of that number in each table, in the columns of that time."""
        found: dict[str, Any] = {}
        for table in self.tables:
            keys = [column == self._value(table, column, number) for column in table.primary_key.columns]
            found[table.name] = dict(connection.execute(select(table).where(*keys)).one()._mapping)
        return found


def test_rows_of_the_first_revision_survive_every_step_while_old_code_goes_on_writing(blank_postgres_url: str) -> None:
    migrations.upgrade(blank_postgres_url, revision=FIRST)
    with engine_of(blank_postgres_url) as engine, engine.connect() as connection:
        old = OldRows(connection)
        old.add(connection, 1)
        before = old.read(connection, 1)
        connection.rollback()
        with writing(engine, old) as progress:
            for item in fit.chain()[1:]:
                migrations.upgrade(blank_postgres_url, revision=item["revision"])
                progress()
        assert old.read(connection, 1) == in_words_of_today(before)
        assert migrations.is_current(blank_postgres_url)


def in_words_of_today(rows: dict[str, Any]) -> dict[str, Any]:
    """The rows of before, with the one word that a revision wrote anew: an administrator's role in a project."""
    assert rows["project_member"]["role"] == rows["user_account"]["role"] == "admin"
    return {**rows, "project_member": {**rows["project_member"], "role": "owner"}}


@contextmanager
def writing(engine: Engine, old: OldRows) -> Iterator[Callable[[], None]]:
    """A thread that works as old code does. The result waits until it has written another row into every table, unharmed."""
    done, failed, rounds = threading.Event(), list[Exception](), threading.Semaphore(0)

    def write() -> None:
        number = 2
        try:
            with engine.connect() as connection:
                while not done.is_set():
                    old.add(connection, number)
                    change(connection, old, number)
                    number += 1
                    rounds.release()
        except Exception as error:
            failed.append(error)
            rounds.release(1000)

    def progress() -> None:
        for _ in range(2):  # the first may have been written before
            assert rounds.acquire(timeout=60)
        assert failed == []

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield progress
    finally:
        done.set()
        thread.join(60)
    assert failed == []


def change(connection: Connection, old: OldRows, number: int) -> None:
    run = next(table for table in old.tables if table.name == "run")
    query = update(run).where(run.c.id == f"word-{number}").values(message="changed", event_count=run.c.event_count + 1)
    assert connection.execute(query).rowcount == 1
    connection.commit()


def test_a_migration_that_must_wait_lets_others_pass(
    blank_postgres_url: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A long transaction (a backup, say) holds a table: what queues behind the migration's lock is let through again."""
    monkeypatch.setattr(migrations, "PAUSE_SECONDS", 0.2)
    migrations.upgrade(blank_postgres_url, revision=FIRST)
    with engine_of(blank_postgres_url) as engine, engine.connect() as long, engine.connect() as request:
        count = text("SELECT count(*) FROM project")
        long.execute(count)
        migrating = threading.Thread(target=migrations.upgrade, args=(blank_postgres_url,))
        migrating.start()
        try:
            wait_for(request, "wait_event_type = 'Lock' AND query LIKE 'ALTER TABLE%'")
            request.execute(count)  # behind the migration, and let through when that gives up: else it waits for `long`
            request.rollback()
            assert migrating.is_alive()
        finally:
            long.rollback()
            migrating.join(60)
    assert migrations.is_current(blank_postgres_url)


def wait_for(connection: Connection, condition: str) -> None:
    """Wait until some other process of the database is so."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        f"AND {condition}"
    )
    deadline = clock.now().timestamp() + 60
    while not connection.execute(query).scalar_one():
        connection.rollback()
        assert clock.now().timestamp() < deadline, condition
    connection.rollback()


def test_a_migration_that_waited_long_enough_says_who_was_in_the_way(
    blank_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(migrations, "TRIES", 2)
    monkeypatch.setattr(migrations, "LOCK_TIMEOUT_MS", 20)
    migrations.upgrade(blank_postgres_url, revision="0003")
    with engine_of(blank_postgres_url) as engine, engine.connect() as long:
        long.execute(text("SET application_name = 'report'"))
        long.execute(text("SELECT count(*) FROM project"))
        with pytest.raises(Unavailable, match=r"in use each time.*\(report\).*Run `terrace migrate` again"):
            migrations.upgrade(blank_postgres_url)
        long.rollback()
    assert not migrations.is_current(blank_postgres_url)
    migrations.upgrade(blank_postgres_url)
    assert migrations.is_current(blank_postgres_url)


def test_two_that_migrate_at_once_make_one_database_and_one_administrator(
    settings_env: Callable[..., None], blank_postgres_url: str
) -> None:
    settings_env(TERRACE_DATABASE_URL=blank_postgres_url)
    command = [sys.executable, "-m", "portal.cli", "migrate"]
    both = [
        subprocess.Popen(command, cwd=PROJECT_DIR, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sum("The first administrator is" in text for text in said) == 1, said
    assert migrations.is_current(blank_postgres_url)
    with engine_of(blank_postgres_url) as engine, engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM user_account")).scalar_one() == 1
        noted = connection.execute(text("SELECT revision, oldest_code FROM schema_revision")).all()
    assert (migrations.head(), fit.oldest_code(migrations.head())) in {tuple(row) for row in noted}


@pytest.mark.parametrize("path", sorted(fit.VERSIONS.glob("*.py"))[1:], ids=lambda path: path.stem)
def test_a_revision_only_adds_or_says_which_code_it_leaves_behind(path: Path) -> None:
    said = next(item for item in fit.chain() if item["revision"] == path.stem.partition("_")[0])
    assert takes_away(path.read_text()) == [] or said.get("oldest_code") == said["revision"]


def takes_away(source: str) -> list[str]:
    """What a revision's `upgrade` does that code of before could miss, or could not satisfy."""
    found = []
    upgrade = next(
        node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name == "upgrade"
    )
    made: set[str] = set()
    for call in (node for node in ast.walk(upgrade) if isinstance(node, ast.Call)):
        if not isinstance(call.func, ast.Attribute) or ast.unparse(call.func.value) != "op":
            continue
        given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        if call.func.attr == "create_table":
            made.add(ast.unparse(call.args[0]))
        if call.func.attr not in ADDS:
            found.append(call.func.attr)
        if call.func.attr == "create_index" and given.get("unique") == "True" and ast.unparse(call.args[1]) not in made:
            found.append("a unique index")
        if (
            call.func.attr == "add_column"
            and ast.unparse(call.args[0]) not in made
            and not may_be_left_out(call.args[1])
        ):
            found.append("a column that must be given")
    return found


def may_be_left_out(column: ast.expr) -> bool:
    """Whether a row can be inserted without naming this new column."""
    assert isinstance(column, ast.Call)
    given = {keyword.arg: ast.unparse(keyword.value) for keyword in column.keywords}
    return given.get("nullable") == "True" or "server_default" in given


@pytest.mark.parametrize(
    ("line", "is_harm"),
    [
        ('op.add_column("run", sa.Column("x", sa.Text(), nullable=True))', False),
        ('op.add_column("run", sa.Column("x", sa.Text(), server_default="", nullable=False))', False),
        ('op.add_column("run", sa.Column("x", sa.Text(), nullable=False))', True),
        ('op.drop_column("run", "x")', True),
        ('op.alter_column("run", "x", nullable=False)', True),
        ('op.rename_table("run", "walk")', True),
        ('op.execute("DELETE FROM run")', True),
        ('op.create_index("uq", "run", ["x"], unique=True)', True),
        ('op.create_check_constraint("ck", "run", "x > 0")', True),
    ],
)
def test_what_counts_as_taking_away(line: str, is_harm: bool) -> None:
    assert bool(takes_away(f"def upgrade() -> None:\n    {line}\n")) is is_harm
