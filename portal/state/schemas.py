"""Shapes of the state feature. No attribute of a resource is in any of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True)


class ResourceView(Shape):
    """One managed resource instance; `id` is the cloud's id, when it has one."""

    address: str
    type: str
    id: str | None = None
    provider: str = ""


class OutputValue(Shape):
    """An output as the state holds it: not masked, for services only."""

    value: Any = None
    sensitive: bool = False
    type: Any = None


@dataclass(frozen=True, slots=True)
class Instance:
    """A managed resource with its plain attributes, for services only."""

    address: str
    type: str
    attributes: dict[str, str] = field(repr=False)


class StateVersionView(Shape):
    id: str
    n: int
    serial: int
    lineage: str
    run_id: str | None
    terraform_version: str
    size: int
    resource_count: int
    created_at: datetime


HoldKind = Literal["expected", "spooled", "refused"]


class StateWaitView(Shape):
    """A state that has yet to arrive, from which run and worker. No run of the deployment starts before it has.

    expected: the worker was lost and has until `until` to say whether it keeps one; spooled: it keeps one, encrypted;
    refused: it keeps one that could not be taken, `note` says why.
    """

    kind: HoldKind
    run_id: str
    worker: str | None
    note: str
    created_at: datetime
    until: datetime | None


class LockView(Shape):
    """Who holds the state."""

    lock_id: str
    run_id: str | None
    operation: str
    who: str
    created_at: datetime
    live: bool = False
    """The run that holds it is in progress."""


@dataclass(frozen=True, slots=True)
class RunRef:
    """The run that a state token belongs to."""

    run_id: str
    deployment_id: str
    status: str


@dataclass(frozen=True, slots=True)
class Position:
    """Where a deployment's state stands: Terraform's serial counts up within one lineage."""

    serial: int
    lineage: str
