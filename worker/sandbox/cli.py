"""The sandbox cloud's command line: run the daemon, look at what exists, make it drift or fail."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, NoReturn

import psycopg
import typer

from portal.kit.errors import TerraceError
from worker.sandbox import schema
from worker.sandbox.connection import open_store
from worker.sandbox.masking import MASK, masked
from worker.sandbox.store import Key, Resource, Store
from worker.sandbox.template import dig

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False)

DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database-url", help="PostgreSQL URL; when left out TERRACE_DATABASE_URL, else the portal that runs here."
    ),
]
Account = Annotated[str | None, typer.Option("--account", help="Sandbox account; all when left out.")]
TypeName = Annotated[str | None, typer.Option("--type", help="Resource type such as azurerm_storage_account.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Everywhere = Annotated[str, typer.Option("--account", help="Sandbox account, * for all.")]
TypePattern = Annotated[str, typer.Option("--type", help="Resource type; * stands for anything.")]
Operation = Annotated[str, typer.Option("--operation", help="create, update, delete or * for all three.")]
Identifier = Annotated[str, typer.Argument(help="The resource's id, or what it ends with.")]


@app.command()
def daemon(
    socket: Annotated[Path, typer.Option("--socket", help="Control socket for the launchers.")],
    database_url: DatabaseUrl = None,
    speed: Annotated[
        float | None,
        typer.Option("--speed", envvar="TERRACE_SANDBOX_SPEED", min=0, help="0 at once, 1 as slow as a real cloud."),
    ] = None,
) -> None:
    """Run the daemon in the foreground until SIGTERM."""
    from worker.sandbox.daemon import main  # loads gRPC, which the other commands do without

    raise typer.Exit(main(socket, database_url, speed))


@app.command("list")
def list_resources(
    database_url: DatabaseUrl = None, account: Account = None, type_name: TypeName = None, as_json: AsJson = False
) -> None:
    """List what exists."""
    rows = _store(database_url).search(account=account, type_name=type_name)
    if as_json:
        print(json.dumps([_summary(row) for row in rows], indent=2))
    else:
        for row in rows:
            print(f"{row.key.account:<20} {row.key.type:<40} {row.key.id}")


@app.command()
def show(
    identifier: Identifier,
    database_url: DatabaseUrl = None,
    account: Account = None,
    type_name: TypeName = None,
    reveal: Annotated[bool, typer.Option("--reveal", help="Show sensitive values, too.")] = False,
) -> None:
    """Show one resource with all its attributes, as JSON; what its schema calls sensitive is masked."""
    row = _one(_store(database_url), identifier, account, type_name)
    attributes = row.attributes if reveal else _masked(row)
    print(json.dumps(_summary(row) | {"attributes": attributes}, indent=2))


@app.command()
def edit(
    identifier: Identifier,
    changes: Annotated[list[str], typer.Argument(help="PATH=JSON, such as tags.owner='\"eve\"' or sku=Basic.")],
    database_url: DatabaseUrl = None,
    account: Account = None,
    type_name: TypeName = None,
) -> None:
    """Change attributes behind Terraform's back, so that the next plan finds drift."""
    store = _store(database_url)
    row = _one(store, identifier, account, type_name)
    attributes = row.attributes
    for change in changes:
        path, separator, text = change.partition("=")
        if not separator:
            _fail(f"{change!r} has no '=': write PATH=VALUE.")
        _assign(attributes, path.split("."), _value(text))
    store.update(row.key, attributes)
    print(f"changed {row.key.id}")


@app.command()
def delete(
    identifier: Identifier, database_url: DatabaseUrl = None, account: Account = None, type_name: TypeName = None
) -> None:
    """Delete a resource and what lies below it behind Terraform's back."""
    store = _store(database_url)
    row = _one(store, identifier, account, type_name)
    store.delete(row.key)
    print(f"deleted {row.key.id}")


@app.command()
def fault(
    message: Annotated[str, typer.Argument(help="The error that Terraform shows.")],
    database_url: DatabaseUrl = None,
    account: Everywhere = "*",
    type_name: TypePattern = "*",
    operation: Operation = "*",
    once: Annotated[bool, typer.Option("--once", help="Only the first time.")] = False,
) -> None:
    """Make operations fail."""
    _rule(database_url, "fault", account, type_name, operation, message=message, once=once)


@app.command()
def latency(
    seconds: Annotated[float, typer.Argument(min=0, help="How long an operation takes, whatever the speed.")],
    database_url: DatabaseUrl = None,
    account: Everywhere = "*",
    type_name: TypePattern = "*",
    operation: Operation = "*",
) -> None:
    """Set how long operations take."""
    _rule(database_url, "latency", account, type_name, operation, amount=seconds)


