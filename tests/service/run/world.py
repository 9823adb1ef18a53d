"""A small world for tests of runs: people, a project, a cloud account, a template, deployments. Rows only, no servers."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from portal.auth.permissions import Role
from portal.auth.schemas import Actor
from portal.cloud_account import service as cloud_account_service
from portal.kit import clock, ids
from portal.kit.db import unit_of_work
from portal.models import (
    CloudAccount,
    Deployment,
    Project,
    ProjectMember,
    Run,
    RunEvent,
    StateVersion,
    TemplateVersion,
    User,
)
from portal.run import archive, service, work
from portal.run.lifecycle import Kind
from portal.run.schemas import Counts, Job, PlanSummary, RunView
from portal.state import service as state_service

FILES = {
    "main.tf": b'resource "terraform_data" "this" {\n  input = var.size\n}\n',
    "variables.tf": b'variable "size" {\n  type = number\n  default = 1\n  description = "How many."\n}\n'
    b'variable "password" {\n  type = string\n  default = null\n  sensitive = true\n  description = "Secret."\n}\n',
    "outputs.tf": b'output "size" {\n  value = var.size\n  description = "How many."\n}\n',
}
CHANGES = PlanSummary(counts=Counts(add=2, change=1, destroy=1, replace=1), has_changes=True)
NOTHING = PlanSummary()


@dataclass(frozen=True)
class World:
    """Who and what there is. `stranger` is a member of the portal, but of no project here."""

    project_id: str
    account_id: str
    template_version_id: str
    admin: Actor
    member: Actor
    viewer: Actor
    stranger: Actor


def build() -> World:
    """Make one; several fit in a database."""
    with unit_of_work() as session:
        project = Project(id=ids.new_id("project"), slug=ids.new_id("p").lower(), name="Test", created_at=clock.now())
        session.add(project)
        cloud_account_service.ensure_sandbox_accounts(session)
        account = session.exec(select(CloudAccount).where(col(CloudAccount.slug) == "sandbox-azure")).one()
        template = TemplateVersion(
            id=ids.new_id("tv"),
            key="azure/tiny",
            version="1.0.0",
            content_hash=ids.new_id("hash"),
            title="Tiny",
            archive=archive.pack(FILES),
            created_at=clock.now(),
        )
        session.add(template)
        session.flush()
        return World(
            project.id,
            account.id,
            template.id,
            admin=user(session, None, "admin"),
            member=user(session, project.id, "member"),
            viewer=user(session, project.id, "viewer"),
            stranger=user(session, None, "member"),
        )


def user(session: Session, project_id: str | None, role: Role) -> Actor:
    """A user with this role, in the project too if one is named."""
    user_id = ids.new_id("user")
    session.add(User(id=user_id, email=f"{user_id}@example.test".lower(), role=role, created_at=clock.now()))
    session.flush()
    if project_id:
        session.add(ProjectMember(project_id=project_id, user_id=user_id, role=role, created_at=clock.now()))
        session.flush()
    return Actor("user", user_id, f"{user_id}@example.test".lower(), role, user_id)


def deployment(world: World, **fields: Any) -> str:
    """The id of a new deployment."""
    row: dict[str, Any] = {
        "id": ids.new_id("dep"),
        "name": ids.new_id("d").lower(),
        "project_id": world.project_id,
        "cloud_account_id": world.account_id,
        "template_key": "azure/tiny",
        "template_version_id": world.template_version_id,
        "values": {"size": 3, "password": "hunter2-hunter2"},
        "owner_id": world.member.user_id,
        "created_at": clock.now(),
        "updated_at": clock.now(),
    }
    with unit_of_work() as session:
        session.add(Deployment(**(row | fields)))
    return (row | fields)["id"]


def create(world: World, deployment_id: str, kind: Kind = "plan_and_apply", **given: Any) -> RunView:
    with unit_of_work() as session:
        return service.create(session, world.member, deployment_id=deployment_id, kind=kind, **given)


def claim(run_id: str, phase: Any = "plan", worker: str = "w1") -> Job | None:
    with unit_of_work() as session:
        return work.claim(session, run_id, phase=phase, worker=worker)


def take(queues: Collection[str] = ("plan", "apply"), worker: str = "w1") -> Job | None:
    """Be a worker with a free slot: take what is next in line."""
    with unit_of_work() as session:
        return work.claim_next(session, queues=queues, worker=worker)


def claimed(run_id: str, phase: Any = "plan") -> Job:
    """Claim what must be there to claim."""
    job = claim(run_id, phase)
    assert job is not None
    return job


def planned(run_id: str, summary: PlanSummary = CHANGES) -> Job:
    """Carry out the plan phase."""
    job = claimed(run_id)
    with unit_of_work() as session:
        assert work.finish_plan(session, run_id, job.claim, plan_file=b"PLAN", lock_file=b"LOCK", summary=summary)
    return job


def confirm(world: World, run_id: str) -> RunView:
    with unit_of_work() as session:
        return service.confirm(session, world.member, run_id=run_id)


def applied(world: World, run_id: str) -> None:
    """Carry a queued run to its end."""
    planned(run_id)
    confirm(world, run_id)
    job = claimed(run_id, "apply")
    with unit_of_work() as session:
        assert work.finish_apply(session, run_id, job.claim, applied=4)


def get(world: World, run_id: str, actor: Actor | None = None) -> RunView:
    with unit_of_work() as session:
        return service.get(session, actor or world.admin, run_id=run_id)


def status(run_id: str) -> str:
    with unit_of_work() as session:
        return session.exec(select(col(Run.status)).where(col(Run.id) == run_id)).one()


def events(run_id: str) -> list[RunEvent]:
    with unit_of_work() as session:
        return list(session.exec(select(RunEvent).where(col(RunEvent.run_id) == run_id).order_by(col(RunEvent.n))))


def row(model: Any, key: str) -> Any:
    """A table's row, read now."""
    with unit_of_work() as session:
        return session.get(model, key)


