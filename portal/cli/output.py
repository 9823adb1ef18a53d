"""Showing results: a table for people, JSON for programs. JSON is the service's own shape, the same as the REST API's."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar

import typer
from pydantic import BaseModel

from portal.kit.pagination import Page

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Item = TypeVar("Item", bound=BaseModel)
EVERYTHING = 10_000
_PAGE = 100


def every(page_after: Callable[[str | None, int], Page[Item]]) -> list[Item]:
    """All items of a paged list, at most EVERYTHING of them."""
    items: list[Item] = []
    cursor: str | None = None
    while len(items) < EVERYTHING:
        page = page_after(cursor, _PAGE)
        items.extend(page.items)
        cursor = page.next_cursor
        if cursor is None:
            break
    return items


def show(result: BaseModel | Sequence[BaseModel], *, as_json: bool, columns: Sequence[str]) -> None:
    """One thing as `name: value` lines, several as a table of `columns`; all of it as JSON."""
    if as_json:
        data = result.model_dump(mode="json") if isinstance(result, BaseModel) else [_dump(item) for item in result]
        print(json.dumps(data, indent=2, ensure_ascii=False))
    elif isinstance(result, BaseModel):
        for name in columns:
            print(f"{name.replace('_', ' ')}: {_text(getattr(result, name))}")
    else:
        _table([[_text(getattr(item, name)) for name in columns] for item in result], columns)


def _dump(item: BaseModel) -> Any:
    return item.model_dump(mode="json")


def _text(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return str(value)


def _table(rows: Sequence[Sequence[str]], columns: Sequence[str]) -> None:
    heads = [name.replace("_", " ").upper() for name in columns]
    widths = [max(len(cell) for cell in column) for column in zip(heads, *rows, strict=True)]
    for cells in (heads, *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())
