"""Azure Resource Manager: who asks, the versions of its interfaces, and the addresses within one subscription."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from portal.cloud_account.azure.methods import stored
from portal.cloud_account.azure.settings import Settings
from portal.cloud_account.azure.sign_in import SignedIn, Who, prepare, sign_in
from portal.cloud_account.outgoing import SECONDS, Outgoing
from portal.cloud_account.provider import Assertion
from portal.cloud_account.schemas import Given

# The versions that azurerm 5.2.0 itself speaks (vendor/github.com/hashicorp/go-azure-sdk/resource-manager), where it does.
SUBSCRIPTIONS: Final = "2022-12-01"
PROVIDERS: Final = "2022-09-01"
PERMISSIONS: Final = "2022-04-01"
GROUPS: Final = "2023-07-01"
SKUS: Final = "2021-07-01"
COMPUTE: Final = "2024-03-01"
NETWORK: Final = "2025-01-01"
KUBERNETES: Final = "2025-10-01"
SQL: Final = "2023-08-01-preview"
STORAGE: Final = "2025-08-01"


@dataclass(frozen=True, slots=True)
class Manager:
    """Questions about one subscription."""

    settings: Settings
    outgoing: Outgoing
    signed_in: SignedIn

    @property
    def root(self) -> str:
        """The subscription's own address."""
        return f"https://{self.settings.cloud.manager}/subscriptions/{self.settings.subscription_id}"

    def get(self, path: str, version: str, **parameters: str) -> Any:
        """The answer of an address below the subscription."""
        return self.outgoing.get(self.root + path, {"api-version": version, **parameters})

    def items(self, path: str, version: str, *, items: str = "value", **parameters: str) -> Iterator[dict[str, Any]]:
        """All items of a list below the subscription, over all its pages."""
        query = {"api-version": version, **parameters}
        yield from self.outgoing.pages(self.root + path, query, items=items, follow="nextLink")

    def items_of(self, resource_id: str, version: str) -> Iterator[dict[str, Any]]:
        """All items of a list below a resource, by the id that Resource Manager gave."""
        address = f"https://{self.settings.cloud.manager}/{resource_id.lstrip('/')}"
        yield from self.outgoing.pages(address, {"api-version": version}, items="value", follow="nextLink")

    def ask(self, path: str, version: str, body: Any) -> Any:
        """The answer to a question that is asked by POST."""
        return self.outgoing.post(f"{self.root}{path}?api-version={version}", body)


def who(given: Given, assertion: Assertion, *, reads: bool) -> Who:
    """The identity of an account that applies, or the one that plans and looks up."""
    settings, credentials = stored(given)
    return Who(settings, credentials, reads, assertion)


@contextmanager
def open_for(identity: Who, seconds: float | None = None) -> Iterator[Manager]:
    """Signed in, with what is left of the seconds for the questions."""
    prepare()
    seconds, began = SECONDS if seconds is None else seconds, time.monotonic()
    signed_in = sign_in(identity, seconds)
    with asking(identity, signed_in, max(0.5, seconds - (time.monotonic() - began))) as manager:
        yield manager


@contextmanager
def asking(identity: Who, signed_in: SignedIn, seconds: float) -> Iterator[Manager]:
    """Questions with a token that is already there."""
    with Outgoing({identity.settings.cloud.manager}, signed_in.bearer, "Azure", seconds) as outgoing:
        yield Manager(identity.settings, outgoing, signed_in)
