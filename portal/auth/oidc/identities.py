"""One's own identities: seen and taken away. Adding one is a sign-in (portal/auth/oidc/flow.py)."""

from __future__ import annotations

from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import repository as people
from portal.auth.oidc import policy, providers, repository
from portal.auth.oidc.schemas import IdentityView, MyIdentities
from portal.auth.schemas import Actor
from portal.kit.errors import Conflict, Forbidden, NotFound


def mine(session: Session, actor: Actor) -> MyIdentities:
    """Whom the actor can sign in by, and whom they could add."""
    actor.require("me.sessions")
    rows = repository.identities_of(session, actor.user_id or "")
    had = {provider.id for _, provider in rows}
    return MyIdentities(
        identities=[
            IdentityView(
                id=row.id, provider=provider.slug, title=provider.title, label=row.label, created_at=row.created_at,
                last_sign_in_at=row.last_sign_in_at,
            )
            for row, provider in rows
        ],
        available=[
            providers.button(row) for row in repository.providers(session, only_enabled=True) if row.id not in had
        ],
    )  # fmt: skip


def remove(session: Session, actor: Actor, identity_id: str) -> None:
    """Take an identity from one's own account; the last way in stays."""
    actor.require("me.identities")
    if actor.kind != "user":
        raise Forbidden("Only somebody who is signed in with a browser can remove an identity, not a token.")
    rows = repository.identities_of(session, actor.user_id or "")
    found = next(((row, provider) for row, provider in rows if row.id == identity_id), None)
    user = people.find_user(session, actor.user_id or "")
    if found is None or user is None:
        raise NotFound("There is no such identity.")
    has_password = user.password_hash is not None
    uses_password = has_password and (policy.passwords_are_on(session) or policy.is_break_glass(session, user))
    if len(rows) == 1 and not uses_password:
        raise Conflict("This is your only way in. Add another one first.")
    session.delete(found[0])
    audit.record(
        session, actor, "identity.unlink", object_kind="user", object_id=user.id,
        detail={"provider": found[1].slug, "subject": found[0].subject},
    )  # fmt: skip
