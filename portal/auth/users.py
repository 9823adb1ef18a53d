"""Users: made, listed and changed by administrators; a password changed by its owner."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import account_repository, locks, passwords, permissions, pulse, repository, roles, throttle
from portal.auth.account_schemas import Status
from portal.auth.oidc import policy
from portal.auth.permissions import Role
from portal.auth.schemas import Actor, MeView, NewUser, NewUserView, PasswordChange, UserChange, UserView
from portal.kit.clock import now
from portal.kit.errors import Conflict, FieldProblem, Invalid, NotFound
from portal.kit.ids import new_id
from portal.kit.pagination import Page, clamp, decode_moment_cursor, encode_cursor
from portal.models import User

_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f<>\"(),:;\\\[\]]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


def get_me(session: Session, actor: Actor) -> MeView:
    """The signed-in user, with what this session or token may do."""
    permissions.require(actor, "me.read")
    user = _get(session, actor.user_id or "")
    return MeView(
        via="session" if actor.kind == "user" else "token",
        scope=actor.scope,
        needs_second_step=actor.needs_second_step,
        effective_role=permissions.effective_role(actor),
        actions=sorted(permissions.held(actor)),
        gives=roles.gives(session, actor),
        **views(session, actor, [user])[0].model_dump(),
    )


def create_user(session: Session, actor: Actor, request: NewUser) -> NewUserView:
    """A new user; without a password in the request one is made up. Its owner must change it at the first sign-in."""
    permissions.require(actor, "user.manage")
    role = roles.require_may_give(session, actor, request.role)
    email = clean_email(request.email)
    generated = None if request.password else passwords.generate()
    password = request.password.get_secret_value() if request.password else generated or ""
    passwords.require_good(password, email=email)
    user = add_user(session, email=email, name=request.name, role=role, password=password, must_change=True)
    audit.record(
        session, actor, "user.create", object_kind="user", object_id=user.id, detail={"email": email, "role": user.role}
    )
    return NewUserView(generated_password=generated, **views(session, actor, [user])[0].model_dump())


def add_user(session: Session, *, email: str, name: str, role: Role, password: str, must_change: bool) -> User:
    """The row of a new user; Conflict when the address is taken, in whatever case it is written."""
    user = User(
        id=new_id("user"),
        email=email,
        name=name.strip(),
        role=role,
        password_hash=passwords.new_hash(password),
        must_change_password=must_change,
        created_at=now(),
    )
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError as error:
        raise Conflict(f"There is already a user with the address {email}.") from error
    return user


def list_users(
    session: Session,
    actor: Actor,
    *,
    q: str = "",
    role: str | None = None,
    status: Status | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[UserView]:
    """Every user, disabled ones too, in the order in which they came; those whose address or name holds `q`."""
    permissions.require(actor, "user.read")
    size, after = clamp(limit), decode_moment_cursor(cursor)
    wanted = repository.UserFilter(q=q.strip(), role=role, status=status, at=now())
    rows = repository.page_of_users(session, wanted, after=after, limit=size + 1)
    items = views(session, actor, rows[:size])
    more = len(rows) > size
    return Page(items=items, next_cursor=encode_cursor(items[-1].created_at, items[-1].id) if more else None)


def get_user(session: Session, actor: Actor, user_id: str) -> UserView:
    """One user, for administrators."""
    permissions.require(actor, "user.read")
    return views(session, actor, [_get(session, user_id)])[0]


def find_by_email(session: Session, email: str) -> UserView | None:
    """The user with this address. For services above, which authorise: this one does not."""
    user = repository.find_user_by_email(session, email)
    return None if user is None else _view(user)


def update_user(session: Session, actor: Actor, user_id: str, change: UserChange) -> UserView:
    """Change name, role, password, or shut the user out and in. The last administrator stays one."""
    permissions.require(actor, "user.manage")
    user = _get(session, user_id)
    if user.kind != "person":
        raise NotFound("There is no such user. Service accounts have their own page.")
    before = _facts(user)
    if user.id != actor.user_id:
        roles.require_may_manage(session, actor, user.role)
    if change.role is not None:
        roles.require_may_give(session, actor, change.role)
    if change.role not in (None, "admin") or change.disabled:
        _keep_an_admin(session, user)
        policy.keep_break_glass(session, user)
    if change.name is not None:
        user.name = change.name.strip()
    if change.role is not None:
        user.role = change.role
    if change.password is not None:
        _set_password(session, user, change.password.get_secret_value(), must_change=user.id != actor.user_id)
        repository.revoke_sessions(session, user.id, now(), keep=actor.session_id)
    if change.disabled is not None:
        _set_disabled(session, user, change.disabled)
    session.add(user)
    session.flush()
    pulse.stir(session)
    detail = {
        "email": user.email,
        "password_changed": change.password is not None,
        **audit.changes(before, _facts(user)),
    }
    audit.record(session, actor, "user.update", object_kind="user", object_id=user.id, detail=detail)
    return views(session, actor, [user])[0]


def change_password(session: Session, actor: Actor, change: PasswordChange) -> None:
    """Set a password of the user's own choice. Every other session of theirs ends."""
    permissions.require(actor, "me.change_password")
    user = _get(session, actor.user_id or "")
    throttle.attempt("password change", user.id)
    if not passwords.matches(user.password_hash, change.current_password.get_secret_value()):
        problem = "This is not your present password."
        raise Invalid(problem, [FieldProblem("current_password", problem)])
    throttle.succeeded("password change", user.id)
    new = change.new_password.get_secret_value()
    if new == change.current_password.get_secret_value():
        problem = "Choose a password that differs from the present one."
        raise Invalid(problem, [FieldProblem("new_password", problem)])
    _set_password(session, user, new, must_change=False, path="new_password")
    repository.revoke_sessions(session, user.id, now(), keep=actor.session_id)
    account_repository.revoke_resets(session, user.id, now())
    pulse.stir(session)
    audit.record(session, actor, "user.change_password", object_kind="user", object_id=user.id)


