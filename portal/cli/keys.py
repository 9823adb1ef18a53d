"""`terrace keys`: keys for the secrets at rest, and keys that sign who a run is."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Annotated

import typer

from portal.cli.connection import connected
from portal.cli.operator import operating, operator
from portal.cli.output import AsJson, show
from portal.cloud_account import service as cloud_accounts
from portal.issuer import service as issuer
from portal.keys import service as keys
from portal.kit import secrets
from portal.kit.config import settings
from portal.kit.errors import Conflict

app = typer.Typer(help="Keys: for the secrets at rest, and for the tokens that clouds trust.", no_args_is_help=True)
SIGNING_COLUMNS = ("id", "use", "created_at", "signs_from")


@app.command("new")
def new(
    key_id: Annotated[str, typer.Option("--id", help="A name for the key, kept beside what it encrypts.")] = "k1",
) -> None:
    """Print a new key for TERRACE_SECRET_KEYS. It is shown once and stored nowhere."""
    print(secrets.new_key(settings(), key_id))


@app.command("status")
def status(as_json: AsJson = False) -> None:
    """How many secrets are encrypted with which key. A key that is not the primary one can go when it counts 0."""
    with connected():
        found = keys.status(operator())
    show(found, as_json=as_json, columns=("id", "state", "count"))


@app.command("rotate")
def rotate(as_json: AsJson = False) -> None:
    """Encrypt every secret with the newest key, while the portal runs. Can be broken off and started again.

    Where the keys are in a file (`terrace up` has one), a new one is made first. Elsewhere put a new one in front of
    TERRACE_SECRET_KEYS everywhere before.
    """
    with connected():
        done = keys.rotate(operator(), say=_say)
    show(done, as_json=as_json, columns=("primary", "new_key", "rewritten", "left"))
    if done.left:
        raise Conflict(
            f"{done.left} secrets are not under {done.primary} yet: `terrace keys status` says which. Run it again."
        )


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


@app.command("wrap")
def wrap(
    by: Annotated[str, typer.Option(help="The address of a key in Azure Key Vault or Google Cloud KMS.")],
) -> None:
    """Print the keys of here as that key service wraps them, for TERRACE_SECRET_KEYS with TERRACE_SECRET_KEYS_WRAPPED_BY."""
    print(" ".join(secrets.wrapped(settings(), by)))


@app.command("trust")
def trust(
    account: Annotated[str, typer.Argument(help="The cloud account's short name.")],
    as_json: AsJson = False,
) -> None:
    """What to write into the cloud so that it trusts an account's runs: issuer, audience, and each subject."""
    with operating() as (session, actor):
        account_id = cloud_accounts.resolve(session, actor, account).id
        found = issuer.trust(session, actor, account_id)
    if not as_json:
        print(f"issuer: {found.issuer}\naudience: {found.audience}\n")
    show(found if as_json else found.subjects, as_json=as_json, columns=("phase", "project", "deployment", "subject"))


@app.command("signing")
def signing(as_json: AsJson = False) -> None:
    """The keys with which tokens for clouds are signed: which signs, which is coming, which is leaving."""
    with operating() as (session, actor):
        found = issuer.signing_keys(session, actor)
    show(found, as_json=as_json, columns=SIGNING_COLUMNS)


@app.command("rotate-signing")
def rotate_signing(
    hours: Annotated[
        int, typer.Option("--in", min=0, max=24 * 90, help="Hours for which the new key is published before it signs.")
    ] = 24,
    now: Annotated[
        bool, typer.Option("--now", help="Others may have the key: sign with a new one now, forget the others.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Publish a new signing key. Nothing is refused in between, unless with --now."""
    with operating() as (session, actor):
        found = issuer.rotate(session, actor, ahead=timedelta(hours=hours), at_once=now)
    show(found, as_json=as_json, columns=SIGNING_COLUMNS)


@app.command("jwks")
def jwks() -> None:
    """Print the public keys as clouds read them, for a cloud that cannot reach the portal."""
    with operating() as (session, _actor):
        print(issuer.jwks(session).model_dump_json(indent=2))


@app.callback()
def group() -> None:
    """Keys: for the secrets at rest, and for the tokens that clouds trust."""
