"""Where keys come from: one place, that others cannot read, and that is followed when it changes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.kit.config import settings
from portal.kit.errors import ConfigurationError
from portal.kit.keysource import FromEnvironment, FromFile, source_of
from portal.kit.secrets import DecryptionError, generate_key, keyring

ONE, TWO = generate_key("k1"), generate_key("k2")


@pytest.fixture
def key_file(settings_env: Callable[..., None], tmp_path: Path) -> Path:
    """A file with one key, which is where this process finds it."""
    path = tmp_path / "keys"
    path.write_text(ONE + "\n")
    path.chmod(0o600)
    settings_env(TERRACE_SECRET_KEYS=None, TERRACE_SECRET_KEYS_FILE=str(path))
    return path


def test_a_key_that_is_put_into_the_file_is_used_without_a_restart(key_file: Path) -> None:
    before = keyring().encrypt(b"x", label="c")
    FromFile(key_file).put_first(TWO)
    assert keyring().primary == "k2"
    assert keyring().decrypt(before, label="c") == b"x"
    assert key_file.read_text().split() == [TWO, ONE]
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in key_file.parent.iterdir()] == ["keys"], "no draft is left"


def test_a_key_that_left_the_file_reads_nothing_any_more(key_file: Path) -> None:
    before = keyring().encrypt(b"x", label="c")
    key_file.write_text(TWO)
    with pytest.raises(DecryptionError, match="k1"):
        keyring().decrypt(before, label="c")


def test_a_file_that_is_away_for_a_moment_takes_no_key_away(key_file: Path) -> None:
    before = keyring().encrypt(b"x", label="c")
    key_file.unlink()
    assert keyring().decrypt(before, label="c") == b"x"


@pytest.mark.parametrize("mode", [0o604, 0o620, 0o640, 0o666])
def test_a_file_that_others_can_read_is_refused(key_file: Path, mode: int) -> None:
    key_file.chmod(mode)
    with pytest.raises(ConfigurationError, match=f"open to others .mode {mode:o}"):
        FromFile(key_file).texts()


def test_a_group_may_read_the_secret_that_a_container_is_given(key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key_file.chmod(0o440)
    owner = key_file.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    assert FromFile(key_file).texts() == (ONE,)
    key_file.chmod(0o444)
    with pytest.raises(ConfigurationError, match="open to others"):
        FromFile(key_file).texts()


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "There is no key in"), (b"k1:short", "Entry 1"), (b"\xff", "not a file")]
)
def test_a_file_without_a_good_key_is_said(key_file: Path, content: bytes, said: str) -> None:
    key_file.write_bytes(content)
    with pytest.raises(ConfigurationError, match=said) as caught:
        keyring()
    assert "short" not in caught.value.message


def test_a_file_that_is_not_there_is_said(settings_env: Callable[..., None], tmp_path: Path) -> None:
    settings_env(TERRACE_SECRET_KEYS=None, TERRACE_SECRET_KEYS_FILE=str(tmp_path / "none"))
    with pytest.raises(ConfigurationError, match="cannot be read: No such file"):
        keyring()


def test_there_is_one_source(settings_env: Callable[..., None], key_file: Path) -> None:
    settings_env(TERRACE_SECRET_KEYS=TWO)
    with pytest.raises(ConfigurationError, match="both set"):
        source_of(settings())
    settings_env(TERRACE_SECRET_KEYS_FILE=None)
    assert source_of(settings()) == FromEnvironment((TWO,))
