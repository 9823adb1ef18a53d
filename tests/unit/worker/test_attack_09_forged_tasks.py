"""Attack 9: a forged message in Redis is data, and names a run at most."""

from __future__ import annotations

import subprocess
import sys

from portal.kit.config import PROJECT_DIR

SCRIPT = """
from worker.app import app
app.loader.import_default_modules()
ours = sorted(name for name in app.tasks if not name.startswith("celery."))
print(app.conf.accept_content, app.conf.task_serializer, app.conf.worker_enable_remote_control, ours)
"""
TASKS = ["terrace.control.sweep", "terrace.notification.deliver", "terrace.run.apply", "terrace.run.plan"]
EXPECTED = f"['json'] json False {TASKS}"


def test_attack_09_workers_take_json_only_and_four_tasks() -> None:
    environment = {"TERRACE_REDIS_URL": "redis://127.0.0.1:1/0", "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(
        command, cwd=PROJECT_DIR, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout.strip() == EXPECTED, done.stderr
