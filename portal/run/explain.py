"""What an error of Terraform or a cloud means for a person, and what to do next. A table, read from the top. Pure.

Sources: the error codes in the clouds' REST references (Azure Resource Manager "Common deployment errors"; Google APIs
`google.rpc.Code` and Compute Engine "Troubleshooting resource errors") and Terraform's own messages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from portal.run.schemas import RunError


@dataclass(frozen=True, slots=True)
class Explanation:
    """`kind` for programs, the rest for people."""

    kind: str
    explanation: str
    next_step: str


@dataclass(frozen=True, slots=True)
class _Known:
    pattern: re.Pattern[str]
    says: Explanation


def _known(kind: str, pattern: str, explanation: str, next_step: str) -> _Known:
    return _Known(re.compile(pattern, re.IGNORECASE), Explanation(kind, explanation, next_step))


KNOWN: Final = (
    _known(
        "lock_held",
        r"error acquiring the state lock|state blob is already locked",
        "Another operation is working on this deployment's state.",
        "Wait until it has ended, then start the run again.",
    ),
    _known(
        "stale_plan",
        r"saved plan is stale",
        "The state has changed since the plan was made, so applying it would not do what was shown.",
        "Start a new run and look at its plan.",
    ),
    _known(
        "credentials_expired",
        r"AADSTS7000222|AADSTS700024|token (has|is) expired|ExpiredAuthenticationToken|invalid_grant|reauth related error"
        r"|credentials? (have|has) expired|client secret keys .* expired",
        "The cloud account's credentials have expired.",
        "Ask an administrator to renew the credentials of this cloud account, then start the run again.",
    ),
    _known(
        "credentials_invalid",
        r"AADSTS7000215|AADSTS700016|InvalidAuthenticationToken|unable to build authorizer|could not find default credentials"
        r"|no suitable credentials|\b401\b.*unauthorized|unauthenticated",
        "The cloud did not accept the cloud account's credentials.",
        "Ask an administrator to test this cloud account and to correct its credentials.",
    ),
    _known(
        "policy",
        r"RequestDisallowedByPolicy|disallowed by policy|constraints/[a-z]+\.|violates constraint|orgpolicy|policy violation",
        "A policy of your organisation in the cloud forbids this.",
        "Change the values that the policy names, or ask whoever is responsible for the policy.",
    ),
    _known(
        "permission",
        r"AuthorizationFailed|does not have authorization|LinkedAuthorizationFailed|insufficient (privileges|permission)"
        r"|PERMISSION_DENIED|required '[a-z.]+' permission|\b403\b.*forbidden|accessDenied|AccessDenied",
        "The cloud account lacks a permission that this needs.",
        "Ask an administrator to give the cloud account the role that the template's page lists, then start the run again.",
    ),
    _known(
        "api_disabled",
        r"SERVICE_DISABLED|accessNotConfigured|API has not been used in project|API .* (is )?not enabled"
        r"|MissingSubscriptionRegistration|not registered to use namespace",
        "A service of the cloud that this needs is not switched on.",
        "Ask an administrator to enable the API or resource provider that the message names; it takes a few minutes to count.",
    ),
    _known(
        "quota",
        r"QuotaExceeded|quota .*exceeded|exceeded .*quota|quota limit|OperationNotAllowed.*quota|approved .*cores quota"
        r"|QUOTA_EXCEEDED|rateLimitExceeded|RESOURCE_EXHAUSTED|exceeding approved",
        "A quota of the cloud account is used up.",
        "Choose a smaller size or another region, delete what is not needed, or ask for a higher quota.",
    ),
    _known(
        "sku_unavailable",
        r"SkuNotAvailable|not available in (location|region|zone|the)|AllocationFailed|ZonalAllocationFailed"
        r"|ZONE_RESOURCE_POOL_EXHAUSTED|does not have enough resources available|LocationNotAvailableForResourceType"
        r"|OverconstrainedAllocationRequest|NotAvailableForSubscription",
        "This size or type cannot be had in this region or zone now.",
        "Choose another size, zone or region.",
    ),
    _known(
        "name_taken",
        r"AlreadyTaken|name .*(is )?already (taken|in use)|StorageAccountAlreadyTaken|NameUnavailable|NameNotAvailable"
        r"|DnsRecordInUse|VaultAlreadyExists|bucket name is not available|you already own (it|this bucket)",
        "The name is taken; some names must be unique in the whole cloud.",
        "Choose another name, for example with a suffix of your team, and start the run again.",
    ),
    _known(
        "already_exists",
        r"already exists.*(import|managed via terraform)|to be managed via Terraform this resource needs to be imported"
        r"|alreadyExists|ALREADY_EXISTS|already exists",
        "A resource with this name exists already, and this deployment does not manage it.",
        "Choose another name, or delete or import the resource that exists.",
    ),
    _known(
        "in_use",
        r"resourceInUseByAnotherResource|InUseSubnetCannotBeDeleted|is (already )?being used by|still in use|CannotBeDeleted"
        r"|BucketNotEmpty|bucket .*not empty|deletion_protection|prevent_destroy|ScopeLocked|cannot be deleted because",
        "The resource cannot be deleted: something uses or protects it.",
        "Remove what uses it or switch off its deletion protection (apply that change first), then destroy again.",
    ),
    _known(
        "registry_unreachable",
        r"could not connect to registry|failed to query available provider packages|no such host|failed to install provider",
        "Terraform could not load the provider that the template needs.",
        "Ask an administrator: the worker needs access to the provider registry or a mirror that has this provider.",
    ),
    _known(
        "throttled",
        r"TooManyRequests|\b429\b|throttl|SubscriptionRequestsThrottled",
        "The cloud is limiting how many requests this account may send.",
        "Wait a few minutes and start the run again; it goes on where it stopped.",
    ),
    _known(
        "timeout",
        r"context deadline exceeded|timeout while waiting|timed out|i/o timeout",
        "The cloud did not finish within the time that Terraform waits.",
        "Start the run again; it goes on where it stopped.",
    ),
    _known(
        "value",
        r"invalid value for (input )?variable|validation rule|InvalidParameter|InvalidTemplate|invalidArgument|badRequest"
        r"|INVALID_ARGUMENT|expected .* to (be|match|not)|unsupported argument|missing required argument",
        "One of the values is not accepted.",
        "Correct the value that the message names, under Configuration, and start the run again.",
    ),
    _known(
        "interrupted",
        r"execution halted|operation (was )?canceled|interrupt received",
        "The operation was interrupted before it was finished.",
        "Start a new run: it compares with the cloud and finishes what is missing.",
    ),
)


def explain(summary: str, detail: str = "") -> Explanation | None:
    """What a diagnostic means, or None when it is of no known kind."""
    text = f"{summary}\n{detail}"[:20_000]
    return next((known.says for known in KNOWN if known.pattern.search(text)), None)


def complete(error: RunError) -> RunError:
    """The error with an explanation and a next step, where it had none and its kind is known."""
    if error.explanation and error.next_step:
        return error
    says = explain(error.summary, error.detail)
    if says is None:
        return error
    return error.model_copy(
        update={
            "explanation": error.explanation or says.explanation,
            "next_step": error.next_step or says.next_step,
        }
    )
