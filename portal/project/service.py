"""Projects and what an actor is in them. Whoever has no role in a project must not learn that it exists."""

from __future__ import annotations

from collections.abc import Collection

from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import permissions, roles
from portal.auth import service as auth
from portal.auth.permissions import ALIASES, ONLY_READ, PROJECT, Action, Role, Standing
from portal.auth.schemas import Actor, NewUser, NewUserView
from portal.kit.clock import now
from portal.kit.errors import Conflict, FieldProblem, Invalid, NotFound
from portal.kit.ids import is_slug, new_id, slugify
from portal.kit.pagination import Page, clamp, decode_cursor, encode_cursor
from portal.models import Project
from portal.project import limits, repository
from portal.project.schemas import MemberView, NewMember, NewProject, ProjectChange, ProjectView

DEFAULT_SLUG = "default"


def ensure_default(session: Session) -> None:
    """The project `default` exists, and whoever was there before it is a member. Safe in several processes at once."""
    project = Project(id=new_id("project"), slug=DEFAULT_SLUG, name="Default", created_at=now())
    if repository.insert_once(session, project):
        for user in repository.all_users(session):
            repository.put_member(session, project.id, user.id, _first_role(user.role), now())


def role_in(session: Session, actor: Actor, project_id: str) -> Standing | None:
    """What the actor is in this project, None when nothing.

    An administrator of the portal is an owner everywhere, an auditor a viewer. Anybody else has the role of their membership,
    but never more than their role in the portal and their token allow: a demotion counts everywhere at once.
    """
    return roles_in(session, actor, [project_id])[project_id] if repository.exists(session, project_id) else None


def roles_in(session: Session, actor: Actor, project_ids: Collection[str]) -> dict[str, Standing | None]:
    """What the actor is in each of these projects, which exist; as `role_in`, in two queries at most."""
    permissions.require_standing(actor)
    if (inside := permissions.everywhere(actor)) is not None:
        return {item: inside if permissions.reaches(actor, item) else None for item in project_ids}
    own = _memberships(session, actor)
    return {project_id: own.get(project_id) for project_id in project_ids}


def require(session: Session, actor: Actor, project_id: str, action: Action) -> Standing:
    """What the actor is in the project, when that allows `action`; NotFound when nothing, Forbidden when too little."""
    standing = role_in(session, actor, project_id)
    if standing is None:
        raise NotFound("There is no such project, or you are not a member of it.")
    permissions.require(actor, action, standing)
    return standing


def readable_ids(session: Session, actor: Actor, action: Action = "project.read") -> set[str] | None:
    """The projects in which the actor may do `action`, such as look at runs; None means every project."""
    permissions.require_standing(actor)
    if (inside := permissions.everywhere(actor)) is not None:
        if action not in inside.actions:
            return set()
        return None if actor.project_id is None else {actor.project_id}
    return {item for item, standing in _memberships(session, actor).items() if action in standing.actions}


def resolve(session: Session, actor: Actor, id_or_slug: str) -> ProjectView:
    """The project with this id or slug; NotFound also when the actor is nothing in it."""
    row = repository.find(session, id_or_slug)
    standing = role_in(session, actor, row.id) if row else None
    if row is None or standing is None:
        raise NotFound(f"There is no project {id_or_slug!r}, or you are not a member of it.")
    permissions.require(actor, "project.read", standing)
    return _view(row, standing)


get = resolve


def list_projects(
    session: Session, actor: Actor, *, archived: bool | None = None, cursor: str | None = None, limit: int = 50
) -> Page[ProjectView]:
    """The projects that the actor is something in, by slug; `archived`: only those that are, or are not."""
    ids = readable_ids(session, actor)
    size, keys = clamp(limit), decode_cursor(cursor, length=1)
    after = str(keys[0]) if keys else None
    rows = repository.page(session, ids, archived=archived, after=after, limit=size + 1)
    found = roles_in(session, actor, [row.id for row in rows[:size]])
    items = [_view(row, standing) for row in rows[:size] if (standing := found[row.id])]
    return Page(items=items, next_cursor=encode_cursor(items[-1].slug) if len(rows) > size else None)


def create_project(session: Session, actor: Actor, request: NewProject) -> ProjectView:
    """A new, empty project."""
    permissions.require(actor, "project.create")
    slug = request.slug or slugify(request.name)
    if not is_slug(slug):
        problem = "Use 1 to 63 lower-case letters, digits and hyphens, with no hyphen at either end."
        raise Invalid(problem, [FieldProblem("slug", problem)])
    project = Project(id=new_id("project"), slug=slug, name=request.name.strip(), created_at=now())
    if not repository.insert_once(session, project):
        raise Conflict(f"There is already a project {slug!r}.")
    audit.record(
        session, actor, "project.create", object_kind="project", object_id=project.id, project_id=project.id,
        detail={"slug": slug, "name": project.name},
    )  # fmt: skip
    return _view(project, role_in(session, actor, project.id) or Standing("viewer", PROJECT["viewer"]))


