"""How each fault of a plan is done to a cluster, and undone. What it hit is noted, so that the round can be explained."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, LiteralString

import psutil
import psycopg
import redis
from celery import Celery

from tests.chaos.harness.cluster import Cluster
from tests.chaos.harness.plan import Fault

Undo = Callable[[], object]
"""False: not possible yet, to be tried again in a moment."""
_CANDIDATE_SECONDS: Final = 1.5
"""How long a fault waits for something that it can hit, a running Terraform, say."""
_HELD: LiteralString = "SELECT id FROM run WHERE status IN ('planning', 'applying')"


class Missed(Exception):
    """There was nothing to hit."""


@dataclass(slots=True)
class Injected:
    """A fault that was done: when, to which processes, and whose runs it may have interrupted."""

    fault: Fault
    at: datetime
    detail: str = ""
    lost: list[str] = field(default_factory=list)
    """Runs whose worker was killed or stood still."""
    terraform: list[str] = field(default_factory=list)
    """Runs whose Terraform (or whose cloud) was killed: nobody could save what it had done."""


class Breaker:
    """Does faults to one cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._by_kind: dict[str, Callable[[Injected], Undo | None]] = {
            "kill worker": self._kill_process,
            "kill worker, its children and Terraform": self._kill_everything,
            "kill pool process": partial(self._signal_child, number=signal.SIGKILL),
            "kill what is around Terraform": self._kill_around_terraform,
            "kill Terraform": partial(self._signal_terraform, number=signal.SIGKILL),
            "stop worker in good order": self._end_process,
            "kill control": self._kill_process,
            "kill sandbox": self._kill_sandbox,
            "pause worker, its children and Terraform": self._pause_everything,
            "pause worker's main process": self._pause_process,
            "pause pool process": partial(self._signal_child, number=signal.SIGSTOP),
            "pause Terraform": partial(self._signal_terraform, number=signal.SIGSTOP),
            "pause control": self._pause_everything,
            "pause API": self._pause_everything,
            "pause PostgreSQL session": partial(self._signal_session, number=signal.SIGSTOP),
            "pause PostgreSQL": self._pause_everything,
            "pause Redis": self._pause_process,
            "kill API": self._kill_everything,
            "restart API in good order": self._end_process,
            "stop PostgreSQL at once": partial(self._stop_postgres, number=signal.SIGQUIT),
            "stop PostgreSQL fast": partial(self._stop_postgres, number=signal.SIGINT),
            "kill PostgreSQL session": partial(self._signal_session, number=signal.SIGKILL),
            "end everybody's sessions": self._end_sessions,
            "kill Redis, its data lost": self._replace_redis,
            "restart Redis, its data kept": self._end_process,
            "empty Redis": self._empty_redis,
            "end Redis connections": self._end_redis_connections,
            "cut connections": self._cut,
            "refuse connections": lambda injected: self._link(injected, "refuse"),
            "hang connections": lambda injected: self._link(injected, "hang"),
            "lose answers, then cut": lambda injected: self._link(injected, "lose_answers"),
            "send messages twice": self._send_again,
            "send messages of the past": self._send_past,
            "send messages that nobody understands": self._send_nonsense,
        }

    def inject(self, fault: Fault) -> tuple[Injected, Undo | None]:
        """Do it; what undoes it is due after the fault's seconds. Missed when there is nothing to do it to."""
        injected = Injected(fault, datetime.now(UTC))
        return injected, self._by_kind[fault.kind](injected)

    # Processes

    def _kill_process(self, injected: Injected) -> Undo:
        return self._end(injected, lambda name: self._cluster.signal(name, signal.SIGKILL))

    def _kill_everything(self, injected: Injected) -> Undo:
        injected.terraform = self._runs_of(self._terraforms_below(injected.fault.target))
        return self._end(injected, self._cluster.kill_all)

    def _end_process(self, injected: Injected) -> Undo:
        return self._end(injected, lambda name: self._cluster.signal(name, signal.SIGTERM))

    def _kill_sandbox(self, injected: Injected) -> Undo:
        injected.terraform = self._runs_of(self._terraforms())
        return self._end(injected, lambda name: self._cluster.signal(name, signal.SIGKILL))

    def _end(self, injected: Injected, end: Callable[[str], bool]) -> Undo:
        name = injected.fault.target
        injected.lost = self._held_by(name)
        if not end(name):
            raise Missed
        return self._starting(name)

    def _starting(self, name: str) -> Undo:
        """As a supervisor: a process that was asked to end is started again when it has ended, or is ended at last."""
        managed = self._cluster.processes[name]
        deadline = time.monotonic() + managed.program.stop_seconds

        def start() -> bool:
            if managed.pid is not None and not managed.wanted and managed.child is not None:
                if time.monotonic() < deadline:
                    return False
                managed.child.stop(0)
            self._cluster.start(name)
            return True

        return start

    def _pause_process(self, injected: Injected) -> Undo:
        injected.lost = self._held_by(injected.fault.target)
        if not self._cluster.signal(injected.fault.target, signal.SIGSTOP):
            raise Missed
        return lambda: self._cluster.signal(injected.fault.target, signal.SIGCONT) or True

    def _pause_everything(self, injected: Injected) -> Undo:
        injected.lost = self._held_by(injected.fault.target)
        family = self._cluster.family(injected.fault.target)
        if not family:
            raise Missed
        return _pause(family)

    def _signal_child(self, injected: Injected, *, number: int) -> Undo | None:
        """A pool process, rather one that carries out a run."""
        family = self._cluster.family(injected.fault.target)
        children = [each for each in _children(family[0]) if _is_python(each)] if family else []
        busy = [each for each in children if _children(each)]
        chosen = _pick(busy or children, injected)
        injected.lost = self._runs_of(_children(chosen))
        return self._send(injected, chosen, number)

    def _signal_terraform(self, injected: Injected, *, number: int) -> Undo | None:
        """Rather one that applies: it has more to lose."""
        found = _wait_for(self._applies) or self._terraforms()
        chosen = _pick(found, injected)
        runs = self._runs_of([chosen])
        injected.terraform = runs if number == signal.SIGKILL else []
        return self._send(injected, chosen, number)

    def _kill_around_terraform(self, injected: Injected) -> None:
        """The process outside of the walls, by which Terraform reaches its state."""
        inside = _pick(_wait_for(self._applies) or self._terraforms(), injected)
        injected.terraform = self._runs_of([inside])
        around = [
            each for each in inside.parents() if any(word.endswith("/isolation/enter.py") for word in _words(each))
        ]
        if not around:
            raise Missed
        self._send(injected, around[-1], signal.SIGKILL)

    def _signal_session(self, injected: Injected, *, number: int) -> Undo | None:
        """A process of PostgreSQL that serves somebody."""
        server = self._cluster.family("postgres")[1:]
        sessions = [
            each for each in server if "127.0.0.1" in " ".join(_words(each)) or "[local]" in " ".join(_words(each))
        ]
        return self._send(injected, _pick(sessions, injected), number)

    def _send(self, injected: Injected, process: psutil.Process, number: int) -> Undo | None:
        injected.detail = (
            f"process {process.pid} {' '.join(_words(process))[:70]} {' '.join(injected.terraform)}".strip()
        )
        if number == signal.SIGSTOP:
            return _pause([process])
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)
        return None

    # Servers

    def _stop_postgres(self, injected: Injected, *, number: int) -> Undo:
        return self._end(injected, lambda name: self._cluster.signal(name, number))

    def _end_sessions(self, injected: Injected) -> None:
        with self._asking() as connection:
            row = connection.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            ).fetchone()
        injected.detail = f"{row[0] if row else 0} sessions"

    def _replace_redis(self, injected: Injected) -> Undo:
        """The new one knows nothing: no queue, no binding, no consumer."""

        def start() -> None:
            (self._cluster.redis.folder / "dump.rdb").unlink(missing_ok=True)
            self._cluster.start("redis")

        self._end(injected, lambda name: self._cluster.signal(name, signal.SIGKILL))
        return start

    def _empty_redis(self, injected: Injected) -> None:
        self._redis(injected, lambda client: client.flushall())

    def _end_redis_connections(self, injected: Injected) -> None:
        self._redis(injected, lambda client: client.execute_command("CLIENT", "KILL", "TYPE", "normal"))

    def _redis(self, injected: Injected, work: Callable[[redis.Redis], Any]) -> None:
        try:
            with redis.Redis.from_url(self._cluster.redis_url(), socket_timeout=3) as client:
                injected.detail = str(work(client))
        except redis.RedisError:
            raise Missed from None

    # Links

    def _cut(self, injected: Injected) -> None:
        injected.detail = f"{self._cluster.links[injected.fault.target].cut()} connections"

    def _link(self, injected: Injected, how: str) -> Undo:
        link = self._cluster.links[injected.fault.target]
        getattr(link, how)()
        return link.heal

    # The queue

    def _send_again(self, injected: Injected) -> None:
        """Of runs that wait, are worked on, or wait for a person: each message twice more."""
        runs = self._ids("SELECT id FROM run WHERE ended_at IS NULL ORDER BY created_at LIMIT 20")
        self._publish(injected, [(task, run) for run in runs for task in ("plan", "apply") for _ in range(2)])

    def _send_past(self, injected: Injected) -> None:
        runs = self._ids("SELECT id FROM run WHERE ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT 20")
        self._publish(injected, [(task, run) for run in runs for task in ("plan", "apply")])

    def _send_nonsense(self, injected: Injected) -> None:
        """Runs that never were, a task of another version, arguments of another version, something that is no message."""
        self._publish(injected, [("plan", "run_that_never_was"), ("retired_task", "run_x"), ("apply", "run_y", "more")])
        self._redis(injected, lambda client: client.lpush("plan", b"this is no message", b"{}"))

    def _publish(self, injected: Injected, messages: Sequence[tuple[str, ...]]) -> None:
        app = Celery("chaos", broker=self._cluster.redis_url(), set_as_current=False)
        app.conf.update(broker_transport_options={"socket_connect_timeout": 2, "socket_timeout": 3, "max_retries": 0})
        try:
            for task, *arguments in messages:
                queue = "apply" if task == "apply" else "plan"
                app.send_task(f"terrace.run.{task}", args=arguments, queue=queue, ignore_result=True, retry=False)
        except Exception as error:
            raise Missed from error
        finally:
            app.close()
        injected.detail = f"{len(messages)} messages"

    # Looking

    def _terraforms(self) -> list[psutil.Process]:
        return [each for each in psutil.process_iter() if _is_terraform(each, self._cluster.data)]

    def _applies(self) -> list[psutil.Process]:
        return [each for each in self._terraforms() if "apply" in _words(each)]

    def _terraforms_below(self, name: str) -> list[psutil.Process]:
        return [each for each in self._cluster.family(name) if _is_terraform(each, self._cluster.data)]

    def _runs_of(self, processes: Sequence[psutil.Process]) -> list[str]:
        return sorted({run for each in processes if (run := _run_of(each, self._cluster.data)) is not None})

    def _held_by(self, name: str) -> list[str]:
        return self._ids(f"{_HELD} AND worker = %s", f"{name}@chaos")

    def _ids(self, statement: LiteralString, *given: str) -> list[str]:
        with suppress(psycopg.Error), self._asking() as connection:
            return [row[0] for row in connection.execute(statement, given)]
        return []

    def _asking(self) -> psycopg.Connection:
        """For a fault that needs the database: Missed when it is away or paused."""
        if not self._awake():
            raise Missed
        try:
            connection = self._cluster.connect()
        except psycopg.Error:
            raise Missed from None
        connection.execute("SET statement_timeout = '2s'")
        return connection

    def _awake(self) -> bool:
        pid = self._cluster.processes["postgres"].pid
        with suppress(psutil.NoSuchProcess):
            return pid is not None and psutil.Process(pid).status() != psutil.STATUS_STOPPED
        return False


