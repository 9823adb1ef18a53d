"""The embedded PostgreSQL and Redis themselves: private, recoverable, and refusing in one clear sentence."""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis as redis_client

from portal.embedded import files, instance, postgres, redis
from portal.embedded.process import is_alive
from portal.embedded.supervisor import Supervisor
from portal.kit.config import Settings, from_environment
from portal.kit.errors import ConfigurationError
from tests.ops.test_supervisor import eventually
from tests.support.folders import passable_folder

pytestmark = pytest.mark.xdist_group("embedded")  # one process starts the servers, and not each of them
PRIVATE = stat.S_IRWXG | stat.S_IRWXO


def settings_for(folder: Path, **variables: str) -> Settings:
    return from_environment({"TERRACE_DATA_DIR": str(folder), **variables})


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """A data folder whose path is too long for a unix socket."""
    with passable_folder() as folder:
        yield folder / "a-folder-with-a-very-long-name-indeed-so-that-no-unix-socket-fits-into-it" / "data"


@pytest.fixture(scope="module")
def servers(data_dir: Path) -> Iterator[tuple[str, str, instance.Folders]]:
    """The URLs of both embedded servers, running."""
    with (
        instance.claim(data_dir) as folders,
        Supervisor(folders.run, print).running() as supervisor,
    ):
        database_url, redis_url = instance.start_servers(settings_for(data_dir), folders, supervisor)
        yield database_url, redis_url, folders


def plain(url: str) -> str:
    return url.replace("+psycopg", "", 1)


def test_postgresql_is_new_never_root_and_reachable_only_through_a_private_socket(
    servers: tuple[str, str, instance.Folders],
) -> None:
    with psycopg.connect(plain(servers[0])) as connection:
        row = connection.execute("SELECT current_setting('server_version_num')::int, pg_backend_pid()").fetchone()
        listening = connection.execute("SHOW listen_addresses").fetchone()
    assert row is not None
    assert row[0] >= postgres.OLDEST_SERVER * 10000
    assert listening == ("",)
    folders = servers[2]
    postmaster = int((folders.root / "postgres" / "cluster" / "postmaster.pid").read_text().splitlines()[0])
    assert psutil.Process(postmaster).uids().effective != 0
    sockets = Path(servers[0].partition("?host=")[2])
    assert not sockets.stat().st_mode & PRIVATE
    assert not (folders.root / "postgres").stat().st_mode & PRIVATE


def test_redis_listens_on_loopback_with_a_password_that_is_on_no_command_line(
    servers: tuple[str, str, instance.Folders],
) -> None:
    url = servers[1]
    password = url.partition("://:")[2].partition("@")[0]
    assert len(password) >= 24
    with redis_client.Redis.from_url(url) as client:
        assert client.ping()
        assert client.config_get("bind") == {"bind": "127.0.0.1"}
    stranger = redis_client.Redis.from_url(url.replace(password, "wrong"))
    with stranger, pytest.raises(redis_client.AuthenticationError):
        stranger.ping()
    lines = [" ".join(process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"])]
    assert not [line for line in lines if password in line]
    assert not (servers[2].root / "redis" / "redis.conf").stat().st_mode & PRIVATE


def test_a_second_instance_on_the_same_folder_is_refused_in_one_sentence(
    servers: tuple[str, str, instance.Folders], data_dir: Path
) -> None:
    with pytest.raises(ConfigurationError, match="is in use by another instance"), instance.claim(data_dir):
        pass


def test_the_database_survives_a_kill_and_a_stale_pid_file_of_another_process(passable_folder: Path) -> None:
    folder, sockets, log = (passable_folder / name for name in ("pg", "s", "pg.log"))
    with Supervisor(passable_folder, print).running() as supervisor:
        server = postgres.prepare(folder, sockets, log)
        first = supervisor.start(server.program())
        supervisor.wait_for(first, lambda: postgres.answers(server))
        with psycopg.connect(plain(postgres.ensure_database(server, "kept")), autocommit=True) as connection:
            connection.execute("CREATE TABLE precious AS SELECT 42 AS answer")
        os.kill(first.pid, signal.SIGKILL)
        eventually(lambda: first.exit_code() is not None, "the server was killed")
        pid_file = server.cluster / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
        pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
        again = postgres.prepare(folder, sockets, log)
        child = supervisor.start(again.program())
        supervisor.wait_for(child, lambda: postgres.answers(again))
        with psycopg.connect(plain(again.url("kept"))) as connection:
            assert connection.execute("SELECT answer FROM precious").fetchone() == (42,)
    assert is_alive(os.getpid())


def test_a_cluster_of_another_major_version_is_refused(tmp_path: Path) -> None:
    cluster = tmp_path / "pg" / "cluster"
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("9\n")
    with pytest.raises(ConfigurationError, match="was written by PostgreSQL 9"):
        postgres.prepare(tmp_path / "pg", tmp_path / "s", tmp_path / "log")


def test_a_database_server_that_is_too_old_or_silent_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="The database is PostgreSQL 12; the portal needs 14 or newer"):
        postgres.require_version(120022)
    with pytest.raises(ConfigurationError, match="TERRACE_DATABASE_URL does not answer"):
        postgres.check_server(f"postgresql+psycopg://x@/x?host={tmp_path}")
    with pytest.raises(ConfigurationError, match="TERRACE_REDIS_URL does not answer"):
        redis.check_server(f"unix://{tmp_path}/none.sock")


@pytest.mark.parametrize(
    ("find", "what"), [(postgres.install_folder, "PostgreSQL server"), (redis.find_binary, "redis-server")]
)
def test_a_platform_without_a_wheel_is_told_which_program_to_install(
    monkeypatch: pytest.MonkeyPatch, find: object, what: str
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    monkeypatch.setattr("shutil.which", lambda _name: None)
    assert callable(find)
    with pytest.raises(ConfigurationError, match=rf"Install .*{what}"):
        find()


def test_an_ordinary_user_runs_postgresql_as_themselves(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert postgres._account(tmp_path) is None


def test_passage_is_opened_without_letting_anyone_list_the_folder(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    (closed / "inner").mkdir(parents=True)
    closed.chmod(0o700)
    assert closed in files.open_passage(closed / "inner")
    assert stat.S_IMODE(closed.stat().st_mode) == 0o701
    assert files.open_passage(closed / "inner") == []


def test_an_installation_that_only_its_owner_could_read_is_opened(tmp_path: Path) -> None:
    program = tmp_path / "bin" / "postgres"
    program.parent.mkdir(mode=0o700)
    program.touch(mode=0o700)
    files.open_tree(program.parent)
    assert stat.S_IMODE(program.parent.stat().st_mode) == stat.S_IMODE(program.stat().st_mode) == 0o705


def test_a_folder_that_cannot_be_made_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(ConfigurationError, match=r"cannot be used .*Set TERRACE_DATA_DIR"),
        instance.claim(tmp_path / "file" / "data"),
    ):
        pass


def test_somebody_elses_folder_in_the_temporary_folder_is_not_trusted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    wanted = tmp_path / ("long" * 40)
    made = files.socket_folder(wanted, "s")
    made.rmdir()
    made.symlink_to(tmp_path)
    with pytest.raises(ConfigurationError, match="belongs to somebody else"):
        files.socket_folder(wanted, "s")


def test_a_port_in_use_is_refused_in_one_sentence() -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=rf"Port {port} of 127\.0\.0\.1 is not free .*Set TERRACE_PORT"):
            instance.refuse_taken_port("127.0.0.1", port)
