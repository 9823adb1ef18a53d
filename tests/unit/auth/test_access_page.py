"""docs/access.md says what the table of roles says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from portal.auth import permissions
from portal.kit.config import PROJECT_DIR

PAGE = (PROJECT_DIR / "docs" / "access.md").read_text(encoding="utf-8")


def told(heads: tuple[str, ...]) -> dict[str, set[str]]:
    """Role → actions, by the table of the page that has these heads."""
    table = PAGE[PAGE.index(f"| action | {' | '.join(heads)} |") :].partition("\n\n")[0]
    found: dict[str, set[str]] = {head: set() for head in heads}
    for action, cells in re.findall(r"^\| ([a-z_.]+): [^|]+ \|(.*)\|$", table, re.MULTILINE):
        for head, cell in zip(heads, cells.split("|"), strict=True):
            found[head] |= {action} if "✓" in cell else set()
    return found


@pytest.mark.parametrize("table", [permissions.ORGANISATION, permissions.PROJECT], ids=["portal", "project"])
def test_the_page_says_what_each_role_may_do(table: Mapping[Any, Any]) -> None:
    heads = (
        ("viewer", "member", "auditor", "admin") if "auditor" in table else ("viewer", "approver", "deployer", "owner")
    )
    assert told(heads) == {role: set(table[role]) for role in heads}
