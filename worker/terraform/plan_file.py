"""What a plan file says about the state that it was made against. Pure."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PriorState:
    """Serial and lineage; both None when there was no state yet."""

    serial: int | None = None
    lineage: str | None = None


def prior_state(plan_file: bytes) -> PriorState:
    """The state before the plan (and before its refresh), from the copy that Terraform keeps inside the plan file."""
    try:
        with zipfile.ZipFile(io.BytesIO(plan_file)) as archive:
            state = json.loads(archive.read("tfstate-prev"))
        serial, lineage = int(state["serial"]), str(state["lineage"])
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError):
        return PriorState()
    return PriorState(serial, lineage) if lineage else PriorState()
