"""`terrace keys` on a database: signing keys for clouds, and turning the keys of the secrets at rest."""

from __future__ import annotations

import json

from tests.ops.test_cli import Terrace, terrace

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
