"""Names, lifetimes and kept secrets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.deployment import rules
from portal.kit.errors import Invalid

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
EDGES = ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"]


@pytest.mark.parametrize("name", ["a", "my-app", "7th", "a" * 63])
def test_good_names(name: str) -> None:
    assert rules.checked_name(f" {name} ") == name


@pytest.mark.parametrize(
    "name", ["", " ", "A", "my app", "-a", "a-", "a_b", "a.b", "a" * 64, "ü", "a/b", "../a", "a\nb", "${a}", "--var"]
)
def test_bad_names_get_a_sentence(name: str) -> None:
    with pytest.raises(Invalid) as error:
        rules.checked_name(name)
    assert error.value.errors[0].path == "name"
    assert error.value.message.endswith((".", "63 characters; this one has 64."))


@pytest.mark.parametrize(
    ("ttl", "length"),
    [
        ("8h", timedelta(hours=8)),
        ("7d", timedelta(days=7)),
        ("2W", timedelta(weeks=2)),
        ("90m", timedelta(minutes=90)),
        ("P7D", timedelta(days=7)),
        ("PT8H", timedelta(hours=8)),
        ("P1DT12H", timedelta(days=1, hours=12)),
        ("2026-11-29T12:00:00Z", timedelta(days=1)),
        ("2026-11-29T14:00:00+02:00", timedelta(days=1)),
    ],
)
def test_lifetimes(ttl: str, length: timedelta) -> None:
    assert rules.expiry(ttl, now=NOW) == NOW + length


@pytest.mark.parametrize("ttl", [None, "", "never", " Never "])
def test_no_lifetime_is_no_end(ttl: str | None) -> None:
    assert rules.expiry(ttl, now=NOW) is None


@pytest.mark.parametrize(
    "ttl",
    [
        "soon",
        "8",
        "-8h",
        "P",
        "PT",
        "2026-11-29T12:00:00",
        "2020-01-01T00:00:00Z",
        "1m",
        "999999w",
        "9999d",
        "٣h",
        *EDGES,
    ],
)
def test_bad_lifetimes_get_a_sentence(ttl: str) -> None:
    with pytest.raises(Invalid) as error:
        rules.expiry(ttl, now=NOW)
    assert error.value.errors[0].path == "ttl"


def test_secrets_that_were_not_sent_are_kept_and_others_replaced() -> None:
    before = {"password": "old", "token": "t", "size": 1, "note": "n"}
    kept = rules.with_kept_secrets({"size": 2, "token": "new"}, before, sensitive={"password", "token"})
    assert kept == {"size": 2, "token": "new", "password": "old"}
    null = rules.with_kept_secrets({"password": None}, before, sensitive={"password"})
    assert null == {"password": "old"}
    gone = rules.with_kept_secrets({"password": None}, before, sensitive={"password"}, forget=["password"])
    assert gone == {}


def test_masked_values_show_that_there_is_one_and_not_which() -> None:
    assert rules.masked({"a": 1, "b": {"c": "secret"}}, {"b"}) == {"a": 1, "b": None}
