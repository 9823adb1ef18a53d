"""Who sends events and at what: people of every role, a project of theirs, another one, and a thing of each kind in both.

Whatever can be seen of the project of theirs says "pelican" somewhere, whatever is of the other one says "quokka", so that what
comes over a websocket tells by itself what its reader got to see.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlmodel import col, select

from portal.audit import service as audit
from portal.issuer import service as issuer
from portal.kit import clock, ids
from portal.kit.db import unit_of_work
from portal.models import (
    ApiToken,
    CloudAccount,
    Deployment,
    Project,
    ProjectMember,
    Run,
    StateLock,
    TemplateAudience,
    TemplateRelease,
    TemplateVersion,
    User,
    UserSession,
    Worker,
)
from portal.policy import service as policies
from portal.policy.schemas import NewPolicy
from portal.run import archive, hold
from portal.run.schemas import AttributeChange, Counts, PlanSummary, ResourceChange
from tests.service.run import world as w
from tests.ui.wire_people import KEY, NAMES, OTHERS, OURS, WHOSE, Person, everybody, session_of

PLAN = PlanSummary(
    counts=Counts(add=1),
    has_changes=True,
    changes=[
        ResourceChange(
            address="google_storage_bucket.this",
            type="google_storage_bucket",
            name="this",
            action="create",
            attributes=[AttributeChange(path="location", after="US")],
        )
    ],
)
HELD = "azure/held"
"""What a policy holds until somebody overrides it."""
TEMPLATE, HIDDEN = "azure/storage-account", "azure/key-vault"


@dataclass
class Scene:
    """Ids of things: `things[kind][whose]`."""

    world: w.World
    other: w.World
    people: list[Person]
    hashes: Mapping[str, str]
    """Of each template's version in the folder: an event names it by that."""
    things: dict[str, dict[str, str]] = field(default_factory=dict)

    def project(self, whose: str) -> w.World:
        return self.other if whose == "other project" else self.world


def secret_key() -> str:
    return f"{KEY}:{base64.b64encode(os.urandom(32)).decode()}"


def build(hashes: Mapping[str, str]) -> Scene:
    """Everything, as rows."""
    ours, theirs = _project(OURS), _project(OTHERS)
    with unit_of_work() as session:
        request = {"name": "Never", "level": "override", "rule": "allowed_regions", "templates": [HELD]}
        settings = {"regions": ["europe-*"]}
        issuer.signing_keys(session, ours.admin)  # whoever looks first has the first one made
        policies.create_policy(session, ours.admin, NewPolicy.model_validate(request | {"settings": settings}))
    scene = Scene(ours, theirs, everybody(ours.project_id), hashes)
    for kind in MAKERS:
        scene.things[kind] = {whose: make(scene, kind, whose) for whose in WHOSE}
    _sights(scene)
    return scene


def _project(word: str) -> w.World:
    """A project with its own people, account and templates, all of which have the word in their names."""
    made = w.build()
    with unit_of_work() as session:
        project = session.get_one(Project, made.project_id)
        project.slug, project.name = f"{word}-project", f"The {word} project"
        account = _account(word, [made.project_id])
        held = TemplateVersion(
            id=ids.new_id("tv"), key=HELD, version="1.0.0", content_hash=ids.new_id("hash"), title="Held",
            archive=archive.pack(w.FILES), created_at=clock.now(),
        )  # fmt: skip
        session.add_all([account, held])
        session.flush()
        for actor in (made.admin, made.member, made.viewer, made.stranger):
            user = session.get_one(User, actor.user_id)
            user.email = f"{word}-{user.id}@example.com".lower()
        return w.World(
            made.project_id, account.id, made.template_version_id, made.admin, made.member, made.viewer, made.stranger
        )


def _account(word: str, projects: list[str] | None, **fields: Any) -> CloudAccount:
    row: dict[str, Any] = {
        "id": ids.new_id("ca"), "slug": f"{word}-{secrets.token_hex(4)}", "name": f"Account of the {word}",
        "cloud": "azure", "kind": "sandbox", "settings": {}, "created_at": clock.now(),
        "scope": {"projects": projects} if projects else None,
    }  # fmt: skip
    return CloudAccount(**row | fields)


