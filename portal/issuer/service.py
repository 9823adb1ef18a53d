"""Tokens for clouds. A run's Terraform gets one that says which run and phase it is, for its own account's cloud alone.

Whoever calls `mint_for_run` holds the run (the worker that claimed it, or the route that was shown its bearer); this module
looks up itself which phase the run is in and which audience its account has, so neither is anybody's to choose.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

import structlog
from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.issuer import keys, repository
from portal.issuer.repository import AccountRow, RunRow, UserRow
from portal.issuer.schemas import Discovery, Jwks, KeyUse, SigningKeyView, Trust, TrustedSubject
from portal.issuer.subjects import METHOD, Phase, Scope, audience_of, scope_of, subject
from portal.kit import clock
from portal.kit.config import settings
from portal.kit.errors import Conflict, Forbidden, NotFound, Unauthenticated, Unavailable
from portal.models import SigningKey

log = structlog.get_logger(__name__)
LIFETIME: Final = timedelta(minutes=10)
LEEWAY: Final = timedelta(seconds=60)
"""A token is valid from a little before it was made: the clouds' clocks are not ours."""
PHASES: Final[dict[str, Phase]] = {"planning": "plan", "applying": "apply"}
CLAIMS: Final = (
    "iss", "sub", "aud", "iat", "nbf", "exp", "jti",
    "account", "phase", "project", "deployment", "deployment_name", "run", "run_kind",
)  # fmt: skip
JWKS_PATH: Final = "/.well-known/jwks.json"


def issuer() -> str:
    """The `iss` of every token: the portal's public address."""
    return settings().public_url


def token_url(run_id: str) -> str:
    """Where a run's Terraform gets a fresh token, with the run's bearer. `&audience=…` may follow."""
    return f"{settings().state_url}/api/v1/identity/token?run={quote(run_id, safe='')}"


def mint_for_run(session: Session, *, run_id: str, account_id: str | None = None, audience: str | None = None) -> str:
    """A token for the phase that the run is in now, for its account's cloud. The audience is the account's own when left out.

    Unauthenticated when the run is in no phase; Forbidden when the account is not the run's or does not trust the portal, or
    when the audience is not the account's.
    """
    run = repository.run(session, run_id)
    phase = PHASES.get(run.status) if run else None
    if run is None or phase is None:
        raise Unauthenticated("A token for a cloud is for a run that is in progress.")
    if account_id not in (None, run.account_id):
        raise Forbidden("This run belongs to another cloud account.")
    account, own = _trusting(session, run.account_id, audience)
    name = subject(
        scope=scope_of(account.settings),
        phase=phase,
        account=account.slug,
        project=run.project,
        deployment=run.deployment_id,
    )
    return mint(session, name, own, claims={"account": account.slug, "phase": phase, **_facts(run)})


def mint_for_lookup(session: Session, *, account_id: str, audience: str) -> str:
    """A token for look-ups and tests of an account: the portal itself asks, for no run."""
    account, own = _trusting(session, account_id, audience)
    name = subject(scope="account", phase="lookup", account=account.slug)
    return mint(session, name, own, claims={"account": account.slug, "phase": "lookup"})


def subject_for(
    session: Session, *, account_id: str, phase: Phase, project: str | None = None, deployment: str | None = None
) -> str:
    """The subject that tokens of an account have, for people who want to trust it: `project` by slug, `deployment` by id."""
    account = _account(session, account_id)
    return subject(
        scope=scope_of(account.settings), phase=phase, account=account.slug, project=project, deployment=deployment
    )


def trust(session: Session, actor: Actor, account_id: str) -> Trust:
    """What to write into the cloud so that it trusts the runs and look-ups of an account, letter by letter.

    With finer subjects: those of the projects and deployments that use the account now.
    """
    permissions.require(actor, "cloud_account.manage")
    account = _account(session, account_id)
    own = audience_of(account.cloud, account.settings, account.credentials)
    if account.credentials.get("method") != METHOD or own is None:
        raise Conflict(
            "This cloud account does not sign in with an identity of the portal, so there is nothing to trust."
        )
    scope = scope_of(account.settings)
    users = repository.users(session, account.id, by_deployment=scope == "deployment") if scope != "account" else [None]
    found = [_trusted(account, scope, phase, user) for user in users for phase in ("plan", "apply")]
    found.append(TrustedSubject(phase="lookup", subject=subject(scope=scope, phase="lookup", account=account.slug)))
    return Trust(issuer=issuer(), audience=own, subjects=found)


def _trusted(account: AccountRow, scope: Scope, phase: Phase, user: UserRow | None) -> TrustedSubject:
    project, deployment, name = (user.project, user.deployment, user.name) if user else (None, None, None)
    text = subject(scope=scope, phase=phase, account=account.slug, project=project, deployment=deployment)
    return TrustedSubject(phase=phase, subject=text, project=project, deployment=name)


def mint(
    session: Session,
    name: str,
    audience: str,
    *,
    lifetime: timedelta = LIFETIME,
    claims: dict[str, Any] | None = None,
) -> str:
    """A signed token about `name`. `claims` are for people and for the clouds' own conditions."""
    now, token_id = clock.now(), secrets.token_urlsafe(16)
    key = keys.signer(_kept_in_order(session, now), now)
    if key is None:
        raise Unavailable("The portal has no key to sign with. Try again in a moment.")
    standard = {
        "iss": issuer(),
        "sub": name,
        "aud": audience,
        "iat": _seconds(now),
        "nbf": _seconds(now - LEEWAY),
        "exp": _seconds(now + lifetime),
        "jti": token_id,
    }
    log.info("identity_token_issued", jti=token_id, subject=name, audience=audience, key=key.id)
    return keys.sign({**(claims or {}), **standard}, key)


