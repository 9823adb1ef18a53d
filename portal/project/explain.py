"""Why somebody may or may not do a thing: each step that is asked on the way, in the order in which it counts.

The verdict is not computed here. It is that of `permissions`, for an actor who is made like the one of a request, so that an
explanation cannot say anything else than what would happen.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from sqlmodel import Session

from portal.auth import permissions, role_rows, roles
from portal.auth import service as auth
from portal.auth.permissions import EVERYWHERE, ONLY_READ, RULES, Action, Standing
from portal.auth.schemas import Actor, TokenView
from portal.kit.errors import FieldProblem, Invalid, NotFound
from portal.models import Project, User
from portal.project import repository, service
from portal.project.schemas import Explanation, Step

_SOME = 5


def explain(
    session: Session, actor: Actor, *, user: str, action: str, project: str | None = None, token: str | None = None
) -> Explanation:
    """Whether the user (id or address) may do the action, in the project where it is one of a project, by this token if any.

    NotFound for a user, project or token that there is not; Invalid for an action that there is not.
    """
    permissions.require(actor, "access.explain")
    wanted, account = _action(action), _user(session, user)
    place = _project(session, wanted, project)
    limit = _token(session, account, token)
    asker = _actor_of(session, account, limit)
    standing = service.role_in(session, replace(asker, must_change_password=False), place.id) if place else None
    steps = [_enabled(account), _password(account, wanted), _in_portal(account, asker, wanted, place)]
    steps += [_in_project(session, account, wanted, place), _cap(account, wanted, place)] if place else []
    steps += _of_token(asker, limit, wanted, place)
    allowed = account.disabled_at is None and permissions.allows(asker, wanted, standing)
    return Explanation(
        user_id=account.id, user_email=account.email, action=wanted, says=RULES[wanted].says,
        project=place.slug if place else None, token=limit.name if limit else None, allowed=allowed,
        steps=[step for step in steps if step is not None],
        granted_by_roles=_roles_with(session, wanted), can_grant=_can_grant(session, place),
        note=_NOTES.get(wanted, ""),
    )  # fmt: skip


_NOTES: dict[Action, str] = {
    "approval.decide": "Whatever the role: nobody decides what they asked for themselves.",
    "run.confirm": "A plan that waits for approval is confirmed only once it has that.",
}


def _action(name: str) -> Action:
    if name not in RULES:
        text = f"There is no action {name[:40]!r}. `GET /roles/actions` lists them."
        raise Invalid(text, [FieldProblem("action", text)])
    return cast(Action, name)


def _user(session: Session, user: str) -> User:
    found = repository.account(session, user)
    if found is None:
        raise NotFound(f"There is no user {user[:80]!r}.")
    return found


def _project(session: Session, action: Action, project: str | None) -> Project | None:
    """The project that is asked about; None for an action of the portal, where a project says nothing."""
    if not RULES[action].in_project:
        return None
    if project is None:
        text = "This is an action in a project. Say in which."
        raise Invalid(text, [FieldProblem("project", text)])
    found = repository.find(session, project)
    if found is None:
        raise NotFound(f"There is no project {project[:80]!r}.")
    return found


def _token(session: Session, account: User, token: str | None) -> TokenView | None:
    if token is None:
        return None
    found = next((row for row in auth.tokens_of(session, account.id) if row.id == token), None)
    if found is None:
        raise NotFound("This user has no such token that works.")
    return found


def _actor_of(session: Session, account: User, token: TokenView | None) -> Actor:
    """As a request of this user's would make it."""
    asker = Actor(
        kind="user" if token is None else "token", id=account.id, label=account.email, role=account.role,
        user_id=account.id, grant=roles.grant(session, account.role),
        must_change_password=account.must_change_password and token is None,
    )  # fmt: skip
    if token is None:
        return asker
    only = None if token.actions is None else permissions.lasting(token.actions)
    return replace(asker, scope=token.scope, project_id=token.project_id, only=only)


def _enabled(account: User) -> Step:
    if account.disabled_at is not None:
        return Step(title="Account", ok=False, text=f"{account.email} is disabled, so nothing works for it.")
    return Step(title="Account", ok=True, text=f"{account.email} is not disabled.")


