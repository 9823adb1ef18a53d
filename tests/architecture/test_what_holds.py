"""docs/runs.md says which tests hold which promise; each of them is there, and no promise is without one."""

from __future__ import annotations

import re

from portal.kit.config import PROJECT_DIR

PAGE = (PROJECT_DIR / "docs" / "runs.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("## What holds it")[2].partition("\n## ")[0]
ROWS = [line for line in SECTION.splitlines() if line.startswith("| ") and "promise" not in line]
TESTS = re.findall(r"`([\w/]+\.py)::(\w+)`", SECTION)


def test_every_promise_has_a_test() -> None:
    assert [row for row in ROWS if "::" not in row] == []
    assert [int(number) for number in re.findall(r"\| \*\*(\d+) ", SECTION)] == list(range(1, 11))


def test_every_test_that_is_named_is_there() -> None:
    missing = [
        f"{name}::{test}"
        for name, test in TESTS
        if f"def {test}(" not in (PROJECT_DIR / "tests" / name).read_text("utf-8")
    ]
    assert len(TESTS) > 40
    assert missing == []
