"""Terraform's lines, as Terraform 1.11 wrote them, become the events that the contract names."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from portal.run.schemas import NewEvent
from worker.terraform.output import Translator, clean

ADDRESS = "azurerm_resource_group.this"


def line(kind: str, **fields: Any) -> bytes:
    message = {
        "@level": fields.pop("level", "info"),
        "@message": fields.pop("message", f"a {kind}"),
        "@module": "terraform.ui",
        "@timestamp": "2026-11-22T10:00:00.5Z",
        "type": kind,
        **fields,
    }
    return json.dumps(message).encode()


def resource() -> dict[str, Any]:
    return {"addr": ADDRESS, "module": "", "resource": ADDRESS, "resource_type": "azurerm_resource_group"}


def planned(action: str) -> bytes:
    return line("planned_change", change={"resource": resource(), "action": action})


def hook(kind: str, action: str, **more: Any) -> bytes:
    return line(kind, hook={"resource": resource(), "action": action, **more})


def rows(events: list[NewEvent]) -> list[tuple[Any, ...]]:
    return [(event.data["action"], event.data["status"]) for event in events if event.type == "resource"]


def fed(translator: Translator, *lines: bytes) -> list[NewEvent]:
    return [event for item in lines for event in translator.line(item)]


def test_a_creation_goes_from_pending_over_running_to_done_with_its_id() -> None:
    translator = Translator("apply")
    events = fed(
        translator,
        planned("create"),
        hook("apply_start", "create"),
        hook("apply_progress", "create", elapsed_seconds=10),
        hook("apply_complete", "create", elapsed_seconds=12, id_key="id", id_value="/subscriptions/1/rg"),
    )
    assert rows(events) == [("create", "pending"), ("create", "running"), ("create", "running"), ("create", "done")]
    done = [event for event in events if event.type == "resource"][-1].data
    assert done == {
        "address": ADDRESS,
        "action": "create",
        "status": "done",
        "phase": "apply",
        "elapsed_seconds": 12,
        "id": "/subscriptions/1/rg",
    }
    assert translator.applied == 1
    assert translator.end(ok=True) == []


def test_a_replacement_is_two_operations_at_one_address() -> None:
    translator = Translator("apply")
    events = fed(
        translator,
        planned("replace"),
        hook("apply_start", "delete"),
        hook("apply_complete", "delete", id_value="old"),
        hook("apply_start", "create"),
        hook("apply_complete", "create", id_value="new"),
    )
    assert rows(events) == [
        ("replace", "pending"),
        ("delete", "running"),
        ("delete", "done"),
        ("create", "running"),
        ("create", "done"),
    ]
    assert [event.data.get("id") for event in events if event.type == "resource"][2] is None
    assert translator.applied == 2


def test_reads_are_in_the_log_and_are_no_operations() -> None:
    translator = Translator("plan")
    events = fed(translator, hook("apply_start", "read"), hook("apply_complete", "read", id_value="x"), planned("read"))
    assert {event.type for event in events} == {"log"}
    assert translator.applied == 0


def test_what_a_failed_command_did_not_finish_has_stopped() -> None:
    translator = Translator("apply")
    fed(translator, planned("create"), hook("apply_start", "create"))
    assert rows(translator.end(ok=False)) == [("create", "stopped")]


def test_a_failed_operation_has_failed_and_is_not_stopped_again() -> None:
    translator = Translator("apply")
    events = fed(translator, planned("create"), hook("apply_start", "create"), hook("apply_errored", "create"))
    assert rows(events)[-1] == ("create", "failed")
    assert translator.end(ok=False) == []
    assert translator.applied == 0


def test_a_diagnostic_carries_place_and_snippet_and_the_first_error_is_remembered() -> None:
    translator = Translator("plan")
    place = {"filename": "main.tf", "start": {"line": 3, "column": 1, "byte": 1}, "end": {"line": 3, "column": 9}}
    snippet = {"context": 'resource "x" "y"', "code": "  sku = 1", "start_line": 3, "values": [{"statement": "is 1"}]}
    raw = {
        "severity": "error",
        "summary": "Bad sku",
        "detail": "No.",
        "address": ADDRESS,
        "range": place,
        "snippet": snippet,
    }
    events = fed(
        translator,
        line("diagnostic", level="warn", diagnostic={"severity": "warning", "summary": "Old", "detail": ""}),
        line("diagnostic", level="error", diagnostic=raw),
        line("diagnostic", level="error", diagnostic={"severity": "error", "summary": "Second", "detail": ""}),
    )
    found = [event.data for event in events if event.type == "diagnostic"]
    assert [item["severity"] for item in found] == ["warning", "error", "error"]
    assert found[1] == {
        "severity": "error",
        "summary": "Bad sku",
        "detail": "No.",
        "address": ADDRESS,
        "range": place,
        "snippet": {"context": 'resource "x" "y"', "code": "  sku = 1", "start_line": 3},
    }
    assert translator.first_error is not None
    assert translator.first_error.summary == "Bad sku"
    assert translator.first_error.with_place() == "No.\n\nIn main.tf, line 3."


def test_output_names_are_told_after_an_apply_only() -> None:
    message = line("outputs", outputs={"b": {"sensitive": True}, "a": {"value": 1}})
    assert [event.data for event in fed(Translator("apply"), message) if event.type == "outputs"] == [
        {"names": ["a", "b"]}
    ]
    assert [event for event in fed(Translator("plan"), message) if event.type == "outputs"] == []


def test_every_message_is_a_log_line_with_terraforms_own_time() -> None:
    event = fed(Translator("plan"), line("version", message="Terraform 1.11.4"))[0]
    assert event == NewEvent(
        "log",
        {"level": "info", "text": "Terraform 1.11.4", "phase": "plan"},
        datetime(2026, 11, 22, 10, 0, 0, 500_000, UTC),
    )


@pytest.mark.parametrize(
    "raw",
    [b"not json", b'{"half": ', b'{"no": "message"}', b"[1]", b'{"@message": NaN}', b"\xff\xfe broken", b"{" * 9000],
)
def test_a_line_that_is_no_message_is_a_log_line(raw: bytes) -> None:
    events = Translator("plan").line(raw)
    assert [event.type for event in events] == ["log"]
    assert events[0].data["text"] == clean(raw.decode("utf-8", "replace"))


@pytest.mark.parametrize(
    "fields",
    [{"change": None}, {"change": {"action": "create"}}, {"change": {"action": ["create"], "resource": 1}}, {}],
)
def test_a_message_of_an_unknown_shape_is_logged_and_harms_nothing(fields: dict[str, Any]) -> None:
    assert [event.type for event in Translator("plan").line(line("planned_change", **fields))] == ["log"]


INCOMPLETE = "Incomplete lock file information for providers"


def warning(severity: str = "warning") -> bytes:
    return line("diagnostic", level="warn", diagnostic={"severity": severity, "summary": INCOMPLETE, "detail": "…"})


@pytest.mark.parametrize(
    "raw",
    [
        line("init_output", message="Terraform has created a lock file …", message_code="lock_info"),
        line("init_output", message="…", message_code="dependencies_lock_changes_info"),
        line("init_output", message="You may now begin …", message_code="output_init_success_cli_message"),
        line("init_output", message="Successfully configured …", message_code="backend_configured_success"),
        b'Successfully configured the backend "http"! Terraform will automatically',
        b"use this backend unless the backend configuration changes.",
        warning(),
    ],
)
def test_what_init_advises_authors_of_templates_is_not_said(raw: bytes) -> None:
    assert Translator("plan", operations=False).line(raw) == []


@pytest.mark.parametrize(
    "raw",
    [
        line("log", message="Installed provider version: hashicorp/azurerm v5.10.0 (unauthenticated)"),
        line("init_output", message="Initializing the backend...", message_code="initializing_backend_message"),
        line("init_output", message="…", message_code=["odd"]),
        warning(severity="error"),
    ],
)
def test_versions_steps_and_errors_of_init_are_said(raw: bytes) -> None:
    assert Translator("plan", operations=False).line(raw)


def test_a_template_that_prints_the_same_words_is_heard() -> None:
    assert Translator("apply").line(b"use this backend unless the backend configuration changes.")


def test_blank_lines_say_nothing() -> None:
    assert Translator("plan").line(b"  \n") == []
    assert Translator("plan").stray(b"\n") == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;javascript:alert(1)\x07click\x1b]8;;\x07", "click"),
        ("a\x00b\x08c\x9b", "abc"),
        ("\ud800x", "x"),
        ("one\r\ntwo\rthree\tfour", "one\ntwo\nthree\tfour"),
        ("\x1b]0;never ended", ""),
    ],
)
def test_terminal_control_and_unstorable_characters_are_taken_out(text: str, shown: str) -> None:
    assert clean(text) == shown
