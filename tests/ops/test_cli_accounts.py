"""`terrace account`: credentials come from a file, are shown to nobody, and are tried before they count."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portal.cloud_account import clouds
from portal.kit.errors import Unavailable
from tests.ops.test_cli import Terrace, terrace
from tests.support.clouds.scripted import ScriptedCloud

__all__ = ["terrace"]  # the fixture
CANARY = "canary-on-the-command-line-77aa"
UUID = "00000000-0000-0000-0000-00000000000{}"


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> ScriptedCloud:
    made = ScriptedCloud(clouds.CLOUDS["azure"])
    monkeypatch.setitem(clouds.CLOUDS, "azure", made)
    return made


def test_an_account_is_made_tested_rotated_and_disabled(terrace: Terrace, cloud: ScriptedCloud, tmp_path: Path) -> None:
    file = tmp_path / "account.json"
    settings = {"subscription_id": UUID.format(1), "tenant_id": UUID.format(2), "client_id": UUID.format(3)}
    credentials = {"method": "client_secret", "client_secret": CANARY}
    file.write_text(json.dumps({"name": "Team", "cloud": "azure", "settings": settings, "credentials": credentials}))
    made = terrace("account", "create", str(file))
    assert made.code == 0, made.err
    assert CANARY not in made.out
    assert "Signed in." in terrace("account", "test", "team").out
    assert "works" in terrace("account", "list").out

    def refuse() -> None:
        raise Unavailable("Azure refused the credentials.")

    cloud.examination = refuse  # type: ignore[assignment]
    fresh = json.dumps({"credentials": {**credentials, "client_secret": "another-5b1d"}})
    refused = terrace("account", "rotate", "team", "-", stdin=fresh)
    assert refused.code == 1
    assert "the old ones stay" in refused.err
    assert terrace("account", "rotate", "team", "-", "--force", stdin=fresh).code == 0
    assert terrace("account", "test", "team").code == 1
    assert terrace("account", "disable", "team", "--reason", "It leaked.").code == 0
    shown = terrace("account", "show", "team", "--json")
    assert shown.json["disabled"]["reason"] == "It leaked."  # type: ignore[index]
    assert "another-5b1d" not in shown.out
    assert terrace("account", "enable", "team").code == 0


def test_a_file_that_cannot_be_used_is_named_and_nothing_of_it_repeated(terrace: Terrace, tmp_path: Path) -> None:
    file = tmp_path / "account.json"
    file.write_text(json.dumps({"name": "Team", "cloud": "azure", "credentials": CANARY, "extra": CANARY}))
    refused = terrace("account", "create", str(file))
    assert refused.code != 0
    assert "extra" in refused.err
    assert CANARY not in refused.err + refused.out
