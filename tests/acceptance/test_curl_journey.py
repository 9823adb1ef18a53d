"""The main job with nothing but an API token and HTTP, by the names in the REST contract."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.support.instance import ADMIN_TOKEN, Instance

SSH_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGb6c0mmVmnkWrWrzdVAeNsPmaI7Tr8wL9j6PZGZ4nZv somebody@example.com"


@dataclass
class Curl:
    """`curl` as a script would call it; the same request through httpx on a machine without curl."""

    base: str

    def __call__(
        self, method: str, path: str, body: Any = None, *, accept: str = "application/json"
    ) -> tuple[int, str]:
        url = f"{self.base}/api/v1{path}"
        headers = {"Authorization": f"Bearer {ADMIN_TOKEN}", "Accept": accept, "Content-Type": "application/json"}
        content = None if body is None else json.dumps(body)
        if shutil.which("curl") is None:
            answer = httpx.request(method, url, headers=headers, content=content, timeout=120, trust_env=False)
            return answer.status_code, answer.text
        command = ["curl", "-sS", "--noproxy", "*", "-X", method, "-w", "\n%{http_code}", url]
        for name, value in headers.items():
            command += ["-H", f"{name}: {value}"]
        if content is not None:
            command += ["--data-binary", "@-"]
        done = subprocess.run(command, input=content, capture_output=True, text=True, timeout=120, check=True)
        text, _, code = done.stdout.rpartition("\n")
        return int(code), text


@pytest.fixture
def curl(portal: Instance) -> Curl:
    return Curl(portal.url)


def answer(curl: Curl, expected: int, method: str, path: str, body: Any = None) -> Any:
    code, text = curl(method, path, body)
    assert code == expected, f"{method} {path}: {code} {text}"
    return json.loads(text) if text else None


def events_until_the_end(curl: Curl, run_id: str) -> list[dict[str, Any]]:
    """Follows the stream; the server closes it when the run has ended or waits for a person."""
    _code, text = curl("GET", f"/runs/{run_id}/events?after=0", accept="text/event-stream")
    blocks = [dict(line.split(": ", 1) for line in block.splitlines() if ": " in line) for block in text.split("\n\n")]
    return [json.loads(block["data"]) for block in blocks if "event" not in block and "data" in block]


def test_a_virtual_machine_is_deployed_and_destroyed_by_curl_alone(portal: Instance, curl: Curl) -> None:
    assert any(
        item["key"] == "azure/virtual-machine" for item in answer(curl, 200, "GET", "/templates?cloud=azure")["items"]
    )
    template = answer(curl, 200, "GET", "/templates/azure/virtual-machine")
    required = set(template["schema"]["required"])
    assert len(required) <= 5
    values = {name: value for name, value in _minimal(required).items() if name in required}

    code, text = curl("POST", "/templates/azure/virtual-machine/validate", {"values": values | {"no_such_input": 1}})
    assert code == 200
    assert [error["path"] for error in json.loads(text)["errors"]] == ["no_such_input"]

    request = {
        "name": "curl-vm",
        "template": "azure/virtual-machine",
        "cloud_account": "sandbox-azure",
        "project": "default",
    }
    created = answer(curl, 201, "POST", "/deployments", {**request, "values": values})
    deployment, run = created["deployment"]["id"], created["run"]["id"]
    portal.wait_for(run, "planned")
    plan = answer(curl, 200, "GET", f"/runs/{run}/plan")
    assert plan["counts"]["add"] >= 5
    assert plan["counts"]["destroy"] == 0

    answer(curl, 200, "POST", f"/runs/{run}/confirm")
    events = events_until_the_end(curl, run)
    assert [event["n"] for event in events] == list(range(1, len(events) + 1))
    assert events[-1]["type"] == "status"
    assert events[-1]["status"] == "applied"
    assert {event["status"] for event in events if event["type"] == "resource" and event["phase"] == "apply"} >= {
        "running",
        "done",
    }

    outputs = answer(curl, 200, "GET", f"/deployments/{deployment}/outputs")
    assert outputs["items"]
    assert len(answer(curl, 200, "GET", f"/deployments/{deployment}/resources")["items"]) == plan["counts"]["add"]
    assert answer(curl, 200, "GET", f"/deployments/{deployment}/state-versions")["items"]

    destroy = answer(curl, 202, "DELETE", f"/deployments/{deployment}")["run"]["id"]
    portal.wait_for(destroy, "planned")
    answer(curl, 200, "POST", f"/runs/{destroy}/confirm")
    portal.wait_for(destroy, "applied")
    assert answer(curl, 200, "GET", f"/deployments/{deployment}")["status"] == "destroyed"


def test_an_error_says_what_to_do_in_problem_details(curl: Curl) -> None:
    code, text = curl(
        "POST",
        "/deployments",
        {"name": "Not A Slug!", "template": "azure/virtual-machine", "cloud_account": "sandbox-azure", "values": {}},
    )
    problem = json.loads(text)
    assert code == 422
    assert problem["status"] == 422
    assert {error["path"].split(".")[0] for error in problem["errors"]} >= {"name"}


def _minimal(required: set[str]) -> dict[str, Any]:
    """Values for whichever inputs the template requires."""
    known = {"name": "curlvm01", "location": "westeurope", "admin_ssh_key": SSH_KEY, "admin_ssh_public_key": SSH_KEY}
    known |= {"os": "Linux", "resource_group_name": "rg-curl", "admin_username": "azureuser", "ssh_public_key": SSH_KEY}
    assert required <= set(known), f"the journey has no value for {required - set(known)}"
    return known
