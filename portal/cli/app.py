"""The commands, gathered. Errors of ours are one sentence and exit code 1; anything else is a bug and shows its traceback."""

from __future__ import annotations

import sys

import typer
from pydantic import ValidationError

from portal.cli import keys, processes, tokens, users
from portal.kit.errors import Invalid, TerraceError

app = typer.Typer(
    name="terrace",
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
app.add_typer(users.app, name="user")
app.add_typer(tokens.app, name="token")
app.add_typer(keys.app, name="keys")


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
