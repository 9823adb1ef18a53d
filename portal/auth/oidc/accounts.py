"""From somebody a provider vouches for to an account here: found, made at the first time, or refused; and what groups give."""

from __future__ import annotations

from typing import Final

import structlog
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import account_repository, handed, permissions, roles
from portal.auth import repository as people
from portal.auth.oidc import policy, repository
from portal.auth.oidc.errors import Refused
from portal.auth.oidc.schemas import GroupRule, Person, Provider
from portal.auth.schemas import Actor
from portal.kit.clock import now
from portal.kit.ids import new_id
from portal.models import GroupGrant, Invitation, ProjectMember, User, UserIdentity

log = structlog.get_logger(__name__)
_FALLBACK: Final = "viewer"


def by(provider: Provider) -> Actor:
    """The provider, for the audit trail."""
    return Actor(kind="system", id=provider.id, label=f"identity provider {provider.slug}", role="admin")


def admit(session: Session, provider: Provider, person: Person) -> User:
    """The account of this person, after the provider's rules; what their groups give is as it must be now."""
    _require_allowed(provider, person)
    identity = repository.find_identity(session, provider.id, person.subject)
    if identity is None:
        user = _newcomer(session, provider, person)
        identity = attach(session, provider, person, user)
    user = repository.lock_user(session, identity.user_id)
    if user is None or user.disabled_at is not None or user.kind != "person":
        raise Refused("disabled", f"user {identity.user_id}")
    identity.last_sign_in_at, identity.label = now(), person.email or person.name
    session.add(identity)
    apply_groups(session, provider, person, user)
    return user


