"""A template that never stops talking, forking, writing, eating or waiting is stopped, with a sentence; the worker goes on."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.kit.config import settings
from portal.run.redactor import Redactor
from portal.run.schemas import RunView
from tests.service.run import world
from tests.worker.scene import Scene, carry_out
from tests.worker.state_server import StateServer
from worker.executor import unforeseen
from worker.terraform import offspring, workdir

# What answers as Terraform does, and runs the template's own script for the verb it is about.
STAND_IN = f"""#!{sys.executable} -IS
import json, os, sys
verb = sys.argv[1]
if verb == "version":
    print(json.dumps({{"terraform_version": "1.15.0"}}))
elif os.path.exists(verb + ".py"):
    exec(open(verb + ".py").read())
elif verb == "plan":
    open([word for word in sys.argv if word.startswith("-out=")][0][5:], "w").write("PLAN")
elif verb == "show":
    print(json.dumps({{"format_version": "1.2", "resource_changes": [], "errored": False}}))
"""
UNTIL_ASKED = """
import signal, time
def stop(*_):
    print("saving", flush=True)
    os._exit(1)
signal.signal(signal.SIGINT, stop)
"""
BOMBS = {
    "log": (UNTIL_ASKED + "while True: print('x' * 500)", "more than 1 MB of output"),
    "line without end": (UNTIL_ASKED + "while True: sys.stdout.write('x' * 5000)", "more than 1 MB of output"),
    "hang": (UNTIL_ASKED + "while True: time.sleep(1)", "Planning took longer than 3 seconds"),
    "processes": (
        UNTIL_ASKED + "import subprocess\n"
        "for _ in range(40): subprocess.Popen(['sh', '-c', 'setsid sleep 600 & sleep 600'])\n"
        "while True: time.sleep(1)",
        "more than 30 processes",
    ),
    "small files": (
        UNTIL_ASKED + "for n in range(200): open(f'f{n}', 'wb').write(b'x' * 65536)\nwhile True: time.sleep(1)",
        "more than 8 MB to the disk",
    ),
    "memory": (UNTIL_ASKED + "kept = b'x' * (200 << 20)\nwhile True: time.sleep(1)", "more than 128 MB of memory"),
}


@pytest.fixture
def people(state: StateServer, settings_env: Callable[..., None], tmp_path: Path) -> world.World:
    """A worker with small limits, whose Terraform is the stand-in."""
    program = tmp_path / "terraform"
    program.write_text(STAND_IN)
    program.chmod(0o755)
    settings_env(
        TERRACE_TERRAFORM_BIN=str(program),
        TERRACE_OUTPUT_MB="1",
        TERRACE_PLAN_MB="4",
        TERRACE_PLAN_TIMEOUT_SECONDS="120",
        TERRACE_RUN_PROCESSES="30",
        TERRACE_RUN_MEMORY_MB="128",
        TERRACE_RUN_DISK_MB="8",
    )
    return world.build()


def plan(people: world.World, **scripts: str) -> RunView:
    """A run of a template with a script for some of Terraform's verbs, planned."""
    files = {f"{verb}.py": script.encode() for verb, script in scripts.items()}
    scene = Scene(people, {"main.tf": b"", **files}, {})
    return scene.view(scene.planned())


def nothing_is_left() -> bool:
    root = workdir.root_for(settings().data_dir)
    return offspring.at_home_in(root) == [] and (not root.exists() or list(root.iterdir()) == [])


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_stopped_at_its_limit_and_the_next_run_is_fine(
    people: world.World, settings_env: Callable[..., None], bomb: str
) -> None:
    script, sentence = BOMBS[bomb]
    settings_env(TERRACE_PLAN_TIMEOUT_SECONDS="3" if bomb == "hang" else "120")
    view = plan(people, plan=script)
    assert view.error is not None
    assert (view.status, sentence in view.error.summary) == ("errored", True), view.error
    assert "ask an administrator to raise TERRACE_" in (view.error.next_step or "")
    assert nothing_is_left()
    settings_env(TERRACE_PLAN_TIMEOUT_SECONDS="120")
    assert plan(people).status == "planned_and_finished"


