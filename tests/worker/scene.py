"""Templates of the builtin provider only, and the steps of a run as short words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from portal.kit import clock, ids
from portal.kit.db import unit_of_work
from portal.models import Deployment, TemplateVersion, Worker
from portal.run import archive, service
from portal.run.lifecycle import Kind, PhaseName
from portal.run.schemas import PlanSummary, RunView
from portal.state import service as state_service
from tests.service.run import world
from worker import executor

TWO = {
    "main.tf": b"""
resource "terraform_data" "first" {
  input = { size = var.size, password = var.password }
}

resource "terraform_data" "second" {
  input            = "after ${terraform_data.first.id}"
  triggers_replace = var.size
}
""",
    "variables.tf": b"""
variable "size" {
  type        = number
  description = "How many."

  validation {
    condition     = var.size < 100
    error_message = "Fewer than 100, please."
  }
}

variable "password" {
  type        = string
  description = "Secret."
  default     = null
  sensitive   = true
}
""",
    "outputs.tf": b"""
output "size" {
  value = var.size
}

output "password" {
  value     = var.password
  sensitive = true
}
""",
}


@dataclass
class Scene:
    """One deployment of a template."""

    people: world.World
    files: dict[str, bytes]
    values: dict[str, Any]
    deployment_id: str = field(init=False)

    def __post_init__(self) -> None:
        template = TemplateVersion(
            id=ids.new_id("tv"),
            key="azure/tiny",
            version="1.0.0",
            content_hash=ids.new_id("hash"),
            title="Tiny",
            archive=archive.pack(self.files),
            created_at=clock.now(),
        )
        with unit_of_work() as session:
            session.add(template)
        self.deployment_id = world.deployment(self.people, template_version_id=template.id, values=self.values)

    def run(self, kind: Kind = "plan_and_apply", **given: Any) -> str:
        """The id of a new run."""
        return world.create(self.people, self.deployment_id, kind, **given).id

    def planned(self, kind: Kind = "plan_and_apply", **given: Any) -> str:
        """A new run, planned by a worker."""
        run_id = self.run(kind, **given)
        carry_out(run_id, "plan")
        return run_id

    def applied(self, kind: Kind = "plan_and_apply", **given: Any) -> str:
        """A new run, planned, confirmed and applied."""
        run_id = self.planned(kind, **given)
        self.confirm(run_id)
        carry_out(run_id, "apply")
        return run_id

    def change(self, values: dict[str, Any]) -> None:
        """The deployment has these values from now on."""
        with unit_of_work() as session:
            session.get_one(Deployment, self.deployment_id).values = values

    def confirm(self, run_id: str) -> None:
        assert self.view(run_id).status == "planned", self.story(run_id)
        world.confirm(self.people, run_id)

    def view(self, run_id: str) -> RunView:
        return world.get(self.people, run_id)

    def summary(self, run_id: str) -> PlanSummary:
        with unit_of_work() as session:
            return service.plan(session, self.people.admin, run_id=run_id)

    def resources(self) -> list[str]:
        """The addresses in the newest state."""
        with unit_of_work() as session:
            return [resource.address for resource in state_service.latest_resources(session, self.deployment_id)]

    def outputs(self) -> dict[str, Any]:
        with unit_of_work() as session:
            return {
                name: item.value for name, item in state_service.latest_outputs(session, self.deployment_id).items()
            }

    def locked(self) -> bool:
        with unit_of_work() as session:
            return state_service.lock_holder(session, self.deployment_id) is not None

    def story(self, run_id: str) -> str:
        """Everything that the run says, as one text, for assertions about what it must not say."""
        events = world.events(run_id)
        assert [event.n for event in events] == list(range(1, len(events) + 1))
        return "\n".join(f"{event.n} {event.type} {event.data}" for event in events) + f"\n{self.view(run_id)}"


def carry_out(run_id: str, phase: PhaseName) -> None:
    """Be the worker."""
    job = world.claim(run_id, phase, worker="worker@test")
    if job is not None:
        executor.carry_out(job)


def rows(run_id: str, phase: PhaseName) -> list[tuple[str, str, str]]:
    """(address, action, status) of the run's resource events, in order."""
    return [
        (event.data["address"], event.data["action"], event.data["status"])
        for event in world.events(run_id)
        if event.type == "resource" and event.data["phase"] == phase
    ]


def is_known(worker: str) -> bool:
    """Whether the worker of this name has introduced itself, and so takes messages."""
    with unit_of_work() as session:
        return session.get(Worker, f"{worker}@test") is not None
