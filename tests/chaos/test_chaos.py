"""A short round of chaos over the real processes, with seeds that do not change. `make chaos` goes long; docs/chaos.md."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from portal.kit.config import PROJECT_DIR
from tests.chaos.harness import plan

PLAN = plan.make(1058, deployments=8, faults=24, seconds=20)


@pytest.mark.timeout(1500)
def test_a_short_round_of_chaos_loses_nothing(tmp_path: Path) -> None:
    """In a process of its own: it has its own PostgreSQL and Redis, which it kills. Deadlines are minutes; nothing is timed."""
    command = [*PLAN.command.split()[1:], "--logs", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, *command], cwd=PROJECT_DIR, capture_output=True, text=True, timeout=1400, check=False
    )
    print(done.stdout)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
