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
    "deploy": "portal.cli.deploy",
    "runs": "portal.cli.runs",
    "template": "portal.cli.templates",
    "user": "portal.cli.users",
    "token": "portal.cli.tokens",
    "keys": "portal.cli.keys",
}


class _Commands(TyperGroup):
    """Loads a group of commands when it is used: `terrace up` needs none of them, and starts a second sooner."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [*super().list_commands(ctx), *_GROUPS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        module = _GROUPS.get(cmd_name)
        if module is None:
            return super().get_command(ctx, cmd_name)
        command = typer.main.get_command(importlib.import_module(module).app)
        command.name = cmd_name
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
