"""What stands between `init` and the official providers: is anybody there who has them?"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import httpx

from portal.run.schemas import RunError
from worker.terraform import registry_errors as errors

ADDRESS: Final = "https://registry.terraform.io"
HOST: Final = "registry.terraform.io"
_DISCOVERY: Final = "/.well-known/terraform.json"
_SECONDS: Final = 4.0
_MOST: Final = 4
_NAMED: Final = re.compile(rb'\brequired_providers\b|^\s*(?:provider|resource|data)\s+"(?!terraform_)', re.MULTILINE)
_NAMED_IN_JSON: Final = re.compile(rb'"(?:required_providers|provider|resource|data)"\s*:')
_SOURCE: Final = re.compile(rb'\bsource"?\s*[=:]\s*"(?:registry\.terraform\.io/)?([\w-]+/[\w-]+)"')
_NO_REGISTRY: Final = "what answers there is no registry of Terraform"


def is_asked(files: Mapping[str, bytes]) -> bool:
    """Whether anything in a template's files is of a provider, other than Terraform's own which it brings along."""
    return any((_NAMED_IN_JSON if name.endswith(".json") else _NAMED).search(text) for name, text in _terraforms(files))


def named(files: Mapping[str, bytes], allowed: Sequence[str]) -> list[str]:
    """The registry's providers that a template's files name, of those that may be used: the first few."""
    found = (source.decode() for _, text in _terraforms(files) for source in _SOURCE.findall(text))
    may = [pattern.removeprefix(f"{HOST}/") for pattern in allowed]
    return [source for source in dict.fromkeys(found) if any(fnmatchcase(source, pattern) for pattern in may)][:_MOST]


def _terraforms(files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    yield from ((name, text) for name, text in files.items() if name.endswith((".tf", ".tf.json", ".tofu")))


def unreachable(mirror: str | None, providers: Sequence[str] = ()) -> RunError | None:
    """Ask the registry, also about each of `providers`, or the mirror at an address; what to tell people when it fails.

    All that once and for four seconds at most: Terraform would try again and again, for minutes. A name that is looked up
    without an end is not waited for either.
    """
    where = mirror or ADDRESS
    answers: list[RunError | None] = []
    thread = threading.Thread(target=lambda: answers.append(_problem(where, mirror is None, providers)), daemon=True)
    thread.start()
    thread.join(_SECONDS)
    return answers[0] if answers else errors.away(_host(where), f"no answer within {_SECONDS:g} seconds")


def _problem(where: str, is_registry: bool, providers: Sequence[str]) -> RunError | None:
    try:
        with httpx.Client(timeout=_SECONDS, follow_redirects=False) as client:
            return _asked(client, where, providers) if is_registry else _judged(client.get(where))
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        return errors.away(_host(where), f"{type(error).__name__}: {error}")


def _asked(client: httpx.Client, where: str, providers: Sequence[str]) -> RunError | None:
    """The registry's services, and by them what it knows about each provider. One that it does not know Terraform reports."""
    found = client.get(where + _DISCOVERY)
    place = _field(found, "providers.v1", str)
    if found.status_code != 200 or place is None:
        return _judged(found) or errors.away(_host(where), _wrong(found))
    for source in providers:
        versions = client.get(urljoin(where, f"{place.rstrip('/')}/{source}/versions"))
        if problem := _judged(versions):
            return problem
        if versions.status_code == 200 and _field(versions, "versions", list) is None:
            return errors.away(_host(where), _NO_REGISTRY)
    return None


def _judged(answer: httpx.Response) -> RunError | None:
    """Whether somebody is there who cannot serve us now."""
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS or answer.status_code >= 500:
        return errors.busy(answer.url.host, answer.status_code, answer.headers.get("Retry-After"))
    return None


def _wrong(answer: httpx.Response) -> str:
    return _NO_REGISTRY if answer.status_code == 200 else f"it answered {answer.status_code}"


def _field(answer: httpx.Response, name: str, kind: type[Any]) -> Any:
    """What its JSON says under this name, if it is of this kind."""
    try:
        found = answer.json()[name]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return found if isinstance(found, kind) else None


def _host(where: str) -> str:
    return urlsplit(where).hostname or where
