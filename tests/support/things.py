"""What there is in the company of tests/support/company.py, by real ids: of every kind one's own, others', and what is no more.

Places: `own`, made by whoever asks; `same`, somebody else's in the same project, or simply there; `other`, in a project that
they are nothing in; `gone`, destroyed, deleted, revoked, ended. Both matrices of authorisation ask for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal

from sqlmodel import Session, SQLModel, col, select

from portal.approval import keep, links
from portal.approval.schemas import RuleInput
from portal.auth import custom_roles, tokens
from portal.auth import service as auth
from portal.auth.account_schemas import NewInvitation
from portal.auth.oidc import providers
from portal.auth.oidc.schemas import NewProvider
from portal.auth.schemas import SYSTEM, Actor, NewRole, NewServiceAccount
from portal.auth.sessions import digest
from portal.cloud_account import service as accounts
from portal.cloud_account.schemas import NewCloudAccount, Scope
from portal.deployment import service as deployments
from portal.deployment.schemas import DeploymentRequest
from portal.kit import clock, ids
from portal.kit.db import unit_of_work
from portal.models import (
    ApprovalRequest,
    Deployment,
    IdentityProvider,
    Notification,
    PolicyResult,
    Run,
    RunPlan,
    StateLock,
    StateVersion,
    User,
    UserIdentity,
    UserSession,
    Worker,
)
from portal.notification import channels
from portal.notification.schemas import NewChannel
from portal.policy import service as policies
from portal.policy.schemas import NewPolicy
from portal.project import invitations, limits
from portal.run.schemas import Counts, PlanSummary, ResourceChange
from portal.template import service as templates
from tests.service.run import world as w
from tests.support import company
from tests.support.company import Person

Place = Literal["own", "same", "other", "gone"]
Places = dict[Place, dict[str, str]]
Things = Mapping[str, Places]
"""Of each kind, what stands for its parameters in a route or a function."""
NOWHERE: Final = "https://127.0.0.1:9"
"""Where an identity provider is that is not asked: the portal calls nothing inside the network."""
DELETION: Final = ResourceChange(address="a.b", type="a", name="b", action="delete")


@dataclass(frozen=True)
class Scene:
    """Everybody, and what there is for each of them."""

    people: dict[str, Person]
    project_ids: dict[str, str]
    shared: dict[str, Places]
    owned: dict[str, dict[str, Places]]
    """By the name of the person."""

    def things(self, person: Person) -> Things:
        """What there is, as this person sees it: their own, and what is there for everybody."""
        mine = self.owned.get(person.name, {})
        return {kind: {**self.shared.get(kind, {}), **mine.get(kind, {})} for kind in {*self.shared, *mine}}


def build() -> Scene:
    """The company at work."""
    with unit_of_work() as session:
        accounts.ensure_sandbox_accounts(session)
    project_ids = company.found_projects()
    hired = company.hire(project_ids)
    with unit_of_work() as session:
        limits.write(session, project_ids["old"], {"archived_at": clock.now(), "archived_by": "Terrace"})
        admin, colleague = hired["admin"].actor(session), hired["colleague"].actor(session)
        shared = {**_of_the_portal(session, hired), **_of_projects(session, admin, hired, project_ids)}
    originals = _Originals(colleague)
    owned: dict[str, dict[str, Places]] = {}
    with unit_of_work() as session:
        shared |= originals.everywhere(session, hired, project_ids)
        for person in hired.values():
            if person.user_id:
                own = originals.own(session, person, project_ids["shop"])
                owned[person.name] = own | _own(session, person, own["asked"]["own"]["run_id"])
        for kind, places in _of_colleagues(owned, hired).items():
            shared[kind] = {**shared.get(kind, {}), **places}
    return Scene(hired, project_ids, shared, owned)


class _Originals:
    """Deployments with a run as services make them, of which everybody has copies. A `run` waits for a person, `asked` for an
    approval, `held` for somebody to override a policy, `queued` for a worker; `ended` failed, `result` left a key to keep."""

    def __init__(self, colleague: Actor) -> None:
        with unit_of_work() as session:
            when = {"name": "Deletions", "when": {"destroy": True}, "approvers": {"group": "approver", "number": 1}}
            keep.create_rule(session, SYSTEM, RuleInput.model_validate(when))
            limit = {"name": "No deletion", "rule": "change_limit", "settings": {"destroyed": 0}, "level": "override"}
            policies.create_policy(session, SYSTEM, NewPolicy.model_validate(limit))
        plan = _planned(colleague, "run", PlanSummary(counts=Counts(add=2), has_changes=True))
        self._ids = {
            **dict.fromkeys(("deployment", "run", "queued", "ended", "result"), plan),
            "asked": _planned(colleague, "asked", PlanSummary(counts=Counts(destroy=1), has_changes=True)),
            "held": _planned(colleague, "held", PlanSummary(counts=Counts(), has_changes=True, changes=[DELETION])),
        }

    def everywhere(
        self, session: Session, hired: Mapping[str, Person], project_ids: Mapping[str, str]
    ) -> dict[str, Places]:
        """Somebody else's, in the same project and in another one, and what is over: the row of it stays to be read."""
        return {
            kind: {
                "same": self._copy(session, kind, project_ids["shop"], hired["colleague"]),
                "other": self._copy(session, kind, project_ids["other"], hired["neighbour"]),
                "gone": self._copy(session, kind, project_ids["shop"], hired["colleague"], gone=True),
            }
            for kind in self._ids
        }

    def own(self, session: Session, person: Person, project_id: str) -> dict[str, Places]:
        """What this person asked for, in the project that they are something in (or were)."""
        return {kind: {"own": self._copy(session, kind, project_id, person)} for kind in self._ids}

    def _copy(
        self, session: Session, kind: str, project_id: str, owner: Person, *, gone: bool = False
    ) -> dict[str, str]:
        """The same deployment and run, of somebody else's, or over."""
        original, made = self._ids[kind], {"deployment_id": ids.new_id("dep"), "run_id": ids.new_id("run")}
        over: dict[str, Any] = {"status": "destroyed", "destroyed_at": clock.now()} if gone else {}
        _again(
            session, session.get_one(Deployment, original[0]), id=made["deployment_id"], project_id=project_id,
            name=made["deployment_id"].lower(), owner_id=owner.user_id, **over,
        )  # fmt: skip
        _again(
            session, session.get_one(Run, original[1]), id=made["run_id"], deployment_id=made["deployment_id"],
            project_id=project_id, created_by_kind="user", created_by_id=owner.user_id, **_state(kind, gone=gone),
        )  # fmt: skip
        session.add_all(_held(made["deployment_id"], locked=kind == "deployment" and not gone))
        for model in (RunPlan, PolicyResult, ApprovalRequest):
            for row in session.exec(select(model).where(col(model.run_id) == original[1])).all():
                _again(session, row, **_about(row, made["run_id"], project_id, owner))
        return made


