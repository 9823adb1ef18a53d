from __future__ import annotations

from typing import get_args

import pytest

from portal.auth import permissions
from portal.auth.errors import PasswordChangeRequired
from portal.auth.permissions import (
    ALIASES,
    EVERYWHERE,
    ORGANISATION,
    PROJECT,
    RULES,
    Action,
    OrganisationRole,
    ProjectRole,
    Standing,
)
from portal.auth.schemas import SYSTEM, Actor, worker_actor
from portal.kit.errors import Forbidden

IN_PROJECT: set[Action] = {action for action, rule in RULES.items() if rule.in_project}
WRITES: set[Action] = {action for action, rule in RULES.items() if rule.writes}
OWN_ACCOUNT: set[Action] = {
    "me.read", "me.change_password", "me.sign_out", "me.sessions", "me.identities", "me.second_step",
    "token.read", "token.create", "token.revoke", "notification.read", "notification.settle",
}  # fmt: skip


def actor(role: str = "viewer", **changes: object) -> Actor:
    values = {"kind": "user", "id": "user-1", "label": "a@b.c", "role": role, "user_id": "user-1", **changes}
    return Actor(**values)  # type: ignore[arg-type]


def allowed(who: Actor, inside: ProjectRole | Standing | None = None) -> set[Action]:
    return {action for action in RULES if permissions.allows(who, action, inside)}


def test_every_action_has_a_rule_and_every_rule_an_action() -> None:
    assert set(RULES) == set(get_args(Action))
    assert set(ORGANISATION) == set(get_args(OrganisationRole))
    assert set(PROJECT) == set(get_args(ProjectRole))


def test_every_action_is_in_a_role_of_its_own_kind_and_in_none_of_the_other() -> None:
    assert frozenset().union(*PROJECT.values()) == IN_PROJECT
    assert frozenset().union(*ORGANISATION.values()) == set(RULES) - IN_PROJECT


def test_a_viewer_may_write_nothing_but_their_own_account() -> None:
    assert allowed(actor("viewer"), "viewer") & WRITES == OWN_ACCOUNT & WRITES


def test_an_auditor_reads_everything_and_changes_nothing_whatever_they_are_in_a_project() -> None:
    for inside in get_args(ProjectRole):
        found = allowed(actor("auditor"), inside)
        assert found & WRITES == OWN_ACCOUNT & WRITES
        assert found & IN_PROJECT == IN_PROJECT - WRITES
    everything = {action for action in RULES if not RULES[action].writes}
    assert allowed(actor("auditor"), "viewer") >= everything
    standing = permissions.everywhere(actor("auditor"))
    assert standing == Standing("viewer", PROJECT["viewer"])


def test_whoever_deploys_does_not_approve_and_whoever_approves_does_not_deploy() -> None:
    deployer, approver = allowed(actor("member"), "deployer"), allowed(actor("member"), "approver")
    assert approver & IN_PROJECT - PROJECT["viewer"] == {"approval.decide"}
    assert "approval.decide" not in deployer
    assert deployer & IN_PROJECT - PROJECT["viewer"] == {
        "deployment.create", "deployment.update", "deployment.destroy", "deployment.act", "run.create", "run.confirm",
        "run.discard", "run.cancel", "output.reveal", "state.unlock",
    }  # fmt: skip
    assert allowed(actor("member"), "owner") - deployer - approver == {
        "project.manage", "deployment.transfer", "policy.override", "run.force_cancel", "state.force_unlock",
    }  # fmt: skip


def test_a_member_of_the_portal_is_no_administrator() -> None:
    assert allowed(actor("member")) == OWN_ACCOUNT | {
        "role.read", "template.read", "cloud_account.read", "policy.read", "cloud_account.use",
    }  # fmt: skip


@pytest.mark.parametrize("role", get_args(ProjectRole))
def test_an_owner_may_do_whatever_anybody_may_in_a_project_and_everybody_looks(role: ProjectRole) -> None:
    assert PROJECT["viewer"] <= PROJECT[role] <= PROJECT["owner"]


@pytest.mark.parametrize("action", sorted(RULES))
def test_an_administrator_may_do_everything(action: Action) -> None:
    standing = permissions.everywhere(actor("admin"))
    assert permissions.allows(actor("admin"), action, standing)
    assert permissions.allows(SYSTEM, action, standing)


def test_nobody_but_administrators_and_auditors_is_anything_in_a_project_without_being_a_member() -> None:
    assert {role for role in ORGANISATION if permissions.everywhere(actor(role))} == set(EVERYWHERE)


