"""The processes of one Terrace, and who starts them again: nothing in here is shared with other tests.

Between the processes and PostgreSQL, Redis and the portal stands a proxy each. The cloud has a PostgreSQL of its own: a real
cloud does not fall when a portal's database does.
"""

from __future__ import annotations

import base64
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx
import psutil
import psycopg

from portal import migrations
from portal.auth import service as auth
from portal.cloud_account import service as cloud_accounts
from portal.embedded import postgres, programs, redis
from portal.embedded.process import Child, Ledger, Program
from portal.kit import db
from portal.kit.config import PROJECT_DIR, settings
from portal.kit.db import unit_of_work
from portal.project import service as projects
from tests.chaos.harness.plan import LEASE, WORKERS
from tests.chaos.harness.proxy import Loop, Proxy, to_port, to_socket
from tests.support.folders import passable_folder
from tests.support.instance import free_port
from worker.sandbox.store import Store

TOKEN: Final = "tt_chaos_0123456789abcdefghijklmnopqrstuvwxyz"
_KEY: Final = "chaos:" + base64.b64encode(bytes(range(32))).decode()
_SMALL: Final = {**postgres.SMALL, "shared_buffers": "32MB", "fsync": "off", "full_page_writes": "off"}
"""A killed server loses nothing by that; a machine without power would."""
READY_SECONDS: Final = 180.0
SERVERS: Final = ("postgres", "redis")
PROGRAMS: Final = ("api", "sandbox", "control", *WORKERS)
_OPERATIONS: Final = """
CREATE TABLE chaos_operation (
    n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp(),
    operation text NOT NULL, type text NOT NULL, id text NOT NULL);
CREATE FUNCTION note_operation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO chaos_operation (operation, type, id)
    VALUES (lower(TG_OP), coalesce(NEW.type, OLD.type), coalesce(NEW.id, OLD.id));
    RETURN NULL;
END $$;
CREATE TRIGGER chaos AFTER INSERT OR DELETE ON sandbox_cloud.resource FOR EACH ROW EXECUTE FUNCTION note_operation();
"""
"""The cloud's own book: what was made and deleted when."""
_BY_MACHINE: Final = ("TERRACE_TERRAFORM_BIN",)


@dataclass
class Managed:
    """One process of the cluster: what it is now, and whether it is meant to run."""

    program: Program
    child: Child | None = None
    wanted: bool = False

    @property
    def pid(self) -> int | None:
        """Of the living process."""
        return self.child.pid if self.child is not None and self.child.exit_code() is None else None


