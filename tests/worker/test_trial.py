"""A template of a stranger's that is tried: it gets nothing of the machine that tries it (attacks 1, 2 and 4)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portal.kit.config import settings
from portal.kit.errors import ConfigurationError
from tests.worker.test_hostile import place_of
from tests.worker.walls import need_walls
from worker import trial, trial_place
from worker.terraform.isolation import host

ENEMY = """
resource "terraform_data" "enemy" {
  provisioner "local-exec" {
    command     = file("${path.module}/enemy.py")
    interpreter = [%s, "-IS", "-c"]
    quiet       = true
  }
}

variable "size" {
  type        = number
  description = "How many."
  default     = 1
}
"""
PROGRAM = """
import glob, json, os, socket, sys
got = {}
def tried(name, function):
    try:
        got[name] = function()
    except Exception as error:
        got[name] = type(error).__name__
def connected(place):
    if place.startswith("/"):
        socket.socket(socket.AF_UNIX).connect(place)
    else:
        socket.create_connection(tuple(place.rsplit(":", 1)), 5).close()
    return "reached"
def environments():
    return "canary-environ" in "".join(open(path, errors="replace").read() for path in glob.glob("/proc/[0-9]*/environ"))
targets = TARGETS
tried("key", lambda: open(targets["key"]).read())
tried("link", lambda: open("linked.txt").read())
tried("environments", environments)
tried("database", lambda: connected(targets["database"]))
tried("root", lambda: os.setuid(0))
tried("own variables", lambda: [name for name in os.environ if "SECRET" in name or "DATABASE" in name])
os.path.exists("terraform.tfvars.json") and os.remove("terraform.tfvars.json")
os.symlink(targets["victim"], "terraform.tfvars.json")
print("GOT " + json.dumps(got) + " END")
sys.exit(1)
"""
MANIFEST = b"""title: Enemy
summary: Tries what it can.
category: Storage
icon: storage-account
version: 1.0.0
fixtures:
  minimal: {values: {}}
  full: {values: {size: 2}}
"""


@pytest.fixture
def key(database: str) -> Path:
    """The key of the machine that tries templates, beside what its database holds."""
    path = settings().data_dir / "secret.key"
    path.parent.mkdir(exist_ok=True)
    path.write_text("canary-key")
    return path


def tried(folder: Path, *, apply: bool = True) -> dict[str, dict[str, Any]]:
    """The steps of a trial by their names."""
    steps: list[dict[str, Any]] = []
    trial.try_all({"azure/enemy": folder}, steps.append, apply=apply)
    return {step["step"]: step for step in steps}


@need_walls
def test_attack_02_a_template_that_is_tried_gets_nothing_of_the_machine_that_tries_it(
    key: Path, tmp_path: Path
) -> None:
    victim, folder = tmp_path / "victim", tmp_path / "enemy"
    victim.write_text("as it was")
    targets = {"key": str(key), "database": place_of(settings().database_url), "victim": str(victim)}
    folder.mkdir()
    (folder / "main.tf").write_text(ENEMY % json.dumps(sys.executable))
    (folder / "enemy.py").write_text(PROGRAM.replace("TARGETS", repr(targets)))
    (folder / "manifest.yaml").write_bytes(MANIFEST)
    (folder / "linked.txt").symlink_to(key)
    with subprocess.Popen(["sleep", "600"], env={"CANARY": "canary-environ", "PATH": os.defpath}) as other:
        try:
            steps = tried(folder)
        finally:
            other.kill()
    said = steps["apply minimal"]["problems"][0]["message"]
    got = json.loads(said.rpartition("GOT ")[2].partition(" END")[0])
    assert got == {
        "key": "FileNotFoundError", "link": "FileNotFoundError", "environments": got["environments"],
        "database": got["database"], "root": got["root"], "own variables": [],
    }  # fmt: skip
    assert got["environments"] in (False, "PermissionError")
    assert got["root"] in ("PermissionError", "OSError")  # where walls are of an ordinary user there is no such user
    assert got["database"] != "reached"
    assert steps["plan full"]["ok"], steps["plan full"]
    assert victim.read_text() == "as it was"


def test_what_a_template_puts_in_the_place_of_its_values_is_an_answer_and_no_crash(
    key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "main.tf").write_text('output "answer" {\n  value = 42\n}\n')
    (tmp_path / "manifest.yaml").write_bytes(MANIFEST)
    opened = trial_place.workdir.Workdir.write_template

    def with_a_folder(place: trial_place.workdir.Workdir, files: dict[str, bytes]) -> None:
        opened(place, files)
        (place.module / "terraform.tfvars.json").mkdir()

    monkeypatch.setattr(trial_place.workdir.Workdir, "write_template", with_a_folder)
    steps = tried(tmp_path, apply=False)
    assert "in the place of terraform.tfvars.json" in steps["plan minimal"]["problems"][0]["message"]


def test_what_cannot_be_read_is_a_step_that_failed_and_the_next_template_is_tried(key: Path, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_bytes(b"#" * 3_000_000)
    steps = tried(tmp_path)
    assert list(steps) == ["read"]
    assert "main.tf is larger than 2 MB" in steps["read"]["problems"][0]["message"]


def test_people_are_told_of_the_walls_and_none_is_refused_where_there_must_be_some(
    monkeypatch: pytest.MonkeyPatch, settings_env: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    settings_env(TERRACE_ISOLATION="off")
    assert trial_place.walls_told(settings()) == (
        "There are no walls around Terraform here (TERRACE_ISOLATION=off): try only templates that you trust."
    )
    monkeypatch.setattr(host, "_tried", lambda: host.Walls("none", "unshare: Operation not permitted."))
    host.strongest.cache_clear()
    try:
        settings_env(TERRACE_ISOLATION="require")
        with pytest.raises(ConfigurationError):
            trial_place.walls_told(settings())
        assert trial.main(["run", "azure/x=/nowhere"]) == 2
        assert "cannot isolate Terraform" in capsys.readouterr().err
    finally:
        host.strongest.cache_clear()