def own(scene: Scene, person: Person) -> None:
    """What stands under `own` is this person's from now on."""
    mine = {"user": person.user_id, "at": clock.now()}
    deployments = [scene.things[kind]["own"] for kind in scene.things if kind.endswith("deployment")]
    runs = [scene.things[kind]["own"] for kind in scene.things if kind.endswith("run")]
    with unit_of_work() as session:
        run = session.connection().execute
        run(text("UPDATE run SET created_by_id = :user WHERE id = ANY(:ids)"), {**mine, "ids": runs})
        run(
            text(
                "UPDATE deployment SET owner_id = :user WHERE id = ANY(:ids)"
                " OR id IN (SELECT deployment_id FROM run WHERE id = ANY(:runs))"
            ),
            {**mine, "ids": deployments, "runs": runs},
        )


def _deployment(scene: Scene, whose: str, template: str = "azure/tiny", **fields: Any) -> str:
    world = scene.project(whose)
    word = OTHERS if whose == "other project" else OURS
    with unit_of_work() as session:
        found = select(TemplateVersion.id).where(col(TemplateVersion.key) == template)
        version = session.exec(found).first() or ""
    return w.deployment(
        world,
        name=f"{word}-{NAMES}-{secrets.token_hex(4)}",
        template_key=template,
        template_version_id=version,
        **fields,
    )


def _run(scene: Scene, whose: str, upto: str, template: str = "azure/tiny") -> str:
    world = scene.project(whose)
    deployment_id = _deployment(scene, whose, template)
    run_id = w.create(world, deployment_id).id
    if upto == "planned":
        w.planned(run_id, PLAN)
    elif upto == "running":
        w.claimed(run_id)
        with unit_of_work() as session:
            session.get_one(Run, run_id).cancel_requested_at = clock.now()
    elif upto == "ended":
        _end(run_id)
    if whose == "deleted":
        _end(run_id)
        _destroy(deployment_id)
    return run_id


def _end(run_id: str) -> None:
    with unit_of_work() as session:
        run = session.get_one(Run, run_id)
        run.status, run.ended_at = "errored", clock.now()


def _destroy(deployment_id: str) -> None:
    with unit_of_work() as session:
        row = session.get_one(Deployment, deployment_id)
        row.status, row.destroyed_at = "destroyed", clock.now()


def _deployment_of(run_id: str) -> str:
    with unit_of_work() as session:
        return session.get_one(Run, run_id).deployment_id


def _ended_deployment(scene: Scene, whose: str) -> str:
    return _deployment_of(_run(scene, whose, "ended"))


def _locked_deployment(scene: Scene, whose: str) -> str:
    deployment_id = _ended_deployment(scene, whose)
    with unit_of_work() as session:
        session.add(StateLock(deployment_id=deployment_id, lock_id="dead", info={}, created_at=clock.now()))
    return deployment_id


def _busy_deployment(scene: Scene, whose: str) -> str:
    run_id = _run(scene, whose, "running")
    if whose == "deleted":
        return _deployment_of(run_id)  # what ended holds nothing
    with unit_of_work() as session:
        row = session.get_one(Run, run_id)
        session.add(
            StateLock(deployment_id=row.deployment_id, lock_id="live", run_id=run_id, info={}, created_at=clock.now())
        )
        return row.deployment_id


def _an_account(scene: Scene, whose: str, **fields: Any) -> str:
    word = OTHERS if whose == "other project" else OURS
    gone: dict[str, Any] = {"disabled_at": clock.now()} if whose == "deleted" else {}
    row = _account(word, [scene.project(whose).project_id], **fields, **gone)
    with unit_of_work() as session:
        session.add(row)
    return row.id


def _a_user(scene: Scene, whose: str, **fields: Any) -> str:
    word = OTHERS if whose == "other project" else OURS
    gone: dict[str, Any] = {"disabled_at": clock.now()} if whose == "deleted" else {}
    user_id, at = ids.new_id("user"), clock.now()
    with unit_of_work() as session:
        session.add(
            User(
                id=user_id, email=f"{word}-{user_id}@example.com".lower(), role="viewer", created_at=at, **fields | gone
            )
        )
        session.flush()
        project_id = scene.project(whose).project_id
        session.add(ProjectMember(project_id=project_id, user_id=user_id, role="deployer", created_at=at))
    return user_id


def _a_session(scene: Scene, whose: str) -> str:
    row = session_of(_a_user(scene, whose), secrets.token_urlsafe(32))
    with unit_of_work() as session:
        session.add(row)
    return row.id