@app.command()
def quota(
    most: Annotated[int, typer.Argument(min=0, help="How many there may be.")],
    type_name: Annotated[str, typer.Option("--type", help="Resource type.")],
    database_url: DatabaseUrl = None,
    account: Everywhere = "*",
    message: Annotated[str, typer.Option("--message", help="The error; a usual one when left out.")] = "",
) -> None:
    """Limit how many resources of a type an account may have."""
    _rule(database_url, "quota", account, type_name, "create", amount=most, message=message)


@app.command()
def rules(
    database_url: DatabaseUrl = None,
    remove: Annotated[int | None, typer.Option("--remove", help="Remove the rule with this number.")] = None,
    as_json: AsJson = False,
) -> None:
    """List faults, latencies and quotas, or remove one."""
    store = _store(database_url)
    if remove is not None and not store.delete_rule(remove):
        _fail(f"There is no rule {remove}.")
    listed = store.rules()
    if as_json:
        names = ("number", "kind", "account", "type", "operation", "message", "amount", "once")
        print(json.dumps([{name: getattr(rule, name) for name in names} for rule in listed], indent=2))
        return
    for rule in listed:
        words = [rule.message, "once"] if rule.once else [rule.message]
        where = f"{rule.account:<16} {rule.type:<36} {rule.operation:<7}"
        print(f"{rule.number:>4} {rule.kind:<8} {where} {rule.amount:g} {' '.join(words)}")


@app.command()
def reset(
    database_url: DatabaseUrl = None,
    account: Account = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete all resources and rules of an account, or of every account."""
    if not yes:
        typer.confirm(f"Delete everything in {account or 'all accounts of the sandbox cloud'}?", abort=True)
    print(f"deleted {_store(database_url).reset(account)} resources")


def main() -> None:
    """Runs the command line; what is wrong is said in one sentence, and why with a traceback when nobody foresaw it."""
    try:
        app(prog_name="python -m worker.sandbox")
    except TerraceError as error:
        typer.echo(error.message, err=True)
        raise SystemExit(1) from None


def _store(url: str | None) -> Store:
    store = open_store(url)
    try:
        store.set_up()
    except psycopg.OperationalError as error:
        _fail(f"The sandbox cloud's database does not answer: {str(error).strip()}")
    return store


def _masked(row: Resource) -> dict[str, Any]:
    """The attributes that may be seen; none when no schema says which those are."""
    try:
        block = schema.load(row.key.provider).resource(row.key.type)
    except KeyError:
        return dict.fromkeys(row.attributes, MASK)
    return masked(block, row.attributes)


def _rule(
    url: str | None,
    kind: str,
    account: str,
    type_name: str,
    operation: str,
    *,
    message: str = "",
    amount: float = 0,
    once: bool = False,
) -> None:
    if operation not in ("create", "update", "delete", "*"):
        _fail(f"--operation is create, update, delete or *, not {operation!r}.")
    number = _store(url).add_rule(
        kind, account=account, type_name=type_name, operation=operation, message=message, amount=amount, once=once
    )
    print(f"{kind} {number} set")


def _one(store: Store, identifier: str, account: str | None, type_name: str | None) -> Resource:
    rows = store.search(account=account, type_name=type_name)
    exact = [row for row in rows if row.key.id == identifier]
    found = exact or [row for row in rows if row.key.id.endswith(f"/{identifier}")]
    if not found:
        _fail(f"There is no resource {identifier!r}.")
    if len(found) > 1:
        listed = "\n".join(f"  {row.key.account} {row.key.type} {row.key.id}" for row in found)
        _fail(f"{identifier!r} means several resources; add --account or --type:\n{listed}")
    return found[0]


def _summary(row: Resource) -> dict[str, Any]:
    key: Key = row.key
    times = {"created_at": row.created_at.isoformat(), "updated_at": row.updated_at.isoformat()}
    return {"account": key.account, "provider": key.provider, "type": key.type, "id": key.id} | times


def _value(text: str) -> Any:
    """JSON, or plain text when it is none."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _assign(target: Any, path: list[str], value: Any) -> None:
    holder = dig(target, ".".join(path[:-1])) if path[:-1] else target
    if isinstance(holder, dict):
        holder[path[-1]] = value
    elif isinstance(holder, list) and path[-1].isdigit() and int(path[-1]) < len(holder):
        holder[int(path[-1])] = value
    else:
        _fail(f"The resource has nothing at {'.'.join(path)!r}.")


def _fail(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)
