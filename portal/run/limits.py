"""The limits that hold here, each with the setting that changes it, for the administrator's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from portal.kit.config import Settings, settings
from portal.run.schemas import LimitView
from portal.state.service import MAX_STATE_BYTES

_UNITS: Final = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def duration(seconds: float) -> str:
    """As a person says it: the largest unit that leaves no fraction."""
    size, name = next(((size, name) for size, name in _UNITS if seconds >= size and seconds % size == 0), (1, "second"))
    number = f"{seconds / size:g}"
    return f"{number} {name}" + ("" if number == "1" else "s")


def _megabytes(number: int) -> str:
    return f"{number / 2**20:,.0f} MB"


def _count(number: int) -> str:
    return f"{number:,}"


_PHASE: Final = "One phase of a run"
_QUEUE: Final = "The queue"
_WORKERS: Final = "Workers"
_ALL: Final[tuple[tuple[str, str, str, Callable[[Settings], str]], ...]] = (
    (_PHASE, "Time to plan", "TERRACE_PLAN_TIMEOUT_SECONDS", lambda at: duration(at.limits.plan_seconds)),
    (_PHASE, "Time to apply", "TERRACE_APPLY_TIMEOUT_SECONDS", lambda at: duration(at.limits.apply_seconds)),
    (_PHASE, "Output of Terraform", "TERRACE_OUTPUT_MB", lambda at: _megabytes(at.limits.output_bytes)),
    (_PHASE, "Log lines that are kept", "TERRACE_LOG_LINES", lambda at: _count(at.limits.log_lines)),
    (_PHASE, "Their text", "TERRACE_LOG_MB", lambda at: _megabytes(at.limits.log_bytes)),
    (_PHASE, "Plan file, and plan as JSON", "TERRACE_PLAN_MB", lambda at: _megabytes(at.limits.plan_bytes)),
    (_PHASE, "State", "", lambda _: _megabytes(MAX_STATE_BYTES)),
    (_PHASE, "Processes at a time", "TERRACE_RUN_PROCESSES", lambda at: _count(at.limits.processes)),
    (_PHASE, "Memory of all of them", "TERRACE_RUN_MEMORY_MB", lambda at: _megabytes(at.limits.memory_bytes)),
    (_PHASE, "Disk in the work directory", "TERRACE_RUN_DISK_MB", lambda at: _megabytes(at.limits.disk_bytes)),
    (_QUEUE, "Runs of one project at once", "TERRACE_PROJECT_RUNS", lambda at: _count(at.project_runs)),
    (_QUEUE, "Runs on one cloud account at once", "TERRACE_ACCOUNT_RUNS", lambda at: _count(at.account_runs)),
    (_QUEUE, "A plan waits to be confirmed", "TERRACE_PLAN_SECONDS", lambda at: duration(at.plan_seconds)),
    (_QUEUE, "A plan waits to be approved", "TERRACE_APPROVAL_SECONDS", lambda at: duration(at.approval_seconds)),
    (
        _QUEUE,
        "A deployment waits for a lost state",
        "TERRACE_STATE_WAIT_SECONDS",
        lambda at: duration(at.state_wait_seconds),
    ),
    (_WORKERS, "Silence until a worker counts as lost", "TERRACE_LEASE_SECONDS", lambda at: duration(at.lease_seconds)),
    (_WORKERS, "Time to end when stopped (SIGTERM)", "TERRACE_STOP_SECONDS", lambda at: duration(at.stop_seconds)),
)


def listed() -> list[LimitView]:
    """All of them, as this process's settings have them."""
    config = settings()
    return [LimitView(group=group, name=name, setting=setting, value=say(config)) for group, name, setting, say in _ALL]
