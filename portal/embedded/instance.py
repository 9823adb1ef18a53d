"""One instance of the portal on this machine: its folder, its servers, its processes, in the order in which they need each other.

`terrace up` calls `run`. What belongs to the domain (migrations, the first administrator) comes in as hooks, so this package
knows nothing of it.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from portal.embedded import files, postgres, programs, redis
from portal.embedded.process import Child, is_alive
from portal.embedded.supervisor import StopRequested, Supervisor
from portal.kit.config import Settings
from portal.kit.errors import ConfigurationError

DATABASE = "terrace"
_LOG_LIMIT_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Hooks:
    """The domain's part of a start. `secret_key` sees to it that the embedded mode's key is in the file that it is given."""

    secret_key: Callable[[Path], object]
    prepare_database: Callable[[Mapping[str, str]], list[str]]
    """Migrates and makes the first administrator; gets the instance's environment, returns lines for the person."""


@dataclass(frozen=True, slots=True)
class Folders:
    """The parts of the data folder."""

    root: Path

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def lock(self) -> Path:
        return self.run / "instance.lock"

    @property
    def address(self) -> Path:
        """Where a running instance's servers are, for `terrace` commands in another terminal."""
        return self.run / "instance.json"

    @property
    def key(self) -> Path:
        return self.root / "secret.key"


def run(settings: Settings, hooks: Hooks, say: Callable[[str], None], *, verbose: bool = False) -> None:
    """Start everything, say where it is, and keep it running until Ctrl-C or SIGTERM.

    ConfigurationError refuses in one sentence.
    """
    began = time.monotonic()
    settings = replace(settings, sandbox_socket=_short_enough(settings.sandbox_socket))
    refuse_taken_port(settings.host, settings.port)
    with ExitStack() as stack:
        folders = stack.enter_context(claim(settings.data_dir))
        supervisor = stack.enter_context(Supervisor(folders.run, say, verbose=verbose).running())
        with suppress(StopRequested):
            _start_all(settings, folders, hooks, supervisor, say)
            say(f"Terrace is ready at {settings.public_url} ({time.monotonic() - began:.1f} s)")
            say(f"Stop it with Ctrl-C. Its logs are in {folders.logs}")
            supervisor.watch()
        say("Stopping ...")
    say("Stopped.")


def run_workers(settings: Settings, say: Callable[[str], None], *, verbose: bool = False) -> None:
    """The sandbox daemon and the workers alone, against given servers, until Ctrl-C or SIGTERM: one machine of a cluster."""
    settings = replace(settings, sandbox_socket=_short_enough(settings.sandbox_socket))
    database_url, redis_url = settings.require_database_url(), settings.redis_database(0)
    postgres.check_server(database_url)
    redis.check_server(redis_url)
    environment = programs.environment(settings, given_keys(settings), database_url, redis_url)
    with ExitStack() as stack:
        folders = stack.enter_context(claim(settings.data_dir))
        supervisor = stack.enter_context(Supervisor(folders.run, say, verbose=verbose).running())
        with suppress(StopRequested):
            sandbox_answers = _start_sandbox(settings, folders, supervisor, environment)
            for worker in programs.workers(settings, environment, folders.logs):
                supervisor.start(worker)
            sandbox_answers()
            say("The workers are ready.")
            supervisor.watch()


def _start_sandbox(
    settings: Settings, folders: Folders, supervisor: Supervisor, environment: Mapping[str, str]
) -> Callable[[], None]:
    """Start the sandbox daemon. The result waits until it listens."""
    settings.sandbox_socket.unlink(missing_ok=True)
    sandbox = supervisor.start(programs.sandbox(settings, environment, folders.logs))
    return lambda: supervisor.wait_for(sandbox, settings.sandbox_socket.exists)


@contextmanager
def claim(data_dir: Path) -> Iterator[Folders]:
    """Make the data folder ours alone for the block, in which whatever this process makes is ours alone, too."""
    usual = os.umask(0o077)
    try:
        with _claimed(data_dir) as folders:
            yield folders
    finally:
        os.umask(usual)


@contextmanager
def _claimed(data_dir: Path) -> Iterator[Folders]:
    folders = Folders(data_dir)
    # PostgreSQL runs as another user when we are root, so that user passes through; each part is closed on its own.
    files.private_folder(folders.root, mode=0o711 if os.geteuid() == 0 else 0o700)
    for part in (folders.run, folders.logs):
        files.private_folder(part, mode=0o711 if os.geteuid() == 0 else 0o700)
    refusal = f"The data folder {data_dir} is in use by another instance. Stop that one, or set TERRACE_DATA_DIR."
    with files.only_holder(folders.lock, refusal):
        _rotate_logs(folders.logs)
        try:
            yield folders
        finally:
            folders.address.unlink(missing_ok=True)


def missing_processes(data_dir: Path) -> list[str]:
    """Names of the programs that should be running on this data folder and are not."""
    ledgers = list(Folders(data_dir).run.glob("children-*.json"))
    entries = [entry for ledger in ledgers for entry in json.loads(ledger.read_text(encoding="utf-8"))]
    wanted = {"sandbox", "worker-runs", "worker-control"}
    return sorted(wanted - {str(entry["name"]) for entry in entries if is_alive(int(entry["pid"]))})