def attach(session: Session, provider: Provider, person: Person, user: User) -> UserIdentity:
    """From now on this identity is that user's; Refused when it is somebody's already."""
    found = repository.find_identity(session, provider.id, person.subject)
    if found is not None:
        if found.user_id != user.id:
            raise Refused("linked", f"identity of {found.user_id}")
        return found
    identity = UserIdentity(
        id=new_id("identity"), provider_id=provider.id, subject=person.subject, user_id=user.id,
        label=person.email or person.name, created_at=now(),
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(identity)
    except IntegrityError:
        raise Refused("state", "the same identity came twice at once") from None
    audit.record(
        session, by(provider), "identity.link", object_kind="user", object_id=user.id,
        detail={"provider": provider.slug, "subject": person.subject, "email": user.email},
    )  # fmt: skip
    return identity


def _require_allowed(provider: Provider, person: Person) -> None:
    """At every sign-in, not at the first only: a rule that was made stricter counts for everybody."""
    rules = provider.rules
    if rules.allowed_domains:
        if not is_verified(provider, person):
            raise Refused("email", "the address is not verified, and only some domains are allowed")
        # What is after the last @, as a whole: not-example.com does not end in example.com.
        if person.email.rpartition("@")[2].lower() not in rules.allowed_domains:
            raise Refused("domain", person.email.rpartition("@")[2])
    if rules.allowed_organisations and not set(rules.allowed_organisations) & person.organisations:
        raise Refused("organisation", person.name)
    if rules.groups and person.too_many_groups:
        raise Refused("groups", "the provider left the groups out of the token because there are too many")


def is_verified(provider: Provider, person: Person) -> bool:
    """Whether the address is theirs, as far as anybody can tell."""
    return bool(person.email) and (person.email_verified or provider.rules.trust_email)


def _newcomer(session: Session, provider: Provider, person: Person) -> User:
    """The account of somebody who was never here by this provider."""
    if not is_verified(provider, person):
        raise Refused("email", "somebody new, without a verified address")
    found = people.find_user_by_email(session, person.email)
    if found is None:
        invitation = _invitation(session, person.email)
        if invitation is not None:
            return _accept(session, provider, person, invitation)
        if not provider.rules.create_accounts:
            raise Refused("invited", "accounts are not made by signing in")
        return _create(session, provider, person, _existing(session, provider.rules.default_role))
    if found.disabled_at is not None or found.kind != "person":
        raise Refused("disabled", f"user {found.id}")
    if _is_unclaimed(session, found):
        _claim(found)
        session.add(found)
    elif not provider.rules.link_by_email:
        raise Refused("exists", f"user {found.id}")
    return found


def _is_unclaimed(session: Session, user: User) -> bool:
    """Whether an administrator invited this address and nobody ever came: whoever has the address is who was meant."""
    waits = user.password_hash is None or user.must_change_password
    return user.last_seen_at is None and waits and not repository.has_identity(session, user.id)


def _claim(user: User) -> None:
    """A first password that somebody else made up works no more."""
    user.password_hash, user.must_change_password = None, False


def _invitation(session: Session, email: str) -> Invitation | None:
    """The invitation of this address that is good now, held until the transaction ends."""
    for found in account_repository.open_invitations(session, email):
        row = account_repository.hold_invitation(session, found.id)
        if row is None or row.accepted_at is not None or row.revoked_at is not None or now() >= row.expires_at:
            continue
        if handed.still_may(session, row.invited_by, row.role):
            return row
    return None


def _accept(session: Session, provider: Provider, person: Person, invitation: Invitation) -> User:
    """Whoever proves to have the address is who was invited: as what and into which projects the invitation says."""
    user = _create(session, provider, person, _existing(session, invitation.role))
    invitation.accepted_at, invitation.user_id = now(), user.id
    session.add(invitation)
    known = account_repository.projects(session, {item["project_id"] for item in invitation.memberships})
    for item in invitation.memberships:
        if item["project_id"] in known:
            session.add(ProjectMember(user_id=user.id, created_at=now(), **item))
    audit.record(
        session, by(provider), "invitation.accept", object_kind="user", object_id=user.id,
        detail={"email": user.email, "role": user.role, "invited_by": invitation.invited_by, "provider": provider.slug},
    )  # fmt: skip
    return user


def _create(session: Session, provider: Provider, person: Person, role: str) -> User:
    user = User(id=new_id("user"), email=person.email, name=person.name, role=role, created_at=now())
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError:
        raise Refused("state", "two first sign-ins at once") from None
    audit.record(
        session, by(provider), "user.create", object_kind="user", object_id=user.id,
        detail={"email": user.email, "role": user.role, "provider": provider.slug},
    )  # fmt: skip
    return user


def apply_groups(session: Session, provider: Provider, person: Person, user: User) -> None:
    """What their groups give now is theirs; what a group gave before and none gives now is taken back."""
    rules = [rule for rule in provider.rules.groups if rule.group in person.groups]
    before = {grant.project_id: grant for grant in repository.grants(session, user.id, provider.id)}
    _apply_organisation(session, provider, user, rules, before.pop(None, None))
    given = _project_roles(session, rules)
    for project_id, grant in before.items():
        if project_id is not None and project_id not in given:
            _take_back(session, provider, user, grant, project_id)
    for project_id, role in given.items():
        _give(session, provider, user, before.get(project_id), project_id, role)


def take_everything_back(session: Session, provider: Provider) -> None:
    """What the provider's groups gave to anybody goes with the provider."""
    for grant in repository.grants_of_provider(session, provider.id):
        user = repository.lock_user(session, grant.user_id)
        if user is not None and grant.project_id is None:
            _apply_organisation(session, provider, user, [], grant)
        elif user is not None and grant.project_id is not None:
            _take_back(session, provider, user, grant, grant.project_id)


def _apply_organisation(
    session: Session, provider: Provider, user: User, rules: list[GroupRule], grant: GroupGrant | None
) -> None:
    """The first rule that matches decides. Without one, a role that a group gave before becomes the provider's default."""
    wanted = next((rule.role for rule in rules if rule.role and _is_role(session, rule.role)), None)
    if wanted is not None:
        _remember(session, provider, user, grant, None, wanted)
        _set_role(session, provider, user, wanted)
    elif grant is not None:
        session.delete(grant)
        if user.role == grant.role:  # else somebody changed it by hand since
            _set_role(session, provider, user, _existing(session, provider.rules.default_role))


def _set_role(session: Session, provider: Provider, user: User, role: str) -> None:
    if user.role == role:
        return
    if user.role == "admin" and policy.must_stay_admin(session, user):
        log.warning("last_administrator_kept", user=user.id, provider=provider.slug)
        _note(session, provider, user, "user.keep_admin", {"group_role": role})
        return
    before, user.role = user.role, role
    session.add(user)
    _note(session, provider, user, "user.update", {"role": role, "before": before})


def _project_roles(session: Session, rules: list[GroupRule]) -> dict[str, str]:
    """Project id to role; the first rule for a project decides. What is no more is left out."""
    found: dict[str, str] = {}
    for rule in rules:
        if rule.project and rule.project_role and rule.project not in found:
            known = roles.in_project(session, rule.project_role)
            if known is not None and repository.find_project(session, rule.project) is not None:
                found[rule.project] = known[0]
    return found


def _give(
    session: Session, provider: Provider, user: User, grant: GroupGrant | None, project_id: str, role: str
) -> None:
    """A membership that somebody gave by hand stays as it is."""
    row = repository.member(session, project_id, user.id)
    if row is not None and (grant is None or permissions.project_role(row.role) != grant.role):
        if grant is not None:
            session.delete(grant)
        return
    _remember(session, provider, user, grant, project_id, role)
    if row is None:
        session.add(ProjectMember(project_id=project_id, user_id=user.id, role=role, created_at=now()))
    elif row.role != role:
        row.role = role
        session.add(row)
    else:
        return
    _note(session, provider, user, "project.put_member", {"role": role}, project_id)


def _take_back(session: Session, provider: Provider, user: User, grant: GroupGrant, project_id: str) -> None:
    row = repository.member(session, project_id, user.id)
    if row is not None and permissions.project_role(row.role) == grant.role:
        session.delete(row)
        _note(session, provider, user, "project.remove_member", {"role": grant.role}, project_id)
    session.delete(grant)


def _remember(
    session: Session, provider: Provider, user: User, grant: GroupGrant | None, project_id: str | None, role: str
) -> None:
    if grant is None:
        grant = GroupGrant(
            id=new_id("grant"), user_id=user.id, provider_id=provider.id, project_id=project_id, role=role
        )
    grant.role = role
    session.add(grant)


def _note(
    session: Session, provider: Provider, user: User, action: str, detail: dict[str, str], project_id: str | None = None
) -> None:
    audit.record(
        session, by(provider), action, object_kind="user", object_id=user.id, project_id=project_id,
        detail={"email": user.email, "provider": provider.slug, **detail},
    )  # fmt: skip


def _is_role(session: Session, role: str) -> bool:
    return roles.all_of(session, role) is not None


def _existing(session: Session, role: str) -> str:
    """The role, or the least one when it was deleted since."""
    return role if _is_role(session, role) else _FALLBACK
