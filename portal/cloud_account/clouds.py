"""Which clouds there are, and what an account is to one of them. Adding a cloud is adding a package and a line here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, cast

from portal.cloud_account import azure, gcp
from portal.cloud_account.provider import Assertion, Cloud, RunIdentity
from portal.cloud_account.sandbox import SandboxCloud
from portal.cloud_account.schemas import Cloud as CloudName
from portal.cloud_account.schemas import Given
from portal.issuer import service as issuer
from portal.kit.db import unit_of_work
from portal.kit.errors import Unavailable
from portal.kit.secrets import Masked
from portal.models import CloudAccount

CLOUDS: Final[dict[str, Cloud]] = {"azure": azure, "gcp": gcp}
NO_RUN: Final = RunIdentity("plan", "", Masked(""))
"""For whoever wants to know an account's secrets, and starts no Terraform."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An account as it was read, for questions to its cloud: nobody holds a transaction while the cloud thinks."""

    id: str
    slug: str
    kind: str
    name: CloudName
    cloud: Cloud
    given: Given = field(repr=False)
    assertion: Assertion = field(repr=False)
    disabled: bool = False
    since: str = ""
    """When it got the credentials that it has."""

    @property
    def simulated(self) -> bool:
        return self.kind == "sandbox"

    def without_secrets(self, text: str) -> str:
        """The text with nothing in it that the account keeps secret."""
        for secret in sorted(secrets_of(self.cloud, self.slug, self.given), key=len, reverse=True):
            text = text.replace(secret, "********")
        return text


def cloud_of(row: CloudAccount) -> Cloud:
    """What the account's cloud is to the portal."""
    return SandboxCloud(row.cloud, row.slug) if row.kind == "sandbox" else CLOUDS[row.cloud]


def given_of(row: CloudAccount) -> Given:
    """What the account was given, decrypted."""
    return Given(row.settings, row.credentials or {})


def asked(row: CloudAccount, given: Given | None = None) -> Asked:
    """The account, to be asked with what it has, or with what it is about to get."""
    return Asked(
        row.id, row.slug, row.kind, cast(CloudName, row.cloud), cloud_of(row), given or given_of(row), signed_for(row.id),
        disabled=row.suspended_at is not None, since=str(row.rotated_at),
    )  # fmt: skip


def unsaved(cloud: CloudName, given: Given) -> Asked:
    """What would be an account once it is saved."""
    return Asked("", "trial", "live", cloud, CLOUDS[cloud], given, _unsigned)


def signed_for(account_id: str) -> Assertion:
    """The portal's word that this account asks, in a transaction of its own: it is wanted in the midst of a question."""

    def assertion(audience: str) -> str:
        with unit_of_work() as session:
            return issuer.mint_for_lookup(session, account_id=account_id, audience=audience)

    return assertion


def secrets_of(cloud: Cloud, slug: str, given: Given) -> set[str]:
    """Every text that must be in nothing that people see."""
    return set(cloud.environment(slug, given, NO_RUN).secrets) - {""}


def _unsigned(_audience: str) -> str:
    raise Unavailable(
        "This way to sign in names the account, so it can be tried once the account is saved. Save it, then test it."
    )
