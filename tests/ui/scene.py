"""A portal with something on every page: what people, rules and runs of a company that uses it leave behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
from sqlmodel import col, select

from portal.auth.service import COOKIE
from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.models import IdentityProvider, StateLock, UserIdentity, Worker
from portal.notification import outbox, service
from portal.run import work
from portal.run.plan import summarize
from portal.run.schemas import Counts, PlanSummary, ResourceChange, RunError
from tests.service.run import world
from tests.support.pages import PEOPLE, Portal
from tests.ui.test_run_page import ADDRESS, DESTRUCTIVE, SUMMARY, Run, take
from tests.unit.cost.documents import change, machine, plan

PROJECT = "seen"
ID = "00000000-0000-0000-0000-000000000001"
SLOW = "A name so long that no list on a phone has room for it in one line, whatever it does"
COSTLY = summarize(
    plan(
        change("azurerm_linux_virtual_machine.this", before=machine(), after=machine("Standard_D4s_v5", "westeurope")),
        change("azurerm_bastion_host.this", after={"sku": "Standard", "location": "westeurope"}),
        change("azurerm_storage_account.logs", after={"account_replication_type": "LRS", "location": "eastus"}),
        change("azurerm_resource_group.this", before={"location": "westeurope"}, after=None),
    )
)
CLUSTER = {
    "mode": "managed",
    "type": "azurerm_kubernetes_cluster",
    "name": "this",
    "provider": 'provider["registry.terraform.io/hashicorp/azurerm"]',
    "instances": [{"attributes": {"id": "/x", "name": "shop", "resource_group_name": "rg-shop"}}],
}
ONLY_EUROPE = {"rule": "places", "allowed": ["westeurope"], "reason": "Our customers' data stays here."}
AZURE = {
    "name": "The company's Azure",
    "cloud": "azure",
    "settings": dict.fromkeys(("subscription_id", "tenant_id", "client_id"), ID),
    "credentials": {"method": "client_secret", "client_secret": "never asked for"},
    "secret_expires_on": "2030-01-31",
    "scope": {"projects": ["default"]},
}
DEPRECATED = {"state": "deprecated", "message": "Nobody looks after it.", "replaced_by": "azure/public-ip"}


@dataclass
class Scene:
    """`at` fills the variable parts of addresses: ids of what there is, by names."""

    portal: Portal
    at: dict[str, str] = field(default_factory=dict)

    def as_member(self, method: str, path: str, body: Any = None) -> Any:
        """What the API answers to the member."""
        headers = {"Cookie": f"{COOKIE}={self.portal.cookies['member']}", "Origin": self.portal.url}
        answer = httpx.request(method, f"{self.portal.url}/api/v1{path}", json=body, headers=headers, timeout=60)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def deploy(self, name: str, template: str = "azure/storage-account", /, **values: Any) -> tuple[str, str]:
        """A deployment of the member's, and its first run."""
        values = values or {"name": f"acme{name.replace('-', '')}"[:24], "location": "westeurope"}
        body = {"name": name, "project": PROJECT, "template": template, "values": values, "ttl": "20d"}
        made = self.as_member("POST", "/deployments", {**body, "cloud_account": "sandbox-azure"})
        return made["deployment"]["id"], made["run"]["id"]

    def planned(self, name: str, summary: PlanSummary) -> str:
        """A run of the member's with a plan."""
        run_id = self.deploy(name)[1]
        take(run_id).finish_plan(summary)
        self.at[name] = run_id
        return run_id


def destroying(count: int) -> PlanSummary:
    """A plan that deletes so many."""
    kind = "azurerm_storage_account"
    gone = [ResourceChange(address=f"{kind}.this[{n}]", type=kind, name="this", action="delete") for n in range(count)]
    return PlanSummary(counts=Counts(destroy=count), has_changes=True, changes=gone)


def make(portal: Portal) -> Scene:
    """Fill the portal. This process stands at its database and Redis, as a worker does."""
    scene = Scene(portal)
    _project(portal)
    _templates(scene)
    _rules(scene)
    _people(scene)
    _outward(scene)
    _runs(scene)
    _live_deployment(scene)
    _inbox(scene)
    return scene


