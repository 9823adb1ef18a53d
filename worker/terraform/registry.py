"""What stands between `init` and the official providers: is anybody there, and what a failure means to people."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

import httpx

from portal.run.schemas import RunError

ADDRESS: Final = "https://registry.terraform.io"
_DISCOVERY: Final = "/.well-known/terraform.json"
_SECONDS: Final = 4.0
_NAMED: Final = re.compile(rb'\brequired_providers\b|^\s*(?:provider|resource|data)\s+"(?!terraform_)', re.MULTILINE)
_NAMED_IN_JSON: Final = re.compile(rb'"(?:required_providers|provider|resource|data)"\s*:')
_NOT_ALLOWED: Final = "was not found in any of the search locations"
_ALTERED: Final = (
    "doesn't match any of the checksums",
    "does not match any of the checksums",
    "checksums previously recorded",
)
_AWAY: Final = ("could not connect to", "could not query provider registry", "failed to query provider mirror")


def is_asked(files: Mapping[str, bytes]) -> bool:
    """Whether anything in a template's files is of a provider, other than Terraform's own which it brings along."""
    return any((_NAMED_IN_JSON if name.endswith(".json") else _NAMED).search(text) for name, text in _terraforms(files))


def _terraforms(files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    yield from ((name, text) for name, text in files.items() if name.endswith((".tf", ".tf.json", ".tofu")))


def unreachable(mirror: str | None) -> RunError | None:
    """Ask the registry, or the mirror at an address, once and for four seconds at most; what to tell people when it fails.

    Terraform would try again and again, for minutes. A name that is looked up without an end is not waited for either.
    """
    where = mirror or ADDRESS
    answers: list[str | None] = []
    thread = threading.Thread(target=lambda: answers.append(_problem(where, mirror is None)), daemon=True)
    thread.start()
    thread.join(_SECONDS)
    problem = answers[0] if answers else f"no answer within {_SECONDS:g} seconds"
    return None if problem is None else away(urlsplit(where).hostname or where, problem)


def _problem(where: str, is_registry: bool) -> str | None:
    try:
        with httpx.Client(timeout=_SECONDS, follow_redirects=False) as client:
            answer = client.get(where + _DISCOVERY if is_registry else where)
    except (httpx.HTTPError, OSError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    if answer.status_code >= 500 or (is_registry and answer.status_code != 200):
        return f"it answered {answer.status_code}"
    return None if not is_registry or _speaks(answer) else "what answers there is no registry of Terraform"


def _speaks(answer: httpx.Response) -> bool:
    try:
        return isinstance(answer.json()["providers.v1"], str)
    except (ValueError, KeyError, TypeError):
        return False


def away(host: str, problem: str) -> RunError:
    """Nobody is there."""
    return RunError(
        summary=f"The providers of this template cannot be fetched: {host} cannot be reached from the worker.",
        detail=f"{problem}. Nothing was begun.",
        explanation="Terraform gets the official provider of a cloud from there when a template is used for the first time.",
        next_step="Ask an administrator to open the way (HTTPS_PROXY), or to keep a mirror (terrace providers mirror).",
    )


def explained(error: RunError, sources: Sequence[str]) -> RunError:
    """An error of `init` with what it means here."""
    said = " ".join(f"{error.summary} {error.detail}".split())
    if _NOT_ALLOWED in said:
        return error.model_copy(update={
            "summary": "The template asks for a provider that this site does not allow, or does not keep in its mirror.",
            "explanation": f"Allowed are {', '.join(sources)}, and what the template's own lock file names.",
            "next_step": "Mend required_providers if a name is mistyped; an administrator can allow others (TERRACE_PROVIDERS).",
        })  # fmt: skip
    if any(text in said for text in _ALTERED):
        return error.model_copy(update={
            "summary": "A provider is not the one that this deployment was planned with, so it was not used.",
            "explanation": "Its checksum is not in the lock file: registry, mirror or the worker's cache has changed.",
            "next_step": "Plan again. If that fails, ask an administrator to empty terraform/plugins in the data folder.",
        })  # fmt: skip
    if any(text in said for text in _AWAY):
        return away("the provider registry", error.detail.strip())
    return error
