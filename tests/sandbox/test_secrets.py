"""What a resource holds is readable nowhere: not in the database, not in errors and logs, on a screen only when asked for."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from typer.testing import CliRunner

from portal.kit.config import settings
from portal.kit.errors import ConfigurationError
from portal.kit.secrets import DecryptionError, Keyring, generate_key, parse_keys
from tests.sandbox.conftest import KEYS, told
from worker.sandbox import daemon, validate
from worker.sandbox.cli import app, main
from worker.sandbox.connection import open_store
from worker.sandbox.masking import MASK
from worker.sandbox.protocol import message
from worker.sandbox.provider import Launch, Provider
from worker.sandbox.schema import Attribute, Block
from worker.sandbox.server import handler
from worker.sandbox.store import Key, Store, libpq_url

SECRET = "Canary-7Jq2+x9/Lm!"
MACHINE = Key("a", "azurerm", "azurerm_windows_virtual_machine", "/subscriptions/s/resourceGroups/g/vm-one")
ATTRIBUTES = {
    "id": MACHINE.id,
    "name": "vm-one",
    "admin_password": SECRET,
    "custom_data": None,
    "tags": {"note": SECRET},
    "winrm_listener": [],
    "additional_unattend_content": [{"content": SECRET, "setting": "AutoLogon"}],
    "of_another_version": SECRET,
}


@pytest.fixture
def store(blank_postgres_url: str) -> Iterator[Store]:
    made = Store(blank_postgres_url, keys=KEYS, connections=2)
    made.set_up()
    made.create(MACHINE, ATTRIBUTES)
    yield made
    made.close()


def rows(url: str) -> str:
    """Everything that the sandbox's tables hold, as it lies there."""
    found: list[Any] = []
    with psycopg.connect(libpq_url(url)) as connection:
        for table in ("resource", "claim", "rule"):
            query = sql.SQL("SELECT * FROM sandbox_cloud.{}").format(sql.Identifier(table))
            found += connection.execute(query).fetchall()
    return "".join(
        value.decode("latin-1") if isinstance(value, bytes) else str(value) for row in found for value in row
    )


def test_no_attribute_is_readable_in_the_database(store: Store, blank_postgres_url: str) -> None:
    store.update(MACHINE, ATTRIBUTES | {"edited": True})
    assert MACHINE.id in rows(blank_postgres_url)
    assert SECRET not in rows(blank_postgres_url)
    assert "admin_password" not in rows(blank_postgres_url)
    found = store.find(MACHINE)
    assert found is not None
    assert found.attributes == ATTRIBUTES | {"edited": True}


def test_a_search_looks_inside_and_takes_no_number_for_a_truth(store: Store) -> None:
    def matching(**wanted: Any) -> int:
        return len(store.search(account="a", matching=wanted))

    store.update(MACHINE, {"name": "vm-one", "on": True, "count": 1})
    assert [matching(name="vm-one"), matching(name="vm-one", on=True), matching(count=1)] == [1, 1, 1]
    assert [matching(name="vm-two"), matching(on=1), matching(count=True), matching(none=None)] == [0, 0, 0, 0]


def test_keys_are_rotated_and_a_lost_one_is_said(store: Store, blank_postgres_url: str) -> None:
    new = parse_keys((generate_key("new"),))
    both = Keyring("new", new.keys | KEYS.keys)
    rotating, forgetful = (Store(blank_postgres_url, keys=keys, connections=1) for keys in (both, new))
    assert [row.attributes for row in rotating.search()] == [ATTRIBUTES]
    with pytest.raises(DecryptionError, match="which TERRACE_SECRET_KEYS does not list"):
        forgetful.search()
    rotating.update(MACHINE, ATTRIBUTES)
    assert [row.attributes for row in forgetful.search()] == [ATTRIBUTES]
    rotating.close()
    forgetful.close()


def test_a_table_that_kept_them_in_the_clear_is_made_anew(blank_postgres_url: str) -> None:
    with psycopg.connect(libpq_url(blank_postgres_url), autocommit=True) as connection:
        connection.execute("CREATE SCHEMA sandbox_cloud")
        connection.execute("CREATE TABLE sandbox_cloud.resource (account text, attributes jsonb)")
        connection.execute("INSERT INTO sandbox_cloud.resource VALUES ('a', '{}')")
    store = Store(blank_postgres_url, keys=KEYS, connections=1)
    store.set_up()
    store.set_up()
    assert store.search() == []
    store.create(MACHINE, ATTRIBUTES)
    assert len(store.search()) == 1
    store.close()