def expire_lease(run_id: str) -> None:
    """As if the worker had been silent for longer than the lease."""
    with unit_of_work() as session:
        run = session.get_one(Run, run_id)
        run.lease_expires_at = session.exec(select(func.clock_timestamp())).one() - timedelta(seconds=1)


def state_body(serial: int = 1, lineage: str = "lineage-1", **extra: Any) -> bytes:
    """A Terraform state with one resource and two outputs."""
    return json.dumps(
        {
            "version": 4,
            "terraform_version": "1.11.4",
            "serial": serial,
            "lineage": lineage,
            "outputs": {
                "size": {"value": 3, "type": "number"},
                "key": {"value": "s3cret-key", "type": "string", "sensitive": True},
            },
            "resources": [
                {
                    "mode": "managed",
                    "type": "terraform_data",
                    "name": "this",
                    "provider": 'provider["terraform.io/builtin/terraform"]',
                    "instances": [{"schema_version": 0, "attributes": {"id": "abc", "input": "hidden-attribute"}}],
                }
            ],
        }
        | extra
    ).encode()


def write_state(job: Job, body: bytes, *, lock_id: str = "lock-1") -> int:
    """Lock, write and unlock as Terraform does."""
    given = {"deployment_id": job.deployment_id, "bearer": job.state_token.reveal()}
    with unit_of_work() as session:
        state_service.lock(session, **given, info={"ID": lock_id, "Operation": "OperationTypeApply", "Who": "w"})
        number = state_service.write(session, **given, body=body, lock_id=lock_id)
        state_service.unlock(session, **given, lock_id=lock_id)
        return number


def put_state(deployment_id: str, serial: int, lineage: str = "lineage-1") -> None:
    """A state that no run wrote, as a restore would make it."""
    with unit_of_work() as session:
        newest = select(func.max(StateVersion.n)).where(col(StateVersion.deployment_id) == deployment_id)
        session.add(
            StateVersion(
                id=ids.new_id("sv"),
                deployment_id=deployment_id,
                n=(session.exec(newest).one() or 0) + 1,
                serial=serial,
                lineage=lineage,
                md5="",
                size=2,
                outputs={},
                data=b"{}",
                created_at=clock.now(),
            )
        )


def seconds_ago(column: str, run_id: str, seconds: float) -> None:
    """Move one of a run's times back."""
    with unit_of_work() as session:
        session.connection().execute(
            text(f"UPDATE run SET {column} = {column} - make_interval(secs => :s) WHERE id = :id"),
            {"s": seconds, "id": run_id},
        )
