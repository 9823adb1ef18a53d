"""Each action that a line of the matrix names is asked for by itself, no other is, and nothing is told before it (attack 20)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, cast, get_args

import pytest
from sqlmodel import Session

from portal.auth import service as auth
from portal.auth.account_schemas import Membership, NewInvitation
from portal.auth.permissions import ORGANISATION, RULES, Action
from portal.auth.schemas import Actor, worker_actor
from portal.deployment import service as deployments
from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, Forbidden, NotFound
from portal.models import Deployment, Run, TemplateRelease, TemplateVersion
from portal.project import invitations
from portal.project import service as projects
from portal.project.schemas import ProjectChange
from portal.run import service as runs
from tests.service.deployment.conftest import write_template
from tests.service.matrix import scene
from tests.service.matrix.test_matrix import FOUND, LINES
from tests.support import things
from tests.support.undone import undone

EVERYTHING: Final = frozenset(get_args(Action))
ALWAYS: Final = frozenset({"me.read", "role.read", "project.read"})
"""What no token is without."""
OTHERWISE: Final = {
    "auth.tokens.get_token": "somebody else's takes token.manage",
    "auth.tokens.revoke_token": "somebody else's takes token.manage",
    "project.service.add_member": "nobody gives a role that allows more than theirs",
    "project.service.remove_member": "nobody takes away a role that allows more than theirs",
    "run.approve.decide": "the rule says who decides",
}
"""What takes more than the actions of its line, and why."""


@pytest.fixture
def there(database: str, settings_env: Callable[..., None], tmp_path: Path) -> Iterator[things.Scene]:
    write_template(tmp_path / "templates" / "azure" / "thing")
    settings_env(TERRACE_TEMPLATES_DIR=str(tmp_path / "templates"))
    made = things.build()
    with undone():
        yield made


def told(there: things.Scene, name: str, actor: Actor) -> int | str:
    """What somebody is told who asks for an administrator's own thing, or for one that is simply there."""
    admin, kind = there.people["admin"], scene.kind_of(name)
    places = there.things(admin)[kind] if kind else {}
    return scene.attempt(FOUND[name], actor, scene.known(there, admin, kind, "same" if "same" in places else "own"))


def administrator(there: things.Scene) -> Actor:
    with unit_of_work() as session:
        return there.people["admin"].actor(session)


def _reveals(session: Session, actor: Actor, deployment_id: str) -> None:
    deployments.outputs(session, actor, deployment_id, reveal=True)


def _limits(session: Session, actor: Actor, project: str) -> None:
    projects.update_project(session, actor, project, ProjectChange(run_limit=1))


def _guards(session: Session, actor: Actor, project: str) -> None:
    projects.update_project(session, actor, project, ProjectChange(production=True))


def _kills(session: Session, actor: Actor, run_id: str) -> None:
    runs.cancel(session, actor, run_id=run_id, force=True, reason="It hangs.")


def _lists_all_tokens(session: Session, actor: Actor) -> None:
    auth.list_tokens(session, actor, everybody=True)


def _lists_a_persons_tokens(session: Session, actor: Actor, user_id: str) -> None:
    auth.list_tokens(session, actor, user_id=user_id)


def _lists_a_programs_tokens(session: Session, actor: Actor, account_id: str) -> None:
    auth.list_tokens(session, actor, user_id=account_id)


def _invites_into(session: Session, actor: Actor, project: str) -> None:
    place = Membership(project=project, role="viewer")
    invitations.invite(session, actor, NewInvitation(email="soon@example.com", memberships=[place]))


BESIDES: Final[tuple[tuple[Callable[..., None], str | None, Action], ...]] = (
    (_reveals, "deployment", "output.reveal"),
    (_limits, "project", "project.limit"),
    (_guards, "project", "project.guard"),
    (_kills, "queued", "run.force_cancel"),
    (_lists_all_tokens, None, "token.manage"),
    (_lists_a_persons_tokens, "user", "token.manage"),
    (_lists_a_programs_tokens, "service_account", "service_account.manage"),
    (_invites_into, "project", "project.manage"),
)
"""What functions take besides for some of what they are given; of which kind of thing, and the action."""


def is_an_owners_too(name: str) -> bool:
    """A project's channels are its owners' as well as of whoever holds the action: tests/support/judging.py."""
    return name.startswith("notification.") and name.split(".")[1] in ("channels", "deliveries")


