"""What is counted and measured about runs. `portal/api/metrics.py` shows all of it."""

from __future__ import annotations

from typing import Final

from portal.kit.counters import Counter, Histogram

PHASE: Final = Histogram(
    "terrace_phase_seconds",
    "How long workers had a phase of a run",
    (1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 28800),
    ("phase", "result"),
)
EVENT_LAG: Final = Histogram(
    "terrace_event_lag_seconds",
    "From Terraform's line to the row that viewers read",
    (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60),
)
LEASES_LOST: Final = Counter("terrace_leases_lost", "Runs whose worker stopped answering", ("phase",))
LIMITS_REACHED: Final = Counter("terrace_limits_reached", "Phases that were stopped at a limit", ("phase",))

COUNTERS: Final = (LEASES_LOST, LIMITS_REACHED)
HISTOGRAMS: Final = (PHASE, EVENT_LAG)
