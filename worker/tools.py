"""The clouds' own tools, `az` and `gcloud`: where they are, and what one of them is given to act for an account.

A tool never sees a shell. What it is told on its command line are names and places; secrets are in files of the run's own
folder (0600), which the options name.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from portal.cloud_account import service as cloud_accounts
from portal.cloud_account.tool import SECRETS_FOLDER, Fetch, ToolAccess
from portal.kit.config import Settings
from portal.kit.errors import ConfigurationError, Unavailable
from portal.run.schemas import Command, Job
from worker.sandbox import tool as sandbox_tool
from worker.terraform import credentials
from worker.terraform.workdir import Workdir

_TITLES: Final = {"az": "the Azure CLI (az)", "gcloud": "the Google Cloud CLI (gcloud)"}
_SECONDS: Final = 20.0
_SETTINGS: Final = {"az": "TERRACE_AZ_BIN", "gcloud": "TERRACE_GCLOUD_BIN"}


@dataclass(frozen=True)
class Plan:
    """What to start: first the sign-in, if the tool needs one, then the command."""

    env: Mapping[str, str]
    sign_in: tuple[tuple[str, ...], ...]
    command: tuple[str, ...]
    kubeconfig: Path
    """Where a tool that writes a kubeconfig instead of printing it leaves it."""
    secrets: frozenset[str] = frozenset()
    """What was fetched for it just now, and is in nothing that people see."""


def prepare(
    job: Job, command: Command, files: Workdir, config: Settings, *, renamed: Mapping[str, str] | None = None
) -> Plan:
    """Write the account's files and say what to start. ConfigurationError when the tool is not on this worker.

    `renamed` are texts to replace in the files: what has another address behind the run's walls.
    """
    kubeconfig = files.home / "kubeconfig"
    if job.account.kind == "sandbox":
        program: tuple[str, ...] = (
            sys.executable, "-IS", str(Path(sandbox_tool.__file__)), str(config.sandbox_socket.absolute()), command.tool
        )  # fmt: skip
        env = {"TERRACE_SANDBOX_ACCOUNT": job.account.slug, "TERRACE_SANDBOX_RUN": job.run_id}
        return Plan(env, (), (*program, *command.arguments), kubeconfig)
    access = cloud_accounts.tool_access(job.account)
    fetched = _write(access, files, renamed or {})
    folder, program = files.secrets, (find(command.tool, config),)
    return Plan(
        {**{name: _placed(value, folder) for name, value in access.env.items()}, "KUBECONFIG": str(kubeconfig)},
        tuple((*program, *(_placed(word, folder) for word in words)) for words in access.sign_in),
        (*program, *command.arguments),
        kubeconfig,
        fetched,
    )


def find(tool: str, config: Settings) -> str:
    """The program; ConfigurationError says how to get it."""
    named = {"az": config.az_bin, "gcloud": config.gcloud_bin}[tool]
    path = shutil.which(named or tool)
    if path is None:
        raise ConfigurationError(
            f"This worker does not have {_TITLES[tool]}, which this action needs. Install it on the workers, or name the "
            f"program with {_SETTINGS[tool]}."
        )
    return path


def _write(access: ToolAccess, files: Workdir, renamed: Mapping[str, str]) -> frozenset[str]:
    """Put everything in its place; the secrets that nobody knew before."""
    for name, content in access.files.items():
        files.write_secret(name, credentials.replaced(content, renamed))
    for name, contents in access.folders.items():
        files.write_secrets(name, contents)
    fetched = {name: _fetched(fetch) for name, fetch in access.fetched.items()}
    for name, content in fetched.items():
        files.write_secret(name, content)
    return frozenset(content.decode() for content in fetched.values())


def _fetched(fetch: Fetch) -> bytes:
    """A statement of the portal about this run, as Terraform's providers ask for it."""
    try:
        answer = httpx.get(
            fetch.url, headers={"Authorization": f"Bearer {fetch.bearer}"}, timeout=_SECONDS, trust_env=False
        )
        return str(answer.raise_for_status().json()["value"]).encode()
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        raise Unavailable("The portal did not say who this run is, so it cannot sign in. Try again.") from error


def _placed(text: str, folder: Path) -> str:
    return text.replace(SECRETS_FOLDER, str(folder))