def test_a_token_that_may_only_read_writes_nothing_even_for_an_administrator() -> None:
    reader = actor("admin", kind="token", scope="read")
    assert allowed(reader, "owner") & WRITES == set()
    assert not permissions.allows(reader, "audit.read")
    assert permissions.allows(reader, "deployment.read", "viewer")
    auditor = actor("auditor", kind="token", scope="read")
    assert permissions.allows(auditor, "audit.read")


def test_a_token_of_some_actions_does_those_and_sees_whose_it_is() -> None:
    only: frozenset[Action] = frozenset({"run.create", "run.read", "audit.read"})
    limited = actor("member", kind="token", only=only)
    assert allowed(limited, "owner") == {"run.create", "run.read", "me.read", "role.read", "project.read"}
    with pytest.raises(Forbidden, match=r"limited to some actions, and run\.confirm is not one"):
        permissions.require(limited, "run.confirm", "owner")


def test_a_token_of_one_project_reaches_no_other_and_nothing_of_the_portal_but_what_deploying_takes() -> None:
    limited = actor("admin", kind="token", project_id="project-1")
    assert allowed(limited) == {
        "me.read", "role.read", "template.read", "policy.read", "cloud_account.read", "cloud_account.use",
    }  # fmt: skip
    assert permissions.reaches(limited, "project-1")
    assert not permissions.reaches(limited, "project-2")
    with pytest.raises(Forbidden, match="limited to one project"):
        limited.require("user.manage")


def test_an_action_in_a_project_needs_a_role_in_the_project_whatever_the_role_in_the_portal() -> None:
    assert allowed(actor("admin")) & IN_PROJECT == set()


def test_a_role_of_ones_own_is_what_it_lists() -> None:
    helper = actor("help-desk", grant=frozenset({"user.read", "me.read"}))
    assert allowed(helper) == {"user.read", "me.read"}
    inside = permissions.standing(helper, "operator", frozenset({"project.read", "run.cancel"}))
    assert allowed(helper, inside) & IN_PROJECT == {"project.read", "run.cancel"}
    reader = actor("help-desk", grant=frozenset({"user.read", "user.manage"}), scope="read")
    assert allowed(reader) == {"user.read"}
    assert permissions.standing(reader, "operator", inside.actions).actions == {"project.read"}


def test_a_role_that_nobody_knows_any_more_allows_nothing() -> None:
    assert allowed(actor("gone")) == set()


def test_what_could_make_its_holder_an_administrator_is_in_no_role_of_ones_own() -> None:
    never = {action for action, rule in RULES.items() if not rule.delegable}
    assert never == OWN_ACCOUNT | {
        "role.manage", "identity.manage", "settings.manage", "audit.manage", "system.backup", "system.keys",
    }  # fmt: skip


def test_words_of_before_stand_for_todays() -> None:
    assert [permissions.project_role(word) for word in ("admin", "member", "viewer", "owner")] == [
        "owner", "deployer", "viewer", "owner",
    ]  # fmt: skip
    assert not set(ALIASES) & set(PROJECT)


def test_a_worker_may_call_nothing() -> None:
    assert allowed(worker_actor("w1"), "owner") == set()


def test_whoever_must_choose_a_password_can_do_that_and_leave() -> None:
    new = actor("admin", must_change_password=True)
    assert allowed(new, "owner") == {"me.read", "me.change_password", "me.sign_out"}
    with pytest.raises(PasswordChangeRequired):
        permissions.require(new, "user.read")


def test_whoever_may_change_templates_or_channels_sees_them_by_a_role_from_before_that_was_an_action_too() -> None:
    assert permissions.lasting(["template.manage"]) == {"template.manage", "template.review"}
    assert permissions.lasting(["notification.manage"]) == {"notification.manage", "notification.review"}
    assert permissions.lasting(["template.review"]) == {"template.review"}


def test_a_refusal_says_which_role_it_takes() -> None:
    with pytest.raises(Forbidden, match="takes the role admin; yours is member"):
        actor("member").require("user.manage")
    with pytest.raises(Forbidden, match="takes the role approver or owner; yours is deployer"):
        permissions.require(actor("member"), "approval.decide", "deployer")


def test_a_token_that_only_reads_reads_the_inbox_of_its_person_and_settles_nothing() -> None:
    reads = allowed(actor("member", kind="token", scope="read"))
    assert {"notification.read", "notification.settle"} & reads == {"notification.read"}
    assert {"notification.read", "notification.settle"} <= allowed(actor("viewer"))
