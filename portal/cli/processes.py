"""`terrace up`, `terrace worker`, `terrace migrate`: the processes of the portal."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Annotated

import typer

from portal.cli.connection import connected, use
from portal.embedded import instance, programs
from portal.kit import secrets
from portal.kit.config import settings


def up(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show the log of every process here too.")] = False,
) -> None:
    """Start the portal on this machine: database, queue, workers, sandbox cloud and pages, until Ctrl-C."""
    hooks = instance.Hooks(secrets.load_or_create_key_file, _prepare_database)
    instance.run(settings(), hooks, instance.say, verbose=verbose)


def worker(
    queues: Annotated[str, typer.Option(help="plan, apply and control, separated by commas.")] = "plan,apply",
    concurrency: Annotated[
        int, typer.Option(min=0, help="How many runs at once. Default: TERRACE_WORKER_CONCURRENCY.")
    ] = 0,
    name: Annotated[str, typer.Option(help="The worker's name, different for each; %h is the host's.")] = "worker@%h",
) -> None:
    """Become a worker of the given queues. Needs TERRACE_DATABASE_URL, TERRACE_REDIS_URL and TERRACE_SECRET_KEYS."""
    config = settings()
    config.require_database_url()
    config.redis_database(0)
    arguments = programs.worker_command(queues, concurrency or config.worker_concurrency, name)
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 - no shell; this process is the worker from now on


def migrate() -> None:
    """Bring the database to this version. Safe to run again, and by several at once."""
    from portal import migrations

    with connected() as config:
        migrations.upgrade(config.require_database_url())
    print("The database is up to date.")


def _prepare_database(environment: Mapping[str, str]) -> list[str]:
    """Migrate, make the first administrator, and say who that is."""
    from portal import migrations
    from portal.auth import service as auth
    from portal.kit.db import unit_of_work

    use(environment)
    config = settings()
    migrations.upgrade(config.require_database_url())
    with unit_of_work() as session:
        first = auth.ensure_first_admin(
            session, email=config.admin_email, password=config.admin_password, token=config.admin_token
        )
    if first is None:
        return []
    if config.admin_password:
        return [f"The first administrator is {first.email}, with the password of TERRACE_ADMIN_PASSWORD"]
    return [
        f"The first administrator is {first.email}, password {first.password} (shown only now; change it after signing in)"
    ]
