"""Rules about the files themselves that no linter holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.kit.config import PROJECT_DIR

LONGEST_FILE = 400
FOLDERS = ("portal", "worker", "tests", "templates", "docs", "assets", "tools")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
SWITCHED_OFF = re.compile(r"pytest\.(mark\.(skip|skipif|xfail)|skip\(|xfail\(|importorskip\()")
THIS_FILE = Path(__file__).name


def sources(*suffixes: str) -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((PROJECT_DIR / folder).rglob("*")):
            if path.suffix in suffixes and path.is_file() and path.name != THIS_FILE:
                yield path.relative_to(PROJECT_DIR)


def matching(pattern: re.Pattern[str], *suffixes: str) -> list[str]:
    return [
        f"{path}:{number}"
        for path in sources(*suffixes)
        for number, line in enumerate((PROJECT_DIR / path).read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_python_file_is_longer_than_a_reader_can_hold() -> None:
    generated = ("portal/migrations/versions/",)
    long = [
        f"{path}: {lines} lines"
        for path in sources(".py")
        if not str(path).startswith(generated)
        and (lines := len((PROJECT_DIR / path).read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    ]
    assert long == []


def test_nothing_is_marked_as_unfinished() -> None:
    assert matching(UNFINISHED, ".py", ".tf", ".js", ".jsx") == []


def test_no_test_is_switched_off() -> None:
    assert matching(SWITCHED_OFF, ".py") == []


def test_no_file_names_a_place_on_one_machine() -> None:
    assert matching(re.compile(r"(?<![\w.-])/(home|Users)/\w|(?<![\w.-])/root/\w"), ".py", ".md", ".tf", ".yaml") == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_pinned_exactly(name: str) -> None:
    lines = [
        line for line in (PROJECT_DIR / name).read_text().splitlines() if line and not line.startswith(("#", "-r "))
    ]
    pinned = re.compile(r"^[a-z0-9][a-z0-9._-]*(\[[a-z0-9,]+\])?==[a-z0-9.]+( ; .+)?$")
    assert [line for line in lines if not pinned.match(line)] == []


def test_the_npm_lock_names_no_registry() -> None:
    assert '"resolved"' not in (PROJECT_DIR / "reflex.lock" / "package-lock.json").read_text(encoding="utf-8")
