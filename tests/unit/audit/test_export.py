"""Attack 12: what leaves the trail as a file is data and nothing else."""

from __future__ import annotations

import csv
import io
import json

import pytest

from portal.audit import export, sinks
from portal.audit.schemas import AuditEventView
from portal.kit import clock


def event(**changes: object) -> AuditEventView:
    fields = {
        "n": 1, "at": clock.now(), "actor_kind": "user", "actor_id": "user-1", "actor_label": "ada@example.com",
        "action": "run.confirm", "object_kind": "run", "object_id": "run-1", "project_id": None, "detail": {},
        "origin": {"via": "browser", "address": "192.0.2.1"}, "previous_hash": "0" * 64, "hash": "f" * 64,
    }  # fmt: skip
    return AuditEventView.model_validate(fields | changes)


def cells(*events: AuditEventView) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(export.lines(events, "csv")))))


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\uff1d1", '=HYPERLINK("http://x","y")']
)
def test_attack_12_no_cell_is_a_formula(text: str) -> None:
    row = cells(event(actor_label=text, object_id=text))[0]
    assert row["actor_label"] == row["object_id"] == f"'{text}"


def test_attack_12_quotes_commas_and_line_breaks_stay_in_their_cell() -> None:
    label = 'a"b,c\r\nd;e'
    rows = cells(event(actor_label=label, detail={"name": "x\ny"}), event(n=2))
    assert [row["n"] for row in rows] == ["1", "2"]
    assert rows[0]["actor_label"] == label
    assert json.loads(rows[0]["detail"]) == {"name": "x\ny"}
    assert rows[0]["address"] == "192.0.2.1"


def test_json_lines_are_one_line_each_and_read_back_as_they_were() -> None:
    events = [event(detail={"name": "x\ny"}), event(n=2)]
    text = "".join(export.lines(events, "jsonl"))
    assert [AuditEventView.model_validate_json(line) for line in text.splitlines()] == events


def test_attack_12_nothing_in_an_event_begins_a_new_message_of_syslog() -> None:
    said = sinks.message(event(action="run.confirm\n<0>1 x", actor_label="a\n<13>1 forged", detail={"\r": "\n"}))
    assert b"\n" not in said
    assert b"\r" not in said
    assert said.startswith(b"<109>1 ")
    assert json.loads(said.split(b" - ", 1)[1])["actor_label"] == "a\n<13>1 forged"
