"""Columns that hold one of some words: letting one hold further words, which takes nothing from code of before."""

from __future__ import annotations

from collections.abc import Sequence

from alembic import op


def widen(table: str, column: str, before: Sequence[str], also: Sequence[str]) -> None:
    """From now on `column` may hold the words in `also` beside those of `before`. The constraint is named after the column."""
    _replace(table, column, [*before, *also])


def narrow(table: str, column: str, words: Sequence[str]) -> None:
    """The way back, for a table in which no other word is left."""
    _replace(table, column, words)


def _replace(table: str, column: str, words: Sequence[str]) -> None:
    name = op.f(f"ck_{table}_{column}")
    quoted = ", ".join(f"'{word}'" for word in words)
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, f"{column} IN ({quoted})")