def _password(account: User, action: Action) -> Step | None:
    if not account.must_change_password or account.kind == "service":
        return None
    ok = RULES[action].before_password_change
    text = "They must choose a password first" + (", and this works before." if ok else "; until then little works.")
    return Step(title="Password", ok=ok, text=text)


def _in_portal(account: User, asker: Actor, action: Action, place: Project | None) -> Step:
    """What their role in the portal says."""
    title = "Role in the portal"
    if place is None:
        own = action in permissions.held(replace(asker, scope="write", project_id=None, only=None))
        return Step(
            title=title, ok=own, text=f"The role {account.role} {'allows' if own else 'does not allow'} {action}."
        )
    inside = next((role for name, role in EVERYWHERE.items() if name == account.role), None)
    if inside is not None:
        return Step(title=title, ok=True, text=f"The role {account.role} makes {inside} of every project.")
    return Step(title=title, ok=True, text=f"The role {account.role} leaves it to the role in the project.")


def _in_project(session: Session, account: User, action: Action, place: Project) -> Step:
    """What their role in the project says, before any cap."""
    title = f"Role in {place.slug}"
    standing = _uncapped(session, account, place)
    if standing is None:
        return Step(title=title, ok=False, text=f"They are not a member of {place.slug}, so it is not there for them.")
    holds = action in standing.actions
    custom = standing.role not in permissions.PROJECT
    listed = f" It lists: {', '.join(sorted(standing.actions))}." if custom else ""
    text = f"The role {standing.role} {'allows' if holds else 'does not allow'} {action}.{listed}"
    return Step(title=title, ok=holds, text=text)


def _uncapped(session: Session, account: User, place: Project) -> Standing | None:
    everywhere = next((role for name, role in EVERYWHERE.items() if name == account.role), None)
    if everywhere is not None:
        return Standing(everywhere, roles.words("project")[everywhere])
    word = repository.member_role(session, place.id, account.id)
    found = roles.in_project(session, word) if word is not None else None
    return None if found is None else Standing(*found)


def _cap(account: User, action: Action, place: Project) -> Step | None:
    if account.role not in ONLY_READ or not RULES[action].writes:
        return None
    text = f"Whoever is {account.role} in the portal changes nothing in any project, {place.slug} included."
    return Step(title="Cap", ok=False, text=text)


def _of_token(asker: Actor, token: TokenView | None, action: Action, place: Project | None) -> list[Step]:
    """What the token lets through of what its owner may."""
    if token is None:
        return []
    title = f"Token {token.name}"
    found = []
    if RULES[action].writes and asker.scope == "read":
        found.append(Step(title=title, ok=False, text="It may only read."))
    if asker.only is not None and not permissions.is_within(action, asker.only):
        found.append(Step(title=title, ok=False, text=f"It is limited to {', '.join(sorted(asker.only))}."))
    elsewhere = not permissions.reaches(asker, place.id) if place else not permissions.is_of_one_project(asker, action)
    if elsewhere:
        found.append(Step(title=title, ok=False, text=f"It is limited to the project {token.project}."))
    if not found and place is None and action not in permissions.held(asker):
        found.append(
            Step(title=title, ok=False, text=f"A reading token counts as {permissions.effective_role(asker)}.")
        )
    return found or [Step(title=title, ok=True, text="It takes nothing of that away.")]


def _roles_with(session: Session, action: Action) -> list[str]:
    """Every role that holds the action, those of one's own too."""
    kind: roles.RoleKind = "project" if RULES[action].in_project else "organisation"
    custom = [row.name for row in role_rows.custom(session, kind, None) if action in roles.allowed_by(row)]
    return permissions.roles_with(action) + custom


def _can_grant(session: Session, place: Project | None) -> list[str]:
    """Who can give such a role: the project's owners, and administrators."""
    owners = role_rows.holding_in(session, place.id, ("owner", "admin")) if place else []
    return list(dict.fromkeys([*owners, *role_rows.holding(session, ("admin",))]))[: _SOME * 2]
