"""Deployments and runs for tests of the API: a catalogue of one small template, and a worker's part played by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from portal.kit import ids
from tests.service.deployment.conftest import write_template

SECRET = "a-secret-that-never-leaves"


def catalogue(folder: Path) -> str:
    """A folder of templates: `azure/thing`."""
    write_template(folder / "azure" / "thing")
    return str(folder)


def body(**given: Any) -> dict[str, Any]:
    """A good request for a deployment."""
    fields: dict[str, Any] = {
        "name": ids.new_id("d").lower(),
        "template": "azure/thing",
        "cloud_account": "sandbox-azure",
        "values": {"size": 3, "password": SECRET},
    }
    return fields | given


def deploy(client: TestClient, **given: Any) -> dict[str, Any]:
    """`{deployment, run}` of a new deployment."""
    answer = client.post("/api/v1/deployments", json=body(**given))
    assert answer.status_code == 201, answer.text
    return answer.json()