@pytest.fixture
def no_keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TERRACE_DATABASE_URL", "postgresql://nowhere/none")
    monkeypatch.delenv("TERRACE_SECRET_KEYS", raising=False)
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_without_a_key_the_daemon_says_one_sentence(
    no_keys: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    private: list[bool] = []
    monkeypatch.setattr(daemon, "keep_private", lambda: private.append(True))
    assert daemon.main(tmp_path / "control") == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert "TERRACE_SECRET_KEYS is not set" in said[0]
    assert private == [True]


def test_without_a_key_the_command_line_says_one_sentence(
    no_keys: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["sandbox", "list"])
    with pytest.raises(SystemExit, match="1"):
        main()
    assert "TERRACE_SECRET_KEYS is not set" in capsys.readouterr().err


def test_a_mistake_in_the_daemon_tells_where_but_no_value(caplog: pytest.LogCaptureFixture) -> None:
    provider = Provider(Launch("azurerm"), Store("postgresql://nowhere/none", keys=KEYS), speed=0)

    def broken(request: Any) -> Any:
        raise ValueError(f"could not convert {SECRET}")

    with caplog.at_level(logging.DEBUG, logger="terrace.sandbox"):
        for name in ("ApplyResourceChange", "StopProvider"):
            setattr(provider, name, broken)
            answer = message(f"{name}.Response").FromString(handler(provider, name)(b"", None))
            assert SECRET not in str(answer)
    assert SECRET not in caplog.text
    assert "ApplyResourceChange failed: ValueError at test_secrets.py:" in caplog.text


@pytest.mark.parametrize(
    "facts",
    [{"enum": ["A"]}, {"length": [1, 2]}, {"length": [50, None]}, {"regex": "^a$"}, {"id_format": "/subscriptions/s"}],
)
def test_a_refused_secret_is_not_repeated(facts: dict[str, Any]) -> None:
    block = Block({"x": Attribute("x", "string", True, False, False, facts | {"sensitive": True})}, {})
    (finding,) = validate.check(block, {"x": SECRET})
    assert SECRET[:6] not in finding.summary + finding.detail


def test_a_refused_value_is_repeated_whole_or_not_at_all() -> None:
    """Whoever blackens secrets in messages would not know a part of one."""
    block = Block({"x": Attribute("x", "string", True, False, False, {"length": [1, 2]})}, {})
    assert "got abc" in validate.check(block, {"x": "abc"})[0].summary
    assert "got 5000 characters" in validate.check(block, {"x": "y" * 5000})[0].summary


def test_show_masks_what_the_schema_calls_sensitive(store: Store, blank_postgres_url: str) -> None:
    def shown(*options: str) -> dict[str, Any]:
        done = CliRunner().invoke(app, ["show", "vm-one", *options], env=told(blank_postgres_url))
        return json.loads(done.stdout)["attributes"]

    masked = shown()
    assert masked["admin_password"] == masked["of_another_version"] == MASK
    assert masked["additional_unattend_content"] == [{"content": MASK, "setting": "AutoLogon"}]
    assert (masked["name"], masked["custom_data"], masked["tags"]) == ("vm-one", None, {"note": SECRET})
    assert shown("--reveal") == ATTRIBUTES
    unknown = Key("a", "azurerm", "azurerm_gone", "/gone")
    store.create(unknown, {"name": SECRET})
    done = CliRunner().invoke(app, ["show", "/gone"], env=told(blank_postgres_url))
    assert SECRET not in done.stdout


def test_beside_a_running_portal_nothing_needs_to_be_said(
    store: Store, blank_postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TERRACE_DATABASE_URL", "TERRACE_SECRET_KEYS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERRACE_DATA_DIR", str(tmp_path))
    with pytest.raises(ConfigurationError, match="No portal runs on"):
        open_store(None)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "instance.json").write_text(json.dumps(told(blank_postgres_url)))
    done = CliRunner().invoke(app, ["list"])
    assert (done.exit_code, MACHINE.id in done.stdout) == (0, True), done.output
    assert SECRET not in done.stdout


def test_a_database_that_is_away_is_one_sentence() -> None:
    done = CliRunner().invoke(app, ["list"], env=told("postgresql://u:hush@127.0.0.1:1/none"))
    assert done.exit_code == 1
    assert done.output.startswith("The sandbox cloud's database does not answer: ")
    assert "hush" not in done.output
