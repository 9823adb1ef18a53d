"""Attack 13: control characters are taken out of what Terraform says, and a secret that had some is known without them too."""

from __future__ import annotations

import pytest

from portal.run.redactor import MASK, Redactor
from worker.terraform.output import clean
from worker.wording import as_said


@pytest.mark.parametrize(
    "secret", ["hunter\x07two-xyz", "\x1b[31mhunter-two-xyz", "abc\r\ndef", "ab\rcd", "plain-secret"]
)
def test_attack_13_a_secret_is_masked_as_it_is_said(secret: str) -> None:
    said = clean(f"password = {secret}!")
    assert Redactor(as_said({secret})).text(said) == f"password = {MASK}!"
    assert Redactor(as_said({secret})).text(secret) == MASK


def test_attack_13_nothing_is_no_secret() -> None:
    assert as_said({"\x07", ""}) == {"\x07"}
