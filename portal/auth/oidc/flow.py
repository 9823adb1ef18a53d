"""A sign-in from the button to the session: begun in one browser, ended in the same one, once, within ten minutes.

No transaction is open while a provider is asked.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from typing import Final

import structlog
from limits import RateLimitItemPerMinute
from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import sessions, throttle
from portal.auth.oidc import accounts, discovery, people, repository
from portal.auth.oidc.errors import Refused
from portal.auth.oidc.schemas import Beginning, Browser, Ending, Person, Provider, ProviderAnswer, Rules
from portal.auth.schemas import Actor, SignedIn
from portal.kit.clock import now
from portal.kit.db import unit_of_work
from portal.kit.errors import Forbidden, NotFound, TerraceError, TooManyRequests, Unauthenticated
from portal.models import IdentityProvider, ProviderSession, SignInAttempt, User

log = structlog.get_logger(__name__)
COOKIE: Final = "terrace_sign_in"
"""Knows the browser again that began a sign-in. Nothing else."""
SECONDS: Final = 600
PER_ADDRESS: Final = RateLimitItemPerMinute(60, 5, namespace="terrace-provider")
"""Sign-ins begun or ended from one address: sixty in five minutes."""
_COOKIE_LENGTH: Final = 43


def limit(address: str) -> None:
    """TooManyRequests when there were too many from this address."""
    if not throttle.allows(PER_ADDRESS, f"provider {throttle.place(address)}"):
        raise TooManyRequests("Too many attempts. Wait a few minutes, then try again.", retry_after=300)


def begin(slug: str, *, wanted: str, cookie: str | None) -> Beginning:
    """Where the browser goes. `wanted` is where it is to be afterwards, a path of ours; `cookie` what it had from before."""
    with unit_of_work() as session:
        provider = enabled(session, slug)
    return _begin(provider, wanted, cookie, None)


def begin_link(actor: Actor, slug: str, *, wanted: str, cookie: str | None) -> Beginning:
    """The same, to add the identity to the actor's own account; for a browser's session only."""
    actor.require("me.identities")
    if actor.kind != "user" or actor.user_id is None:
        raise Forbidden("Only somebody who is signed in with a browser can add an identity, not a token.")
    with unit_of_work() as session:
        provider = enabled(session, slug)
    return _begin(provider, wanted, cookie, actor.user_id)


def _begin(provider: Provider, wanted: str, cookie: str | None, link_user_id: str | None) -> Beginning:
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    # One cookie for all sign-ins of a browser, so that two tabs do not end each other's.
    browser = cookie if cookie and len(cookie) == _COOKIE_LENGTH and cookie.isascii() else secrets.token_urlsafe(32)
    url = people.authorization_url(provider, state=state, nonce=nonce, verifier=verifier)
    with unit_of_work() as session:
        attempt = SignInAttempt(
            id=sessions.digest(state), provider_id=provider.id, browser=sessions.digest(browser), nonce=nonce,
            verifier=verifier.encode(), next=wanted, link_user_id=link_user_id,
            expires_at=now() + timedelta(seconds=SECONDS),
        )  # fmt: skip
        repository.put_attempt(session, attempt, now())
    return Beginning(url, browser)


def end(slug: str, answer: ProviderAnswer, browser: Browser) -> Ending:
    """The browser is back. Refused, with a reason, unless everything is as it must be."""
    with unit_of_work() as session:
        attempt = _take(session, slug, answer.state, browser.cookie)
        provider = enabled(session, slug)
        session.expunge(attempt)
    try:
        return _finish(provider, attempt, _asked(provider, attempt, answer), browser)
    except Refused as refusal:
        log.warning("provider_sign_in_refused", provider=provider.slug, reason=refusal.reason, why=refusal.why)
        refusal.linking = attempt.link_user_id is not None
        raise


def _finish(provider: Provider, attempt: SignInAttempt, person: Person, browser: Browser) -> Ending:
    try:
        with unit_of_work() as session:
            if attempt.link_user_id is not None:
                _link(session, provider, person, attempt.link_user_id, browser.session)
                return Ending(None, attempt.next)
            user = accounts.admit(session, provider, person)
            return Ending(_open(session, provider, person, user, browser), attempt.next)
    except Refused as refusal:
        _note_refusal(provider, person, refusal, browser.ip)
        raise


def _take(session: Session, slug: str, state: str, cookie: str | None) -> SignInAttempt:
    """The attempt that this answer belongs to: of this browser, of this provider, and for the first time."""
    attempt = repository.take_attempt(session, sessions.digest(state)) if state else None
    if attempt is None or attempt.expires_at < now():
        raise Refused("state", "an unknown or old state")
    mine = hmac.compare_digest(attempt.browser, sessions.digest(cookie or ""))
    provider = repository.find_provider(session, slug)
    if not mine or provider is None or provider.slug != slug or provider.id != attempt.provider_id:
        raise Refused("state", "the state is another browser's or another provider's")
    return attempt


def _asked(provider: Provider, attempt: SignInAttempt, answer: ProviderAnswer) -> Person:
    """What the provider says; whatever is wrong with its answer, nobody is signed in."""
    people.require_own_answer(provider, answer.iss)
    if answer.error or not answer.code:
        raise Refused("denied" if answer.error == "access_denied" else "provider", "the provider sent an error")
    verifier = attempt.verifier.decode()
    try:
        return people.person_of(provider, code=answer.code, nonce=attempt.nonce, verifier=verifier, iss=answer.iss)
    except Refused:
        raise
    except TerraceError as error:
        raise Refused("unavailable", error.message) from None


def _link(session: Session, provider: Provider, person: Person, user_id: str, cookie: str | None) -> None:
    """Add the identity to the account of whoever began, who must still be signed in to it."""
    try:
        actor = sessions.actor_for_session(session, cookie)
    except Unauthenticated:
        raise Refused("link", "not signed in any more") from None
    user = repository.lock_user(session, user_id)
    if actor.user_id != user_id or user is None or user.disabled_at is not None:
        raise Refused("link", "signed in to another account")
    accounts.attach(session, provider, person, user)


def _open(session: Session, provider: Provider, person: Person, user: User, browser: Browser) -> SignedIn:
    signed_in = sessions.open_for(
        session, user, ip=browser.ip, user_agent=browser.user_agent, previous_cookie=browser.session
    )
    session.flush()
    known = discovery.known(provider.issuer)
    session.add(
        ProviderSession(
            session_id=sessions.digest(signed_in.cookie),
            provider_id=provider.id,
            subject=person.subject,
            sid=person.sid,
            id_token=person.id_token.encode() if person.id_token else None,
            end_address=known.end_session_endpoint if known and provider.kind != "github" else None,
        )
    )
    row = repository.find_provider(session, provider.id)
    if row is not None:
        row.last_sign_in_at = now()
        session.add(row)
    return signed_in


def _note_refusal(provider: Provider, person: Person, refusal: Refused, ip: str) -> None:
    """For administrators, in a transaction of its own: that of the sign-in is undone."""
    with unit_of_work() as session:
        audit.record(
            session, accounts.by(provider), "session.refuse", object_kind="identity_provider", object_id=provider.id,
            detail={"reason": refusal.reason, "subject": person.subject, "email": person.email, "ip": ip},
        )  # fmt: skip


def enabled(session: Session, slug: str) -> Provider:
    """The provider, when people may sign in by it."""
    row = repository.find_provider(session, slug)
    if row is None or row.slug != slug or not row.enabled:
        raise NotFound("There is no such identity provider.")
    return provider_of(row)


def provider_of(row: IdentityProvider) -> Provider:
    """The row, apart from the database."""
    return Provider(
        id=row.id, slug=row.slug, kind=row.kind, title=row.title, issuer=row.issuer, client_id=row.client_id,  # type: ignore[arg-type]
        client_secret=row.client_secret.decode() if row.client_secret else None, rules=Rules.model_validate(row.rules),
    )  # fmt: skip
