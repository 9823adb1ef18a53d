from __future__ import annotations

import copy
import json
import pickle
import threading
from pathlib import Path

import pytest

from portal.kit import secrets
from portal.kit.errors import ConfigurationError
from portal.kit.secrets import DecryptionError, Keyring, Masked, generate_key, parse_keys

OLD, NEW = generate_key("old"), generate_key("new")


def test_what_was_encrypted_is_read_again_and_is_not_readable_before() -> None:
    ring = parse_keys((OLD,))
    sealed = ring.encrypt(b"a secret", label="column")
    assert b"a secret" not in sealed
    assert ring.decrypt(sealed, label="column") == b"a secret"
    assert ring.encrypt(b"a secret", label="column") != sealed, "each with a nonce of its own"


def test_a_new_key_in_front_encrypts_while_the_old_one_still_decrypts() -> None:
    before = parse_keys((OLD,)).encrypt(b"x", label="c")
    after = parse_keys((NEW, OLD))
    assert after.decrypt(before, label="c") == b"x"
    assert parse_keys((NEW,)).decrypt(after.encrypt(b"x", label="c"), label="c") == b"x"
    with pytest.raises(DecryptionError, match="the key old, which TERRACE_SECRET_KEYS does not list"):
        parse_keys((NEW,)).decrypt(before, label="c")


def direct(ring: Keyring, plaintext: bytes, *, label: str) -> bytes:
    """As it was encrypted before there were data keys."""
    head, nonce = bytes([1, len(ring.primary)]) + ring.primary.encode(), b"n" * 12
    return head + nonce + ring.keys[ring.primary].encrypt(nonce, plaintext, label.encode())


def test_what_was_encrypted_before_there_were_data_keys_is_read() -> None:
    ring = parse_keys((OLD,))
    sealed = direct(ring, b"a secret", label="c")
    assert parse_keys((NEW, OLD)).decrypt(sealed, label="c") == b"a secret"
    with pytest.raises(DecryptionError, match="another column"):
        ring.decrypt(sealed, label="d")


def test_each_ciphertext_has_a_data_key_of_its_own_under_the_key_that_it_names() -> None:
    ring = parse_keys((OLD,))
    one, other = (ring.encrypt(b"a secret", label="c") for _ in range(2))
    assert one.startswith(b"\x02\x03old")
    assert one[: secrets.UNIQUE_BYTES] != other[: secrets.UNIQUE_BYTES]
    head = len(ring.prefix)
    swapped = one[: head + 60] + other[head + 60 :]
    with pytest.raises(DecryptionError):
        ring.decrypt(swapped, label="c")


def test_a_ciphertext_under_another_keys_name_is_none_of_it() -> None:
    """Whoever writes to the database cannot make one key's ciphertext pass as another's, though both are the same bytes."""
    raw = OLD.partition(":")[2]
    both = parse_keys((OLD, f"new:{raw}"))
    sealed = both.encrypt(b"x", label="c")
    with pytest.raises(DecryptionError):
        both.decrypt(sealed.replace(b"old", b"new", 1), label="c")


def test_a_ciphertext_that_was_moved_or_altered_is_refused() -> None:
    ring = parse_keys((OLD,))
    sealed = ring.encrypt(b"a secret", label="run.values")
    with pytest.raises(DecryptionError):
        ring.decrypt(sealed, label="deployment.values")
    for position in range(len(sealed)):
        altered = bytearray(sealed)
        altered[position] ^= 1
        with pytest.raises(DecryptionError):
            ring.decrypt(bytes(altered), label="run.values")
    for length in (0, 1, 14, len(sealed) - 1):
        with pytest.raises(DecryptionError):
            ring.decrypt(sealed[:length], label="run.values")


@pytest.mark.parametrize(
    "text", ["", "k1", "k1:", "k1:short", ":" + "A" * 44, "k1:" + "A" * 42 + "!!", "é:" + "A" * 44]
)
def test_a_key_that_cannot_be_used_is_numbered_and_not_repeated(text: str) -> None:
    with pytest.raises(ConfigurationError, match="Entry 2") as caught:
        parse_keys((OLD, text))
    assert not text or text not in caught.value.message


def test_two_keys_of_one_name_are_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"Entry 2 .* has the id of one before"):
        parse_keys((OLD, generate_key("old")))


def test_without_a_key_nothing_starts() -> None:
    with pytest.raises(ConfigurationError, match="without a key no secret can be kept"):
        parse_keys(())


def test_the_key_file_is_private_and_made_once(tmp_path: Path) -> None:
    path = tmp_path / "key"
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(secrets.load_or_create_key_file(path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(found) == 8
    assert len(set(found)) == 1
    assert parse_keys((found[0],))
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_masked_value_shows_itself_only_when_it_is_asked() -> None:
    value = Masked("canary")
    assert "canary" not in f"{value} {value!r} {[value]} {vars(type(value))}"
    assert value.reveal() == "canary"
    assert value == Masked("canary")
    assert value != "canary"


def test_a_masked_value_leaves_its_process_in_no_form() -> None:
    value = Masked("canary")
    for leave in (pickle.dumps, copy.deepcopy, json.dumps):
        with pytest.raises(TypeError):
            leave(value)
