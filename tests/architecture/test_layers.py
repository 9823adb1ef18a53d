"""The import contracts hold, and each goes red when it is broken."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from portal.kit.config import PROJECT_DIR

# A contract's name → the file that gets an import which breaks it, and the import.
VIOLATIONS = {
    "Each layer imports only what is below it": ("portal/kit/clock.py", "import portal.auth.service"),
    "The embedded servers know nothing of the domain": ("portal/embedded/files.py", "import portal.models"),
    "The portal reaches workers through the queue only": ("portal/run/service.py", "import worker.app"),
    "Workers do not import the portal's edges": ("worker/app.py", "import portal.api"),
    "Reflex is in the UI and the composition root only": ("portal/audit/service.py", "import reflex"),
    "SQL stays behind the services": ("portal/api/planted.py", "import sqlmodel"),
}
one_process = pytest.mark.xdist_group("layers")  # where the copy is made and looked through once


def lint(folder: Path) -> str:
    """What lint-imports says of the code in a folder."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def verdicts(said: str) -> dict[str, bool]:
    """Each contract's verdict, by its name."""
    found = re.findall(r"^(.+?) (KEPT|BROKEN)", said, re.MULTILINE)
    assert found, said
    return {name: verdict == "KEPT" for name, verdict in found}


@pytest.fixture(scope="module")
def said_of_planted(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is said of a copy of the code in which every contract is broken once, and which has a folder in no layer."""
    copy = tmp_path_factory.mktemp("planted")
    for package in ("portal", "worker"):
        shutil.copytree(
            PROJECT_DIR / package, copy / package, ignore=lambda _, names: [n for n in names if _is_data(n)]
        )
    shutil.copy(PROJECT_DIR / "pyproject.toml", copy)
    for path, statement in VIOLATIONS.values():
        with (copy / path).open("a") as file:
            file.write(f"\n{statement}\n")
    (copy / "portal" / "unplaced").mkdir()
    (copy / "portal" / "unplaced" / "__init__.py").touch()
    return lint(copy)


def _is_data(name: str) -> bool:
    return name == "__pycache__" or Path(name).suffix not in ("", ".py", ".toml")


def test_every_contract_holds() -> None:
    assert verdicts(lint(PROJECT_DIR)) == dict.fromkeys(VIOLATIONS, True)


@one_process
def test_every_contract_goes_red_for_a_planted_violation(said_of_planted: str) -> None:
    assert verdicts(said_of_planted) == dict.fromkeys(VIOLATIONS, False)


@one_process
def test_a_new_folder_without_a_layer_is_refused(said_of_planted: str) -> None:
    assert "unplaced" in said_of_planted


def test_nothing_below_the_ui_loads_reflex() -> None:
    below = [name for name in _modules() if not name.startswith("portal.ui") and name != "portal.portal"]
    assert "portal.run.service" in below
    code = (
        "import importlib, sys\n"
        f"for name in {below!r}: importlib.import_module(name)\n"
        "sys.exit(sorted(m for m in sys.modules if m.split('.')[0] in ('reflex', 'reflex_base'))[:1] or 0)"
    )
    environment = {**os.environ, "TERRACE_REDIS_URL": "redis://127.0.0.1:1/0"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT_DIR, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]


def _modules() -> list[str]:
    """Every module of ours that can be imported without running anything."""
    found = []
    for package in ("portal", "worker"):
        for path in sorted((PROJECT_DIR / package).rglob("*.py")):
            parts = path.relative_to(PROJECT_DIR).with_suffix("").parts
            if parts[-1] in ("__main__", "env") or "versions" in parts:
                continue
            found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return found