def _project(portal: Portal) -> None:
    portal.api("POST", "/projects", {"name": "Seen by all", "slug": PROJECT})
    portal.api("PATCH", f"/projects/{PROJECT}", {"production": True})
    for who, role in (("member", "deployer"), ("viewer", "viewer")):
        portal.api("POST", f"/projects/{PROJECT}/members", {"user": PEOPLE[who], "role": role})
    quota = {"deployments": 10, "resources": 40, "monthly_budget": 900, "run_limit": 4}
    portal.api("PATCH", f"/projects/{PROJECT}/quota", quota)
    fixed = {"rule": "fixed", "variable": "tier", "value": "premium", "templates": ["azure/every-type"]}
    tags = {"rule": "tags", "tags": {"cost-centre": "4711"}, "reason": "For the bill."}
    rules = [ONLY_EUROPE | {"templates": ["azure/virtual-*"]}, fixed, tags, {"rule": "ttl", "longest": "30d"}]
    body = {"templates": {"allow": ["*"], "deny": ["gcp/gke-*"]}, "guardrails": rules}
    portal.api("PUT", f"/projects/{PROJECT}/guardrails", body)
    portal.api("POST", "/projects", {"name": SLOW, "slug": "put-away"})
    portal.api("POST", "/projects/put-away/archive", {})


def _templates(scene: Scene) -> None:
    portal = scene.portal
    path = "/admin/templates/gcp/cloud-dns"
    (version, *_) = portal.api("GET", path)["versions"]
    scene.at["version"] = version["version"]
    portal.api("PUT", f"{path}/versions/{version['content_hash']}", DEPRECATED)


def _rules(scene: Scene) -> None:
    portal = scene.portal
    never = "!has(change.after.location) || change.after.location != 'eastus'"
    cel = {"rule": "expression", "settings": {"expression": never, "form": "each", "message": "Not in the east."}}
    only = {"projects": [PROJECT]}
    made = portal.api("POST", "/policies", {"name": "Not in the east", **cel, **only})
    scene.at["policy"] = made["id"]
    limit = {"name": "Few at once", "rule": "change_limit", "settings": {"changed": 50, "destroyed": 3}}
    portal.api("POST", "/policies", {**limit, "level": "override", "description": "Ask before a clearing.", **only})
    never_more = {"name": "Never", "level": "mandatory", "settings": {"changed": 50, "destroyed": 8}}
    portal.api("POST", "/policies", {**limit, **never_more, **only})
    portal.api("POST", "/policies", {**limit, "name": SLOW[:80], "enabled": False})
    scope = {"kind": "projects", "projects": [PROJECT]}
    people = {"group": "admin", "number": 1}
    rule = {"name": "What is deleted", "when": {"destroy": True, "cost_above": 500}, "scope": scope}
    scene.at["rule"] = portal.api("POST", "/approval-rules", {**rule, "approvers": people})["id"]
    named = {"group": "people", "number": 2, "people": [PEOPLE["viewer"], PEOPLE["admin"]]}
    types = {"resource_types": ["azurerm_key_vault*"], "public_exposure": True}
    portal.api("POST", "/approval-rules", {"name": SLOW, "enabled": False, "when": types, "approvers": named})


def _people(scene: Scene) -> None:
    portal = scene.portal
    role = {"kind": "project", "name": "releaser", "title": "Releaser", "description": "Confirms what others planned."}
    portal.api("POST", "/roles", {**role, "actions": ["run.confirm", "run.cancel"]})
    portal.api("POST", "/roles", {"kind": "organisation", "title": "Looks after prices", "actions": ["audit.read"]})
    robot = portal.api("POST", "/service-accounts", {"name": "Nightly build", "role": "member"})
    portal.api("POST", f"/projects/{PROJECT}/members", {"user": robot["id"], "role": "releaser"})
    tokens = {"name": "Cron", "project": PROJECT, "actions": ["run.read"], "expires_in_days": 7, "user_id": robot["id"]}
    portal.api("POST", "/tokens", tokens)
    portal.api("POST", "/tokens", {"name": "My laptop", "expires_in_days": 30})
    scene.as_member("POST", "/tokens", {"name": "Backups", "scope": "read", "expires_in_days": 90})
    gone = portal.api("POST", "/users", {"email": "gone@example.com", "name": "Gone Long Ago", "role": "viewer"})
    portal.api("PATCH", f"/users/{gone['id']}", {"disabled": True})
    there = [{"project": PROJECT, "role": "deployer"}]
    invited = portal.api("POST", "/invitations", {"email": "new@example.com", "name": "New", "memberships": there})
    member = next(item["id"] for item in portal.api("GET", "/users")["items"] if item["email"] == PEOPLE["member"])
    reset = portal.api("POST", f"/users/{member}/reset", {})
    links = {"invite": invited["link"], "reset": reset["link"]}
    scene.at |= {name: link.rpartition("#")[2] for name, link in links.items()}
    scene.at |= {"user": member, "robot": robot["id"]}