def discovery() -> Discovery:
    """What a cloud reads first."""
    address = issuer()
    return Discovery(issuer=address, jwks_uri=address + JWKS_PATH, claims_supported=list(CLAIMS))


def jwks(session: Session) -> Jwks:
    """The public keys by which a token can be checked now, and those that will sign soon."""
    now = clock.now()
    found = _kept_in_order(session, now)
    return Jwks(keys=[key.public_jwk for key in found if keys.is_published(key, found, now)])


def signing_keys(session: Session, actor: Actor) -> list[SigningKeyView]:
    """The keys that are published, the oldest first."""
    permissions.require(actor, "system.read")
    return _signing_keys(session)


def _signing_keys(session: Session) -> list[SigningKeyView]:
    now = clock.now()
    found = _kept_in_order(session, now)
    signer = keys.signer(found, now)
    return [
        SigningKeyView(id=key.id, use=_use(key, signer, now), created_at=key.created_at, signs_from=key.signs_from)
        for key in found
    ]


def rotate(
    session: Session, actor: Actor, *, ahead: timedelta = keys.AHEAD, at_once: bool = False
) -> list[SigningKeyView]:
    """Publish a new key that signs after `ahead`; nothing is refused in between. The keys as they are then.

    `at_once` is for a key that others may have: the new one signs now and every other is worth nothing, so clouds refuse
    what they have not fetched yet. Conflict when a new key is on its way already.
    """
    permissions.require(actor, "system.keys")
    repository.one_at_a_time(session)
    now = clock.now()
    found = _kept_in_order(session, now)
    coming = [key for key in found if key.signs_from > now]
    if coming and not at_once:
        raise Conflict(f"A new key is published already and signs from {coming[0].signs_from:%Y-%m-%d %H:%M} UTC.")
    made = _added(session, now, signs_from=now - keys.SKEW if at_once else now + ahead)
    for key in found if at_once else ():
        _retire(session, key, now)
    detail = {"signs_from": made.signs_from.isoformat(), "at_once": at_once}
    audit.record(session, actor, "signing_key.rotate", object_kind="signing_key", object_id=made.id, detail=detail)
    return _signing_keys(session)


def _use(key: SigningKey, signer: SigningKey | None, now: datetime) -> KeyUse:
    if key.signs_from > now:
        return "coming"
    return "signing" if signer is not None and key.id == signer.id else "leaving"


def _kept_in_order(session: Session, now: datetime) -> list[SigningKey]:
    """The keys, after the first was made, one that grew old got a successor, and those whose time is over went."""
    found = repository.keys(session)
    if not _needs_work(found, now):
        return found
    repository.one_at_a_time(session)
    found, now = repository.keys(session), clock.now()
    if keys.signer(found, now) is None:
        found.append(_added(session, now, signs_from=now - keys.SKEW))
    elif keys.needs_successor(found, now, _age()):
        found.append(_added(session, now, signs_from=now + keys.AHEAD))
    for key in [key for key in found if not keys.is_published(key, found, now)]:
        _retire(session, key, now)
        found.remove(key)
    return found


def _needs_work(found: list[SigningKey], now: datetime) -> bool:
    if keys.signer(found, now) is None or keys.needs_successor(found, now, _age()):
        return True
    return any(not keys.is_published(key, found, now) for key in found)


def _added(session: Session, now: datetime, *, signs_from: datetime) -> SigningKey:
    pair = keys.generate()
    key = SigningKey(
        id=pair.id, public_jwk=pair.public, private_key=pair.private, created_at=now, signs_from=signs_from
    )
    session.add(key)
    session.flush()
    log.info("signing_key_made", key=key.id, signs_from=signs_from.isoformat())
    return key


def _retire(session: Session, key: SigningKey, now: datetime) -> None:
    """It signs and proves nothing any more; its row stays, its private half does not."""
    key.retired_at, key.private_key = now, None
    session.add(key)
    session.flush()
    log.info("signing_key_retired", key=key.id)


def _age() -> timedelta | None:
    days = settings().signing_key_days
    return timedelta(days=days) if days else None


def _trusting(session: Session, account_id: str, audience: str | None) -> tuple[AccountRow, str]:
    """The account and its audience, when tokens for this audience are what it signs in with."""
    account = _account(session, account_id)
    if account.credentials.get("method") != METHOD:
        raise Forbidden("This cloud account does not sign in with an identity of the portal.")
    own = audience_of(account.cloud, account.settings, account.credentials)
    if own is None or audience not in (None, own):
        raise Forbidden("This cloud account has another audience.")
    return account, own


def _account(session: Session, account_id: str) -> AccountRow:
    account = repository.account(session, account_id)
    if account is None:
        raise NotFound("There is no such cloud account.")
    return account


def _facts(run: RunRow) -> dict[str, str]:
    return {
        "project": run.project,
        "deployment": run.deployment_id,
        "deployment_name": run.deployment,
        "run": run.id,
        "run_kind": run.kind,
    }


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
