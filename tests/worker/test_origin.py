"""A request can be followed from the portal through the queue to what Terraform does: by its id in logs, by its trace."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from portal.kit import tracing
from portal.kit.config import PROJECT_DIR
from portal.kit.db import unit_of_work
from portal.models import Run
from portal.run import service
from tests.service.run import world
from tests.support.spans import Recorder
from tests.worker.scene import Scene, carry_out
from tests.worker.state_server import StateServer
from tests.worker.test_limits import STAND_IN

TWO_CHANGES = """
change = {"actions": ["create"], "before": None, "after": {"input": 1}, "after_unknown": {"id": True}}
print(json.dumps({"format_version": "1.2", "resource_changes": [{"address": "terraform_data.r", "mode": "managed",
    "type": "terraform_data", "name": "r", "provider_name": "terraform.io/builtin/terraform", "change": change}]}))
"""


@pytest.fixture
def scene(state: StateServer, settings_env: Callable[..., None], tmp_path: Path) -> Scene:
    program = tmp_path / "terraform"
    program.write_text(STAND_IN)
    program.chmod(0o755)
    settings_env(TERRACE_TERRAFORM_BIN=str(program))
    return Scene(world.build(), {"main.tf": b"", "show.py": TWO_CHANGES.encode(), "apply.py": b""}, {})


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    made = Recorder()
    tracing.use(made)
    yield made
    tracing.use(None)


def test_the_id_of_the_request_is_in_the_workers_lines_and_that_of_who_confirmed_in_the_applys(scene: Scene) -> None:
    with structlog.contextvars.bound_contextvars(request_id="asked-for-it"):
        run_id = scene.run()
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        carry_out(run_id, "plan")
    ours = {(line["event"], line["run"], line["phase"], line["request_id"]) for line in lines if "run" in line}
    assert {("phase_begins", run_id, "plan", "asked-for-it"), ("phase_ended", run_id, "plan", "asked-for-it")} <= ours
    with structlog.contextvars.bound_contextvars(request_id="confirmed-it"):
        scene.confirm(run_id)
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        carry_out(run_id, "apply")
    assert {line.get("request_id") for line in lines if "run" in line} == {"confirmed-it"}


def test_a_run_that_another_ones_end_starts_keeps_who_asked_for_it(scene: Scene) -> None:
    with structlog.contextvars.bound_contextvars(request_id="first"):
        first = scene.run()
    with structlog.contextvars.bound_contextvars(request_id="second"):
        second = world.create(scene.people, scene.deployment_id).id
    with structlog.contextvars.bound_contextvars(request_id="canceled-it"), unit_of_work() as session:
        service.cancel(session, scene.people.member, run_id=first)
    assert world.status(second) == "plan_queued"
    assert world.row(Run, second).request_id == "second"


def test_one_trace_leads_from_the_request_through_the_queue_to_terraforms_commands(
    scene: Scene, recorder: Recorder
) -> None:
    with tracing.span("POST /deployments"):
        run_id = scene.run()
    carry_out(run_id, "plan")
    by_name = {span.name: span for span in recorder.spans}
    assert list(by_name) == [
        "POST /deployments", "plan waits", "plan", "terraform init", "terraform plan", "terraform show",
    ]  # fmt: skip
    assert len({span.trace for span in recorder.spans}) == 1
    assert by_name["plan waits"].parent == by_name["plan"].parent == by_name["POST /deployments"].id
    assert {by_name[f"terraform {verb}"].parent for verb in ("init", "plan", "show")} == {by_name["plan"].id}
    assert by_name["plan"].attributes["terrace.run"] == run_id
    assert by_name["plan"].attributes["terrace.result"] == "finished"

    with tracing.span("POST /runs/{run_id}/confirm"):
        scene.confirm(run_id)
    carry_out(run_id, "apply")
    apply = next(span for span in recorder.spans if span.name == "apply")
    assert apply.parent == next(span for span in recorder.spans if span.name.endswith("confirm")).id


@pytest.mark.parametrize(
    ("variables", "wanted"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, True),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, True),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, False),
        ({"OTEL_SDK_DISABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, False),
    ],
)
def test_the_usual_variables_switch_traces_on(variables: dict[str, str], wanted: bool) -> None:
    assert tracing.is_wanted(variables) is wanted


def test_without_the_variables_nothing_is_imported_and_without_the_packages_it_is_said() -> None:
    script = """
import os, sys
from portal.kit import tracing
tracing.configure("x")
assert not [name for name in sys.modules if name.startswith("opentelemetry")]
with tracing.span("x", run="r") as span:
    assert span is None and tracing.origin() == {}
os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:1"
sys.modules["opentelemetry.exporter"] = None
tracing.configure("x")
assert tracing.traceparent() is None
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT_DIR, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "requirements-otel.txt" in done.stdout + done.stderr


def test_the_packages_for_traces_fit_the_interface_that_is_installed_anyway() -> None:
    pins = "\n".join((PROJECT_DIR / name).read_text() for name in ("requirements.txt", "requirements-otel.txt"))
    found = dict(re.findall(r"^(opentelemetry-(?:api|sdk|exporter-otlp-proto-http))==(\S+)", pins, re.MULTILINE))
    assert len(found) == 3
    assert len(set(found.values())) == 1
