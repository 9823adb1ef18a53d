"""The browser's fold over a run's events, run in Node as it stands."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from portal.kit.config import PROJECT_DIR

STORE = PROJECT_DIR / "assets" / "ui" / "run" / "store.js"
NODE = Path(sys.executable).with_name("node")
SCRIPT = """
import { emptyStore, fold, seconds, sortedRows } from %s;
const chunks = JSON.parse(process.argv[1]);
const store = emptyStore();
const gaps = chunks.map((chunk) => fold(store, chunk).gap);
console.log(JSON.stringify({ gaps, last: store.last, logs: store.logs.map((line) => [line.no, line.text]),
  rows: sortedRows(store, "apply"), diagnostics: store.diagnostics.length, clock: [seconds(7), seconds(75), seconds(3700)] }));
"""


def fold(*chunks: list[dict[str, Any]]) -> dict[str, Any]:
    argument = json.dumps([{"run": "run-1", "events": chunk} for chunk in chunks])
    script = SCRIPT % json.dumps(STORE.as_uri())
    command = [str(NODE), "--input-type=module", "--no-warnings", "-e", script, argument]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def log(n: int) -> dict[str, Any]:
    return {"n": n, "at": "2026-01-01T00:00:00Z", "type": "log", "level": "info", "text": f"line {n}"}


def resource(
    n: int, status: str, *, at: str = "2026-01-01T00:00:00Z", action: str = "create", **more: Any
) -> dict[str, Any]:
    row = {"n": n, "at": at, "type": "resource", "address": "a.b", "action": action, "status": status, "phase": "apply"}
    return row | more


def test_a_chunk_that_comes_twice_is_shown_once() -> None:
    seen = fold([log(1), log(2)], [log(1), log(2), log(3)], [log(3)])
    assert seen["logs"] == [[1, "line 1"], [2, "line 2"], [3, "line 3"]]
    assert seen["gaps"] == [False, False, False]


def test_a_chunk_that_was_lost_is_noticed_and_nothing_behind_the_hole_is_taken() -> None:
    seen = fold([log(1)], [log(3), log(4)], [log(2), log(3), log(4)])
    assert seen["gaps"] == [False, True, False]
    assert [text for _number, text in seen["logs"]] == ["line 1", "line 2", "line 3", "line 4"]


def test_a_resource_has_one_row_with_its_own_clock() -> None:
    seen = fold(
        [resource(1, "pending"), resource(2, "running")], [resource(3, "done", at="2026-01-01T00:00:05Z", id="/x/y")]
    )
    [row] = seen["rows"]
    assert (row["status"], row["elapsed"], row["id"]) == ("done", 5, "/x/y")


def test_a_replacement_is_two_rows_and_what_runs_stands_first() -> None:
    seen = fold(
        [
            resource(1, "pending", action="create"),
            resource(2, "pending", action="delete"),
            resource(3, "running", action="delete"),
        ]
    )
    assert [(row["action"], row["status"]) for row in seen["rows"]] == [("delete", "running"), ("create", "pending")]


def test_durations_read_as_people_say_them() -> None:
    assert fold()["clock"] == ["7 s", "1 min 15 s", "1 h 01 min"]


def test_why_a_run_was_taken_back_is_a_line_of_its_log() -> None:
    def status(n: int, **more: str) -> dict[str, Any]:
        return {"n": n, "at": "2026-01-01T00:00:00Z", "type": "status", **more}

    seen = fold(
        [
            status(1, status="planning", **{"from": "plan_queued"}),
            log(2),
            status(3, status="plan_queued", note="The worker stopped.", **{"from": "planning"}),
        ]
    )
    assert seen["logs"] == [[1, "line 2"], [2, "The worker stopped."]]