def _state(kind: str, *, gone: bool) -> dict[str, Any]:
    """Where the run of this kind is."""
    ended: dict[str, Any] = {"ended_at": clock.now()}
    if kind == "result":
        action = {
            "name": "keys",
            "title": "Keys",
            "address": "x.y",
            "tool": "az",
            "arguments": ["keys"],
            "result": "Keys",
        }
        return {**ended, "kind": "action", "status": "applied", "action": action, "result": None if gone else b"a key"}
    if gone:
        return {**ended, "status": "discarded"}
    return {"queued": {"status": "plan_queued"}, "ended": {**ended, "status": "errored"}}.get(kind, {})


def _held(deployment_id: str, *, locked: bool) -> list[SQLModel]:
    """The state that the plan was made against, and a lock on it that nobody holds any more."""
    state = StateVersion(
        id=ids.new_id("sv"), deployment_id=deployment_id, n=1, serial=1, lineage="l", md5="", size=2, data=b"{}",
        outputs={"size": {"value": 3, "sensitive": False, "type": "number"}}, created_at=clock.now(),
    )  # fmt: skip
    lock = StateLock(deployment_id=deployment_id, lock_id="l", info={}, created_at=clock.now())
    return [state, lock] if locked else [state]


def _planned(actor: Actor, name: str, summary: PlanSummary) -> tuple[str, str]:
    request = DeploymentRequest.model_validate(
        {
            "name": name,
            "template": "azure/thing",
            "cloud_account": "sandbox-azure",
            "project": "shop",
            "values": {"size": 3},
        }
    )
    with unit_of_work() as session:
        made = deployments.create(session, actor, request)
    w.planned(made.run.id, summary)
    with unit_of_work() as session:
        plan = session.get_one(RunPlan, made.run.id)
        plan.state_serial, plan.state_lineage = 1, "l"
    return made.deployment.id, made.run.id


