"""The command lines of one instance's processes. docker-compose.yml runs the same ones; a test compares."""

from __future__ import annotations

import os
import signal
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path

from portal.embedded.process import Program
from portal.kit.config import PROJECT_DIR, Settings

PORTAL_APP = "portal.portal:app"
WORKER_APP = "worker.app"
# Reflex serves the UI that `portal.ui.build` has built, and never builds, probes registries or reports by itself.
REFLEX_ENVIRONMENT = {
    "REFLEX_ENV_MODE": "prod",
    "__REFLEX_SKIP_COMPILE": "true",
    "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
    "REFLEX_USE_GRANIAN": "1",
    "REFLEX_USE_NPM": "1",
    "REFLEX_TELEMETRY_ENABLED": "false",
    "REFLEX_CHECK_LATEST_VERSION": "false",
}
# The first administrator is made before the processes start: none of them needs to know the password or the token.
KEYS = ("TERRACE_SECRET_KEYS", "TERRACE_SECRET_KEYS_FILE")
"""Where the keys of the secrets at rest are: one of these."""
_NOT_FOR_CHILDREN = ("TERRACE_ADMIN_PASSWORD", "TERRACE_ADMIN_TOKEN")


def environment(settings: Settings, keys: Mapping[str, str], database_url: str, redis_url: str) -> dict[str, str]:
    """What every process of the instance gets. `keys` says where the keys are, in one variable."""
    inherited = {name: value for name, value in os.environ.items() if name not in (*_NOT_FOR_CHILDREN, *KEYS)}
    scripts = sysconfig.get_path("scripts")
    return {
        **inherited,
        **REFLEX_ENVIRONMENT,
        "PATH": os.pathsep.join([scripts, os.environ.get("PATH", os.defpath)]),
        "PYTHONUNBUFFERED": "1",
        "REFLEX_DIR": str(settings.data_dir / "reflex"),
        "TERRACE_DATA_DIR": str(settings.data_dir),
        "TERRACE_PORT": str(settings.port),
        "TERRACE_DATABASE_URL": database_url,
        "TERRACE_REDIS_URL": redis_url,
        **keys,
        "TERRACE_SANDBOX_SOCKET": str(settings.sandbox_socket),
    }


def ui_build(env: Mapping[str, str], logs: Path) -> Program:
    """Builds the UI when its sources have changed since the last build."""
    building = {
        name: value for name, value in env.items() if name not in REFLEX_ENVIRONMENT or not name.startswith("__")
    }
    return _python("ui-build", ["-m", "portal.ui.build"], building, logs)


def sandbox(settings: Settings, env: Mapping[str, str], logs: Path) -> Program:
    """The sandbox cloud; finds the database in its environment, not in its arguments, which other users can read."""
    return _python("sandbox", ["-m", "worker.sandbox", "daemon", "--socket", str(settings.sandbox_socket)], env, logs)


def workers(settings: Settings, env: Mapping[str, str], logs: Path) -> list[Program]:
    """One Celery worker for runs, one for control: a long apply never delays a cancel or the sweep."""
    return [
        _worker("worker-runs", "plan,apply", settings.worker_concurrency, settings, env, logs),
        _worker("worker-control", "control", 1, settings, env, logs),
    ]


def worker_command(queues: str, concurrency: int, name: str) -> list[str]:
    """Celery's arguments, after `python`."""
    options = ["--without-gossip", "--without-mingle", "--loglevel", "WARNING", "-c", str(concurrency), "-n", name]
    return ["-m", "celery", "-A", WORKER_APP, "worker", "-Q", queues, *options]


def portal_command(host: str, port: int, processes: int = 1) -> list[str]:
    """Granian's arguments, after `python`. More than one process needs Redis for Reflex's state, which we always have."""
    options = ["--interface", "asgi", "--factory", "--no-access-log", "--log-level", "warning"]
    place = ["--host", host, "--port", str(port), "--workers", str(processes), "--workers-kill-timeout", "3"]
    return ["-m", "granian", *options, *place, PORTAL_APP]


def portal(settings: Settings, env: Mapping[str, str], logs: Path) -> Program:
    """The UI, the REST API and Terraform's state backend on one port."""
    return _python("portal", portal_command(settings.host, settings.port), env, logs)


def _worker(
    name: str, queues: str, concurrency: int, settings: Settings, env: Mapping[str, str], logs: Path
) -> Program:
    node = f"{name}-{settings.port}@%h"
    # After its own time, what Terraform needs to stop and to save its state (worker/heart.py), and to say goodbye.
    stop_seconds = settings.stop_seconds + 12
    return _python(name, worker_command(queues, concurrency, node), env, logs, stop_seconds=stop_seconds)


def _python(
    name: str, arguments: list[str], env: Mapping[str, str], logs: Path, *, stop_seconds: float = 10.0
) -> Program:
    command = [sys.executable, *arguments]
    return Program(
        name, command, env, logs / f"{name}.log", PROJECT_DIR, stop_signal=signal.SIGTERM, stop_seconds=stop_seconds
    )