def test_one_file_that_grows_for_ever_ends_whoever_writes_it(people: world.World) -> None:
    """No look is needed: the kernel does it."""
    script = "import subprocess\nsys.exit(subprocess.run(['dd', 'if=/dev/zero', 'of=big', 'bs=1M']).returncode)"
    view = plan(people, plan=script)
    assert view.status == "errored"
    assert nothing_is_left()


def test_a_plan_that_is_too_large_is_refused_in_a_sentence(people: world.World) -> None:
    for scripts in (
        {"show": "print('[' + '1,' * 3_000_000 + '1]')"},
        {"plan": "open(sys.argv[-1][5:], 'wb').write(b'x' * (5 << 20))"},
    ):
        view = plan(people, **scripts)
        assert view.error is not None
        assert view.error.summary == "The plan is larger than 4 MB. It was stopped."


def test_a_plan_of_5000_resources_is_planned_and_shown(people: world.World) -> None:
    change = {"actions": ["create"], "before": None, "after": {"input": "x" * 100}, "after_unknown": {"id": True}}
    script = f"""
change = json.loads({json.dumps(json.dumps(change))})
row = lambda n: {{"address": f"terraform_data.r[{{n}}]", "mode": "managed", "type": "terraform_data", "name": "r",
    "index": n, "provider_name": "terraform.io/builtin/terraform", "change": change}}
print(json.dumps({{"format_version": "1.2", "resource_changes": [row(n) for n in range(5000)]}}))
"""
    scene = Scene(people, {"main.tf": b"", "show.py": script.encode()}, {})
    run_id = scene.planned()
    assert scene.view(run_id).status == "planned", scene.view(run_id).error
    summary = scene.summary(run_id)
    assert (summary.counts.add, len(summary.changes)) == (5000, 5000)


def test_an_apply_that_hangs_is_interrupted_and_says_that_it_was_applying(
    people: world.World, settings_env: Callable[..., None]
) -> None:
    settings_env(TERRACE_APPLY_TIMEOUT_SECONDS="2")
    scene = Scene(people, {"main.tf": b"", "apply.py": (UNTIL_ASKED + "while True: time.sleep(1)").encode()}, {})
    run_id = scene.run()
    world.planned(run_id)
    scene.confirm(run_id)
    carry_out(run_id, "apply")
    view = scene.view(run_id)
    assert view.error is not None
    assert view.error.summary == "Applying took longer than 2 seconds. It was stopped."


def test_the_folder_of_a_killed_worker_goes_with_those_who_work_in_it_even_if_it_was_closed(tmp_path: Path) -> None:
    root = tmp_path / "work"
    killed = root / "run-x-abc"
    (killed / "home").mkdir(parents=True)
    (killed / "module" / "closed").mkdir(parents=True)
    (killed / "module" / "closed" / "file").touch()
    (killed / "lock").touch()
    (killed / "module" / "closed").chmod(0)
    left = [
        subprocess.Popen(["sleep", "600"], cwd=killed / "module", start_new_session=True),
        subprocess.Popen(["sleep", "600"], cwd="/", env={"HOME": str(killed / "home"), "PATH": os.environ["PATH"]}),
    ]
    assert workdir.remove_abandoned(root) == ["run-x-abc"]
    assert list(root.iterdir()) == []
    assert [process.wait(60) for process in left] == [-9, -9]


def test_whoever_forks_faster_than_one_can_look_is_ended_all_the_same(tmp_path: Path) -> None:
    """Everybody is stopped before anybody is killed, so that nobody is left who could start the next."""
    (tmp_path / "home").mkdir()
    script = """
import os, time
for _ in range(60):
    if os.fork() == 0:
        time.sleep(0.01)
    if os.getpid() % 7:
        break
time.sleep(600)
"""
    first = subprocess.Popen([sys.executable, "-IS", "-c", script], cwd=tmp_path, start_new_session=True)
    deadline = time.monotonic() + 60
    while len(offspring.family(first.pid)) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert offspring.end(lambda: offspring.at_home_in(tmp_path)) >= 2
    assert offspring.at_home_in(tmp_path) == []
    first.wait(60)


def test_a_full_disk_is_said_to_be_that() -> None:
    for number in (errno.ENOSPC, errno.EDQUOT):
        assert "disk is full" in unforeseen(OSError(number, "x"), Redactor()).summary
