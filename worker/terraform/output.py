"""Terraform's machine-readable output as events of a run. Pure: one translator a command, fed line by line.

A resource's row is keyed by its address. Each operation on it runs from `apply_start` to `apply_complete` or
`apply_errored`; a replacement is two operations (delete and create) at one address. Reads of data sources are in the log only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from portal.run.explain import explain
from portal.run.lifecycle import PhaseName
from portal.run.schemas import NewEvent

_OPERATIONS: Final = frozenset({"create", "update", "delete"})
_PLANNED: Final = _OPERATIONS | {"replace"}
_LEVELS: Final = {"trace": "debug", "debug": "debug", "info": "info", "warn": "warn", "error": "error"}
# Terminal control: colours, cursor moves, links, titles. What is left of C0 and C1 after that goes too, but for tab and newline.
_ESCAPES: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_].*?(?:\x07|\x1b\\|$)|[@-Z\\^_])", re.DOTALL)
_CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

# What `init` says to an author of templates at a terminal, and a person of the portal can do nothing with.
_ADVICE_CODES: Final = frozenset(
    {
        "backend_configured_success",
        "dependencies_lock_changes_info",
        "lock_info",
        "output_init_success_cli_message",
        "output_init_success_cli_cloud_message",
    }
)
# Terraform before 1.15 writes this one as plain lines.
_ADVICE_LINES: Final = frozenset(
    {
        'Successfully configured the backend "http"! Terraform will automatically',
        "use this backend unless the backend configuration changes.",
    }
)
# It says that the lock file fits this kind of machine only. A lock file of ours lives from a run's plan to its apply, with the
# providers of the sandbox or the registry; on a machine of another kind `init -lockfile=readonly` stops with an error.
_ADVICE_WARNINGS: Final = frozenset({"Incomplete lock file information for providers"})


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """An error or warning as Terraform reports it."""

    severity: str
    summary: str
    detail: str = ""
    address: str | None = None
    range: dict[str, Any] | None = None
    snippet: dict[str, Any] | None = None

    def with_place(self) -> str:
        """The detail, with the file and line that it is about."""
        if not self.range:
            return self.detail
        line = (self.range.get("start") or {}).get("line")
        return f"{self.detail}\n\nIn {self.range.get('filename')}, line {line}.".strip()


@dataclass
class Translator:
    """Turns the lines of one command into events and remembers what its end will need."""

    phase: PhaseName
    operations: bool = True
    """Whether the command plans or applies, so that its changes are rows; `init` and `show` have none."""
    first_error: Diagnostic | None = None
    applied: int = 0
    """Operations that completed."""
    last_words: str = ""
    """The last line that was not JSON, for an end without a diagnostic."""
    _open: dict[str, str] = field(default_factory=dict)
    """Rows that are not finished: address → the action last shown."""

    def line(self, raw: bytes) -> list[NewEvent]:
        """The events of one line of standard output."""
        text = raw.decode("utf-8", "replace").rstrip("\r\n")
        message = _parse(text)
        if not self.operations and _is_advice(message or {"@message": text}):
            return []
        return self._message(message) if message is not None else self._plain("info", text)

    def stray(self, raw: bytes) -> list[NewEvent]:
        """The events of one line of standard error, which Terraform keeps for what does not fit its JSON."""
        return self._plain("warn", raw.decode("utf-8", "replace").rstrip("\r\n"))

    def end(self, *, ok: bool) -> list[NewEvent]:
        """What is left to say: rows that a failed command never finished have stopped."""
        if ok:
            return []
        return [self._row(address, action, "stopped") for address, action in list(self._open.items())]

    def _plain(self, level: str, text: str) -> list[NewEvent]:
        text = clean(text)
        if not text.strip():
            return []
        self.last_words = text
        return [self._log(level, text)]

    def _message(self, message: dict[str, Any]) -> list[NewEvent]:
        at = _moment(message.get("@timestamp"))
        events = [self._logged(message)]
        handler = _HANDLERS.get(str(message.get("type")))
        if handler is not None:
            # A message of a shape that we do not know is in the log at least.
            with suppress(KeyError, TypeError, AttributeError):
                events += handler(self, message)
        return [NewEvent(event.type, event.data, at) for event in events if event.data.get("text") != ""]

    def _logged(self, message: dict[str, Any]) -> NewEvent:
        level = _LEVELS.get(str(message.get("@level")), "info")
        return self._log(level, str(message.get("@message", "")), _address(message))

    def _log(self, level: str, text: str, address: str | None = None) -> NewEvent:
        data = {"level": level, "text": clean(text), "phase": self.phase}
        return NewEvent("log", data | ({"address": address} if address else {}))

    def _row(self, address: str, action: str, status: str, **more: Any) -> NewEvent:
        if status in ("done", "failed", "stopped"):
            self._open.pop(address, None)
        else:
            self._open[address] = action
        present = {name: value for name, value in more.items() if value is not None}
        return NewEvent(
            "resource", {"address": address, "action": action, "status": status, "phase": self.phase} | present
        )

    def _planned_change(self, message: dict[str, Any]) -> Iterator[NewEvent]:
        change = message["change"]
        if self.operations and change["action"] in _PLANNED:
            yield self._row(change["resource"]["addr"], change["action"], "pending")

    def _operation(self, message: dict[str, Any]) -> Iterator[NewEvent]:
        hook = message["hook"]
        address, action = hook["resource"]["addr"], hook.get("action", "")
        if action not in _OPERATIONS or not self.operations:
            return
        status = _STATUS[message["type"]]
        if status == "done":
            self.applied += 1
        identity = hook.get("id_value") if action != "delete" else None
        yield self._row(address, action, status, elapsed_seconds=hook.get("elapsed_seconds"), id=_cleaned(identity))

    def _diagnostic(self, message: dict[str, Any]) -> Iterator[NewEvent]:
        found = diagnostic(message["diagnostic"])
        if found.severity == "error" and self.first_error is None:
            self.first_error = found
        fields = {
            name: getattr(found, name) for name in ("severity", "summary", "detail", "address", "range", "snippet")
        }
        known = explain(found.summary, found.detail) if found.severity == "error" else None
        if known is not None:
            fields |= {"explanation": known.explanation, "next_step": known.next_step}
        yield NewEvent("diagnostic", {name: value for name, value in fields.items() if value is not None})

    def _outputs(self, message: dict[str, Any]) -> Iterator[NewEvent]:
        if self.phase == "apply":
            yield NewEvent("outputs", {"names": sorted(message["outputs"])})


_Handler = Callable[[Translator, dict[str, Any]], Iterator[NewEvent]]
_HANDLERS: Final[dict[str, _Handler]] = {
    "planned_change": Translator._planned_change,
    "apply_start": Translator._operation,
    "apply_progress": Translator._operation,
    "apply_complete": Translator._operation,
    "apply_errored": Translator._operation,
    "diagnostic": Translator._diagnostic,
    "outputs": Translator._outputs,
}
_STATUS: Final = {
    "apply_start": "running",
    "apply_progress": "running",
    "apply_complete": "done",
    "apply_errored": "failed",
}


def diagnostic(raw: dict[str, Any]) -> Diagnostic:
    """A diagnostic of Terraform's JSON, cleaned."""
    snippet = raw.get("snippet")
    return Diagnostic(
        severity="error" if raw.get("severity") == "error" else "warning",
        summary=clean(str(raw.get("summary") or "Terraform reported a problem without saying which.")),
        detail=clean(str(raw.get("detail") or "")),
        address=raw.get("address") or None,
        range=raw.get("range") or None,
        snippet=_cleaned({name: snippet.get(name) for name in ("context", "code", "start_line")}) if snippet else None,
    )


def clean(text: str) -> str:
    """`text` without terminal control sequences and without characters that a database or a page cannot hold."""
    return _CONTROLS.sub("", _ESCAPES.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {name: _cleaned(item) for name, item in value.items()}
    return value


def _parse(text: str) -> dict[str, Any] | None:
    if not text.startswith("{"):
        return None
    try:
        message = json.loads(text, parse_constant=_not_json)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) and "@message" in message else None


def _is_advice(message: dict[str, Any]) -> bool:
    """Whether a line of `init` is none of a person's business."""
    found = message.get("diagnostic")
    warning = found if isinstance(found, dict) and found.get("severity") == "warning" else {}
    return (
        str(message.get("message_code")) in _ADVICE_CODES
        or str(message.get("@message")) in _ADVICE_LINES
        or str(warning.get("summary")) in _ADVICE_WARNINGS
    )


def _not_json(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _address(message: dict[str, Any]) -> str | None:
    for holder in ("hook", "change"):
        resource = (message.get(holder) or {}).get("resource") if isinstance(message.get(holder), dict) else None
        if isinstance(resource, dict) and resource.get("addr"):
            return str(resource["addr"])
    return None


def _moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
