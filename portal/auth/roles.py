"""What the name of a role stands for: a built-in role's actions, or those of one that administrators made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, cast

from sqlmodel import Session

from portal.auth import permissions, role_rows
from portal.auth.permissions import ALIASES, BASE, EVERYWHERE, ORGANISATION, PROJECT, Action, Role, Standing
from portal.auth.schemas import Actor
from portal.kit.errors import FieldProblem, Forbidden, Invalid
from portal.models import CustomRole, User

RoleKind = Literal["organisation", "project"]


def grant(session: Session, role: Role) -> frozenset[Action]:
    """What a role that administrators made allows in the portal; nothing for a built-in one, whose row of the table counts."""
    if role in ORGANISATION:
        return frozenset()
    found = role_rows.custom(session, "organisation", {role})
    return allowed_by(found[0]) if found else frozenset()


def in_projects(session: Session, names: Iterable[str]) -> dict[str, frozenset[Action]]:
    """What each of these words for a role in a project allows; a role that there is not is left out."""
    wanted = {permissions.project_role(name) for name in names}
    known: dict[str, frozenset[Action]] = {role: actions for role, actions in PROJECT.items() if role in wanted}
    if others := wanted - known.keys():
        custom = role_rows.custom(session, "project", others)
        known |= {row.name: allowed_by(row) for row in custom}
    return known


def in_project(session: Session, name: str) -> tuple[Role, frozenset[Action]] | None:
    """The role that the word stands for, with its actions; None when there is no such role."""
    role = permissions.project_role(name)
    actions = in_projects(session, {role}).get(role)
    return None if actions is None else (role, actions)


def require_may_give(session: Session, actor: Actor, role: Role) -> Role:
    """The organisation role, when there is one of this name and the actor holds all that it allows.

    It stays as it is until the transaction ends, so that nobody gets one that is being deleted.
    """
    wanted = all_of(session, role, lock=True)
    if wanted is None:
        text = (
            f"There is no role {role[:80]!r} in the portal. There are {', '.join(ORGANISATION)}, and those under Roles."
        )
        raise Invalid(text, [FieldProblem("role", text)])
    require_covers(actor, wanted, f"Nobody gives more than they have, and {role} allows")
    return role


def require_may_manage(session: Session, actor: Actor, role: Role) -> None:
    """Forbidden when somebody of this organisation role may do more than the actor, who would gain by changing them."""
    require_covers(actor, all_of(session, role) or frozenset(), f"This account has the role {role}, which allows")


def may_manage(session: Session, actor: Actor, users: Iterable[User]) -> dict[str, bool]:
    """Of each of these users, whether the actor may change their account: by whom they are in the portal."""
    if not permissions.allows(actor, "user.manage"):
        return {user.id: False for user in users}
    found = list(users)
    known = {role: not _missing(actor, all_of(session, role) or frozenset()) for role in {user.role for user in found}}
    return {user.id: known[user.role] for user in found}


def gives(session: Session, actor: Actor) -> list[Role]:
    """The roles in the portal that the actor may give to others."""
    if not (permissions.allows(actor, "user.manage") or permissions.allows(actor, "service_account.manage")):
        return []
    own = {row.name: allowed_by(row) for row in role_rows.custom(session, "organisation", None)}
    built_in = {role: all_of(session, role) or frozenset() for role in ORGANISATION}
    return [role for role, actions in {**built_in, **own}.items() if not _missing(actor, actions)]


def require_covers(actor: Actor, wanted: frozenset[Action], beginning: str) -> None:
    """Forbidden, with a sentence that begins so, when there is anything among these that the actor does not hold."""
    if missing := _missing(actor, wanted):
        raise Forbidden(f"{beginning} more: {_list(missing)}.")


def _missing(actor: Actor, wanted: frozenset[Action]) -> frozenset[Action]:
    inside = permissions.everywhere(actor)
    return wanted - permissions.held(actor) - (inside.actions if inside else frozenset())


def all_of(session: Session, role: Role, *, lock: bool = False) -> frozenset[Action] | None:
    """Everything that an organisation role allows, what it is in every project included; None when there is none."""
    if role in ORGANISATION:
        built_in = cast(permissions.OrganisationRole, role)
        inside = EVERYWHERE.get(built_in)
        return ORGANISATION[built_in] | (PROJECT[inside] if inside else frozenset())
    found = role_rows.custom(session, "organisation", {role}, lock=lock)
    return allowed_by(found[0]) if found else None


def require_may_give_in_project(session: Session, inside: Standing, role: str, *, before: str | None) -> Role:
    """The project role, in today's word, when there is one of this name and whoever gives it holds all that it allows.

    `before` is what the member was: nobody takes away either what they do not hold themselves.
    """
    word = permissions.project_role(role)
    if word not in PROJECT and not role_rows.custom(session, "project", {word}, lock=True):
        text = f"There is no role {role[:80]!r} in projects. There are {', '.join(PROJECT)}, and those under Roles."
        raise Invalid(text, [FieldProblem("role", text)])
    require_may_take_in_project(session, inside, word, *([before] if before else []))
    return word


def require_may_take_in_project(session: Session, inside: Standing, *names: str) -> None:
    """Forbidden unless whoever is `inside` the project holds all that these roles allow."""
    for name, actions in in_projects(session, names).items():
        if missing := actions - inside.actions:
            raise Forbidden(f"The role {name} allows more than you may do yourself here: {_list(missing)}.")


def words(kind: RoleKind) -> Mapping[str, frozenset[Action]]:
    """The built-in roles of this kind."""
    return {**ORGANISATION} if kind == "organisation" else {**PROJECT}


def is_taken(name: str) -> bool:
    """Whether a role that somebody makes may not be called so: it is, or was, a built-in one."""
    return name in {*ORGANISATION, *PROJECT, *ALIASES}


def allowed_by(row: CustomRole) -> frozenset[Action]:
    """What a role that administrators made allows: in the portal, what a member may and what it lists."""
    return (BASE if row.kind == "project" else ORGANISATION["member"]) | permissions.lasting(row.actions)


def _list(actions: frozenset[Action]) -> str:
    shown = sorted(actions)[:5]
    return ", ".join(shown) + (f" and {len(actions) - 5} others" if len(actions) > 5 else "")
