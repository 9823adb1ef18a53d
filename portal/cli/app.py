"""The commands, gathered. Errors of ours are one sentence and exit code 1; anything else is a bug and shows its traceback."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import typer
from pydantic import ValidationError
from typer.core import TyperGroup

from portal.cli import processes
from portal.kit.errors import Invalid, TerraceError

_GROUPS = {
    "backup": "portal.cli.backup:backup",
    "restore": "portal.cli.backup:restore",
    "hold": "portal.cli.backup:hold",
    "deploy": "portal.cli.deploy",
    "runs": "portal.cli.runs",
    "workers": "portal.cli.workers",
    "template": "portal.cli.templates",
    "providers": "portal.cli.providers",
    "account": "portal.cli.accounts",
    "user": "portal.cli.people",
    "identity": "portal.cli.identity",
    "token": "portal.cli.tokens",
    "keys": "portal.cli.keys",
    "audit": "portal.cli.audit",
    "policy": "portal.cli.policies",
}


class _Commands(TyperGroup):
    """Loads a command or group when it is used: `terrace up` needs none of them, and starts a second sooner."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [*super().list_commands(ctx), *_GROUPS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        module = _GROUPS.get(cmd_name)
        if module is None:
            return super().get_command(ctx, cmd_name)
        name, _, member = module.partition(":")
        return _command(cmd_name, getattr(importlib.import_module(name), member or "app"))


def _command(name: str, found: Any) -> Any:
    """A group, or a function that is a command by itself."""
    application = found
    if not isinstance(found, typer.Typer):
        application = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        application.command(name)(found)
    command = typer.main.get_command(application)
    command.name = name
    return command


app = typer.Typer(
    name="terrace",
    cls=_Commands,
    help="A self-service portal for cloud infrastructure.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("up")(processes.up)
app.command("serve")(processes.serve)
app.command("worker")(processes.worker)
app.command("health")(processes.health)
app.command("migrate")(processes.migrate)


def main() -> None:
    """Run the command that the arguments name."""
    try:
        app(prog_name="terrace")
    except ValidationError as error:
        for problem in error.errors(include_input=False):
            print(f"terrace: {'.'.join(map(str, problem['loc']))}: {problem['msg']}", file=sys.stderr)
        sys.exit(2)
    except TerraceError as error:
        print(f"terrace: {error.message}", file=sys.stderr)
        for problem in error.errors if isinstance(error, Invalid) else ():
            if problem.message != error.message:
                print(f"  {problem.path or 'input'}: {problem.message}", file=sys.stderr)
        sys.exit(1)
