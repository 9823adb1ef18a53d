"""Looks after states that no portal has taken: gathers what killed workers left, delivers, and says when there is nothing."""

from __future__ import annotations

from contextlib import suppress

import structlog

from portal.kit.config import settings
from portal.kit.db import unit_of_work
from portal.kit.errors import Locked
from portal.run import rescue
from portal.state import holds
from worker import spool
from worker.terraform import workdir
from worker.ticker import Ticker

log = structlog.get_logger(__name__)


class Courier(Ticker):
    """One a worker that carries out runs; several on one data folder do no harm to each other."""

    def __init__(self, worker: str) -> None:
        super().__init__("courier", settings().beat_seconds)
        self._worker = worker
        self._root = workdir.root_for(settings().data_dir)
        self._spool = spool.of_this_machine()

    def tick(self) -> None:
        """Gather first, which needs no database."""
        removed = workdir.remove_abandoned(self._root, keep=self._keep)
        if removed:
            log.info("abandoned_work_removed", folders=removed)
        for run_id in self._spool.waiting():
            self._deliver(run_id)
        self._settle()

    def _keep(self, run_id: str, state: bytes) -> None:
        self._spool.keep(run_id, state)
        log.warning("state_spooled", run=run_id)

    def _deliver(self, run_id: str) -> None:
        with suppress(Locked):
            self._spool.deliver(run_id, worker=self._worker)
            return
        with unit_of_work() as session:
            rescue.kept(session, run_id, worker=self._worker, kind="spooled")

    def _settle(self) -> None:
        """Answer for the runs in which a worker on this data folder was lost."""
        folder = self._spool.identity()
        with unit_of_work() as session:
            asked = holds.expected_from(session, folder)
        if not asked:
            return
        # Looked at after the question: a run that is asked about has lost its claim, so no new folder of it appears.
        busy, kept = workdir.busy_runs(self._root), self._spool.waiting()
        for run_id in asked:
            with unit_of_work() as session:
                if run_id in busy or run_id in kept:
                    holds.postpone(session, run_id)
                else:
                    rescue.nothing_kept(session, run_id)
