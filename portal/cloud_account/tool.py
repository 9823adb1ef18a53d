"""What lets a cloud's own command line tool act for an account: for actions, which Terraform does not do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

SECRETS_FOLDER: Final = "{secrets}"
"""Stands, within texts, for the folder in which a worker writes a tool's files."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """A word of the portal that the worker asks for itself: GET `url` with `bearer` answers `{"value": …}`."""

    url: str
    bearer: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ToolAccess:
    """`env` are variables; `files` and `folders` are contents by name, `fetched` what becomes a file once it was asked for.

    `sign_in` are the tool's arguments, once for each command that must go before.
    """

    env: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict, repr=False)
    folders: dict[str, dict[str, bytes]] = field(default_factory=dict, repr=False)
    fetched: dict[str, Fetch] = field(default_factory=dict, repr=False)
    sign_in: tuple[tuple[str, ...], ...] = ()
