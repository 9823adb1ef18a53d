"""What a program in Terraform's place can see, reach and outlive behind its walls (attacks 1 and 2)."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.kit.config import PROJECT_DIR
from portal.kit.errors import ConfigurationError
from tests.worker.walls import AZURE, SANDBOX, TOKEN, all_walls, behind, need_walls, portal
from worker.terraform import offspring, workdir
from worker.terraform.isolation import host, layout, program

WALLS = all_walls() or [host.Walls("none", "none")]
KINDS = pytest.mark.parametrize("walls", WALLS, ids=lambda walls: f"{walls.level}-{walls.user}")
STATE = "/api/v1/state/dep-1"


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


LOOK = """
import json, os, sys
def names(path):
    try:
        return sorted(os.listdir(path))
    except OSError as error:
        return type(error).__name__
def text(path):
    try:
        return open(path).read()
    except OSError as error:
        return type(error).__name__
status = dict(line.split(":\\t", 1) for line in text("/proc/self/status").splitlines())
def allowed(call):
    import ctypes
    return ctypes.CDLL(None).unshare(0x10000000) == 0
print(json.dumps({
    "folders": {path: names(path) for path in sys.argv[1:]}, "files": {path: text(path) for path in sys.argv[1:]},
    "uid": os.getuid(), "status": status, "processes": [name for name in os.listdir("/proc") if name.isdecimal()],
    "environ": dict(os.environ), "first": text("/proc/1/environ"), "root": names("/"), "namespaces": allowed("unshare"),
}))
"""


@KINDS
@need_walls
def test_nothing_of_the_worker_is_seen_but_the_runs_own_folders(walls: host.Walls, tmp_path: Path) -> None:
    with behind(walls, tmp_path) as inside:
        data = inside.config.data_dir
        (data / "secret.key").write_text("canary-key")
        other = data / "work" / "run-2-other"
        other.mkdir(parents=True)
        looked_at = [
            str(path) for path in (data, data / "secret.key", other.parent, PROJECT_DIR / "templates", Path.home())
        ]
        seen = inside.told(LOOK, *looked_at)
    assert "canary-key" not in json.dumps(seen)
    assert seen["files"][str(data / "secret.key")] == "FileNotFoundError"
    assert "run-2-other" not in json.dumps(seen)
    assert seen["folders"][str(PROJECT_DIR / "templates")] == "FileNotFoundError"
    assert set(seen["folders"][str(data)]) <= {"sandbox", "work"}
    assert not {"home", "var", "run", "srv", "boot", "media"} & set(seen["root"])


@KINDS
@need_walls
def test_a_worker_that_keeps_what_it_makes_to_itself_builds_the_same_walls(walls: host.Walls, tmp_path: Path) -> None:
    usual = os.umask(0o077)
    try:
        with behind(walls, tmp_path) as inside:
            module = str(inside.files.module)
            seen = inside.told(LOOK, module, "/etc/passwd")
    finally:
        os.umask(usual)
    assert isinstance(seen["folders"][module], list)
    assert "terraform" in seen["files"]["/etc/passwd"]


@KINDS
@need_walls
def test_it_is_nobody_has_no_rights_and_cannot_get_any(walls: host.Walls, tmp_path: Path) -> None:
    with behind(walls, tmp_path) as inside:
        seen = inside.told(LOOK)
    status = seen["status"]
    assert seen["uid"] == walls.user != 0
    assert {int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == {0}
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
    assert seen["namespaces"] is False
    assert len(seen["processes"]) <= 3
    assert seen["first"] == "PermissionError"
    assert TOKEN not in json.dumps(seen)


CONNECT = """
import json, socket, sys
found = {}
for place in sys.argv[1:]:
    host, _, port = place.rpartition(":")
    try:
        socket.create_connection((host, int(port)), 5).close()
        found[place] = "reached"
    except OSError as error:
        found[place] = type(error).__name__
print(json.dumps(found))
"""


@KINDS
@pytest.mark.parametrize("account", [SANDBOX, AZURE], ids=["sandbox", "live"])
@need_walls
def test_what_listens_on_this_machine_is_not_reached(walls: host.Walls, account: object, tmp_path: Path) -> None:
    """PostgreSQL, Redis and every other server on the loopback; and the metadata service of a cloud's machine."""
    with portal() as (url, asked), behind(walls, tmp_path, account) as inside:  # type: ignore[arg-type]
        places = [url.removeprefix("http://"), "169.254.169.254:80", f"{socket.gethostbyname(socket.gethostname())}:22"]
        found = inside.told(CONNECT, *places)
    assert "reached" not in found.values()
    assert asked == []