@dataclass
class Cluster:
    """Made by `running`. Everything is below `folder`."""

    folder: Path
    template: Path
    surprises: list[str] = field(default_factory=list)
    """Processes that ended although nobody here had asked for it."""

    def __post_init__(self) -> None:
        self._ledger = Ledger(self.folder / "children.json")
        self._loop = Loop()
        self.logs = self.folder / "logs"
        self.logs.mkdir()
        self.tmp = self.folder / "tmp"
        self.tmp.mkdir(mode=0o700)
        self.database = self._postgres("pg")
        self.cloud = self._postgres("cloud")
        self.redis = redis.prepare(self.folder / "redis", self.logs / "redis.log", durable=True)
        self.api_port = free_port()
        socket = self.database.sockets / ".s.PGSQL.5432"
        self.links = {
            "postgres": Proxy(self._loop, to_socket(str(socket))),
            "redis": Proxy(self._loop, to_port(self.redis.port)),
            "portal": Proxy(self._loop, to_port(self.api_port)),
        }
        self.processes = {
            "postgres": Managed(self.database.program()),
            "cloud": Managed(self.cloud.program()),
            "redis": Managed(self.redis.program()),
        }

    def _postgres(self, name: str) -> postgres.Postgres:
        return postgres.prepare(
            self.folder / name, self.folder / f"{name}-s", self.logs / f"{name}.log", parameters=_SMALL
        )

    # Where things are

    @property
    def direct_url(self) -> str:
        """The portal's database, past the proxy."""
        return self.database.url("terrace")

    @property
    def portal_url(self) -> str:
        """The portal, as people and Terraform reach it."""
        return f"http://127.0.0.1:{self.links['portal'].port}"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def socket(self) -> Path:
        """The sandbox's."""
        return self.folder / "sandbox.sock"

    def connect(self) -> psycopg.Connection:
        """To the portal's database, past the proxy."""
        return psycopg.connect(self.direct_url.replace("+psycopg", ""), autocommit=True, connect_timeout=5)

    def look_into_cloud(self) -> psycopg.Connection:
        """To the cloud's database."""
        return psycopg.connect(self.cloud.url("cloud").replace("+psycopg", ""), autocommit=True, connect_timeout=30)

    def redis_url(self, number: int = 0) -> str:
        """Past the proxy."""
        return f"{self.redis.url.rsplit('/', 1)[0]}/{number}"

    # Start and stop

    def begin(self) -> None:
        """Start everything for the first time."""
        for name in ("postgres", "cloud", "redis"):
            self.start(name)
        until(lambda: postgres.answers(self.database) and postgres.answers(self.cloud), "PostgreSQL answers")
        until(lambda: redis.answers(self.redis), "Redis answers")
        postgres.ensure_database(self.database, "terrace")
        postgres.ensure_database(self.cloud, "cloud")
        self._become_part_of_it()
        with self.sandbox() as store:
            store.set_up()
        with self.look_into_cloud() as connection:
            connection.execute(_OPERATIONS)
        environment = self._environment()
        for name, command in self._commands().items():
            seconds = 20.0 if name in (*WORKERS, "control") else 10.0
            log = self.logs / f"{name}.log"
            argv = [sys.executable, *command]
            self.processes[name] = Managed(Program(name, argv, environment, log, PROJECT_DIR, stop_seconds=seconds))
            self.start(name)
        self.wait_ready()

    @contextmanager
    def sandbox(self) -> Iterator[Store]:
        """A look into the cloud, by its own code."""
        store = Store(self.cloud.url("cloud"), connections=1)
        try:
            yield store
        finally:
            store.close()

    def _commands(self) -> dict[str, list[str]]:
        sandbox = ["-m", "worker.sandbox", "daemon", "--socket", str(self.socket), "--speed", "0"]
        return {
            "api": [*programs.portal_command("127.0.0.1", self.api_port)[:-1], "portal.api.app:create_api"],
            "sandbox": [*sandbox, "--database-url", self.cloud.url("cloud")],
            "control": programs.worker_command("control", 1, "control@chaos"),
            **{name: programs.worker_command("plan,apply", 2, f"{name}@chaos") for name in WORKERS},
        }

    def _become_part_of_it(self) -> None:
        """This process reads and writes by the portal's code, past the proxies."""
        for name in [name for name in os.environ if name.startswith("TERRACE_") and name not in _BY_MACHINE]:
            del os.environ[name]
        os.environ |= self._settings(self.direct_url, self.redis.url, self.portal_url)
        settings.cache_clear()
        db.dispose_engines()
        migrations.upgrade(self.direct_url)
        with unit_of_work() as session:
            auth.ensure_first_admin(session, email=None, password=None, token=TOKEN)
            projects.ensure_default(session)
            cloud_accounts.ensure_sandbox_accounts(session)

    def _environment(self) -> dict[str, str]:
        base, _, number = self.redis.url.rpartition("/")
        near = f"{base.rsplit(':', 1)[0]}:{self.links['redis'].port}/{number}"
        link = f"127.0.0.1:{self.links['postgres'].port}"
        through = f"postgresql+psycopg://{postgres.SUPERUSER}@{link}/terrace?sslmode=disable&gssencmode=disable"
        return {**os.environ, **self._settings(through, near, self.portal_url), "TMPDIR": str(self.tmp)}

    def _settings(self, database_url: str, redis_url: str, state_url: str) -> dict[str, str]:
        return {
            "TERRACE_DATABASE_URL": database_url,
            "TERRACE_REDIS_URL": redis_url,
            "TERRACE_STATE_URL": state_url,
            "TERRACE_DATA_DIR": str(self.data),
            "TERRACE_TEMPLATES_DIR": str(self.template),
            "TERRACE_SANDBOX_SOCKET": str(self.socket),
            "TERRACE_SECRET_KEYS": _KEY,
            "TERRACE_LEASE_SECONDS": str(LEASE),
            "TERRACE_BEAT_SECONDS": "0.7",
            "TERRACE_SWEEP_SECONDS": "1",
            "TERRACE_STATE_WAIT_SECONDS": "120",
            "TERRACE_LOG_LEVEL": "INFO",
        }

    def start(self, name: str) -> None:
        """Start it unless it runs. What its predecessor left of its own group is ended first, as a supervisor does."""
        managed = self.processes[name]
        managed.wanted = True
        if managed.pid is not None:
            return
        if managed.child is not None:
            managed.child.stop(0)
        if name == "postgres" and managed.child is not None:
            self._postgres("pg")  # waits for the sessions of a killed server
        managed.child = Child(managed.program, self._ledger)

    def signal(self, name: str, number: int) -> bool:
        """Send a signal to the process itself; False when it does not run. One that ends it is no surprise then."""
        managed = self.processes[name]
        pid = managed.pid
        if pid is None:
            return False
        if number not in (signal.SIGSTOP, signal.SIGCONT):
            managed.wanted = False
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        if number == signal.SIGKILL:
            until(lambda: managed.pid is None, f"{name} is gone")
        return True

    def kill_all(self, name: str) -> bool:
        """`kill -9` of the process and of everything below it, at once as far as that is possible."""
        family = self.family(name)
        self.processes[name].wanted = self.processes[name].wanted and not family
        for each in reversed(family):  # whoever would save something when its parent dies goes first
            with suppress(psutil.NoSuchProcess):
                each.kill()
        until(lambda: not self.family(name), f"{name} is gone")
        return bool(family)

    def family(self, name: str) -> list[psutil.Process]:
        """The process and everything below it; empty when it does not run."""
        pid = self.processes[name].pid
        try:
            return [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)] if pid else []
        except psutil.NoSuchProcess:
            return []

    def look_after(self) -> None:
        """Note what ended by itself, and start it again."""
        for name, managed in self.processes.items():
            if managed.wanted and managed.child is not None and managed.pid is None:
                self.surprises.append(
                    f"{name} ended by itself ({managed.child.exit_code()}):\n{managed.child.last_words()}"
                )
                self.start(name)

    def heal(self) -> None:
        """Every process goes on or is started, every link is open."""
        for link in self.links.values():
            link.heal()
        for process in self.inhabitants():
            with suppress(psutil.NoSuchProcess):
                process.resume()
        for name in self.processes:
            self.start(name)

    def wait_ready(self) -> None:
        """Wait until servers, API, sandbox and workers answer."""
        until(lambda: postgres.answers(self.database), "PostgreSQL answers", self.look_after)
        until(lambda: redis.answers(self.redis), "Redis answers", self.look_after)
        until(self._api_answers, "the API answers", self.look_after)
        until(self.socket.exists, "the sandbox answers", self.look_after)
        until(self._workers_live, "the workers are there", self.look_after)

    def _api_answers(self) -> bool:
        try:
            return httpx.get(f"{self.portal_url}/readyz", timeout=5, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def _workers_live(self) -> bool:
        """All of them have beaten since this was first asked for."""
        with self.connect() as connection:
            row = connection.execute(
                "SELECT count(*) FROM worker WHERE stopped_at IS NULL AND beat_at > now() - interval '3 s'"
            ).fetchone()
        return row is not None and row[0] >= len(WORKERS) + 1

    def inhabitants(self) -> list[psutil.Process]:
        """Every process that was started by this cluster or works in its folder, Terraform and providers included.

        Behind walls a process knows the folder by its environment only.
        """
        found = {process.pid: process for name in self.processes for process in self.family(name)}
        for process in psutil.process_iter(["cwd", "cmdline", "environ"]):
            words = [
                process.info["cwd"] or "",
                *(process.info["cmdline"] or []),
                *(process.info["environ"] or {}).values(),
            ]
            if process.pid != os.getpid() and any(str(self.folder) in word for word in words):
                found.setdefault(process.pid, process)
        return list(found.values())

    def stop(self) -> None:
        """End everything."""
        for process in self.inhabitants():
            with suppress(psutil.NoSuchProcess):
                process.resume()
        for link in self.links.values():
            link.heal()
        order = [*WORKERS, "control", "api", "sandbox", "redis", "postgres", "cloud"]
        for child in [self.processes[name].child for name in order if name in self.processes]:
            if child is not None:
                child.stop(3)
        for link in self.links.values():
            link.close()
        self._loop.stop()
        for process in self.inhabitants():
            with suppress(psutil.NoSuchProcess):
                process.kill()


def until(
    condition: Callable[[], object],
    what: str,
    meanwhile: Callable[[], None] = lambda: None,
    *,
    seconds: float = READY_SECONDS,
) -> None:
    """Wait for a condition; TimeoutError that names it when it does not come true. An error of it means: not yet."""
    end = time.monotonic() + seconds
    while True:
        meanwhile()
        with suppress(psycopg.Error, httpx.HTTPError):
            if condition():
                return
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds:.0f} s in vain: {what}")
        time.sleep(0.2)


@contextmanager
def running(template: Path, *, keep: Path | None = None) -> Iterator[Cluster]:
    """A cluster in a temporary folder, ended afterwards whatever happens; its logs are copied to `keep`."""
    with passable_folder() as folder:
        cluster = Cluster(folder, template)
        try:
            cluster.begin()
            yield cluster
        finally:
            cluster.stop()
            db.dispose_engines()
            if keep is not None:
                shutil.copytree(cluster.logs, keep, dirs_exist_ok=True)