def _outward(scene: Scene) -> None:
    portal = scene.portal
    for kind, title in (("oidc", "Staff"), ("google", "Partners")):
        issuer = "https://login.example.test" if kind == "oidc" else ""
        rules = {"allowed_domains": ["example.com"]}
        body = {"kind": kind, "title": title, "issuer": issuer, "client_id": "terrace", "client_secret": "not a secret"}
        portal.api("POST", "/identity-providers", {**body, "rules": rules, "enabled": kind == "google"})
    events = ["run.errored", "approval.requested"]
    hook = {"name": "Operations", "kind": "webhook", "url": "https://hooks.example.test/a", "events": events}
    made = portal.api("POST", "/notification-channels", hook)
    mail = {"name": SLOW, "kind": "mail", "addresses": ["team@example.com"], "events": events, "project": PROJECT}
    portal.api("POST", "/notification-channels", mail)
    portal.api("POST", f"/notification-channels/{made['id']}/test", {})
    scene.at["account"] = portal.api("POST", "/cloud-accounts", AZURE)["slug"]


def _runs(scene: Scene) -> None:
    """A run in each stage. Those that stay planned come first: what waits has deployments of its own."""
    portal, at = scene.portal, scene.at
    scene.planned("waiting", COSTLY)
    scene.planned("agreed", DESTRUCTIVE)
    _decide(portal, at["agreed"], "approve", "Looked at it with the team.")
    scene.planned("refused", DESTRUCTIVE)
    _decide(portal, at["refused"], "reject", "Not in this week.")
    scene.planned("held", destroying(4))
    scene.planned("denied", destroying(9))
    _failed(scene)
    at["canceled"] = scene.deploy("canceled")[1]
    scene.as_member("POST", f"/runs/{at['canceled']}/cancel")
    scene.planned("going", SUMMARY)
    run = take(_confirmed(scene, "going"), "apply")
    run.resource("running")
    run.write(40)


def _confirmed(scene: Scene, name: str) -> str:
    scene.as_member("POST", f"/runs/{scene.at[name]}/confirm")
    return scene.at[name]


def _decide(portal: Portal, run_id: str, decision: str, reason: str) -> None:
    asked = portal.api("GET", f"/runs/{run_id}/approval")
    portal.api("POST", f"/runs/{run_id}/approval", {"decision": decision, "reason": reason, "plan": asked["plan"]})


def _failed(scene: Scene) -> None:
    scene.at["broken"], run_id = scene.deploy("failed")
    scene.at["failed"] = run_id
    run: Run = take(run_id)
    run.write(12)
    error = RunError(
        summary="The name is taken",
        detail="StorageAccountAlreadyTaken: The storage account named acme is already taken.",
        address=ADDRESS,
        explanation="Names of storage accounts are shared by all customers of the cloud.",
        next_step="Choose another name.",
    )
    with unit_of_work() as session:
        assert work.fail(session, run_id, run.claim, error=error)


def _live_deployment(scene: Scene) -> None:
    """A cluster: it has outputs, resources, actions, and a run that made it."""
    deployment, run_id = scene.deploy("alive", "azure/aks-cluster", name="shop", location="westeurope")
    scene.at |= {"deployment": deployment, "applied": run_id}
    take(run_id).finish_plan(SUMMARY)
    _confirmed(scene, "applied")
    job = world.claimed(run_id, "apply")
    Run(run_id, job.claim).resource("done", elapsed_seconds=3, id="/subscriptions/x/cluster")
    outputs = {
        "endpoint": {"value": "https://shop.example.com", "type": "string"},
        "key": {"value": "not-a-secret", "type": "string", "sensitive": True},
        "settings": {"value": {"nodes": 3, "zones": ["1", "2"]}, "type": "dynamic"},
    }
    world.write_state(job, world.state_body(resources=[CLUSTER], outputs=outputs))
    with unit_of_work() as session:
        assert work.finish_apply(session, run_id, job.claim, applied=1)


def _inbox(scene: Scene) -> None:
    """What only workers and providers bring about."""
    me = scene.portal.api("GET", "/me")["id"]
    scene.portal.api("PUT", "/system/hold", {"reason": "We look at the bill first."})
    with unit_of_work() as session:
        service.notify(session, "worker.lost", people=[me], worker="runner-1")
        work.register_worker(session, name="builder@host", queues=["plan", "apply"], concurrency=2)
    outbox.work_off()
    with unit_of_work() as session:
        worker = session.exec(select(Worker).where(col(Worker.name) == "builder@host")).one()
        worker.beat_at = clock.now() + timedelta(hours=2)  # nobody beats for it while pages are looked at
        provider = session.exec(select(IdentityProvider).where(col(IdentityProvider.slug) == "partners")).one()
        known = UserIdentity(
            id="identity-of-ada", provider_id=provider.id, subject="ada", user_id=me, label="ada@example.com",
            created_at=clock.now(),
        )  # fmt: skip
        left = StateLock(
            deployment_id=scene.at["broken"], lock_id="left", run_id=scene.at["failed"], created_at=clock.now()
        )
        session.add_all([worker, known, left])
