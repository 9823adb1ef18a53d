"""`terrace keys` on a database: signing keys for clouds, and turning the keys of the secrets at rest."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from portal.kit import secrets
from tests.ops.test_cli import Terrace, terrace
from tests.service.issuer import accounts

__all__ = ["terrace"]


def test_a_new_signing_key_is_on_its_way_and_clouds_are_shown_both(terrace: Terrace) -> None:
    first = json.loads(terrace("keys", "signing", "--json").out)
    assert [key["use"] for key in first] == ["signing"]
    both = json.loads(terrace("keys", "rotate-signing", "--json").out)
    assert [(key["use"], key["id"] == first[0]["id"]) for key in both] == [("signing", True), ("coming", False)]
    shown = json.loads(terrace("keys", "jwks").out)["keys"]
    assert [key["kid"] for key in shown] == [key["id"] for key in both]
    refused = terrace("keys", "rotate-signing")
    assert refused.code == 1
    assert "published already" in refused.err


def test_a_key_that_others_may_have_goes_at_once(terrace: Terrace) -> None:
    first = json.loads(terrace("keys", "signing", "--json").out)[0]["id"]
    after = json.loads(terrace("keys", "rotate-signing", "--now", "--json").out)
    assert [(key["use"], key["id"] == first) for key in after] == [("signing", False)]


def test_keys_are_turned_and_an_old_one_can_go(
    terrace: Terrace, database: str, settings_env: Callable[..., None], tmp_path: Path
) -> None:
    path = tmp_path / "keys"
    path.write_text(secrets.generate_key("k1"))
    path.chmod(0o600)
    settings_env(TERRACE_DATABASE_URL=database, TERRACE_SECRET_KEYS=None, TERRACE_SECRET_KEYS_FILE=str(path))
    assert terrace("keys", "signing").code == 0
    turned = terrace("keys", "rotate", "--json")
    assert json.loads(turned.out) == {"primary": "k2", "new_key": True, "rewritten": 1, "left": 0}
    assert "signing_key.private_key: 1" in turned.err
    assert [key["count"] for key in json.loads(terrace("keys", "status", "--json").out)] == [1, 0]
    path.write_text(path.read_text().split()[0])
    assert terrace("keys", "signing").code == 0


def test_a_command_with_another_key_refuses_in_one_sentence(
    terrace: Terrace, database: str, settings_env: Callable[..., None]
) -> None:
    assert terrace("keys", "signing").code == 0
    wrong = secrets.generate_key("test")
    settings_env(TERRACE_DATABASE_URL=database, TERRACE_SECRET_KEYS=wrong)
    for command in (("keys", "status"), ("user", "list"), ("migrate",)):
        refused = terrace(*command)
        assert (refused.code, refused.out) == (1, "")
        assert "is another than the test with which this database was encrypted" in refused.err
        assert len(refused.err.strip().splitlines()) == 1


def test_what_a_cloud_must_trust_is_told(terrace: Terrace) -> None:
    account = accounts.account()
    shown = terrace("keys", "trust", account.slug)
    assert shown.out.startswith("issuer: http://localhost:3000\naudience: api://AzureADTokenExchange\n")
    for phase in ("plan", "apply", "lookup"):
        assert f"account:{account.slug}:phase:{phase}" in shown.out
    told = json.loads(terrace("keys", "trust", account.slug, "--json").out)
    assert [item["phase"] for item in told["subjects"]] == ["plan", "apply", "lookup"]