def _a_token(scene: Scene, whose: str) -> str:
    token_id = ids.new_id("token")
    with unit_of_work() as session:
        session.add(
            ApiToken(
                id=token_id,
                user_id=_a_user(scene, whose),
                name="x",
                prefix="tt_x",
                token_hash=token_id,
                created_at=clock.now(),
            )
        )
    return token_id


def _a_worker(_scene: Scene, _whose: str) -> str:
    name, at = f"worker-{secrets.token_hex(4)}", clock.now()
    with unit_of_work() as session:
        session.add(
            Worker(
                name=name,
                queues=["plan"],
                versions={"terraform": "echidna"},
                started_at=at,
                beat_at=at + timedelta(hours=1),
            )
        )
    return name


def _a_template(_scene: Scene, whose: str) -> str:
    return {"other project": HIDDEN, "deleted": "azure/nothing-any-more"}.get(whose, TEMPLATE)


def _a_hold(scene: Scene, _whose: str) -> str:
    with unit_of_work() as session:
        hold.place(session, scene.world.admin, reason="To see what happens.")
    return "hold"


def _a_draft(scene: Scene) -> str:
    with unit_of_work() as session:
        session.merge(
            TemplateRelease(
                key=HIDDEN,
                content_hash=scene.hashes[HIDDEN],
                version="0.0.1",
                state="draft",
                changed_at=clock.now(),
                changed_by="dingo-release",
            )
        )
    return HIDDEN


def give(kind: str, thing: str, person: Person) -> None:
    """Somebody's session or token becomes this person's."""
    model = {"session": UserSession, "own session": UserSession, "token": ApiToken}.get(kind)
    if model is not None:
        with unit_of_work() as session:
            session.get_one(model, thing).user_id = person.user_id


MAKERS: Final[dict[str, Any]] = {
    "planned run": lambda scene, whose: _run(scene, whose, "planned"),
    "queued run": lambda scene, whose: _run(scene, whose, "queued"),
    "running run": lambda scene, whose: _run(scene, whose, "running"),
    "ended run": lambda scene, whose: _run(scene, whose, "ended"),
    "held run": lambda scene, whose: _run(scene, whose, "planned", HELD),
    "ended deployment": _ended_deployment,
    "locked deployment": _locked_deployment,
    "busy deployment": _busy_deployment,
    "account": _an_account,
    "disabled account": lambda scene, whose: _an_account(scene, whose, suspended_at=clock.now()),
    "unused account": _an_account,
    "user": _a_user,
    "disabled user": lambda scene, whose: _a_user(scene, whose, disabled_at=clock.now()),
    "session": _a_session,
    "own session": _a_session,
    "token": _a_token,
    "worker": _a_worker,
    "template": _a_template,
    "hold": _a_hold,
    "draft": lambda scene, whose: _a_draft(scene),
}
"""A thing of each kind that handlers act on."""


def make(scene: Scene, kind: str, whose: str) -> str:
    """A new one; its id."""
    return MAKERS[kind](scene, whose)


def happen(scene: Scene, whose: str) -> str:
    """Somebody asks for something in a project while pages are open; the name of what they asked for."""
    deployment_id = _deployment_of(_run(scene, whose, "queued"))
    with unit_of_work() as session:
        return session.get_one(Deployment, deployment_id).name


def _sights(scene: Scene) -> None:
    at = clock.now()
    with unit_of_work() as session:
        session.add(User(id=ids.new_id("user"), email="wombat@example.com", role="viewer", created_at=at))
        session.add(TemplateAudience(key=HIDDEN, projects=[scene.other.project_id], changed_at=at, changed_by="x"))
        audit.record(
            session, scene.other.admin, "settings.change", object_kind="settings", object_id="x",
            detail={"note": "numbat-was-here"},
        )  # fmt: skip


def snapshot() -> dict[str, str]:
    """Every table that there is: how many rows, and a digest of them all. When somebody was last seen does not count."""
    with unit_of_work() as session:
        run = session.connection().execute
        names = [row[0] for row in run(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))]
        every = " UNION ALL ".join(_digest_of(name) for name in sorted(names))
        return {row[0]: f"{row[1]} {row[2]}" for row in run(text(every))}


def _digest_of(table: str) -> str:
    row = "(to_jsonb(t) - 'last_seen_at' - 'last_used_at')::text"
    return f"SELECT '{table}', count(*), md5(string_agg({row}, ',' ORDER BY {row})) FROM \"{table}\" t"


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The tables that are not what they were."""
    return sorted(name for name in after if before.get(name) != after[name])
