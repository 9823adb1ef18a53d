"""Whether this code can work with the database as it is: which of the two is newer, and whether that does harm.

Revisions only add, so code runs beside a database that is some revisions ahead of it. A revision that takes something away
from older code says so: `oldest_code = "0012"` in its file, the revision that code must know to go on. The migration writes
that into the database, where the older code, which does not have the file, reads it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, text

from portal.kit.clock import now
from portal.kit.version import own_version

VERSIONS: Final = Path(__file__).parent / "versions"
UNFINISHED: Final = "terrace_unfinished_restore"
"""A schema that is there from the beginning of a restore to its end."""
RESTORE_AGAIN: Final = (
    "A restore of this database was begun and not finished, so it holds half of a portal. "
    "Restore it again: `terrace restore` with --force."
)
_NAMED: Final = re.compile(r'^(revision|down_revision|oldest_code)\b.*= "([^"]+)"', re.MULTILINE)
_LOOK: Final = text(
    "SELECT to_regclass('alembic_version') IS NOT NULL AS made, to_regclass('schema_revision') IS NOT NULL AS told, "
    "to_regnamespace(:unfinished) IS NOT NULL AS unfinished"
)


def chain() -> list[dict[str, str]]:
    """What the revision files say, the first revision first. Read without Alembic, whose imports cost half a second."""
    found = [dict(_NAMED.findall(path.read_text())) for path in VERSIONS.glob("*.py")]
    after = {item.get("down_revision"): item for item in found}
    ordered: list[dict[str, str]] = []
    following = after.get(None)
    while following is not None:
        ordered.append(following)
        following = after.get(following["revision"])
    return ordered


def head() -> str:
    """The newest revision that this code knows."""
    return chain()[-1]["revision"]


def oldest_code(revision: str) -> str:
    """What code must know that works with a database at this revision."""
    oldest = ""
    for item in chain():
        oldest = item.get("oldest_code", oldest or item["revision"])
        if item["revision"] == revision:
            return oldest
    raise LookupError(revision)


def problem(connection: Connection) -> str | None:
    """Why this code must not work with this database, in one sentence for whoever runs it. None when it can."""
    there = connection.execute(_LOOK, {"unfinished": UNFINISHED}).one()
    if there.unfinished:
        return RESTORE_AGAIN
    found = _revision(connection) if there.made else None
    if found is None:
        return "The database has no tables of the portal yet. Run `terrace migrate` first."
    known = [item["revision"] for item in chain()]
    if found in known:
        return None if found == known[-1] else _older(found, known[-1])
    oldest = _oldest(connection, found) if there.told else None
    return None if oldest in known else _newer(found, oldest, known[-1])


def note(connection: Connection, revision: str) -> None:
    """Write down, in the transaction of the migration, that the database is at this revision now."""
    if not connection.execute(_LOOK, {"unfinished": UNFINISHED}).one().told:
        return
    row = {"revision": revision, "oldest": oldest_code(revision), "terrace": own_version(), "at": now()}
    connection.execute(
        text(
            "INSERT INTO schema_revision (revision, oldest_code, terrace, applied_at) "
            "VALUES (:revision, :oldest, :terrace, :at) ON CONFLICT (revision) DO UPDATE SET "
            "oldest_code = excluded.oldest_code, terrace = excluded.terrace, applied_at = excluded.applied_at"
        ),
        row,
    )


def _revision(connection: Connection) -> Any:
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _oldest(connection: Connection, revision: str) -> Any:
    query = text("SELECT oldest_code FROM schema_revision WHERE revision = :revision")
    return connection.execute(query, {"revision": revision}).scalar_one_or_none()


def _older(found: str, wanted: str) -> str:
    return (
        f"The database is at revision {found}, and this version ({own_version()}) needs revision {wanted}. "
        "Run `terrace migrate` of this version first."
    )


def _newer(found: str, oldest: str | None, known: str) -> str:
    needs = f"needs code that knows revision {oldest}" if oldest else "does not say which code may work with it"
    return (
        f"The database is newer than this version: it is at revision {found}, which {needs}, and this version "
        f"({own_version()}) knows revisions up to {known}. Start the newer version instead."
    )
