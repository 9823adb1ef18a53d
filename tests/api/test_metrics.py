"""/metrics says what is so, the dashboard asks for nothing else, and the documents name all of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from portal.kit import counters, tracing
from portal.kit.config import PROJECT_DIR
from portal.kit.db import unit_of_work
from portal.models import Run
from portal.run import hold, measured, numbers, work
from tests.service.run import world as runs_world
from tests.support.spans import Recorder

DASHBOARD = PROJECT_DIR / "docs" / "grafana-dashboard.json"


@pytest.fixture
def people(world: object) -> runs_world.World:
    """Somebody who has runs, and nothing counted yet."""
    counters._client().delete(counters._HASH)
    numbers._ended.clear()
    return runs_world.build()


def samples(client: TestClient) -> dict[tuple[str, ...], float]:
    """Every sample, by name and label values."""
    local = TestClient(client.app, client=("127.0.0.1", 5000))
    found = {}
    for family in text_string_to_metric_families(local.get("/metrics").text):
        for sample in family.samples:
            found[(sample.name, *(sample.labels[name] for name in sorted(sample.labels)))] = sample.value
    return found


def test_runs_queues_their_age_and_a_lost_worker_are_counted(client: TestClient, people: runs_world.World) -> None:
    waits = runs_world.create(people, runs_world.deployment(people)).id
    lost = runs_world.create(people, runs_world.deployment(people)).id
    runs_world.create(people, runs_world.deployment(people))
    runs_world.claimed(lost)
    runs_world.seconds_ago("plan_queued_at", waits, 100)
    runs_world.expire_lease(lost)
    before = samples(client)
    assert before["terrace_database_up",] == 1
    assert before["terrace_queue_depth", "plan"] == 2
    assert 100 <= before["terrace_queue_oldest_seconds", "plan"] < 1000
    assert before["terrace_queue_oldest_seconds", "apply"] == 0
    assert before["terrace_runs", "planning"] == before["terrace_worker_slots_busy",] == 1
    assert (
        before["terrace_runs", "applied"] == before["terrace_state_uploads", "spooled"] == before["terrace_hold",] == 0
    )
    with unit_of_work() as session:
        work.sweep(session)
        hold.place(session, people.admin, reason="A test.")
    after = samples(client)
    assert (after["terrace_leases_lost_total", "plan"], after["terrace_hold",]) == (1, 1)


def test_what_workers_measure_arrives_as_a_histogram(client: TestClient, people: runs_world.World) -> None:
    for seconds in (0.5, 2, 2, 100_000):
        counters.observe(measured.PHASE, seconds, "plan", "finished")
    found = samples(client)
    name, labels = "terrace_phase_seconds_bucket", ("plan", "finished")
    assert [found[name, bound, *labels] for bound in ("1", "2.5", "28800", "+Inf")] == [1, 3, 3, 4]
    assert found["terrace_phase_seconds_count", *labels] == 4
    assert found["terrace_phase_seconds_sum", *labels] == pytest.approx(100_004.5)


def test_without_redis_nothing_is_counted_and_nothing_is_hurt(
    client: TestClient, people: runs_world.World, settings_env: Callable[..., None]
) -> None:
    settings_env(TERRACE_REDIS_URL="redis://127.0.0.1:1/0")
    counters.observe(measured.PHASE, 1, "plan", "finished")
    measured.LEASES_LOST.add(1, "plan")
    assert samples(client)["terrace_database_up",] == 1


def names(client: TestClient) -> set[str]:
    """Every metric of ours, with something measured in each."""
    for histogram in measured.HISTOGRAMS:
        counters.observe(histogram, 1, *("plan" for _ in histogram.labels))
    for counter in measured.COUNTERS:
        counter.add(1, *("plan" for _ in counter.labels))
    client.get("/api/v1/templates")
    return {key[0] for key in samples(client) if key[0].startswith("terrace_")}


def test_every_metric_of_the_dashboard_exists_and_every_other_is_documented(
    client: TestClient, people: runs_world.World
) -> None:
    dashboard = json.loads(DASHBOARD.read_text())
    asked = {
        name
        for panel in dashboard["panels"]
        for target in panel["targets"]
        for name in re.findall(r"\bterrace_\w+", target["expr"])
    }
    exported = names(client)
    assert asked - exported == set()
    assert len(asked) > 12
    families = {re.sub(r"_(bucket|count|sum|created|total)$", "", name) for name in exported}
    told = set(re.findall(r"`(terrace_\w+?)(?:_total)?`", (PROJECT_DIR / "docs" / "operations.md").read_text()))
    assert families == told
    placed = [tuple(panel["gridPos"].values()) for panel in dashboard["panels"]]
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(placed) == len(set(placed))


def test_a_request_is_a_span_named_by_its_route_below_the_callers_and_its_id_is_kept_on_the_run(
    admin_client: TestClient, people: runs_world.World
) -> None:
    deployment_id = runs_world.deployment(people)
    recorder = Recorder()
    tracing.use(recorder)
    try:
        parent = {"traceparent": f"00-{7:032x}-{9:016x}-01", "X-Request-ID": "from-a-proxy"}
        run = admin_client.post(f"/api/v1/deployments/{deployment_id}/runs", json={"kind": "plan_only"}, headers=parent)
        admin_client.get("/healthz")
    finally:
        tracing.use(None)
    assert run.status_code == 201, run.text
    assert [(span.trace, span.parent) for span in recorder.spans] == [(7, 9)]
    assert recorder.spans[0].name.endswith("/deployments/{deployment_id}/runs")
    stored = runs_world.row(Run, run.json()["id"])
    assert stored.request_id == "from-a-proxy"
    assert stored.traceparent == f"00-{7:032x}-{recorder.spans[0].id:016x}-01"
