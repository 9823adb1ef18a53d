"""Trying an account: before its first use, from time to time, and before new credentials replace those that work.

A cloud may take seconds to answer, so nobody holds a transaction meanwhile. Each use case is three calls: `begin_…` authorises
and reads, `examine` speaks to the cloud, `end_…` writes what came of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from limits import RateLimitItemPerMinute
from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import permissions, throttle
from portal.auth.schemas import Actor
from portal.cloud_account import access, checked, clouds, expiry, repository, views
from portal.cloud_account.clouds import Asked
from portal.cloud_account.provider import Examination, Needs
from portal.cloud_account.schemas import AccountTest, CloudAccountView, Finding, Given, Rotation, Trial
from portal.kit.clock import now
from portal.kit.errors import FieldProblem, Invalid, TooManyRequests, Unavailable
from portal.models import CloudAccount

PER_MINUTE: Final = RateLimitItemPerMinute(6, namespace="terrace")
"""Tests of one account, or by one person of what is not saved yet."""
WELL: Final = "The account works."


@dataclass(frozen=True, slots=True)
class Rotating:
    """New credentials on trial."""

    asked: Asked
    given: Given = field(repr=False)
    expires_at: datetime | None
    force: bool


def begin_test(session: Session, actor: Actor, id_or_slug: str) -> Asked:
    """What to examine. TooManyRequests when somebody tests all the time."""
    permissions.require(actor, "cloud_account.manage")
    row = access.find(session, id_or_slug)
    _not_too_often(row.id)
    return clouds.asked(row)


def try_out(session: Session, actor: Actor, trial: Trial) -> Asked:
    """What to examine of an account that is not saved yet."""
    permissions.require(actor, "cloud_account.manage")
    given = checked.given(trial.cloud, "live", trial.settings, trial.credentials)
    _not_too_often(f"person:{actor.user_id or actor.id}")
    return clouds.unsaved(trial.cloud, given)


def examine(asked: Asked, needs: Needs) -> AccountTest:
    """Ask the cloud. Whatever it says, or does not, becomes findings; none holds a secret."""
    try:
        found = asked.cloud.examine(asked.given, asked.assertion, needs)
    except Unavailable as error:
        found = Examination([Finding(check="sign-in", severity="error", title=error.message)])
    findings = [_clean(asked, finding) for finding in found.findings]
    return AccountTest(
        ok=found.ok, simulated=asked.simulated, message=_message(findings), findings=findings,
        identity=found.identity, target=found.target, checked_at=now(),
    )  # fmt: skip


def end_test(session: Session, actor: Actor, asked: Asked, test: AccountTest) -> AccountTest:
    """Keep what a test found, unless the account has other credentials by now."""
    permissions.require(actor, "cloud_account.manage")
    row = access.find(session, asked.id, lock=True)
    if clouds.given_of(row) == asked.given:
        _keep(session, row, test)
    _record(session, actor, "cloud_account.test", row, ok=test.ok)
    return test


def begin_rotation(session: Session, actor: Actor, id_or_slug: str, request: Rotation) -> Rotating:
    """New credentials, judged, to be examined before they count."""
    permissions.require(actor, "cloud_account.manage")
    row = access.find(session, id_or_slug)
    given = checked.given(row.cloud, row.kind, row.settings, request.credentials)
    _not_too_often(row.id)
    ends = checked.expiry(row.cloud, row.kind, given, expiry.end_of(request.secret_expires_on))
    return Rotating(clouds.asked(row, given), given, ends, request.force)


def end_rotation(session: Session, actor: Actor, rotating: Rotating, test: AccountTest) -> CloudAccountView:
    """Let the new credentials count. Invalid, and the old ones stay, when they do not work and nobody insists."""
    permissions.require(actor, "cloud_account.manage")
    row = access.find(session, rotating.asked.id, lock=True)
    if not test.ok and not rotating.force:
        text = f"The new credentials do not work, so the old ones stay. {test.message}"
        raise Invalid(text, [FieldProblem("credentials", test.message)])
    row.credentials, row.expires_at = rotating.given.credentials or None, rotating.expires_at
    row.rotated_at, row.rotated_by = now(), actor.label
    _keep(session, row, test)
    repository.forget_answers(session, row.id)
    _record(session, actor, "cloud_account.rotate", row, ok=test.ok, forced=not test.ok)
    return views.of_row(session, actor, row)


def _keep(session: Session, row: CloudAccount, test: AccountTest) -> None:
    row.tested_at, row.test_result = test.checked_at, test.model_dump(mode="json")
    session.add(row)


def _clean(asked: Asked, finding: Finding) -> Finding:
    texts = {name: asked.without_secrets(getattr(finding, name)) for name in ("title", "detail", "fix")}
    return finding.model_copy(update=texts)


def _message(findings: Sequence[Finding]) -> str:
    """The sternest finding's own words."""
    for severity in ("error", "warning"):
        found = next((finding for finding in findings if finding.severity == severity), None)
        if found is not None:
            return f"{found.title} {found.detail}".strip() if severity == "error" else found.title
    return findings[0].title if len(findings) == 1 else WELL


def _not_too_often(key: str) -> None:
    if not throttle.allows(PER_MINUTE, f"account-test:{key}"):
        raise TooManyRequests("This was tested several times in the last minute. Wait a little.", retry_after=60)


def _record(session: Session, actor: Actor, action: str, row: CloudAccount, **detail: Any) -> None:
    facts = {"slug": row.slug, "cloud": row.cloud, **detail}
    audit.record(session, actor, action, object_kind="cloud_account", object_id=row.id, detail=facts)
