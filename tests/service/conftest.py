"""For every test of a service: passwords cost little, and nobody's attempts count for the next test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.auth import passwords, throttle
from tests.support.people import CHEAP_HASHER


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(passwords, "HASHER", CHEAP_HASHER)
    throttle.reset()
    yield
    throttle.reset()
