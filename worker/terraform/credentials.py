"""What a cloud account adds to Terraform's environment, for one phase."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from portal.cloud_account.schemas import AccountEnvironment
from portal.run.redactor import texts
from portal.run.schemas import Job
from worker.sandbox import mirror
from worker.terraform.workdir import Workdir

_LARGEST_TOKEN, _SHORTEST_TOKEN = 64 << 10, 20
_TOKEN_FILES: Final = ("ARM_OIDC_TOKEN_FILE_PATH",)
_GOOGLE_LOGINS: Final = ("GOOGLE_CREDENTIALS", "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_OAUTH_ACCESS_TOKEN")


def environment(job: Job, workdir: Workdir, *, renamed: Mapping[str, str] | None = None) -> dict[str, str]:
    """The account's variables; its files are written (0600) and the variable of each names where.

    `renamed` are texts to replace in all of them: what has another address behind Terraform's walls.
    """
    account, names = job.account, renamed or {}
    files = {
        variable: str(workdir.write_secret(variable, replaced(data, names))) for variable, data in account.files.items()
    }
    folders = {
        variable: str(workdir.write_secrets(variable, contents)) for variable, contents in account.folders.items()
    }
    env = {variable: replaced(text.encode(), names).decode() for variable, text in account.env.items()}
    own = {**env, **files, **folders}
    if account.kind == "sandbox":
        types = mirror.named_types(job.files.values())
        return {**own, **mirror.environment(account=account.slug, run_id=job.run_id, types=types)}
    return own


def files_elsewhere(account: AccountEnvironment) -> list[Path]:
    """Files of this machine that the account names and somebody else keeps fresh: tokens of a platform."""
    named = [account.env[name] for name in _TOKEN_FILES if name in account.env]
    for data in account.files.values():
        with suppress(ValueError, KeyError, AttributeError, TypeError):
            named.append(json.loads(data)["credential_source"]["file"])
    return [Path(name) for name in dict.fromkeys(named) if name.startswith("/")]


def secrets_elsewhere(account: AccountEnvironment) -> set[str]:
    """What stands in those files now: a token that a template may print."""
    found: set[str] = set()
    for path in files_elsewhere(account):
        with suppress(OSError, ValueError):
            with path.open("rb") as file:
                text = file.read(_LARGEST_TOKEN).decode().strip()
            found.add(text)
            with suppress(ValueError):
                found |= {value for value in texts(json.loads(text)) if len(value) >= _SHORTEST_TOKEN}
    return found - {""}


def is_the_machine(account: AccountEnvironment) -> bool:
    """Whether the account is the worker machine's own identity, so that Terraform must reach its metadata service."""
    if account.kind == "sandbox":
        return False
    if account.cloud == "azure":
        return account.env.get("ARM_USE_MSI") == "true"
    return not any(name in account.env or name in account.files for name in _GOOGLE_LOGINS)


def replaced(data: bytes, names: Mapping[str, str]) -> bytes:
    for old, new in names.items():
        data = data.replace(old.encode(), new.encode())
    return data
