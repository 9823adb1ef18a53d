"""The project's one error tree. Services raise these; an edge (route, page, task, command) shows them once.

    TerraceError                500  something we did not foresee
    ├── ConfigurationError      500  the operator must mend a setting
    ├── Unauthenticated         401  who is asking?
    ├── Forbidden               403  we know who is asking, and the answer is no
    ├── NotFound                404  it does not exist, or must not be known to exist
    ├── Gone                    410  it was good once: used, over, or taken back
    ├── Conflict                409  it exists or has moved on
    │   └── Locked              423  somebody holds it
    ├── Invalid                 422  the input cannot be used; carries an error a field
    ├── TooLarge                413
    ├── TooManyRequests         429
    └── Unavailable             503  a part we need does not answer now; trying again may help

Every error carries a sentence for a person which says what to do, and a `code` that a program can rely on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong with one input: `path` as in `network_rules.ip_rules[0]`, "" for the whole."""

    path: str
    message: str


class TerraceError(Exception):
    """Base of all. `message` is shown to people as it stands, so it never holds a secret."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Something went wrong"

    def __init__(self, message: str, *, detail: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail or {}


class ConfigurationError(TerraceError):
    code, title = "configuration_error", "The portal is not configured correctly"


class Unauthenticated(TerraceError):
    status, code, title = 401, "unauthenticated", "Sign in first"

    def __init__(self, message: str = "Sign in, or send a valid API token.") -> None:
        super().__init__(message)


class Forbidden(TerraceError):
    status, code, title = 403, "forbidden", "Not allowed"

    def __init__(self, message: str = "Your role does not allow this. Ask an administrator.") -> None:
        super().__init__(message)


class NotFound(TerraceError):
    status, code, title = 404, "not_found", "Not found"


class Gone(TerraceError):
    status, code, title = 410, "gone", "Not good any more"


class Conflict(TerraceError):
    status, code, title = 409, "conflict", "Conflict"


class Locked(Conflict):
    status, code, title = 423, "locked", "Locked"


class TooLarge(TerraceError):
    status, code, title = 413, "too_large", "Too large"


class TooManyRequests(TerraceError):
    status, code, title = 429, "too_many_requests", "Too many requests"

    def __init__(self, message: str, *, retry_after: int = 60) -> None:
        super().__init__(message, detail={"retry_after": retry_after})
        self.retry_after = retry_after


class Unavailable(TerraceError):
    status, code, title = 503, "unavailable", "Not available now"


class Invalid(TerraceError):
    """Input that cannot be used. `errors` has one entry a field, in the order of the form."""

    status, code, title = 422, "invalid", "Some values need another look"

    def __init__(self, message: str, errors: Sequence[FieldProblem] = ()) -> None:
        super().__init__(message)
        self.errors = tuple(errors)