def _about(row: SQLModel, run_id: str, project_id: str, owner: Person) -> dict[str, Any]:
    if not isinstance(row, ApprovalRequest):
        return {"run_id": run_id}
    return {"run_id": run_id, "id": ids.new_id("apr"), "project_id": project_id, "requesters": [owner.user_id]}


def _again(session: Session, row: SQLModel, **changed: Any) -> None:
    session.add(type(row)(**{**{name: getattr(row, name) for name in type(row).model_fields}, **changed}))
    session.flush()


def _of_the_portal(session: Session, hired: Mapping[str, Person]) -> dict[str, Places]:
    """What no project has: who may see it may see all of it."""
    rule = {"name": "Spare", "when": {"destroy": True}, "enabled": False}
    rules = [keep.create_rule(session, SYSTEM, RuleInput.model_validate(rule)).id for _ in range(2)]
    keep.delete_rule(session, SYSTEM, rules[1])
    judged = [{"name": f"Spare {n}", "rule": "change_limit", "settings": {"destroyed": 99}} for n in range(2)]
    kept = [policies.create_policy(session, SYSTEM, NewPolicy.model_validate(item)).id for item in judged]
    policies.delete_policy(session, SYSTEM, kept[1])
    vouching = [
        providers.create_provider(session, SYSTEM, NewProvider(title=title, issuer=NOWHERE, client_id="terrace")).id
        for title in ("Spare", "Former")
    ]
    providers.delete_provider(session, SYSTEM, vouching[1])
    for title in ("spare", "former"):
        custom_roles.create_role(session, SYSTEM, NewRole(kind="project", title=title, actions=["run.read"]))
    custom_roles.delete_role(session, SYSTEM, "project", "former")
    robot = auth.create_service_account(session, SYSTEM, NewServiceAccount(name="spare")).id
    invited = [
        invitations.invite(session, SYSTEM, NewInvitation(email=f"invited{n}@example.com", memberships=[])).id
        for n in range(2)
    ]
    invitations.revoke(session, SYSTEM, invited[1])
    session.add(
        Worker(
            name="w9", queues=["plan"], versions={}, started_at=clock.now(), beat_at=clock.now() + timedelta(hours=1)
        )
    )
    template = {"cloud": "azure", "name": "thing"}
    version = {**template, "content_hash": templates.get_template("azure/thing").content_hash}
    return {
        "rule": {"same": {"rule_id": rules[0]}, "gone": {"rule_id": rules[1]}},
        "policy": {"same": {"policy_id": kept[0]}, "gone": {"policy_id": kept[1]}},
        "judged": {"same": {"policy_id": kept[0]}, "gone": {"policy_id": kept[1]}},
        "provider": {
            "same": {"provider": vouching[0], "slug": "spare"},
            "gone": {"provider": vouching[1], "slug": "former"},
        },
        "role": {"same": {"kind": "project", "name": "spare"}, "gone": {"kind": "project", "name": "former"}},
        "token": {"other": {"token_id": _token(session, session.get_one(User, robot))}},
        "service_account": {"same": {"account_id": robot}, "gone": {"account_id": hired["colleague"].user_id}},
        "invitation": {"same": {"invitation_id": invited[0]}, "gone": {"invitation_id": invited[1]}},
        "user": {"same": {"user_id": hired["colleague"].user_id}, "gone": {"user_id": hired["disabled"].user_id}},
        "worker": {"same": {"name": "w9"}, "gone": {"name": "w8"}},
        "text": {"same": {"event": "run.applied", "part": "subject"}},
        "template": {"same": template, "gone": {**template, "name": "former"}},
        "offered": {
            "same": {**template, "project": "shop"},
            "other": {**template, "project": "other"},
            "gone": {**template, "name": "former", "project": "shop"},
        },
        "version": {"same": version, "gone": {**version, "content_hash": "former"}},
    }


