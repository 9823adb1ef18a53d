from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from portal.audit import chain
from portal.kit.secrets import Masked

EVENT: dict[str, Any] = {
    "n": 1,
    "at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    "actor_kind": "user",
    "actor_id": "user-1",
    "actor_label": "ada@example.com",
    "action": "run.confirm",
    "object_kind": "run",
    "object_id": "run-1",
    "project_id": None,
    "detail": {"b": 1, "a": [1.5, "é"]},
}


@pytest.mark.parametrize("name", [name for name in EVENT if name != "at"])
def test_every_field_is_covered_by_the_hash(name: str) -> None:
    assert chain.event_hash({**EVENT, name: "altered"}, chain.GENESIS) != chain.event_hash(EVENT, chain.GENESIS)


def test_time_and_the_hash_before_are_covered_too() -> None:
    base = chain.event_hash(EVENT, chain.GENESIS)
    assert chain.event_hash({**EVENT, "at": EVENT["at"] + timedelta(microseconds=1)}, chain.GENESIS) != base
    assert chain.event_hash(EVENT, "1" * 64) != base


def test_the_hash_depends_on_what_is_said_and_not_on_how() -> None:
    elsewhere = EVENT["at"].astimezone(timezone(timedelta(hours=5)))
    same = {**EVENT, "detail": {"a": [1.5, "é"], "b": 1.0}, "at": elsewhere}
    assert chain.event_hash(same, chain.GENESIS) == chain.event_hash(EVENT, chain.GENESIS)


def test_secrets_are_masked_by_name_by_form_and_by_type() -> None:
    cleaned = chain.clean(
        {
            "client_secret": "one",
            "nested": [{"Password": "two"}],
            "note": "sent tt_abcdefghijklmnop along",
            "kept": Masked("three"),
            "token_id": "token-1",
        }
    )
    assert cleaned == {
        "client_secret": chain.MASK,
        "nested": [{"Password": chain.MASK}],
        "note": f"sent tt_{chain.MASK} along",
        "kept": chain.MASK,
        "token_id": "token-1",
    }


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("a\x00b", "ab"),
        ("half \ud800 pair", "half ? pair"),
        (2**60, str(2**60)),
        (float("nan"), "nan"),
        (("x", 1), ["x", 1]),
        (None, None),
        (True, True),
    ],
)
def test_what_the_database_would_refuse_or_change_is_made_harmless(given: Any, stored: Any) -> None:
    assert chain.clean(given) == stored


def test_long_and_deep_details_are_cut() -> None:
    assert len(chain.clean("x" * 10_000)) == chain.LONGEST_TEXT + 1
    deep: Any = "end"
    for _ in range(100):
        deep = [deep]
    assert "end" not in str(chain.clean(deep))