def _pick(found: Sequence[psutil.Process], injected: Injected) -> psutil.Process:
    if not found:
        raise Missed
    return found[int(injected.fault.pick * len(found))]


def _wait_for(look: Callable[[], list[psutil.Process]]) -> list[psutil.Process]:
    end = time.monotonic() + _CANDIDATE_SECONDS
    while not (found := look()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def _pause(processes: Sequence[psutil.Process]) -> Undo:
    for each in processes:
        with suppress(psutil.NoSuchProcess):
            each.suspend()
    return lambda: _go_on(processes)


def _go_on(processes: Sequence[psutil.Process]) -> None:
    """In a random order: who comes back first is nobody's choice."""
    shuffled = list(processes)
    random.shuffle(shuffled)
    for each in shuffled:
        with suppress(psutil.NoSuchProcess):
            each.resume()


def _words(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):
        return process.cmdline()
    return []


def _children(process: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.Error):
        return process.children()
    return []


def _is_python(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return "python" in process.name() or "celery" in process.name()
    return False


def _is_terraform(process: psutil.Process, data: Path) -> bool:
    with suppress(psutil.Error):
        return process.name() in ("terraform", "tofu") and _run_of(process, data) is not None
    return False


def _run_of(process: psutil.Process, data: Path) -> str | None:
    """By the work directory, whose name begins with the run's id; behind walls, by that of whoever stands outside of them."""
    with suppress(psutil.Error):
        for each in (process, *process.parents()):
            place = Path(each.cwd() or "/")
            if place.is_relative_to(data / "work"):
                return place.relative_to(data / "work").parts[0].rpartition("-")[0]
    return None
