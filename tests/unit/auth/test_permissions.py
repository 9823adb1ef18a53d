from __future__ import annotations

from typing import get_args

import pytest

from portal.auth import permissions
from portal.auth.errors import PasswordChangeRequired
from portal.auth.permissions import RULES, Action, Role
from portal.auth.schemas import SYSTEM, Actor, worker_actor
from portal.kit.errors import Forbidden

ROLES: tuple[Role, ...] = ("viewer", "member", "admin")


def actor(role: Role = "viewer", **changes: object) -> Actor:
    values = {"kind": "user", "id": "user-1", "label": "a@b.c", "role": role, "user_id": "user-1", **changes}
    return Actor(**values)  # type: ignore[arg-type]


def test_every_action_has_a_rule_and_every_rule_an_action() -> None:
    assert set(RULES) == set(get_args(Action))


def test_a_viewer_may_write_nothing_but_their_own_account() -> None:
    writes: list[Action] = [action for action, rule in RULES.items() if rule.writes]
    allowed = {action for action in writes if permissions.allows(actor("viewer"), action, "viewer")}
    assert allowed == {
        "me.change_password", "me.sign_out", "me.sessions", "token.create", "token.revoke", "notification.read",
    }  # fmt: skip


def test_a_member_is_no_administrator() -> None:
    refused = {action for action in RULES if not permissions.allows(actor("member"), action, "member")}
    assert refused == {
        "user.read", "user.manage", "token.manage", "audit.read", "system.read", "cloud_account.manage",
        "project.create", "project.manage", "state.force_unlock", "system.hold", "system.backup", "run.force_cancel",
        "worker.manage", "project.limit", "system.keys", "project.guard", "template.manage", "role.manage",
        "service_account.manage",
        "access.explain", "identity.read", "identity.manage", "settings.read", "settings.manage", "notification.manage",
        "policy.manage", "policy.override", "approval.decide", "approval.manage", "audit.export", "audit.manage",
    }  # fmt: skip


@pytest.mark.parametrize("action", sorted(RULES))
def test_a_greater_role_may_do_whatever_a_smaller_one_may(action: Action) -> None:
    allowed = [permissions.allows(actor(role), action, role) for role in ROLES]
    assert allowed == sorted(allowed)
    assert allowed[-1]


def test_a_token_that_may_only_read_writes_nothing_even_for_an_administrator() -> None:
    reader = actor("admin", kind="token", scope="read")
    assert [
        action for action, rule in RULES.items() if rule.writes and permissions.allows(reader, action, "admin")
    ] == []
    assert not permissions.allows(reader, "audit.read")
    assert permissions.allows(reader, "deployment.read", "viewer")


def test_an_action_in_a_project_needs_a_role_in_the_project_whatever_the_role_in_the_portal() -> None:
    for action, rule in RULES.items():
        if rule.in_project:
            assert not permissions.allows(actor("admin"), action)


def test_a_worker_may_call_nothing() -> None:
    worker = worker_actor("w1")
    assert [action for action in RULES if permissions.allows(worker, action, "admin")] == []


def test_the_portal_itself_may_do_everything() -> None:
    assert [action for action in RULES if not permissions.allows(SYSTEM, action, "admin")] == []


def test_whoever_must_choose_a_password_can_do_that_and_leave() -> None:
    new = actor("admin", must_change_password=True)
    allowed = {action for action in RULES if permissions.allows(new, action, "admin")}
    assert allowed == {"me.read", "me.change_password", "me.sign_out"}
    with pytest.raises(PasswordChangeRequired):
        permissions.require(new, "user.read")


def test_a_refusal_says_which_role_it_takes() -> None:
    with pytest.raises(Forbidden, match="takes the role admin; yours is member"):
        actor("member").require("user.manage")
