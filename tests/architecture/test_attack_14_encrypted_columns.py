"""Attacks 14 and 16: what a secret can stand in is encrypted at rest, also in tables that nobody has thought of yet."""

from __future__ import annotations

from sqlalchemy import LargeBinary
from sqlalchemy.dialects.postgresql import JSONB

from portal.kit.encrypted import EncryptedBytes, EncryptedJSON
from portal.models import metadata

READABLE = {
    "audit_event.detail": "names and ids; secrets are masked by name",
    "audit_event.origin": "address and program of who asked",
    "custom_role.actions": "names of actions",
    "api_token.actions": "names of actions",
    "approval_request.requesters": "ids of users",
    "approval_request.requirements": "numbers, ids of users, names of rules, types of resources",
    "approval_rule.approvers": "numbers and ids of users",
    "approval_rule.conditions": "limits and types of resources",
    "approval_rule.scope": "ids of projects",
    "cloud_account.scope": "ids of projects, keys of templates, names of regions",
    "cloud_account.settings": "subscription, tenant, project, region",
    "cloud_account.test_result": "sentences, out of which credentials were taken",
    "cloud_answer.answer": "names and ids of what is in a cloud, as a form shows them",
    "identity_provider.rules": "domains, names of groups and roles",
    "invitation.memberships": "ids of projects, names of roles",
    "key_check.sealed": "a text that everybody may know, under each key",
    "notification_channel.events": "names of events",
    "notification_event.facts": "names, numbers and redacted sentences, as everybody concerned is told them",
    "notification_event.people": "ids of users",
    "notification_preference.choices": "names of events, yes and no",
    "project_limits.guardrails": "what a form offers in a project; values of secret variables are refused",
    "project_limits.templates": "patterns of template keys",
    "portal_setting.value": "what administrators chose, nothing secret",
    "policy.kinds": "kinds of runs",
    "policy.projects": "ids of projects",
    "policy.settings": "what a rule is told: regions, types, numbers",
    "policy.templates": "keys of templates",
    "policy_result.problems": "sentences about addresses, from the masked plan",
    "policy_version.body": "a policy as it was",
    "run.action": "an argument list that everybody on the machine may read: names and places",
    "run.error": "redacted sentences",
    "run_event.data": "redacted before it gets here",
    "signing_key.public_jwk": "the public half",
    "sign_in_policy.break_glass": "ids of users",
    "state_lock.info": "who holds the lock, in Terraform's words",
    "state_version.resources": "addresses and ids, no attributes",
    "template_audience.projects": "ids of projects",
    "worker.queues": "names of queues",
    "worker.versions": "versions of programs",
}
ENCRYPTED = {
    "approval_link.key",
    "approval_request.bound",
    "cloud_account.credentials",
    "deployment.values",
    "identity_provider.client_secret",
    "notification_channel.target",
    "notification_delivery.content",
    "provider_session.id_token",
    "run.result",
    "run.values",
    "run_plan.lock_file",
    "run_plan.plan_file",
    "run_plan.summary",
    "sign_in_attempt.verifier",
    "signing_key.private_key",
    "state_version.data",
    "state_version.outputs",
    "template_version.archive",
    "user_totp.seed",
}
HASHED = {
    "api_token.token_hash",
    "invitation.token_hash",
    "password_reset.token_hash",
    "run_token.token_hash",
    "user_account.password_hash",
}
COLUMNS = {f"{table.name}.{column.name}": column for table in metadata.sorted_tables for column in table.columns}


def test_attack_14_whatever_can_hold_a_secret_is_encrypted() -> None:
    opaque = {name for name, column in COLUMNS.items() if isinstance(column.type, (JSONB, LargeBinary))}
    sealed = {name for name, column in COLUMNS.items() if isinstance(column.type, (EncryptedBytes, EncryptedJSON))}
    assert opaque == READABLE.keys(), (
        "a new column of JSON or bytes is encrypted, or named here with the reason why not"
    )
    assert sealed == ENCRYPTED


def test_attack_16_a_ciphertext_belongs_to_its_own_column() -> None:
    labels = {name: getattr(COLUMNS[name].type, "label") for name in ENCRYPTED}  # noqa: B009 - two types, one attribute
    assert labels == {name: name for name in ENCRYPTED}


def test_attack_15_no_column_of_text_is_named_like_a_secret_unless_it_is_a_hash() -> None:
    words = ("password", "secret", "token", "credential", "private", "key_file")
    named = {name for name in COLUMNS if any(word in name.partition(".")[2] for word in words)}
    assert named - ENCRYPTED - {"user_account.must_change_password"} == HASHED
