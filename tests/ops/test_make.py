"""The make targets: every test folder is run, and a machine that lacks something is told so in one sentence."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

from portal.kit.config import PROJECT_DIR


def make(*arguments: str, folder: Path = PROJECT_DIR, path: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    if path is not None:
        environment["PATH"] = path
    program = shutil.which("make")
    assert program is not None
    return subprocess.run(
        [program, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def programs(folder: Path, **scripts: str) -> str:
    """A PATH with a few ordinary tools and these shell scripts."""
    folder.mkdir()
    for name in ("sh", "cat", "cksum", "cut", "rm", "test"):
        found = shutil.which(name)
        if found:
            (folder / name).symlink_to(found)
    for name, body in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{body}\n")
        (folder / name).chmod(0o755)
    return str(folder)


def bare_checkout(folder: Path) -> Path:
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(PROJECT_DIR / name, folder)
    return folder


def test_make_test_runs_every_folder_that_has_tests_exactly_once() -> None:
    recipe = make("--dry-run", "test").stdout
    folders = {path.parent for path in (PROJECT_DIR / "tests").rglob("test_*.py")}
    tops = {folder.relative_to(PROJECT_DIR).parts[1] for folder in folders}
    assert "ops" in tops
    words = recipe.split()
    assert {top: sum(word.rstrip(";") == f"tests/{top}" for word in words) for top in tops} == dict.fromkeys(tops, 1)


def test_make_test_fails_when_either_run_fails() -> None:
    recipe = make("--dry-run", "test").stdout
    assert recipe.count("|| status=$?") == 2
    assert "exit $status" in recipe


def test_an_old_python_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = programs(tmp_path / "bin", python3='[ "$1" = --version ] && echo Python 3.9.2 || exit 1')
    done = make("up", folder=bare_checkout(tmp_path), path=path)
    assert done.returncode != 0
    assert "Terrace needs Python 3.11 or newer; this machine has Python 3.9.2." in done.stdout
    assert not (tmp_path / ".venv").exists()


def test_a_python_without_venv_is_told_what_to_install(tmp_path: Path) -> None:
    path = programs(tmp_path / "bin", python3='[ "$1" = -c ] || exit 1')
    done = make("up", folder=bare_checkout(tmp_path), path=path)
    assert done.returncode != 0
    assert "apt-get install python3-venv" in done.stdout


def test_ci_runs_lint_and_every_test() -> None:
    script = PROJECT_DIR / ".ci" / "run"
    assert script.stat().st_mode & stat.S_IXUSR
    lines = script.read_text().splitlines()
    assert "set -eu" in lines
    assert lines[-2:] == ["make lint", "make test"]
