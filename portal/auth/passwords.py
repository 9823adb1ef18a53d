"""Passwords: what is accepted, and argon2id with the same work whether or not the account exists."""

from __future__ import annotations

import secrets
import threading
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.kit.errors import FieldProblem, Invalid

SHORTEST, LONGEST = 12, 200
SHORTEST_OF_OPERATOR = 8
"""For the password that an operator gives the first administrator in the environment."""

_LIST = Path(__file__).with_name("common_passwords.txt")
_LETTERS_FOR = str.maketrans("@4031$5!7", "aaoeissit")
_AROUND = "0123456789 !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
_SHORT_PIECE = 8

# argon2id as RFC 9106 recommends where memory is shared: 64 MiB, three passes, four lanes. Tests put a cheaper one here.
HASHER = PasswordHasher()

# A burst of sign-ins must not take all memory: this many hashes at a time, the others wait their turn.
_AT_A_TIME = threading.BoundedSemaphore(4)


def new_hash(password: str) -> str:
    """The argon2id hash, parameters and salt included."""
    with _AT_A_TIME:
        return HASHER.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether the password is the stored one. Without a stored hash the same work is done, and the answer is no."""
    candidate = stored or _decoy(HASHER)
    with _AT_A_TIME:
        try:
            HASHER.verify(candidate, password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether today's parameters differ from those of the hash."""
    return HASHER.check_needs_rehash(stored)


def generate() -> str:
    """A password of 144 random bits."""
    return secrets.token_urlsafe(18)


def require_good(password: str, *, email: str, path: str = "password", shortest: int = SHORTEST) -> None:
    """Invalid with a sentence unless the password is long enough and no obvious guess."""
    if problem := _problem(password, email, shortest):
        raise Invalid(problem, [FieldProblem(path, problem)])


def _problem(password: str, email: str, shortest: int) -> str | None:
    if len(password) < shortest:
        return f"Use at least {shortest} characters. A few unrelated words are easy to remember."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    if len(set(password)) < 5:
        return "Use more than a few different characters."
    if password.lower() in (email.lower(), email.partition("@")[0].lower()):
        return "Use something else than the e-mail address."
    if is_common(password):
        return "Use something else: this is among the passwords that are tried first."
    return None


def is_common(password: str) -> bool:
    """Whether the password is one of the commonest, perhaps with figures around it, or a short piece again and again."""
    plain = password.lower().strip()
    spelt = plain.translate(_LETTERS_FOR)
    forms = {
        plain,
        spelt,
        *(form.strip(_AROUND) for form in (plain, spelt)),
        plain.strip(_AROUND).translate(_LETTERS_FOR),
    }
    return not forms.isdisjoint(_common()) or _period(plain) <= min(_SHORT_PIECE, len(plain) * 2 // 3)


def _period(text: str) -> int:
    """The length of the shortest piece that comes again and again, the last time perhaps cut; its own length without one."""
    return next((length for length in range(1, len(text)) if text.startswith(text[length:])), len(text))


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(_LIST.read_text(encoding="ascii").split())


@lru_cache(maxsize=4)
def _decoy(hasher: PasswordHasher) -> str:
    return hasher.hash(secrets.token_urlsafe(18))
