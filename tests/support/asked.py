"""What the matrices of authorisation ask routes and functions about, what they send, and which other answers are right.

A route with a new parameter needs its line in KINDS, a function that takes an id one in OF_FUNCTIONS; such things are made
in tests/support/things.py.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

KINDS: Final[dict[str, str]] = {
    "/api/v1/admin/templates/{cloud}/{name}": "template",
    "/api/v1/admin/templates/{cloud}/{name}/versions": "version",
    "/api/v1/approval-rules/{rule_id}": "rule",
    "/api/v1/approvals/links/{link}": "link",
    "/api/v1/auth/oidc/{slug}": "provider",
    "/api/v1/cloud-accounts/{account}": "account",
    "/api/v1/deployments/{deployment_id}": "deployment",
    "/api/v1/identity-providers/{provider}": "provider",
    "/api/v1/identity/trust/{account_id}": "account",
    "/api/v1/invitations/{invitation_id}": "invitation",
    "/api/v1/me/identities/{identity_id}": "identity",
    "/api/v1/me/sessions/{session_id}": "session",
    "/api/v1/notification-channels/{channel_id}": "channel",
    "/api/v1/notification-deliveries/{delivery_id}": "delivery",
    "/api/v1/notification-texts/{event}/{part}": "text",
    "/api/v1/notifications/{notification_id}": "notification",
    "/api/v1/policies/{policy_id}": "policy",
    "/api/v1/projects/{project}": "project",
    "/api/v1/projects/{project}/members/{user_id}": "member",
    "/api/v1/roles/{kind}/{name}": "role",
    "/api/v1/runs/{run_id}": "run",
    "/api/v1/runs/{run_id}/cancel": "queued",
    "/api/v1/runs/{run_id}/approval": "asked",
    "/api/v1/runs/{run_id}/policy-override": "held",
    "/api/v1/runs/{run_id}/result": "result",
    "/api/v1/runs/{run_id}/retry": "ended",
    "/api/v1/service-accounts/{account_id}": "service_account",
    "/api/v1/templates/{cloud}/{name}": "offered",
    "/api/v1/templates/{cloud}/{name}/preview": "template",
    "/api/v1/tokens/{token_id}": "token",
    "/api/v1/users/{user_id}": "user",
    "/api/v1/users/{user_id}/sessions/{session_id}": "user_session",
    "/api/v1/workers/{name}": "worker",
}
"""Of which kind (tests/support/things.py) the things are that a route is about; the longest address counts."""
VANISHES: Final[frozenset[str]] = frozenset(
    {
        "account", "channel", "delivery", "member", "offered", "policy", "provider", "result", "role", "rule", "service_account",
        "template", "user_session", "version", "worker",
    }
)  # fmt: skip
"""Kinds of things of which nothing is left to be read: what is gone is answered like what never was."""
BODIES: Final[dict[str, Any]] = {
    "PATCH /api/v1/deployments/{deployment_id}": {"values": {"size": 4}},
    "POST /api/v1/approval-rules": {"name": "New", "when": {"destroy": True}},
    "POST /api/v1/cloud-accounts": {"name": "New", "cloud": "azure", "kind": "sandbox"},
    "POST /api/v1/deployments": {
        "name": "new", "template": "azure/thing", "cloud_account": "sandbox-azure", "project": "{project}", "values": {"size": 3},
    },
    "POST /api/v1/deployments/{deployment_id}/owner": {"owner": "colleague@example.com"},
    "POST /api/v1/deployments/{deployment_id}/unlock": {"reason": "A reason."},
    "POST /api/v1/identity-providers": {"title": "New", "client_id": "x", "issuer": "https://id.example.com"},
    "POST /api/v1/me/password": {"current_password": "{password}", "new_password": "a password of my own"},
    "POST /api/v1/me/totp": {"password": "{password}"},
    "POST /api/v1/me/totp/recovery-codes": {"password": "{password}"},
    "POST /api/v1/me/totp/remove": {"password": "{password}"},
    "POST /api/v1/notification-channels": {
        "name": "New", "kind": "webhook", "events": ["run.applied"], "url": "https://hooks.example.com/", "project": "{project}",
    },
    "POST /api/v1/policies": {"name": "New", "rule": "change_limit", "settings": {"destroyed": 3}},
    "POST /api/v1/policies/test": {"rule": "change_limit", "settings": {"destroyed": 3}},
    "POST /api/v1/projects/{project}/members": {"user": "looker@example.com", "role": "viewer"},
    "POST /api/v1/users/{user_id}/deployments/owner": {"to": "deployer@example.com"},
    "PUT /api/v1/admin/templates/{cloud}/{name}/versions/{content_hash}": {"state": "deprecated", "message": "It is old."},
    "PUT /api/v1/approval-rules/{rule_id}": {"name": "New", "when": {"destroy": True}},
}  # fmt: skip
"""What is sent where the least that the form takes does nothing. `{name}` is a name of the thing that it is about."""
QUERIES: Final[dict[str, Any]] = {
    "GET /api/v1/access": {"user": "colleague@example.com", "action": "run.read", "project": "shop"},
    "GET /api/v1/outputs": {"project": "{project}"},
    "GET /api/v1/templates": {"project": "{project}"},
    "GET /api/v1/templates/{cloud}/{name}": {"project": "{project}"},
    "POST /api/v1/templates/{cloud}/{name}/validate": {"project": "{project}"},
}
BROWSERS: Final[dict[str, int]] = {
    "DELETE /api/v1/me/identities/{identity_id}": 403,
    "POST /api/v1/auth/oidc/{slug}/link": 403,
    "POST /api/v1/auth/sign-out": 404,
    "POST /api/v1/me/totp": 403,
    "POST /api/v1/me/totp/confirm": 403,
    "POST /api/v1/me/totp/recovery-codes": 403,
    "POST /api/v1/me/totp/remove": 403,
}
"""For whoever is signed in with a browser, and what a token is told there."""
ANSWERS: Final[dict[str, tuple[int, ...]]] = {
    "DELETE /api/v1/system/hold": (409,),  # nothing is held
    "GET /api/v1/identity/trust/{account_id}": (409,),  # an account of the sandbox trusts nobody
    "POST /api/v1/auth/oidc/{slug}/link": (422,),  # the provider is inside the network, which the portal does not call
    "POST /api/v1/cloud-accounts/test": (422,),  # no cloud knows these credentials
    "POST /api/v1/cloud-accounts/{account}/enable": (409,),  # it is not disabled
    "POST /api/v1/deployments/{deployment_id}/actions": (422,),  # the template has none
    "POST /api/v1/deployments/{deployment_id}/owner": (422,),  # the colleague may not deploy in the other project
    "POST /api/v1/me/totp/confirm": (409,),  # no device waits for a code
    "POST /api/v1/me/totp/recovery-codes": (409,),  # there is no second step
    "POST /api/v1/me/password": (422,),  # a service account has no password
    "POST /api/v1/projects/{project}/archive": (409,),  # deployments live in it
}
"""What whoever may is told instead of a success, and why."""
GONE: Final[dict[str, tuple[int, ...]]] = {
    "GET /api/v1/policies/{policy_id}/results": (200,),  # what it said of plans outlives it
    "GET /api/v1/policies/{policy_id}/versions": (200,),
    "POST /api/v1/users/{user_id}/reset": (403,),  # they are shut out
}
"""What whoever may is told of a thing that is gone, where that is neither 404 nor 409."""
OF_FUNCTIONS: Final[dict[str, str]] = {
    "approval.keep.delete_rule": "rule",
    "approval.keep.get_rule": "rule",
    "approval.keep.update_rule": "rule",
    "auth.custom_roles.delete_role": "role",
    "auth.custom_roles.get_role": "role",
    "auth.custom_roles.update_role": "role",
    "auth.locks": "user",
    "auth.oidc.flow.begin_link": "provider",
    "auth.oidc.identities.remove": "identity",
    "auth.oidc.providers.delete_provider": "provider",
    "auth.oidc.providers.get_provider": "provider",
    "auth.oidc.providers.test_provider": "provider",
    "auth.oidc.providers.update_provider": "provider",
    "auth.oversight": "user",
    "auth.resets.start": "user",
    "auth.second_step.reset": "user",
    "auth.service_accounts.get_service_account": "service_account",
    "auth.service_accounts.update_service_account": "service_account",
    "auth.tokens.get_token": "token",
    "auth.tokens.revoke_token": "token",
    "auth.users.get_user": "user",
    "auth.users.update_user": "user",
    "cloud_account.asking": "account",
    "cloud_account.service.delete": "account",
    "cloud_account.service.disable": "account",
    "cloud_account.service.enable": "account",
    "cloud_account.service.get": "account",
    "cloud_account.service.resolve": "account",
    "cloud_account.service.update": "account",
    "cloud_account.trial.begin_rotation": "account",
    "cloud_account.trial.begin_test": "account",
    "deployment.accounts.rotate": "account",
    "deployment.accounts.test": "account",
    "deployment.actions": "deployment",
    "deployment.change": "deployment",
    "deployment.create.create": "project",
    "deployment.offered.offered_outputs": "project",
    "deployment.owner.hand_over": "user",
    "deployment.owner.transfer": "deployment",
    "deployment.service": "deployment",
    "deployment.unlock": "deployment",
    "issuer.service.trust": "account",
    "notification.channels.create_channel": "project",
    "notification.channels.delete_channel": "channel",
    "notification.channels.get_channel": "channel",
    "notification.channels.rotate_key": "channel",
    "notification.channels.send_test": "channel",
    "notification.channels.update_channel": "channel",
    "notification.deliveries": "delivery",
    "notification.inbox.mark_read": "notification",
    "notification.people.send_again": "invitation",
    "notification.people.start_reset": "user",
    "policy.runs": "held",
    "policy.service.change_policy": "policy",
    "policy.service.delete_policy": "policy",
    "policy.service.get_policy": "policy",
    "policy.service.list_results": "judged",
    "policy.service.list_versions": "judged",
    "project.invitations.revoke": "invitation",
    "project.invitations.send_again": "invitation",
    "project.service.add_member": "project",
    "project.service.get": "project",
    "project.service.list_members": "project",
    "project.service.remove_member": "member",
    "project.service.resolve": "project",
    "project.service.update_project": "project",
    "quota": "project",
    "run.approve": "asked",
    "run.confirm": "run",
    "run.create.create": "deployment",
    "run.create.retry": "ended",
    "run.override": "held",
    "run.service": "run",
    "run.service.result": "result",
    "run.stop.cancel": "queued",
    "run.stop.discard": "run",
    "run.workers": "worker",
    "template.release_admin.change_state": "version",
    "template.releases.get": "template",
}
"""Of which kind the things are that a function is about; the longest name counts."""
JUDGED: Final[dict[str, str]] = {
    "deployment.accounts.rotate": "tried",
    "deployment.accounts.test": "tried",
    "deployment.owner.transfer": "given",
    "notification.channels.create_channel": "channel_made",
    "run.approve.decide": "decided",
}
"""Functions that read the table otherwise than the kind of their things says, by a function of tests/support/judging.py."""
CODES: Final[dict[str, tuple[str, ...]]] = {
    "auth.oidc.flow.begin_link": ("invalid",),  # the provider is inside the network, which the portal does not call
    "auth.users.change_password": ("invalid",),  # a service account has no password
    "auth.second_step.confirm": ("conflict",),  # no device waits for a code
    "auth.second_step.renew_codes": ("conflict",),  # there is no second step
    "cloud_account.service.enable": ("conflict",),  # it is not disabled
    "cloud_account.trial.end_rotation": (
        "broke",
    ),  # it is given what its first half answers, which there is none of here
    "cloud_account.trial.end_test": ("broke",),
    "cloud_account.trial.try_out": ("invalid",),  # no cloud knows these credentials
    "deployment.accounts.try_out": ("invalid",),
    "deployment.actions.start_action": ("invalid",),  # the template has none
    "deployment.owner.transfer": ("invalid",),  # the deployer is nothing in the other project
    "issuer.service.trust": ("conflict",),  # an account of the sandbox trusts nobody
    "quota.archive.archive": ("conflict",),  # deployments live in it
    "run.hold.release": ("conflict",),  # nothing is held
}
"""What whoever may is told instead of a success, by its code, and why."""
OVER: Final[dict[str, tuple[int, ...]]] = {"auth.resets.start": (403,), "notification.people.start_reset": (403,)}
"""What whoever may is told of somebody who is shut out."""
BROWSER_FUNCTIONS: Final[dict[str, int]] = {
    "auth.oidc.flow.begin_link": 403,
    "auth.oidc.identities.remove": 403,
    "auth.second_step.confirm": 403,
    "auth.second_step.enrol": 403,
    "auth.second_step.remove": 403,
    "auth.second_step.renew_codes": 403,
    "auth.sessions.sign_out": 404,
}
"""For whoever is signed in with a browser, and what a token is told there."""
ARGUMENTS: Final[dict[str, dict[str, Any]]] = {
    "audit.retention.prune": {"before": datetime(2020, 1, 1, tzinfo=UTC)},
    "auth.oidc.providers.create_provider": {"request": BODIES["POST /api/v1/identity-providers"]},
    "auth.tokens.create_token": {"request": {"name": "spare"}},
    "cloud_account.service.create": {"request": BODIES["POST /api/v1/cloud-accounts"]},
    "deployment.create.create": {"request": BODIES["POST /api/v1/deployments"]},
    "deployment.unlock.unlock": {"reason": "A reason."},
    "notification.channels.create_channel": {"request": BODIES["POST /api/v1/notification-channels"]},
    "run.create.create": {"kind": "plan_only"},
    "template.release_admin.change_state": {"change": {"state": "deprecated", "message": "It is old."}},
}
"""What a function is given where the least that it takes does nothing."""
