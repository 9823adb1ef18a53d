"""docs/security.md says which test holds which defence; each of them is there."""

from __future__ import annotations

import re

from portal.kit.config import PROJECT_DIR

PAGE = (PROJECT_DIR / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \|.*$", PAGE, re.MULTILINE)
TESTS = re.findall(r"`([\w/]+\.py)::(\w+)`", PAGE)
FILES = re.findall(r"`((?:portal|worker|assets)/[\w/]+\.\w+)`", PAGE)


def test_every_attack_has_a_row() -> None:
    assert [int(number) for number in ROWS] == list(range(1, 38))


def test_every_test_that_the_page_names_is_there() -> None:
    sources = {name: PROJECT_DIR / "tests" / name for name, _ in TESTS}
    missing = [f"{name}::{test}" for name, test in TESTS if f"def {test}(" not in sources[name].read_text("utf-8")]
    assert len(TESTS) > 60
    assert missing == []


def test_every_file_that_the_page_names_is_there() -> None:
    assert [name for name in FILES if not (PROJECT_DIR / name).is_file()] == []