def test_attack_20_each_action_of_a_line_is_asked_for_and_no_other(there: things.Scene) -> None:
    """An administrator's token that lacks one action of the line is refused; one that holds nothing besides does it all."""
    admin, wrong = administrator(there), []
    for name, actions in LINES.items():
        for action in {*actions} - ALWAYS if not is_an_owners_too(name) else ():
            without = told(there, name, replace(admin, only=EVERYTHING - {action}))
            wrong += [f"{name} without {action}: {without}"] if without != 403 else []
        only = told(there, name, replace(admin, only=frozenset(actions) | ORGANISATION["member"]))
        if name not in OTHERWISE and only != (whole := told(there, name, admin)):
            wrong.append(f"{name} with {' and '.join(actions)} alone: {only}, with everything: {whole}")
    for function, kind, action in BESIDES:
        names = scene.known(there, there.people["admin"], kind, "same")
        if (whole := scene.attempt(function, admin, names)) != 200:
            wrong.append(f"{function.__name__} with everything: {whole}")
        if (without := scene.attempt(function, replace(admin, only=EVERYTHING - {action}), names)) != 403:
            wrong.append(f"{function.__name__} without {action}: {without}")
    assert not wrong, "\n".join(wrong)
    assert OTHERWISE.keys() <= LINES.keys()


def test_attack_21_whoever_may_use_nothing_yet_is_let_in_nowhere(there: things.Scene) -> None:
    """A worker; somebody with a password that another person set; somebody who lacks the second step that their role takes."""
    admin, wrong = administrator(there), []
    new, unproved = replace(admin, must_change_password=True), replace(admin, needs_second_step=True)
    for name, actions in LINES.items():
        first = all(RULES[action].before_password_change for action in actions)
        for who, actor, let_in in (
            ("a worker", worker_actor("w1"), False),
            ("with somebody else's password", new, first),
            ("without a second step", unproved, first or actions == ["me.second_step"]),
        ):
            found = told(there, name, actor)
            if (found in (403, 404)) == let_in:
                wrong.append(f"{name} {who}: {found}")
    assert not wrong, "\n".join(wrong)


def test_attack_20_a_run_is_started_by_whoever_may_do_what_it_does_and_nobody_else_is_told_anything(
    there: things.Scene,
) -> None:
    """Whoever may not is not told either that the template was revoked, or that an action is not tried again."""
    found = there.things(there.people["admin"])
    deployment_id, run_id = found["ended"]["same"]["deployment_id"], found["ended"]["same"]["run_id"]
    admin = administrator(there)
    starter, destroyer = (
        replace(admin, only=frozenset({action, "run.read"}))
        for action in cast(list[Action], ["run.create", "deployment.destroy"])
    )
    with unit_of_work() as session:
        session.get_one(Run, run_id).kind = "destroy"
        _revoke(session, deployment_id)
        for name, refusal in (("outsider", NotFound), ("reader", Forbidden), ("deployer", Conflict)):
            actor = there.people[name].actor(session)
            with pytest.raises(refusal):
                deployments.start_run(session, actor, deployment_id)
            with pytest.raises(refusal):
                runs.retry(session, actor, run_id=found["result"]["same"]["run_id"])
        for refused in (
            lambda: runs.retry(session, starter, run_id=run_id),
            lambda: deployments.start_run(session, starter, deployment_id, "destroy"),
            lambda: deployments.destroy(session, starter, deployment_id),
            lambda: deployments.start_run(session, destroyer, deployment_id),
        ):
            with pytest.raises(Forbidden):
                refused()
        assert "retry" not in runs.get(session, starter, run_id=run_id).actions
        assert "retry" in runs.get(session, destroyer, run_id=run_id).actions
        assert runs.retry(session, destroyer, run_id=run_id).kind == "destroy"


def _revoke(session: Session, deployment_id: str) -> None:
    version = session.get_one(TemplateVersion, session.get_one(Deployment, deployment_id).template_version_id)
    row = TemplateRelease(
        key=version.key, content_hash=version.content_hash, version=version.version, state="revoked",
        changed_at=clock.now(), changed_by="Terrace",
    )  # fmt: skip
    session.add(row)
    session.flush()
