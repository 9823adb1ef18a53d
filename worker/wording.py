"""What a run's texts must not say, and what is said about a command that failed."""

from __future__ import annotations

import signal
from collections.abc import Iterable

from portal.run.schemas import Job, RunError
from portal.template import service as templates
from worker.terraform import credentials
from worker.terraform.output import Translator, clean


class PhaseFailed(Exception):
    """The phase cannot succeed; `error` says why."""

    def __init__(self, error: RunError) -> None:
        super().__init__(error.summary)
        self.error = error


def secrets_of(job: Job) -> set[str]:
    """Whatever must be in nothing that people see of this run, the token of a platform on this machine too."""
    module = templates.module_from_files(job.files)
    account = {*job.account.secrets, *credentials.secrets_elsewhere(job.account)}
    return as_said({*templates.sensitive_values(module, job.values), *account, job.state_token.reveal()})


def as_said(secrets: Iterable[str]) -> set[str]:
    """The secrets, and each as it reads once control characters are taken out of what Terraform says."""
    return {text for secret in secrets for text in (secret, clean(secret)) if text}


def failure(translator: Translator, code: int) -> RunError:
    """What a command that ended badly said first, or the little that is known."""
    found = translator.first_error
    if found is not None:
        return RunError(summary=found.summary, detail=found.with_place(), address=found.address)
    if code < 0:
        name = signal.Signals(-code).name
        return RunError(summary=f"Terraform was ended from outside ({name}).", detail=translator.last_words)
    return RunError(summary=f"Terraform ended with exit code {code}.", detail=translator.last_words)


def text_of(lines: list[bytes]) -> str:
    return b"\n".join(lines).decode("utf-8", "replace")[-8000:]