ASK = """
import json, os, sys, urllib.error, urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
found = []
for method, path in (item.split(" ") for item in sys.argv[1:]):
    url = os.environ["TF_HTTP_ADDRESS"].partition("/api/")[0] + path
    request = urllib.request.Request(url, method=method, data=b"body" if method in ("POST", "LOCK") else None)
    request.add_header("Authorization", "Basic stolen")
    try:
        found.append(opener.open(request, timeout=20).read().decode())
    except urllib.error.HTTPError as error:
        found.append(error.code)
print(json.dumps(found))
"""


@KINDS
@need_walls
def test_of_the_portal_only_the_own_state_is_reached_and_the_token_is_put_in_on_the_way(
    walls: host.Walls, tmp_path: Path
) -> None:
    with portal() as (url, asked), behind(walls, tmp_path, state_url=url + STATE) as inside:
        assert TOKEN not in json.dumps(inside.environment)
        found = inside.told(
            ASK, f"GET {STATE}", f"POST {STATE}?ID=lock-1", f"LOCK {STATE}", f"DELETE {STATE}", "GET /api/v1/state/dep-2",
            "GET /metrics", f"GET {STATE}/../dep-2",
        )  # fmt: skip
    assert found == ["state", "state", "state", 404, 404, 404, 404]
    assert [(method, path, body) for method, path, _, body in asked] == [
        ("GET", STATE, b""),
        ("POST", f"{STATE}?ID=lock-1", b"body"),
        ("LOCK", STATE, b"body"),
    ]
    assert len({authorization for _, _, authorization, _ in asked}) == 1
    assert "stolen" not in asked[0][2]


@need_walls
def test_a_portal_that_is_away_is_an_answer_after_which_terraform_tries_again(tmp_path: Path) -> None:
    with behind(WALLS[0], tmp_path, state_url=f"http://127.0.0.1:9{STATE}") as inside:
        assert inside.told(ASK, f"GET {STATE}") == [502]


ASKED_TO_STOP = """
import os, signal, subprocess, sys, time
def stop(*_):
    os.write(1, b"saving\\n")
    open("saved", "w").close()
    sys.exit(3)
signal.signal(signal.SIGINT, stop)
subprocess.Popen([sys.executable, "-IS", "-c", "import time; time.sleep(600)"], start_new_session=True)
print("ready", flush=True)
while True: time.sleep(1)
"""


@KINDS
@need_walls
def test_it_is_asked_to_stop_and_what_it_started_ends_with_it(walls: host.Walls, tmp_path: Path) -> None:
    with behind(walls, tmp_path) as inside, inside.started(ASKED_TO_STOP) as process:
        lines = process.lines()
        assert next(lines) == ("out", b"ready")
        family = offspring.family(process.pid)
        assert len(offspring.brought_along(family, process.pid)) == 1
        process.interrupt()
        assert [line for _, line in lines] == [b"saving"]
        assert process.wait() == 3
        assert inside.files.read(inside.files.module / "saved") == b""
        until(lambda: not [item for item in family if Path(f"/proc/{item.pid}").exists()])


@KINDS
@need_walls
def test_a_kill_ends_everybody_at_once(walls: host.Walls, tmp_path: Path) -> None:
    with behind(walls, tmp_path) as inside, inside.started(ASKED_TO_STOP) as process:
        assert next(process.lines()) == ("out", b"ready")
        family = offspring.family(process.pid)
        process.kill()
        assert process.wait() == -signal.SIGKILL
        assert not (inside.files.module / "saved").exists()
        until(lambda: not [item for item in family if Path(f"/proc/{item.pid}").exists()])


@pytest.mark.parametrize(
    ("script", "code"), [("import sys; sys.exit(7)", 7), ("import os; os.kill(os.getpid(), 6)", -6)]
)
@need_walls
def test_it_ends_as_the_program_did(script: str, code: int, tmp_path: Path) -> None:
    with behind(WALLS[0], tmp_path) as inside:
        assert inside.run(script)[0] == code


PARENT = """
import sys
from pathlib import Path
from tests.worker.walls import behind
from worker.terraform.isolation import host
with behind(host.strongest("auto"), Path(sys.argv[1]), state_url=sys.argv[2]) as inside:
    with inside.started(sys.argv[3]) as process:
        for _, line in process.lines():
            print(inside.files.path, flush=True)
"""
SAVES_LAST = """
import os, signal, sys, time, urllib.request
def stop(*_):
    os.write(1, b"Interrupt received\\n")
    urllib.request.urlopen(urllib.request.Request(os.environ["TF_HTTP_ADDRESS"], method="POST", data=b"the last state"))
    os._exit(0)
signal.signal(signal.SIGINT, stop)
print("ready", flush=True)
while True: time.sleep(1)
"""


@need_walls
def test_when_the_worker_is_killed_the_last_state_still_gets_through_and_the_folder_is_swept(tmp_path: Path) -> None:
    with portal() as (url, asked):
        worker = subprocess.Popen(
            [sys.executable, "-c", PARENT, str(tmp_path), url + STATE, SAVES_LAST],
            cwd=PROJECT_DIR,
            stdout=subprocess.PIPE,
        )
        assert worker.stdout is not None
        folder = Path(next(line for line in worker.stdout if line.startswith(b"/")).decode().strip())
        worker.kill()
        worker.wait()
        worker.stdout.close()
        until(lambda: [body for *_, body in asked] == [b"the last state"])
    until(lambda: workdir.remove_abandoned(folder.parent) or not folder.exists())
    assert not folder.exists()