def _of_projects(
    session: Session, admin: Actor, hired: Mapping[str, Person], project_ids: Mapping[str, str]
) -> dict[str, Places]:
    found: dict[str, Places] = {"channel": {}, "delivery": {}, "account": {}}
    where: dict[Place, str] = {"same": "shop", "other": "other", "gone": "shop"}
    for place, project in where.items():
        channel = _channel(session, project)
        found["channel"][place] = {"channel_id": channel}
        found["delivery"][place] = {"delivery_id": channels.send_test(session, SYSTEM, channel).id}
        if place == "gone":
            channels.delete_channel(session, SYSTEM, channel)
    scope: dict[Place, Scope | None] = {
        "same": Scope(projects=["shop"]),
        "other": Scope(projects=["other"]),
        "gone": None,
    }
    for place, wanted in scope.items():
        request = NewCloudAccount(name=f"Account {place}", cloud="azure", kind="sandbox", scope=wanted)
        made = accounts.create(session, admin, request).id
        found["account"][place] = {"account": made, "account_id": made}
    accounts.delete(session, admin, found["account"]["gone"]["account"])
    found["project"] = {"same": {"project": "shop"}, "other": {"project": "other"}, "gone": {"project": "old"}}
    found["member"] = {
        "same": {"project": "shop", "user_id": hired["colleague"].user_id},
        "other": {"project": "other", "user_id": hired["neighbour"].user_id},
        "gone": {"project": "shop", "user_id": hired["outsider"].user_id},
    }
    return found


def _channel(session: Session, project: str) -> str:
    request = {
        "name": project, "kind": "webhook", "events": ["run.applied"], "url": "https://hooks.example.com/x", "project": project,
    }  # fmt: skip
    return channels.create_channel(session, SYSTEM, NewChannel.model_validate(request)).id


def _own(session: Session, person: Person, asked: str) -> dict[str, Places]:
    """What belongs to one account: tokens, sessions, notifications, identities, links to what waits for them."""
    user = session.get_one(User, person.user_id)
    found: dict[str, Places] = {
        "token": {
            "own": {"token_id": _token(session, user)},
            "gone": {"token_id": _token(session, user, revoked=True)},
        },
        "notification": {"own": {"notification_id": _notification(session, user)}},
        "identity": {"own": {"identity_id": _identity(session, user)}},
        "link": {"own": {"link": links.make(session, asked, user.id).partition("=")[2]}},
    }
    if person.kind == "browser":
        ended = _session(session, user)
        session.get_one(UserSession, ended).revoked_at = clock.now()
        found["session"] = {"own": {"session_id": _session(session, user)}, "gone": {"session_id": ended}}
    return found


def _of_colleagues(owned: Mapping[str, Mapping[str, Places]], hired: Mapping[str, Person]) -> dict[str, Places]:
    """What belongs to somebody else's account."""
    theirs = owned["colleague"]
    former = {"notification_id": "ntf-former", "identity_id": "idy-former", "link": "apl-former.x"}
    found: dict[str, Places] = {
        kind: {"same": theirs[kind]["own"]} for kind in ("token", "session", "notification", "identity", "link")
    }
    for name, gone in former.items():
        found[name.removesuffix("_id")]["gone"] = {name: gone}
    whose = {"user_id": hired["colleague"].user_id}
    return {
        **found,
        "user_session": {
            "same": {**whose, **theirs["session"]["own"]},
            "other": {**whose, **owned["neighbour"]["session"]["own"]},
            "gone": {**whose, **theirs["session"]["gone"]},
        },
    }


def _token(session: Session, user: User, *, revoked: bool = False) -> str:
    row = tokens.add_token(
        session, user, ids.new_id("tt"), name="spare", scope="write", expires_at=clock.now() + timedelta(days=1)
    )
    row.revoked_at = clock.now() if revoked else None
    return row.id


def _session(session: Session, user: User) -> str:
    return digest(auth.open_for(session, user, ip="192.0.2.1", user_agent="test").cookie)


def _notification(session: Session, user: User) -> str:
    row = Notification(
        id=ids.new_id("ntf"), event_id=ids.new_id("evt"), user_id=user.id, event="run.applied", title="Done",
        created_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    return row.id


def _identity(session: Session, user: User) -> str:
    provider = session.exec(select(IdentityProvider.id)).first() or ""
    row = UserIdentity(
        id=ids.new_id("idy"), provider_id=provider, subject=user.id, user_id=user.id, created_at=clock.now()
    )
    session.add(row)
    return row.id
