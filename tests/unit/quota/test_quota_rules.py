from __future__ import annotations

import pytest

from portal.quota import rules
from portal.quota.schemas import Limits, Meter, Used

NO_LIMITS = Limits(None, None, None, 20)


def meter(name: str, used: Used, limits: Limits) -> Meter:
    return next(item for item in rules.meters(used, limits) if item.name == name)


@pytest.mark.parametrize(
    ("used", "level"), [(0, "ok"), (7, "ok"), (8, "warning"), (9, "warning"), (10, "full"), (12, "full")]
)
def test_a_quota_warns_at_four_fifths(used: int, level: str) -> None:
    found = meter("deployments", Used(deployments=used), Limits(10, None, None, 20))
    assert found.level == level
    assert bool(rules.warnings([found])) == (level != "ok")


def test_a_quota_of_nothing_is_full_from_the_start() -> None:
    assert meter("resources", Used(), Limits(None, 0, None, 20)).level == "full"
    assert rules.nothing_left("p", Used(), Limits(None, 0, None, 20)) is not None


def test_without_a_limit_there_is_nothing_to_warn_of() -> None:
    found = rules.meters(Used(1000, 10_000, 1e6), NO_LIMITS)
    assert rules.warnings(found) == []
    assert [item.share for item in found if item.name != "runs"] == [None] * 3


def test_runs_at_their_limit_wait_and_are_no_reason_to_refuse() -> None:
    assert meter("runs", Used(runs=20), NO_LIMITS).level == "warning"


def test_what_nobody_knows_the_price_of_is_said() -> None:
    found = meter("budget", Used(3, 9, 41.5, unknown=2), Limits(None, None, 100.0, 20))
    assert found.text == "$41.50 of $100.00; the price of 2 is not known"


def test_a_refusal_says_what_is_used_the_limit_and_who_can_raise_it() -> None:
    text = rules.no_room_for_another("web", Used(deployments=10), Limits(10, None, None, 20))
    assert text is not None
    assert "10 of 10 deployments" in text
    assert "administrator" in text


@pytest.mark.parametrize(
    ("others", "own", "wanted", "refused"),
    [
        (Used(1, 6), Used(1, 2), Used(1, 4), False),
        (Used(1, 6), Used(1, 2), Used(1, 5), True),
        (Used(1, 60), Used(1, 5), Used(1, 5), False),
        (Used(1, 60), Used(1, 5), Used(1, 3), False),
        (Used(1, 1, 80.0), Used(1, 1, 10.0), Used(1, 1, 20.0), False),
        (Used(1, 1, 80.0), Used(1, 1, 10.0), Used(1, 1, 20.5), True),
        (Used(1, 1, 800.0), Used(1, 1, 10.0), Used(1, 1, 9.0), False),
    ],
)
def test_only_what_grows_beyond_a_quota_is_refused(others: Used, own: Used, wanted: Used, refused: bool) -> None:
    found = rules.too_much("web", others, own, wanted, Limits(None, 10, 100.0, 20))
    assert (found is not None) == refused