def refuse_taken_port(host: str, port: int) -> None:
    """ConfigurationError when we cannot listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise ConfigurationError(
                f"You may not listen on port {port}. Set TERRACE_PORT to one above 1023."
            ) from None
        except OSError as error:
            raise ConfigurationError(
                f"Port {port} of {host} is not free ({error.strerror}). Set TERRACE_PORT to another one, or stop what uses it."
            ) from None


def start_servers(settings: Settings, folders: Folders, supervisor: Supervisor) -> tuple[str, str]:
    """The URLs of PostgreSQL and Redis: the given ones, checked, or embedded ones, started side by side."""
    database = start_postgres(settings, folders, supervisor)
    cache = _start_redis(settings, folders, supervisor)
    return database(), cache()


def start_postgres(settings: Settings, folders: Folders, supervisor: Supervisor) -> Callable[[], str]:
    """Start the embedded server, or check the given one. The result waits until it answers and returns its URL."""
    given = settings.database_url
    if given is not None:
        postgres.check_server(given)
        return lambda: given
    server = postgres.prepare(folders.root / "postgres", folders.run / "postgres", folders.logs / "postgresql.log")
    child = supervisor.start(server.program())

    def wait() -> str:
        supervisor.wait_for(child, lambda: postgres.answers(server))
        return postgres.ensure_database(server, DATABASE)

    return wait


def _start_redis(settings: Settings, folders: Folders, supervisor: Supervisor) -> Callable[[], str]:
    given = settings.redis_url
    if given is not None:
        redis.check_server(given)
        return lambda: given
    server = redis.prepare(folders.root / "redis", folders.logs / "redis.log")
    child = supervisor.start(server.program())

    def wait() -> str:
        supervisor.wait_for(child, lambda: redis.answers(server))
        return server.url

    return wait


def _start_all(
    settings: Settings, folders: Folders, hooks: Hooks, supervisor: Supervisor, say: Callable[[str], None]
) -> None:
    """In order: servers and pages, tables, sandbox daemon, portal, workers; side by side where they do not need each other."""
    keys = _keys(settings, folders, hooks)
    building = programs.ui_build(programs.environment(settings, keys, "", ""), folders.logs)
    pages_are_built = supervisor.begin(building, when_slow="Building the pages (a minute or two) ...")
    database_url, redis_url = start_servers(settings, folders, supervisor)
    environment = programs.environment(settings, keys, database_url, redis_url)
    pages_are_built()
    # Said at once: whatever happens from here on, this password is never shown again.
    for line in hooks.prepare_database(environment):
        say(line)
    files.write_private(folders.address, _address(environment))
    sandbox_answers = _start_sandbox(settings, folders, supervisor, environment)
    portal = supervisor.start(programs.portal(settings, environment, folders.logs))
    # After the portal, so that they stop before it: Terraform saves its state through the portal to the very end.
    for worker in programs.workers(settings, environment, folders.logs):
        supervisor.start(worker)
    sandbox_answers()
    supervisor.wait_for(portal, lambda: _is_ready(settings, portal), seconds=120)


def given_keys(settings: Settings) -> dict[str, str]:
    """The variable by which the operator said where the keys are; empty when there is none."""
    if settings.secret_keys_file is not None:
        return {"TERRACE_SECRET_KEYS_FILE": str(settings.secret_keys_file)}
    return {"TERRACE_SECRET_KEYS": " ".join(settings.secret_keys)} if settings.secret_keys else {}


def _keys(settings: Settings, folders: Folders, hooks: Hooks) -> dict[str, str]:
    """Given keys, or this folder's own when the database is embedded: somebody else's database needs a key that outlives us."""
    if given := given_keys(settings):
        return given
    if settings.database_url is not None:
        raise ConfigurationError(
            "TERRACE_DATABASE_URL is set and TERRACE_SECRET_KEYS is not. Make a key with `terrace keys new` and keep it safe."
        )
    hooks.secret_key(folders.key)
    # The file, and not what is in it: a key that is put into it while all of this runs is then known to all.
    return {"TERRACE_SECRET_KEYS_FILE": str(folders.key)}


def _short_enough(socket_path: Path) -> Path:
    """The sandbox daemon's socket, elsewhere when the data folder's path is too long for one."""
    if len(os.fsencode(socket_path)) <= files.SOCKET_PATH_LIMIT:
        return socket_path
    return files.socket_folder(socket_path.parent / "sandbox", socket_path.name) / socket_path.name


def _address(environment: Mapping[str, str]) -> str:
    names = ("TERRACE_DATABASE_URL", "TERRACE_REDIS_URL", *programs.KEYS, "TERRACE_SECRET_KEYS_WRAPPED_BY")
    return json.dumps({name: environment[name] for name in names if name in environment})


def _is_ready(settings: Settings, portal: Child) -> bool:
    host = "127.0.0.1" if settings.host in ("", "0.0.0.0", "::") else settings.host  # noqa: S104 - compared, not bound
    try:
        with urllib.request.urlopen(f"http://{host}:{settings.port}/readyz", timeout=5) as answer:
            return answer.status == 200 and portal.exit_code() is None
    except (urllib.error.URLError, OSError):
        return False


def _rotate_logs(folder: Path) -> None:
    """Keep one former file of each log that has grown large."""
    for path in folder.glob("*.log"):
        if path.stat().st_size > _LOG_LIMIT_BYTES:
            path.replace(path.with_suffix(".log.1"))


def say(line: str) -> None:
    """Show a line at once, also through a pipe."""
    print(line, flush=True, file=sys.stdout)
