"""What a cloud is to the portal: the one abstraction that Azure and Google Cloud fill in. A new cloud is a new package.

A cloud says which questions to ask for an account, what its answers mean to Terraform, how to sign in with them, what can be
examined and what can be looked up. It knows no database, no actor and no page: `service` does that, the same for every cloud.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from pydantic import BaseModel, TypeAdapter

from portal.cloud_account.schemas import AccountEnvironment, Finding, Given, Option
from portal.cloud_account.tool import ToolAccess
from portal.kit.secrets import Masked

__all__ = [
    "Assertion", "Availability", "Cloud", "Examination", "Finding", "Found", "Input", "Method", "Needs", "PhaseName",
    "RunIdentity",
]  # fmt: skip
PhaseName = Literal["plan", "apply"]
Assertion = Callable[[str], str]
"""Audience → a signed statement of the portal (a JWT) that this account asks. For accounts that trust the portal as an issuer."""


@dataclass(frozen=True, slots=True)
class Input:
    """One question of the guided form. `name` is the setting's or the credential's; `pattern` is for the browser, too."""

    name: str
    title: str
    help: str = ""
    kind: Literal["text", "secret", "long_text", "long_secret", "file", "choice"] = "text"
    """`file`: read by the browser; sent in base64 when `base64`, else as text. All but `text` and `choice` are write-only."""
    required: bool = True
    placeholder: str = ""
    pattern: str = ""
    options: tuple[tuple[str, str], ...] = ()
    """Value and label, for `choice`."""
    base64: bool = False


@dataclass(frozen=True, slots=True)
class Method:
    """One way to sign in. `steps` (Markdown) is what to do in the cloud first, with its own commands."""

    name: str
    title: str
    summary: str
    inputs: tuple[Input, ...]
    steps: str = ""
    secret: bool = True
    """Whether the portal keeps something that must be rotated."""


@dataclass(frozen=True, slots=True)
class RunIdentity:
    """Which phase asks, and where its Terraform gets a fresh statement of the portal (workload identity).

    `token_url` answers `{"value": "<jwt>"}` to `bearer`, which is worth something during this phase only.
    """

    phase: PhaseName
    token_url: str
    bearer: Masked


@dataclass(frozen=True, slots=True)
class Needs:
    """What the templates that may use an account are made of: Terraform's resource types."""

    resource_types: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Examination:
    """What a test of an account found. It is well when no finding is an error."""

    findings: Sequence[Finding]
    identity: str | None = None
    """Who it is signed in as, in the cloud's words."""
    target: str | None = None
    """The subscription's or project's own name."""

    @property
    def ok(self) -> bool:
        return all(finding.severity != "error" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Found:
    """What a look-up of a live account brought."""

    options: Sequence[Option]
    source: str
    """The address that answered, without a query."""


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a name can be taken, or how much of a quota is left. `known` is false when the cloud would not say."""

    known: bool
    ok: bool = True
    message: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


class Cloud(Protocol):
    """A cloud, as a module or an object. What speaks to the outside raises Unavailable, without any secret in its words."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def settings_inputs(self) -> tuple[Input, ...]: ...

    @property
    def methods(self) -> tuple[Method, ...]: ...

    @property
    def Settings(self) -> type[BaseModel]: ...  # noqa: N802 - a class

    @property
    def CREDENTIALS(self) -> TypeAdapter[Any]: ...  # noqa: N802 - a constant

    @property
    def LOOKUPS(self) -> frozenset[str]:  # noqa: N802 - a constant
        """Kinds that `lookup` answers, by the names of the lists in templates/_data without the cloud's own."""
        ...

    def check(self, settings: Any, credentials: Any) -> None:
        """ValueError when the two do not go together."""
        ...

    def environment(self, slug: str, given: Given, run: RunIdentity) -> AccountEnvironment:
        """What a worker gives Terraform for one phase of one run."""
        ...

    def tool_access(self, account: AccountEnvironment) -> ToolAccess:
        """What the cloud's own command line tool needs to act for the account, out of what Terraform is given."""
        ...

    def expires_at(self, given: Given) -> datetime | None:
        """When the credentials end, as far as they say so themselves (a certificate does, a secret does not)."""
        ...

    def examine(self, given: Given, assertion: Assertion, needs: Needs, /) -> Examination:
        """Sign in, name the target, compare rights and enabled services with what the templates need. Some seconds at most."""
        ...

    def lookup(self, given: Given, assertion: Assertion, kind: str, parameters: Mapping[str, str]) -> Found:
        """Options of a kind out of the account, narrowed by values of other fields. GET only, 3 s."""
        ...

    def name_available(self, given: Given, assertion: Assertion, resource_type: str, name: str) -> Availability:
        """Whether a name that must be unique can still be taken."""
        ...

    def quota_left(
        self, given: Given, assertion: Assertion, resource_type: str, parameters: Mapping[str, str]
    ) -> Availability:
        """Whether there is room for one more, as `facts` {"limit", "used", "unit"} say."""
        ...
