"""Carries out one phase of one run, step by step: claim, prepare, init, plan or apply, finish.

The claim is the right to write about the run. Whatever happens in between, the run is told how it ended (unless the claim was
lost, then somebody else has told it), and the work directory is gone.
"""

from __future__ import annotations

import errno
import json
import os
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import structlog

from portal.kit import counters, tracing
from portal.kit.clock import now
from portal.kit.config import Settings, settings
from portal.kit.db import unit_of_work
from portal.kit.errors import TerraceError
from portal.kit.ids import new_id
from portal.policy import service as policies
from portal.run import measured, work
from portal.run import plan as run_plan
from portal.run.redactor import Redactor
from portal.run.schemas import Job, RunError
from portal.state.schemas import HoldKind
from portal.template import service as templates
from worker import action, wording
from worker.heart import Heart, Stop, Stopped
from worker.progress import EventWriter
from worker.spool import Spool, of_this_machine
from worker.terraform import engine, plan_file, prepared, providers, workdir
from worker.terraform.cli import Terraform
from worker.terraform.isolation.cage import Cage
from worker.terraform.limits import Guard, plan_too_large
from worker.terraform.output import Translator
from worker.terraform.process import Process
from worker.wording import PhaseFailed

log = structlog.get_logger(__name__)
Result = TypeVar("Result")
_OVERRIDE: Final = json.dumps({"terraform": {"backend": {"http": {}}}}).encode()
_NOT_OUR_PLAN: Final = "plan files cannot be transferred between different"
"""What Terraform says, and OpenTofu, of a plan of another version; for plans whose maker was not kept."""


class OtherEngine(Exception):
    """The plan was made by another Terraform than ours, which does not read it. Nothing was begun."""


def carry_out(job: Job, *, shutting_down: Callable[[], bool] = lambda: False) -> None:
    """Carry out the phase of a run that this worker has claimed, to whatever end."""
    names = {"run": job.run_id, "phase": job.phase} | ({"request_id": job.request_id} if job.request_id else {})
    with structlog.contextvars.bound_contextvars(**names):
        with tracing.span(f"{job.phase} waits", parent=job.traceparent, since=job.queued_at, run=job.run_id):
            log.info("phase_begins", template=job.template_key, worker=job.worker)
        with tracing.span(job.phase, parent=job.traceparent, run=job.run_id, template=job.template_key) as span:
            result = _carry_out(job, settings(), shutting_down)
            log.info("phase_ended", result=result)
            if span is not None:
                span.set_attribute("terrace.result", result)


def _carry_out(job: Job, config: Settings, shutting_down: Callable[[], bool]) -> str:
    began, run = time.monotonic(), _Run(job, config)
    heart = Heart(
        run.beat,
        every=config.beat_seconds,
        lease=config.lease_seconds,
        shutting_down=shutting_down,
        grace=config.stop_seconds,
    )
    with heart:
        run.heart = heart
        try:
            run.phase()
        except Stopped as stopped:
            run.stopped(stopped.reason)
        except OtherEngine:
            run.plan_again()
        except PhaseFailed as failed:
            run.fail(failed.error)
        except TerraceError as error:
            run.fail(RunError(summary="The run could not be prepared.", detail=error.message))
        except Exception as error:
            run.fail(unforeseen(error, run.redactor))
    counters.observe(measured.PHASE, time.monotonic() - began, job.phase, run.result)
    run.lag.flush()
    return run.result


def unforeseen(error: Exception, redactor: Redactor) -> RunError:
    """What to say about an error that nobody expected; its text is for the worker's log."""
    reference = new_id("err")
    log.error("phase_broke", reference=reference, traceback=redactor.text("".join(traceback.format_exception(error))))
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return RunError(
            summary="The worker's disk is full.",
            next_step="Ask an administrator to make room in the worker's data folder, then start the run again.",
        )
    return RunError(
        summary="Something in the portal's worker went wrong.",
        detail=f"It is not about your values. The worker's log has the details under {reference}.",
    )


