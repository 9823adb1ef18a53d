"""The clock of the control worker: sweeps every few seconds. In PostgreSQL only, so that losing Redis does not stop it."""

from __future__ import annotations

import structlog

from portal.kit.config import settings
from portal.kit.db import unit_of_work
from portal.run import work
from worker.ticker import Ticker

log = structlog.get_logger(__name__)


class Sweeper(Ticker):
    """Sends lost messages again, ends runs whose worker is gone. Any number of them may run side by side."""

    def __init__(self) -> None:
        super().__init__("sweeper", settings().sweep_seconds)

    def tick(self) -> None:
        """One sweep."""
        with unit_of_work() as session:
            report = work.sweep(session)
        if report.ended or report.nudged or report.expired:
            log.info("swept", ended=report.ended, nudged=report.nudged, expired=report.expired)