def update_project(session: Session, actor: Actor, project: str, change: ProjectChange) -> ProjectView:
    """Rename the project, or change how many of its runs go on at once, which is for administrators of the portal."""
    found, standing = _managed(session, actor, project)
    row = repository.lock(session, found.id)
    before = _facts(row)
    if "run_limit" in change.model_fields_set:
        permissions.require(actor, "project.limit")
        row.run_limit = change.run_limit
    if change.production is not None:
        permissions.require(actor, "project.guard")
        row.production = change.production
    if change.name is not None:
        row.name = change.name.strip()
    session.add(row)
    audit.record(
        session, actor, "project.update", object_kind="project", object_id=row.id, project_id=row.id,
        detail={"slug": row.slug, **audit.changes(before, _facts(row))},
    )  # fmt: skip
    return _view(row, standing)


def _facts(row: Project) -> dict[str, object]:
    return {"name": row.name, "run_limit": row.run_limit, "production": row.production}


def list_members(session: Session, actor: Actor, project: str) -> list[MemberView]:
    """Who is in the project, by address."""
    found = resolve(session, actor, project)
    rows = repository.members(session, found.id)
    return [
        MemberView(
            user_id=user.id,
            kind="service" if user.kind == "service" else "person",
            email=user.email,
            name=user.name,
            role=permissions.project_role(member.role),
            created_at=member.created_at,
        )
        for member, user in rows
    ]


def add_member(session: Session, actor: Actor, project: str, request: NewMember) -> MemberView:
    """Make a user a member, or change the role of one who is."""
    found, standing = _managed(session, actor, project)
    user_id = _user_id(session, request.user)
    row = repository.find_member(session, found.id, user_id)
    before = row.role if row else None
    role = roles.require_may_give_in_project(session, standing, request.role, before=before)
    repository.put_member(session, found.id, user_id, role, now())
    audit.record(
        session, actor, "project.put_member", object_kind="user", object_id=user_id, project_id=found.id,
        detail={"project": found.slug, "role": role, "before": before},
    )  # fmt: skip
    return next(item for item in list_members(session, actor, found.id) if item.user_id == user_id)


def remove_member(session: Session, actor: Actor, project: str, user_id: str) -> None:
    """The user is nothing in the project any more; what they made in it stays."""
    found, standing = _managed(session, actor, project)
    row = repository.find_member(session, found.id, user_id)
    if row is None:
        raise NotFound("This user is not a member of the project.")
    roles.require_may_take_in_project(session, standing, row.role)
    session.delete(row)
    audit.record(
        session, actor, "project.remove_member", object_kind="user", object_id=user_id, project_id=found.id,
        detail={"project": found.slug},
    )  # fmt: skip


def create_user_with_membership(session: Session, actor: Actor, request: NewUser) -> NewUserView:
    """A new user who is also a member of `default`, with the role that they have in the portal."""
    user = auth.create_user(session, actor, request)
    join_default(session, user.id, user.role)
    return user


def join_default(session: Session, user_id: str, role: Role) -> None:
    """Make the user a member of `default`."""
    ensure_default(session)
    project = repository.find(session, DEFAULT_SLUG)
    if project is not None:
        repository.put_member(session, project.id, user_id, _first_role(role), now())


def _first_role(role: Role) -> Role:
    """What somebody of this role in the portal is in `default`, unless somebody says otherwise."""
    return "viewer" if role in ONLY_READ else ALIASES.get(role, "deployer")


def _memberships(session: Session, actor: Actor) -> dict[str, Standing]:
    """What the actor is in the projects that they are a member of, by id."""
    mine = repository.roles_of(session, actor.user_id) if actor.user_id else {}
    known = roles.in_projects(session, mine.values())
    return {
        project_id: permissions.standing(actor, role, known[role])
        for project_id, word in mine.items()
        if (role := permissions.project_role(word)) in known and permissions.reaches(actor, project_id)
    }


def _managed(session: Session, actor: Actor, project: str) -> tuple[ProjectView, Standing]:
    """The project with what the actor is in it, when they may manage it."""
    found = resolve(session, actor, project)
    standing = require(session, actor, found.id, "project.manage")
    limits.require_open(session, found.id)
    return found, standing


def _user_id(session: Session, user: str) -> str:
    found = repository.account(session, user)
    if found is None:
        what = f"user with the address {user}" if "@" in user else "such user"
        raise NotFound(f"There is no {what}.")
    return found.id


def _view(row: Project, standing: Standing) -> ProjectView:
    return ProjectView(
        id=row.id, slug=row.slug, name=row.name, run_limit=row.run_limit, created_at=row.created_at,
        production=row.production,
        role=standing.role, actions=sorted(standing.actions),
    )  # fmt: skip
