"""The people: one thread a deployment, who do over REST what their script says, whatever the answer is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx

from tests.chaos.harness.plan import Plan, Script, Step

TEMPLATE: Final = "azure/chaos"
ACCOUNT: Final = "sandbox-azure"
_PATIENCE: Final = 6.0
"""Seconds for which somebody tries something again that did not work."""
_FILES: Final = {
    "versions.tf": """terraform {
  required_version = ">= 1.9"
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 5.0"
    }
  }
}

provider "azurerm" {
  features {}
}
""",
    "variables.tf": """variable "name" {
  type        = string
  description = "Names what is made."
}

variable "items" {
  type        = number
  description = "How many identities."
}

variable "label" {
  type        = string
  description = "A tag of everything."
}
""",
    "main.tf": """resource "azurerm_resource_group" "this" {
  name     = "rg-${var.name}"
  location = "westeurope"
  tags     = { label = var.label }
}

resource "azurerm_user_assigned_identity" "this" {
  for_each            = toset([for number in range(var.items) : tostring(number)])
  name                = "id-${var.name}-${each.key}"
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
  tags                = { label = var.label }
}

# The cloud makes up its id: applied twice, there would be two.
resource "azurerm_role_assignment" "this" {
  for_each             = azurerm_user_assigned_identity.this
  scope                = azurerm_resource_group.this.id
  role_definition_name = "Reader"
  principal_id         = each.value.principal_id
  description          = each.key
}
""",
    "outputs.tf": """output "identities" {
  description = "The identities' ids."
  value       = [for identity in azurerm_user_assigned_identity.this : identity.id]
}
""",
}


def write_template(root: Path) -> None:
    """The template as a catalogue below `root`."""
    folder = root / TEMPLATE
    folder.mkdir(parents=True)
    for name, text in _FILES.items():
        (folder / name).write_text(text)


@dataclass(frozen=True, slots=True)
class Done:
    """Something that the portal said it had done: what, to which object."""

    action: str
    object_id: str


class Refused(Exception):
    """The portal answered, and will not do it."""


@dataclass
class Person:
    """Acts by one script. `done` is what was acknowledged; `acts` counts what was tried."""

    client: httpx.Client
    script: Script
    done: list[Done] = field(default_factory=list)
    deployment_id: str | None = None
    acts: int = 0

    def follow(self, now: Callable[[], float]) -> None:
        """Every step at its time."""
        for step in self.script.steps:
            while (wait := step.at - now()) > 0:
                time.sleep(min(wait, 0.2))
            self.acts += 1
            self._try(step, until=now() + (600.0 if step.action == "create" else _PATIENCE), now=now)

    def _try(self, step: Step, *, until: float, now: Callable[[], float]) -> None:
        """Until it is done, or is refused for good, or the person loses interest. A new deployment is insisted on."""
        while True:
            try:
                if self._act(step):
                    return
            except Refused:
                if step.action != "create":
                    return
            except httpx.HTTPError:
                pass
            if now() > until:
                return
            time.sleep(0.3)

    def _act(self, step: Step) -> bool:
        """Whether it is done. False: not possible yet."""
        if step.action == "create":
            return self._create(step)
        if self.deployment_id is None:
            return True
        match step.action:
            case "change":
                self._change(step)
            case "destroy":
                answer = self._call("DELETE", f"/deployments/{self.deployment_id}?auto_apply={str(step.auto).lower()}")
                self._note("run.create", answer["run"]["id"])
            case "plan_only" | "drift" | "again":
                kind = "plan_and_apply" if step.action == "again" else step.action
                self._note("run.create", self._call("POST", self._runs, {"kind": kind, "auto_apply": step.auto})["id"])
            case _:
                return self._decide(step)
        return True

    @property
    def _runs(self) -> str:
        return f"/deployments/{self.deployment_id}/runs"

    def _create(self, step: Step) -> bool:
        """A lost answer may have been a yes: then the name is taken, by us."""
        body = {"name": self.script.name, "template": TEMPLATE, "cloud_account": ACCOUNT, "auto_apply": step.auto}
        found = self._call("GET", f"/deployments?q={self.script.name}&with_destroyed=true")["items"]
        mine = [item["id"] for item in found if item["name"] == self.script.name]
        if not mine:
            made = self._call("POST", "/deployments", {**body, "values": self.values(step)})
            self._note("deployment.create", made["deployment"]["id"])
            self._note("run.create", made["run"]["id"])
            mine = [made["deployment"]["id"]]
        self.deployment_id = mine[0]
        return True

    def values(self, step: Step) -> dict[str, Any]:
        return {"name": self.script.name, "items": step.items, "label": step.label}

    def _change(self, step: Step) -> None:
        body = {"values": self.values(step), "auto_apply": step.auto}
        answer = self._call("PATCH", f"/deployments/{self.deployment_id}", body)
        self._note("deployment.update", str(self.deployment_id))
        if answer["run"]:
            self._note("run.create", answer["run"]["id"])

    def _decide(self, step: Step) -> bool:
        """About the run that is on its way, or for a retry the last one."""
        runs = self._call("GET", f"{self._runs}?limit=20")["items"]
        action = {"force": "force_cancel"}.get(step.action, step.action)
        for run in runs:
            if action in run["actions"]:
                self._post(step, run["id"])
                return True
        return False

    def _post(self, step: Step, run_id: str) -> None:
        path, name = ("cancel", "force_cancel") if step.action == "force" else (step.action, step.action)
        body = {"force": True, "reason": "chaos"} if step.action == "force" else None
        answer = self._call("POST", f"/runs/{run_id}/{path}", body)
        self._note("run.create" if name == "retry" else f"run.{name}", answer["id"])

    def _note(self, action: str, object_id: str) -> None:
        self.done.append(Done(action, object_id))

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.client.request(method, f"/api/v1{path}", json=body)
        if answer.is_server_error or answer.status_code in (423, 429):
            answer.raise_for_status()
        if answer.is_error:
            raise Refused(f"{answer.status_code} {answer.text[:200]}")
        return answer.json()

    # What the round itself asks for in the end

    def settle(self) -> None:
        """Discard what still waits for a person."""
        for run in self._call("GET", f"{self._runs}?limit=50")["items"] if self.deployment_id else []:
            if run["status"] == "planned":
                with suppress(Refused):
                    self._call("POST", f"/runs/{run['id']}/discard")

    def last_run(self, step: Step | None) -> str | None:
        """A change (with a step) or the destruction, applied by itself; the run's id, or None when all is destroyed."""
        if self.deployment_id is None or self._call("GET", f"/deployments/{self.deployment_id}")["destroyed_at"]:
            return None
        if step is None:
            return self._call("DELETE", f"/deployments/{self.deployment_id}?auto_apply=true")["run"]["id"]
        self._call("PATCH", f"/deployments/{self.deployment_id}", {"values": self.values(step), "auto_apply": True})
        return self._call("POST", self._runs, {"kind": "plan_and_apply", "auto_apply": True})["id"]


class Crowd:
    """Everybody of a plan. Use `begin`, then `wait`."""

    def __init__(self, plan: Plan, url: str, token: str) -> None:
        self._url, self._token = url, token
        self.people: Sequence[Person] = [Person(self._client(), script) for script in plan.scripts]
        self._threads: list[threading.Thread] = []

    def _client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self._token}"}
        return httpx.Client(base_url=self._url, headers=headers, timeout=httpx.Timeout(20.0), trust_env=False)

    def begin(self, now: Callable[[], float]) -> None:
        for person in self.people:
            thread = threading.Thread(target=person.follow, args=(now,), name=person.script.name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def busy(self) -> bool:
        """Whether anybody still acts."""
        return any(thread.is_alive() for thread in self._threads)

    def close(self) -> None:
        for person in self.people:
            person.client.close()
