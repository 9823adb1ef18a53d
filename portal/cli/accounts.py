"""`terrace account`: cloud accounts. Credentials are read from a file or standard input, never from an argument."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel, ValidationError

from portal.cli.connection import connected
from portal.cli.operator import operating, operator
from portal.cli.output import AsJson, every, show
from portal.cloud_account import service as accounts
from portal.cloud_account.schemas import AccountTest, CloudAccountView, NewCloudAccount, Reason, Rotation
from portal.deployment import accounts as trials
from portal.kit.errors import FieldProblem, Invalid
from portal.kit.validation import sentence_of

app = typer.Typer(help="Cloud accounts.", no_args_is_help=True)
Account = Annotated[str, typer.Argument(help="The account's short name or id.")]
Source = Annotated[Path, typer.Argument(help="A JSON file; - reads standard input.")]
COLUMNS = ("slug", "name", "cloud", "kind", "method", "health", "credentials_end", "in_use")


class _Row(BaseModel):
    """An account as a line of the table."""

    slug: str
    name: str
    cloud: str
    kind: str
    method: str | None
    health: str
    credentials_end: str
    in_use: int


@app.command("list")
def list_accounts(as_json: AsJson = False) -> None:
    """Every account, by short name."""
    with operating() as (session, actor):
        found = every(lambda cursor, limit: accounts.list_accounts(session, actor, cursor=cursor, limit=limit))
    show(found if as_json else [_row(view) for view in found], as_json=as_json, columns=COLUMNS)


@app.command("show")
def show_account(account: Account, as_json: AsJson = False) -> None:
    """One account. What is secret is not shown."""
    with operating() as (session, actor):
        found = accounts.get(session, actor, account)
    show(found if as_json else _row(found), as_json=as_json, columns=COLUMNS)


@app.command("create")
def create_account(file: Source, as_json: AsJson = False) -> None:
    """Make an account out of the JSON that POST /api/v1/cloud-accounts takes."""
    request = _parsed(NewCloudAccount, file)
    with operating() as (session, actor):
        made = accounts.create(session, actor, request)
    show(made if as_json else _row(made), as_json=as_json, columns=COLUMNS)


@app.command("test")
def try_account(account: Account, as_json: AsJson = False) -> None:
    """Sign in now, and say what is missing. Exit code 1 when it does not work."""
    with connected():
        found = trials.test(operator(), account)
    _tell(found, as_json=as_json)
    raise typer.Exit(0 if found.ok else 1)


@app.command("rotate")
def rotate_account(
    account: Account,
    file: Source,
    force: Annotated[bool, typer.Option("--force", help="Keep them although they fail their test.")] = False,
    as_json: AsJson = False,
) -> None:
    """New credentials, {"credentials": {"method": …}}. They are tried first; the old ones stay when they do not work."""
    request = _parsed(Rotation, file)
    with connected():
        _, found = trials.rotate(operator(), account, request.model_copy(update={"force": force or request.force}))
    _tell(found, as_json=as_json)


@app.command("disable")
def disable_account(
    account: Account, reason: Annotated[str, typer.Option(help="Why. Whoever waits for it reads this.")]
) -> None:
    """Start no run on an account until it is enabled again."""
    with operating() as (session, actor):
        accounts.disable(session, actor, account, Reason(reason=reason))
    print(f"No run starts on {account} until it is enabled again.")


@app.command("enable")
def enable_account(account: Account) -> None:
    """Let runs start on an account again."""
    with operating() as (session, actor):
        accounts.enable(session, actor, account)
    print(f"Runs start on {account} again.")


def _row(view: CloudAccountView) -> _Row:
    if view.disabled is not None:
        health = "disabled"
    elif view.last_test is None:
        health = "simulated" if view.kind == "sandbox" else "not tested"
    else:
        health = "works" if view.last_test.ok else "fails"
    ends = view.expiry.at.strftime("%Y-%m-%d") if view.expiry else "-"
    return _Row(
        slug=view.slug, name=view.name, cloud=view.cloud, kind=view.kind, method=view.method, health=health,
        credentials_end=ends, in_use=view.in_use,
    )  # fmt: skip


def _tell(test: AccountTest, *, as_json: bool) -> None:
    if as_json:
        show(test, as_json=True, columns=())
        return
    for text in (test.identity, test.target):
        if text:
            print(text)
    for finding in test.findings:
        print(f"{finding.severity:8}{finding.title}")
        for more in (finding.detail, finding.fix):
            if more:
                print(f"        {more}")


def _parsed(shape: type[Any], file: Path) -> Any:
    """What the file says. Nothing of it is repeated in an error: there are credentials in it."""
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        return shape.model_validate_json(text)
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{file} cannot be read: {type(error).__name__}.") from None
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        problems = [FieldProblem(".".join(map(str, item["loc"])), sentence_of(item)) for item in found]
        raise Invalid(f"{file} does not describe this.", problems) from None