@dataclass
class _Run:
    """One phase on its way."""

    job: Job
    config: Settings
    heart: Heart = field(init=False)
    events: EventWriter = field(init=False)
    files: workdir.Workdir = field(init=False)
    guard: Guard = field(init=False)
    terraform: Terraform = field(init=False)
    source: providers.Source = field(init=False)
    engine: engine.Engine = field(init=False)
    redactor: Redactor = field(default_factory=Redactor)
    lag: counters.Tally = field(default_factory=lambda: counters.Tally(measured.EVENT_LAG))
    result: str = "finished"
    """`finished`, `failed` or `stopped`, for whoever counts."""
    spool: Spool = field(default_factory=of_this_machine)
    waiting_state: HoldKind | None = None
    """Whether a state of this run is kept here that the portal does not have."""
    begun: bool = False
    """Whether anything may have been changed in the cloud."""
    cut_short: bool = False
    """Whether Terraform was killed while it applied, so that nobody could save what it had done last."""

    def phase(self) -> None:
        """All steps of the phase, in their order."""
        self.redactor = Redactor(wording.secrets_of(self.job))
        limits = self.config.limits
        writer = EventWriter(
            self.append,
            redactor=self.redactor,
            lost=lambda: self.heart.lose(),
            gone=self.lost,
            lag=self.lag.observe,
            max_lines=limits.log_lines,
            max_bytes=limits.log_bytes,
        )
        with workdir.opened(workdir.root_for(self.config.data_dir), self.job.run_id) as self.files:
            guard = Guard(limits, self.job.phase, self.files.path, stop=lambda: self.heart.stop(Stop.LIMIT))
            with writer as self.events, guard as self.guard:
                finish = self.steps()()
            self.insist(finish)

    def steps(self) -> Callable[[], Callable[[], bool]]:
        """What this phase of this run is."""
        if self.job.command is not None:
            return self.act
        return self.plan if self.job.phase == "plan" else self.apply

    def plan(self) -> Callable[[], bool]:
        """Prepare, plan, read the plan; returns the move that ends the phase well."""
        self.prepare()
        self.initialise()
        self.stream(self.terraform.plan(self.job.kind), operations=True)
        summary = run_plan.summarize(self.read_plan(), secrets=self.redactor.secrets)
        saved = self.files.read(self.files.plan) or b""
        self.require_small(len(saved))
        prior = plan_file.prior_state(saved)
        return lambda: self.tell(
            work.finish_plan,
            plan_file=saved,
            lock_file=self.files.read(self.files.lock_file),
            summary=summary,
            state_serial=prior.serial,
            state_lineage=prior.lineage,
            engine=self.engine.plans,
            ahead=policies.judge_ahead(self.job.run_id, summary),
        )

    def apply(self) -> Callable[[], bool]:
        """Prepare with what the plan phase saved, apply exactly that; returns the move that ends the phase well."""
        if self.job.plan_file is None:
            raise PhaseFailed(
                RunError(summary="The plan of this run is not there any more.", detail="Start a new run.")
            )
        self.prepare()
        if self.job.plan_engine not in (None, self.engine.plans):
            raise OtherEngine
        self.files.plan.write_bytes(self.job.plan_file)
        self.initialise()
        self.heart.check()
        self.begun = True
        try:
            translator = self.stream(self.terraform.apply(), operations=True)
        except PhaseFailed as failed:
            if _NOT_OUR_PLAN in failed.error.detail:
                raise OtherEngine from None
            raise
        finally:
            self.rescue_state()
        return lambda: self.tell(work.finish_apply, applied=translator.applied)

    def act(self) -> Callable[[], bool]:
        """Carry out an action's command; returns the move that ends the phase well."""
        self.heart.check()
        self.begun = True
        result = action.carry_out(self.job, self.files, self.config, self.watch, self.events.put, self.hide)
        return lambda: self.tell(work.finish_action, result=result)

    def hide(self, secrets: Iterable[str]) -> None:
        """From now on these, too, are in nothing that people see."""
        self.redactor = self.events.redactor = self.redactor.knowing(wording.as_said(secrets))

    def watch(self, process: Process, line: Callable[[str, bytes], None]) -> int:
        """Follow a command to its end, line by line; its exit code. Stopped when it was ended."""
        with (
            tracing.span(process.verb or "tool", run=self.job.run_id),
            process,
            self.heart.watching(process),
            self.guard.watching(process),
        ):
            for name, raw in process.lines():
                line(name, raw)
            code = process.wait()
        if code != 0:
            self.heart.check()
        return code

    def prepare(self) -> None:
        """Fill the work directory and make the environment."""
        job = self.job
        values = templates.tfvars_json(templates.module_from_files(job.files), job.values)
        self.files.write_template(job.files)
        self.files.write_ours(override=_OVERRIDE, values=values)
        self.source = self._source()
        self.engine = engine.find(self.config.terraform_bin)
        cage = Cage.around(job, self.config, files=self.files, engine=self.engine, source=self.source)
        self.terraform = Terraform(self.engine, self.files, cage.environment(os.environ), self.config.limits, cage)

    def initialise(self) -> None:
        """Get the providers: what an earlier phase with the same files was given, or by `init`."""
        saved = self.job.lock_file
        store = prepared.Prepared(self.config.data_dir / "prepared")
        name = prepared.key(self.job.files, self.source.fingerprint, self.engine.name, self.engine.version)
        if store.take(name, self.files, lock_file=saved):
            self.events.say(prepared.told(self.files.read(self.files.lock_file) or b""), phase=self.job.phase)
            return
        if saved is not None:
            self.files.lock_file.write_bytes(saved)
        if (problem := self.source.problem(self.job.files)) is not None:
            raise PhaseFailed(problem)  # also with a lock file and a full cache Terraform asks the registry
        try:
            with self.source.installing():
                self.stream(self.terraform.init(exactly_locked=saved is not None), operations=False)
        except PhaseFailed as failed:
            raise PhaseFailed(self.source.explained(failed.error)) from None
        store.keep(name, self.files)

    def stream(self, process: Process, *, operations: bool) -> Translator:
        """Follow a command to its end. Stopped or PhaseFailed unless it ended well."""
        translator = Translator(self.job.phase, operations)
        with (
            tracing.span(f"terraform {process.verb}", run=self.job.run_id),
            process,
            self.heart.watching(process),
            self.guard.watching(process),
        ):
            for name, line in process.lines():
                self.events.put(translator.line(line) if name == "out" else translator.stray(line))
            code = process.wait()
        self.cut_short = operations and self.job.phase == "apply" and code < 0
        self.events.put(translator.end(ok=code == 0))
        if code != 0 or self.job.phase == "plan":
            self.heart.check()
        if code != 0:
            raise PhaseFailed(wording.failure(translator, code))
        return translator

    def read_plan(self) -> dict[str, Any]:
        """The plan as Terraform's JSON document."""
        lines: dict[str, list[bytes]] = {"out": [], "err": []}
        process = self.terraform.show_plan()
        with (
            tracing.span("terraform show", run=self.job.run_id),
            process,
            self.heart.watching(process),
            self.guard.watching(process, talks=False),
        ):
            for name, line in process.lines():
                lines[name].append(line)
            code = process.wait()
        self.heart.check()
        self.require_small(process.received)
        if code != 0:
            raise PhaseFailed(RunError(summary="The plan cannot be read.", detail=wording.text_of(lines["err"])))
        return json.loads(b"\n".join(lines["out"]))

    def require_small(self, size: int) -> None:
        """PhaseFailed for a plan that is too large to be kept."""
        if size > self.config.limits.plan_bytes:
            raise PhaseFailed(plan_too_large(self.config.limits.plan_bytes))

    def rescue_state(self) -> None:
        """Put away a state that the portal did not take, and deliver it: it is the only record of what now exists."""
        state = self.files.read(self.files.errored_state)
        if state is None:
            return
        self.spool.keep(self.job.run_id, state)
        self.files.errored_state.unlink()
        self.waiting_state = "spooled"
        self.events.say("The portal did not take the state; delivering it another way.", phase="apply", level="warn")
        self.deliver_state()
        log.warning("state_not_rescued" if self.waiting_state else "state_rescued", reason=self.waiting_state)

    def deliver_state(self) -> None:
        """Try while the claim lives; afterwards worker/courier.py does."""
        deadline = time.monotonic() + self.config.lease_seconds
        while not self.lost() and time.monotonic() < deadline:
            try:
                taken = self.spool.deliver(self.job.run_id, worker=self.job.worker)
            except Exception as error:
                log.warning("state_not_delivered", error=type(error).__name__)
                time.sleep(0.5)
                continue
            self.waiting_state = None if taken else "refused"
            return

    def stopped(self, reason: Stop) -> None:
        """Say that the phase was stopped; nobody but us may, unless the claim is gone."""
        self.result = "stopped"
        if reason in (Stop.CANCELED, Stop.FORCED):
            self.insist(lambda: self.tell(work.end_canceled, **self.ending()))
        elif reason is Stop.LIMIT and self.guard.error is not None:
            measured.LIMITS_REACHED.add(1, self.job.phase)
            self.fail(self.guard.error)
        elif reason is Stop.SHUTDOWN:
            self.give_back()
        else:
            log.warning("claim_lost")

    def give_back(self) -> None:
        """The worker is being stopped: what has changed nothing is for another one, an apply that was begun ends."""
        if self.begun:
            self.insist(lambda: self.tell(work.end_stopped, state_kept=self.waiting_state))
        else:
            self.insist(lambda: self.tell(work.hand_back))

    def plan_again(self) -> None:
        """Another Terraform made the plan."""
        self.result = "stopped"
        self.insist(lambda: self.tell(work.plan_again, here=self.engine.plans))

    def fail(self, error: RunError) -> None:
        """End the run with an error that holds no secret."""
        self.result = "failed"
        clean = self.redactor.error(error)
        self.insist(lambda: self.tell(work.fail, error=clean, **self.ending()))

    def ending(self) -> dict[str, Any]:
        """What is to be known about the state, whatever the end."""
        return {"state_kept": self.waiting_state, "cut_short": self.cut_short}

    def append(self, batch: list[Any], again: bool) -> bool:
        return self.tell(work.append, new=batch, again=again)

    def beat(self) -> Any:
        return self.tell(work.beat)

    def tell(self, function: Callable[..., Result], **what: Any) -> Result:
        """Call one of the run's services under our claim, in a transaction of its own."""
        with unit_of_work() as session:
            return function(session, self.job.run_id, self.job.claim, **what)

    def lost(self) -> bool:
        return self.heart.reason is Stop.LOST

    def insist(self, finish: Callable[[], bool]) -> None:
        """Make the move that ends the phase, trying again while the database does not answer and the claim lives."""
        deadline = time.monotonic() + self.config.lease_seconds
        while True:
            try:
                if not finish():
                    log.warning("claim_lost")
                self.heart.rest()
                return
            except TerraceError:
                raise
            except Exception as error:
                if self.lost() or time.monotonic() > deadline:
                    raise
                log.warning("finish_failed", error=type(error).__name__, at=now().isoformat())
            time.sleep(0.5)

    def _source(self) -> providers.Source:
        if self.job.account.kind == "sandbox":
            return providers.sandbox(self.config.data_dir, self.config.sandbox_socket)
        locked = prepared.sources(self.job.files.get(workdir.LOCK_FILE, b""))
        return providers.official(self.config.data_dir, self.config.providers, locked=locked)
