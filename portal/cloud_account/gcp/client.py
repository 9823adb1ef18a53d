"""Asking Google's APIs on behalf of one account, within a few seconds that the sign-in is part of."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from portal.cloud_account.gcp.settings import Settings
from portal.cloud_account.gcp.sign_in import SignedIn, sign_in
from portal.cloud_account.outgoing import PAGES, SECONDS, Answered, Outgoing
from portal.cloud_account.provider import Assertion, PhaseName
from portal.cloud_account.schemas import Given

TITLE: Final = "Google Cloud"
HOSTS: Final = frozenset(
    f"{name}.googleapis.com"
    for name in (
        "artifactregistry", "bigquery", "cloudbilling", "cloudfunctions", "cloudkms", "cloudresourcemanager", "compute",
        "container", "dns", "iam", "pubsub", "run", "secretmanager", "serviceusage", "sqladmin", "storage", "vpcaccess",
    )
)  # fmt: skip


@dataclass
class Asking:
    """A signed-in account and its project."""

    outgoing: Outgoing
    settings: Settings
    signed_in: SignedIn
    source: str = field(default="", init=False)
    """The address that answered, without a query."""
    number: str = field(default="", init=False)
    """The project's number, once it is known: some APIs want it instead of the id."""

    @property
    def project(self) -> str:
        return self.settings.project

    @property
    def compute(self) -> str:
        """Where the project's machines and networks are."""
        return f"https://compute.googleapis.com/compute/v1/projects/{self.project}"

    def get(self, url: str, parameters: Mapping[str, str] | None = None) -> Any:
        """One answer."""
        self._remember(url)
        return self.outgoing.get(url, parameters)

    def items(
        self, url: str, key: str = "items", parameters: Mapping[str, str] | None = None
    ) -> Iterator[dict[str, Any]]:
        """Everything in a list, page by page."""
        self._remember(url)
        for item in self.outgoing.pages(url, parameters, items=key, follow="nextPageToken"):
            if isinstance(item, dict):
                yield item

    def everywhere(
        self, path: str, key: str, parameters: Mapping[str, str] | None = None
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Everything of a kind in all zones and regions of the project, with the place of each."""
        url, query = f"{self.compute}/aggregated/{path}", dict(parameters or {})
        for _ in range(PAGES):
            page = self.get(url, query)
            for scope, found in (page.get("items") or {}).items():
                yield from ((last(scope), item) for item in found.get(key) or ())
            if not page.get("nextPageToken"):
                return
            query["pageToken"] = str(page["nextPageToken"])

    def _remember(self, url: str) -> None:
        parts = urlsplit(url)
        self.source = self.source or f"https://{parts.netloc}{parts.path}"


@contextmanager
def asking(
    given: Given, assertion: Assertion, *, phase: PhaseName = "plan", seconds: float | None = None
) -> Iterator[Asking]:
    """Sign in and ask, in the few seconds of a look-up unless it is said. The token is thrown away with the block."""
    began, allowed = time.monotonic(), SECONDS if seconds is None else seconds
    settings = Settings.model_validate(given.settings)
    signed_in = sign_in(given, assertion, phase, allowed)
    headers = {"X-Goog-User-Project": settings.billing_project} if settings.billing_project else {}
    left = max(0.1, allowed - (time.monotonic() - began))
    try:
        with Outgoing(HOSTS, signed_in.bearer, TITLE, seconds=left, headers=headers) as outgoing:
            yield Asking(outgoing, settings, signed_in)
    except Answered as error:
        raise explained(error, settings.project) from None


def explained(error: Answered, project: str) -> Answered:
    """Google's most frequent no, an API that is off, with the command that turns it on."""
    if not _is_off(error):
        return error
    api = re.search(r"\b([a-z]+\.googleapis\.com)\b", error.message)
    number = re.search(r"project[s ]*[=/ ](\d+)", error.message)
    name, where = api.group(1) if api else "API", number.group(1) if number else project
    said = f"{name} is off. Turn it on: `gcloud services enable {name} --project={where}`"
    return Answered(said, error.answer, error.reason)


def _is_off(error: Answered) -> bool:
    return (
        error.reason in ("SERVICE_DISABLED", "accessNotConfigured") or "has not been used in project" in error.message
    )


def address(host: str, path: str, **names: str) -> str:
    """An address of one of Google's APIs, with names that cannot lead elsewhere."""
    return (
        f"https://{host}.googleapis.com/{path.format(**{key: quote(value, safe='') for key, value in names.items()})}"
    )


def with_many(url: str, name: str, values: list[str]) -> str:
    """The address with the same question put for several things."""
    return f"{url}?{urlencode([(name, value) for value in values])}"


def last(path: str) -> str:
    """The last part of a path or an address."""
    return path.rsplit("/", 1)[-1]


def own_path(link: str) -> str:
    """What follows the version in a compute address: projects/…"""
    return link[link.index("projects/") :] if "projects/" in link else link
