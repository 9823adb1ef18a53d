"""What it means to people when the official providers cannot be had: one sentence each, and what to do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Final

from portal.run.schemas import RunError

_CANNOT: Final = "The providers of this template cannot be fetched:"
_NOT_FOUND: Final = re.compile(
    r"provider (?:registry\.terraform\.io/)?(\S+) was not found in any of the search locations"
)
_NO_SUCH: Final = re.compile(r"does not have a provider named (?:registry\.terraform\.io/)?(\S+)")
_NO_RELEASE: Final = re.compile(r"for provider (\S+): no available releases match the given constraints (.*)")
_BUSY: Final = re.compile(
    r"\b(429|5\d\d)\b(?: [A-Za-z ]+)? returned from (\S+)|(\S+): bad response code: (429|5\d\d)\b"
)
_ALTERED: Final = (
    "doesn't match any of the checksums",
    "does not match any of the checksums",
    "checksums previously recorded",
)
_UNSIGNED: Final = {
    "signature from unknown issuer": "is signed with a key that the registry does not name",
    "error checking signature": "has a signature that is not good",
    "retrieve cryptographic signature": "has no signature",
    "retrieve authentication checksums": "has no list of checksums",
    "has incorrect checksum": "has arrived as something else than what was signed",
    "checksum list has no": "is not in the list that was signed",
}
"""What Terraform says of a provider that it did not use, and what is the matter with it."""
_AWAY: Final = ("could not connect to", "could not query provider registry", "failed to query provider mirror")
_NONSENSE: Final = ("invalid character", "unexpected end of JSON", "cannot unmarshal", "unexpected EOF")
_ADVICE: Final = re.compile(r"\s*(?:To see which modules are currently|All modules should specify their).*", re.DOTALL)


def away(host: str, problem: str) -> RunError:
    """Nobody is there."""
    return RunError(
        summary=f"{_CANNOT} {host} cannot be reached from the worker.",
        detail=f"{problem.rstrip('.')}. Nothing was begun.",
        explanation="Terraform gets the official provider of a cloud from there when a template is used for the first time.",
        next_step="Ask an administrator to open the way (HTTPS_PROXY), or to keep a mirror (terrace providers mirror).",
    )


def busy(host: str, status: int, patience: str | None = None) -> RunError:
    """Somebody is there, and does not serve us now."""
    wait = f" in {patience} seconds" if patience and patience.isdecimal() and len(patience) <= 5 else " later"
    return RunError(
        summary=f"{_CANNOT} {host} has too much to do or is broken.",
        detail=f"It answered {status}. Nothing was begun.",
        explanation="Terraform gets the official provider of a cloud from there when a template is used for the first time.",
        next_step=f"Start the run again{wait}. An administrator can keep a mirror (terrace providers mirror).",
    )


def explained(error: RunError, sources: Sequence[str]) -> RunError:
    """An error of `init` with what it means here. `sources` are the providers that may be used."""
    detail = _ADVICE.sub("", error.detail).strip()
    error, said = error.model_copy(update={"detail": detail}), " ".join(f"{error.summary} {detail}".split())
    for look in (_missing, _busy, _unsigned, _changed, _away):
        if (found := look(error, said, sources)) is not None:
            return found
    return error


def _missing(error: RunError, said: str, sources: Sequence[str]) -> RunError | None:
    if (found := _NO_RELEASE.search(said)) is not None:
        return _with(
            error,
            f"No release of {found[1]} fits the versions that the template asks for: {found[2]}.",
            "Where this site gets its providers from there are other versions only.",
            "Mend the version in required_providers; an administrator can add to a mirror (terrace providers mirror).",
        )
    found = _NOT_FOUND.search(said) or _NO_SUCH.search(said)
    if found is None:
        return None
    if any(fnmatchcase(found[1], source.removeprefix("registry.terraform.io/")) for source in sources):
        return _with(
            error,
            f"There is no provider {found[1]} where this site gets its providers from.",
            "This site allows it, but neither the registry nor a mirror has a release of it.",
            "Mend required_providers if the name is mistyped; an administrator can fill the mirror.",
        )
    return _with(
        error,
        "The template asks for a provider that this site does not allow, or does not keep in its mirror.",
        f"Allowed are {', '.join(sources)}, and what the template's own lock file names.",
        "Mend required_providers if a name is mistyped; an administrator can allow others (TERRACE_PROVIDERS).",
    )


def _busy(error: RunError, said: str, _: Sequence[str]) -> RunError | None:
    if (found := _BUSY.search(said)) is None:
        return None
    return busy((found[2] or found[3]).rstrip(".:"), int(found[1] or found[4]))


def _unsigned(error: RunError, said: str, _: Sequence[str]) -> RunError | None:
    matter = next((matter for text, matter in _UNSIGNED.items() if text in said), None)
    if matter is None:
        return None
    return _with(
        error,
        f"A provider {matter}, so it was not used.",
        "Nothing of it was unpacked or run. It was changed on its way, or the registry or a proxy of this site is broken.",
        "Start the run again later, and tell an administrator if it happens again: somebody may be meddling.",
    )


def _changed(error: RunError, said: str, _: Sequence[str]) -> RunError | None:
    if not any(text in said for text in _ALTERED):
        return None
    return _with(
        error,
        "A provider is not the one that this deployment was planned with, so it was not used.",
        "Its checksum is not in the lock file: registry, mirror or the worker's cache has changed.",
        "Plan again. If that fails, ask an administrator to empty terraform/plugins in the data folder.",
    )


def _away(error: RunError, said: str, _: Sequence[str]) -> RunError | None:
    if not any(text in said for text in _AWAY):
        return None
    if any(text in said for text in _NONSENSE):
        return _with(
            away("the provider registry", ""),
            f"{_CANNOT} what the provider registry answered is not what one answers.",
            detail=error.detail,
        )
    return away("the provider registry", error.detail)


def _with(
    error: RunError,
    summary: str,
    explanation: str | None = None,
    next_step: str | None = None,
    detail: str | None = None,
) -> RunError:
    """The error in other words; what is left out stays."""
    words = {"summary": summary, "explanation": explanation, "next_step": next_step, "detail": detail}
    return error.model_copy(update={name: text for name, text in words.items() if text is not None})
