"""The command line: what it shows, what it hides, and one sentence for every refusal."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from portal.audit import service as audit
from portal.audit.schemas import AuditFilter
from portal.auth import service as auth
from portal.auth.schemas import SYSTEM
from portal.cli.app import main
from portal.kit import secrets
from portal.kit.db import unit_of_work


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, object]:
        return json.loads(self.out)


Terrace = Callable[..., Outcome]


@pytest.fixture
def terrace(database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terrace:
    """Run `terrace ARGUMENTS` in this process on a database of the test's own."""

    def run(*arguments: str, stdin: str = "") -> Outcome:
        monkeypatch.setattr(sys, "argv", ["terrace", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as exit_info:
            main()
        captured = capsys.readouterr()
        code = exit_info.value.code
        return Outcome(code if isinstance(code, int) else int(bool(code)), captured.out, captured.err)

    return run


def test_somebody_is_invited_reset_unlocked_shut_out_and_let_in_again(terrace: Terrace) -> None:
    terrace("user", "add", "ada@example.com", "--role", "admin")
    terrace("user", "add", "max@example.com")
    invited = terrace("user", "invite", "nora@example.com", "--project", "default=viewer", "--json")
    assert invited.code == 0, invited.err
    assert "/invite#" in str(invited.json["link"])
    assert invited.json["mailed"] is False
    assert terrace("user", "invite", "nora@example.com").code != 0, "invited already"
    assert terrace("user", "invite", "x@example.com", "--project", "=viewer").code != 0
    assert "/reset#" in str(terrace("user", "reset", "max@example.com", "--json").json["link"])
    for command in ("unlock", "totp-reset", "disable", "enable"):
        done = terrace("user", command, "max@example.com", "--json")
        assert (done.code, done.json["email"]) == (0, "max@example.com"), done.err
        assert bool(done.json["disabled_at"]) == (command == "disable")
    refused = terrace("user", "disable", "ada@example.com")
    assert "last administrator" in refused.err


def test_a_user_is_added_listed_changed_and_the_password_is_shown_once(terrace: Terrace) -> None:
    added = terrace("user", "add", "ada@example.com", "--role", "admin", "--name", "Ada", "--json")
    assert added.code == 0, added.err
    password = str(added.json["generated_password"])
    listed = terrace("user", "list")
    assert "ada@example.com" in listed.out
    assert password not in listed.out
    changed = terrace("user", "change", "ada@example.com", "--name", "Ada L.", "--json")
    assert changed.json["name"] == "Ada L."
    with unit_of_work() as session:
        trail = audit.list_events(session, SYSTEM, wanted=AuditFilter(action="user.create")).items
    assert [event.actor_label.partition(" on the ")[2] for event in trail] == ["command line"]


def test_a_password_comes_from_standard_input_never_from_an_argument(terrace: Terrace) -> None:
    added = terrace("user", "add", "bob@example.com", "--password-stdin", stdin="river stone lamp orbit\n")
    assert added.code == 0, added.err
    assert "river" not in added.out
    assert terrace("user", "add", "eve@example.com", "--password", "x").code == 2


def test_a_token_is_shown_once_works_and_can_be_revoked(terrace: Terrace) -> None:
    terrace("user", "add", "ci@example.com", "--role", "member")
    made = terrace("token", "add", "ci@example.com", "--name", "pipeline", "--scope", "read", "--json").json
    secret = str(made["token"])
    assert secret not in terrace("token", "list", "--json").out
    assert terrace("token", "revoke", str(made["id"])).code == 0
    with unit_of_work() as session, pytest.raises(Exception, match="token"):
        auth.actor_for_token(session, secret)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("user", "change", "nobody@example.com", "--disable"), "There is no user with the address nobody@example.com"),
        (("user", "add", "not an address"), "Write an e-mail address"),
        (("token", "revoke", "token-none"), "There is no such token"),
        (("workers", "drain", "nobody@host"), "No worker 'nobody@host' has been heard of"),
    ],
)
def test_a_refusal_is_one_sentence_and_exit_code_1(terrace: Terrace, arguments: tuple[str, ...], sentence: str) -> None:
    done = terrace(*arguments)
    assert done.code == 1
    assert sentence in done.err
    assert len(done.err.strip().splitlines()) == 1
    assert done.out == ""


def test_an_unknown_role_is_refused_with_those_that_there_are(terrace: Terrace) -> None:
    done = terrace("user", "add", "ada@example.com", "--role", "owner")
    assert done.code == 1
    assert "viewer, member, auditor, admin" in done.err


def test_a_new_key_is_one_that_the_portal_takes(terrace: Terrace) -> None:
    key = terrace("keys", "new", "--id", "k2").out.strip()
    ring = secrets.parse_keys((key,))
    assert ring.primary == "k2"
    assert ring.decrypt(ring.encrypt(b"x", label="t"), label="t") == b"x"


def test_migrate_says_who_the_first_administrator_is_and_only_once(terrace: Terrace) -> None:
    first, again = terrace("migrate"), terrace("migrate")
    assert "The first administrator is" in first.out
    assert again.out.strip() == "The database is up to date."
