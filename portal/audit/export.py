"""Events as files: JSON lines, and CSV that no spreadsheet takes for formulas. Pure."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Final

from portal.audit.schemas import AuditEventView, Format

COLUMNS: Final = (
    "n", "at", "actor_kind", "actor_id", "actor_label", "action", "object_kind", "object_id", "project_id", "via", "address",
    "agent", "request_id", "detail", "hash",
)  # fmt: skip
MEDIA: Final[dict[Format, str]] = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}
# What a spreadsheet takes for the beginning of a formula, also behind spaces and in full width.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def lines(events: Iterable[AuditEventView], form: Format) -> Iterator[str]:
    """The file, piece by piece."""
    if form == "csv":
        yield _row(COLUMNS)
        yield from (_row(_cells(event)) for event in events)
    else:
        yield from (event.model_dump_json() + "\n" for event in events)


def safe(text: str) -> str:
    """`text` as a cell that is shown and never computed: an apostrophe stands before what could be a formula."""
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text


def _cells(event: AuditEventView) -> Iterator[str]:
    fields = {**event.model_dump(mode="json", exclude={"origin", "detail"}), **(event.origin or {})}
    fields["detail"] = json.dumps(event.detail, ensure_ascii=False, sort_keys=True)
    for name in COLUMNS:
        value = fields.get(name)
        yield "" if value is None else safe(str(value))


def _row(cells: Iterable[str]) -> str:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cells)
    return written.getvalue()