def clean_email(text: str) -> str:
    """The address as it is stored; Invalid when it cannot be one."""
    email = text.strip()
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        problem = "Write an e-mail address, like ada@example.com."
        raise Invalid(problem, [FieldProblem("email", problem)])
    return email


def _get(session: Session, user_id: str) -> User:
    user = repository.find_user(session, user_id)
    if user is None:
        raise NotFound("There is no such user.")
    return user


def _keep_an_admin(session: Session, user: User) -> None:
    admins = repository.lock_active_admins(session)
    if admins == {user.id}:
        raise Conflict("This is the last administrator. Make somebody else one first.")


def _set_password(session: Session, user: User, password: str, *, must_change: bool, path: str = "password") -> None:
    passwords.require_good(password, email=user.email, path=path)
    user.password_hash = passwords.new_hash(password)
    user.must_change_password = must_change
    account_repository.delete_half_sign_ins(session, now(), user.id)  # they were begun with the old one
    locks.clear(session, user.id)
    session.add(user)


def _set_disabled(session: Session, user: User, disabled: bool) -> None:
    """Shutting out ends sessions and tokens for good: coming back means signing in again."""
    if not disabled:
        user.disabled_at = None
    elif user.disabled_at is None:
        user.disabled_at = now()
        repository.revoke_sessions(session, user.id, now())
        repository.revoke_tokens(session, user.id, now())
        account_repository.revoke_resets(session, user.id, now())
        account_repository.delete_half_sign_ins(session, now(), user.id)


def _facts(user: User) -> dict[str, object]:
    return {"name": user.name, "role": user.role, "disabled": user.disabled_at is not None}


def views(session: Session, actor: Actor, users: Sequence[User]) -> list[UserView]:
    """With what the actor may do with each account; the caller has authorised."""
    manageable = roles.may_manage(session, actor, users)
    ends = permissions.allows(actor, "token.manage")
    return [
        _view(user).model_copy(update={"allowed": ["change", *(["end_tokens"] if ends else [])]})
        if manageable[user.id]
        else _view(user)
        for user in users
    ]


def _view(user: User) -> UserView:
    return UserView.model_validate(user, from_attributes=True)
