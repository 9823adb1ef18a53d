"""What is shown of accounts: never a credential, and of the scope only what the reader may know."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, cast

from sqlmodel import Session

from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.cloud_account import clouds, expiry, repository
from portal.cloud_account.schemas import (
    AccountTest,
    CloudAccountDetail,
    CloudAccountView,
    Disabled,
    LastTest,
    ScopeView,
    Usage,
)
from portal.kit.clock import now
from portal.models import CloudAccount
from portal.project import service as projects

MOST_USAGE = 100


def of_rows(session: Session, actor: Actor, rows: Sequence[CloudAccount]) -> list[CloudAccountView]:
    """The accounts in short, with a fixed number of queries."""
    used = repository.in_use(session, [row.id for row in rows])
    ids = {project for row in rows for project in (row.scope or {}).get("projects") or ()}
    readable = projects.readable_ids(session, actor)
    slugs = repository.project_slugs(session, ids if readable is None else ids & readable)
    return [CloudAccountView(**_facts(row, used.get(row.id, 0), slugs)) for row in rows]


def of_row(session: Session, actor: Actor, row: CloudAccount) -> CloudAccountView:
    """One account; for an administrator with everything that is known of it."""
    short = of_rows(session, actor, [row])[0]
    if not permissions.allows(actor, "cloud_account.manage"):
        return short
    return CloudAccountDetail(
        **dict(short),
        test=AccountTest.model_validate(row.test_result) if row.test_result else None,
        used_by=[
            Usage(id=item.id, name=item.name, project=slug, template=item.template_key, status=item.status)
            for item, slug in repository.usage(session, row.id, limit=MOST_USAGE)
        ],
    )


def _facts(row: CloudAccount, used: int, slugs: dict[str, str]) -> dict[str, Any]:
    return {
        "id": row.id,
        "slug": row.slug,
        "name": row.name,
        "cloud": cast(Any, row.cloud),
        "kind": cast(Any, row.kind),
        "settings": row.settings,
        "method": (row.credentials or {}).get("method"),
        "run_limit": row.run_limit,
        "created_at": row.created_at,
        "scope": _scope(row, slugs),
        "expiry": expiry.view(row.expires_at, now()),
        "disabled": _disabled(row),
        "last_test": _last_test(row),
        "rotated_at": row.rotated_at,
        "rotated_by": row.rotated_by,
        "lookups": sorted(clouds.cloud_of(row).LOOKUPS),
        "in_use": used,
    }


def _scope(row: CloudAccount, slugs: dict[str, str]) -> ScopeView:
    stored = row.scope or {}
    ids: Collection[str] | None = stored.get("projects")
    known = None if ids is None else sorted(slugs[project] for project in ids if project in slugs)
    return ScopeView(projects=known, templates=stored.get("templates"), regions=stored.get("regions"))


def _disabled(row: CloudAccount) -> Disabled | None:
    if row.suspended_at is None:
        return None
    return Disabled(at=row.suspended_at, by=row.suspended_by or "", reason=row.suspended_reason or "")


def _last_test(row: CloudAccount) -> LastTest | None:
    if row.tested_at is None or row.test_result is None:
        return None
    return LastTest(ok=bool(row.test_result.get("ok")), at=row.tested_at)