KNOCK = """
import json, socket, sys
fields = ["provider=azurerm", "TERRACE_SANDBOX_ACCOUNT=somebody-elses", "TERRACE_SANDBOX_RUN=run-9", "folder=/etc"]
request = "\\0".join(fields).encode()
with socket.socket(socket.AF_UNIX) as daemon:
    daemon.connect(sys.argv[1])
    daemon.sendall(len(request).to_bytes(4, "big") + request)
    print(json.dumps(daemon.recv(100).decode()))
"""


@KINDS
@need_walls
def test_whatever_it_says_the_sandbox_cloud_sees_the_runs_own_account(walls: host.Walls, tmp_path: Path) -> None:
    """Attack 25."""
    heard: list[str] = []

    def attend(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            heard.append(connection.recv(4096)[4:].decode())
            connection.sendall(b"ok somewhere")

    with behind(walls, tmp_path) as inside, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(inside.config.sandbox_socket))
        listener.listen()
        thread = threading.Thread(target=attend, args=(listener,), daemon=True)
        thread.start()
        assert inside.told(KNOCK, str(inside.config.sandbox_socket)) == "ok somewhere"
        thread.join(60)
        sockets = inside.files.sockets
    assert set(heard[0].split("\0")) == {
        "provider=azurerm", "TERRACE_SANDBOX_ACCOUNT=sandbox-azure", "TERRACE_SANDBOX_RUN=run-1", f"folder={sockets}",
    }  # fmt: skip


TRICKS = """
import os, sys
os.symlink(sys.argv[1], "errored.tfstate")
os.mkfifo("../plan/plan.bin")
os.symlink(sys.argv[1], ".terraform.lock.hcl")
try:
    os.rename("../module", "../other")
except OSError as error:
    print(type(error).__name__)
"""


@KINDS
@need_walls
def test_what_it_leaves_in_place_of_its_files_is_neither_followed_nor_waited_for(
    walls: host.Walls, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.key"
    secret.write_text("canary-key")
    with behind(walls, tmp_path) as inside:
        assert inside.run(TRICKS, str(secret)) in [(0, "OSError"), (0, "PermissionError")]
        files = inside.files
        assert [files.read(path) for path in (files.errored_state, files.plan, files.lock_file)] == [None, None, None]
        root = files.path.parent
    assert list(root.iterdir()) == []


WRITES = """
import os
for path in ("/usr/bin/x", "/etc/passwd", "/x", "/tmp/x", os.environ["HOME"] + "/x", "x"):
    try:
        open(path, "w").close()
        print("wrote", path)
    except OSError:
        pass
"""


@KINDS
@need_walls
def test_only_its_own_folders_can_be_written(walls: host.Walls, tmp_path: Path) -> None:
    with behind(walls, tmp_path) as inside:
        _, said = inside.run(WRITES)
        home = inside.files.home
    assert said.splitlines() == ["wrote /tmp/x", f"wrote {home}/x", "wrote x"]


@need_walls
def test_a_plugin_cache_can_be_written_by_init_only(tmp_path: Path) -> None:
    """Attack 35: a template that poisons it would reach everybody."""
    script = "import sys; open(sys.argv[1] + '/x', 'a').close()"
    with behind(WALLS[0], tmp_path, AZURE) as inside:
        cache = str(inside.config.data_dir / "terraform" / "plugins")
        assert inside.run(script, cache)[0] != 0
        with inside.started(script, cache, verb="init") as process:
            assert (list(process.lines()), process.wait()) == ([], 0)


def test_a_machine_that_cannot_says_so_and_is_refused_where_it_must(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "problem_with", lambda walls: "unshare: Operation not permitted.")
    host.strongest.cache_clear()
    try:
        assert host.strongest("auto") == host.Walls("none", "unshare: Operation not permitted.")
        with pytest.raises(ConfigurationError, match=r"cannot isolate Terraform: unshare: Operation not permitted"):
            host.strongest("require")
        assert host.strongest("off").level == "none"
    finally:
        host.strongest.cache_clear()


def test_walls_that_cannot_be_built_are_named_with_the_step(tmp_path: Path) -> None:
    walls = WALLS[-1]
    plan = layout.Layout(tmp_path / "nowhere", Path("/"), walls.user).plan()
    with program.started(walls, plan, {}, ["/bin/sh", "-c", "exit 0"]) as start:
        done = subprocess.run(start.argv, pass_fds=start.files, capture_output=True, check=False)
    assert done.returncode == 125
    assert b"The walls around Terraform could not be built" in done.stderr
