"""`terrace up`, `serve`, `worker`, `health`, `migrate`: the processes of the portal."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Annotated

import typer

from portal import migrations
from portal.cli.connection import connected, require_known_keys, use
from portal.embedded import instance, programs
from portal.kit import secrets
from portal.kit.config import Settings, settings
from portal.kit.errors import Unavailable


def up(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show the log of every process here too.")] = False,
) -> None:
    """Start the portal on this machine: database, queue, workers, sandbox cloud and pages, until Ctrl-C."""
    hooks = instance.Hooks(secrets.load_or_create_key_file, _prepare_database)
    instance.run(settings(), hooks, instance.say, verbose=verbose)


def serve() -> None:
    """Become one replica of the portal, for clusters. Needs a database, Redis and keys of yours, and the built pages."""
    config = _external()
    _read_providers(config)
    arguments = programs.portal_command(config.host, config.port)
    environment = {**os.environ, **programs.REFLEX_ENVIRONMENT}
    os.execve(sys.executable, [sys.executable, *arguments], environment)  # noqa: S606 - no shell; we become the portal


def worker(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show the log of every process here too.")] = False,
) -> None:
    """Run workers and the sandbox cloud on this machine, for clusters. Needs a database, Redis and keys of yours."""
    instance.run_workers(_external(), instance.say, verbose=verbose)


def health() -> None:
    """Exit 0 while the workers and the sandbox cloud of this machine are alive. For health checks."""
    missing = instance.missing_processes(settings().data_dir)
    if missing:
        raise Unavailable(f"Not running: {', '.join(missing)}. Their logs are in the data folder, under logs.")
    print("Every process runs.")


def migrate() -> None:
    """Bring the database to this version and make the first administrator. Safe to run again, and by several at once."""
    with connected():
        for line in ("The database is up to date.", *_prepare_database({})):
            print(line)


def _external() -> Settings:
    """Settings that name every server; ConfigurationError says which is missing."""
    config = settings()
    config.redis_database(0)
    secrets.keyring(config)
    migrations.refuse_unfit(config.require_database_url())
    require_known_keys()
    return config


def _read_providers(config: Settings) -> None:
    """The identity providers that the environment names are as it says. Without any, those that there are stay."""
    if not config.oidc:
        return
    from portal.auth.oidc import service as oidc
    from portal.kit.db import unit_of_work

    with unit_of_work() as session:
        oidc.ensure_from_environment(session, config.oidc)


def _prepare_database(environment: Mapping[str, str]) -> list[str]:
    """Migrate, make what exists from the first start (administrator, project, sandbox accounts), and say who that is."""
    from portal.auth import service as auth
    from portal.auth.oidc import service as oidc
    from portal.cloud_account import service as cloud_accounts
    from portal.kit.db import unit_of_work
    from portal.project import service as projects

    use(environment)
    config = settings()
    migrations.upgrade(config.require_database_url())
    require_known_keys()
    with unit_of_work() as session:
        first = auth.ensure_first_admin(
            session, email=config.admin_email, password=config.admin_password, token=config.admin_token
        )
        projects.ensure_default(session)
        oidc.ensure_from_environment(session, config.oidc)
        cloud_accounts.ensure_sandbox_accounts(session)
    if first is None:
        return []
    if first.generated_password is None:
        return [f"The first administrator is {first.email}, with the password of TERRACE_ADMIN_PASSWORD."]
    return [
        f"The first administrator is {first.email}, password {first.generated_password}",
        "The password is shown only now. Change it after signing in.",
    ]
