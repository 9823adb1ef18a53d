"""Attack 13: a secret must not leave in a log, whatever form it takes there."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote, quote_plus

import pytest

from portal.run.redactor import MASK, Redactor, texts
from portal.run.schemas import RunError

SECRET = 'p@ss "w<o>rd" ${x}/+&é'
KEY = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\nEFAASCBKcwggSjAgEAAoIBAQC7\n-----END PRIVATE KEY-----\n"

DISGUISES = {
    "as it is": SECRET,
    "in a JSON string": json.dumps(SECRET),
    "in a JSON string without ASCII escapes": json.dumps(SECRET, ensure_ascii=False),
    "in JSON inside JSON": json.dumps(json.dumps(SECRET, ensure_ascii=False), ensure_ascii=False),
    "as Go writes JSON": '"p@ss \\"w\\u003co\\u003erd\\" ${x}/+\\u0026é"',
    "in a URL's path": f"/v1/{quote(SECRET)}/x",
    "in a URL's query": f"?q={quote_plus(SECRET)}",
    "in a URL, everything escaped": quote(SECRET, safe=""),
    "as base64": base64.b64encode(SECRET.encode()).decode(),
    "as URL-safe base64": base64.urlsafe_b64encode(SECRET.encode()).decode(),
    "as base64 of user and password": "Basic " + base64.b64encode(f"me:{SECRET}".encode()).decode(),
    "as base64 of a longer text": base64.b64encode(f"password={SECRET}; more".encode()).decode(),
    "as hexadecimal": SECRET.encode().hex(),
    "as upper-case hexadecimal": SECRET.encode().hex().upper(),
    "reversed": SECRET[::-1],
    "in HTML": "p@ss &quot;w&lt;o&gt;rd&quot; ${x}/+&amp;é",
    "in Terraform's own escapes": 'p@ss \\"w<o>rd\\" $${x}/+&é',
}


def leaks(text: str) -> bool:
    """Whether a reader could get a telling part of the secret back."""
    cores = [SECRET[:8], SECRET[-8:], SECRET[::-1][:8], quote(SECRET)[4:14], SECRET.encode().hex()[6:20]]
    encoded = [base64.b64encode(b"x" * shift + SECRET.encode()).decode()[4:-4] for shift in range(3)]
    return any(core in text for core in cores + [piece[i : i + 8] for piece in encoded for i in range(4, 12)])


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_secret_is_masked(disguise: str) -> None:
    text = f"before {DISGUISES[disguise]} after"
    shown = Redactor([SECRET]).text(text)
    assert MASK in shown
    assert shown.startswith("before ")
    assert not leaks(shown)


def test_each_telling_line_of_a_multi_line_secret_is_masked_alone() -> None:
    redactor = Redactor([KEY])
    assert redactor.text("got MIIEvQIBADANBgkqhkiG9w0BAQ here") == f"got {MASK} here"
    assert redactor.text(KEY.replace("\n", "\r\n")) == MASK
    assert redactor.text("-----BEGIN PRIVATE KEY-----") == "-----BEGIN PRIVATE KEY-----"


@pytest.mark.parametrize("gap", ["\n", "\r\n", "\n    ", "\n│ ", " \n"[1:] + "\t"])
def test_attack_13_a_secret_that_was_wrapped_is_masked_on_both_sides_and_the_lines_stay(gap: str) -> None:
    secret = "correct-horse-battery-staple"
    shown = Redactor([secret]).text(f"begin {secret[:11]}{gap}{secret[11:]} end")
    assert shown == f"begin {MASK}{gap}{MASK} end"
    encoded = base64.b64encode(secret.encode()).decode()
    shown = Redactor([secret]).text(f"begin {encoded[:11]}{gap}{encoded[11:]} end")
    assert encoded[:10] not in shown
    assert encoded[11:30] not in shown
    assert gap in shown


def test_attack_13_a_secret_in_three_lines_of_a_log_is_masked_in_each() -> None:
    redactor = Redactor(["correct-horse-battery-staple"])
    assert redactor.lines(["x correct-", "horse-batt", "ery-staple y", "z"]) == [f"x {MASK}", MASK, f"{MASK} y", "z"]
    assert redactor.lines(["nothing", "here"]) == ["nothing", "here"]


def test_a_line_that_could_be_the_beginning_of_a_secret_is_known() -> None:
    redactor = Redactor(["correct-horse-battery-staple", "a1"])
    assert redactor.may_go_on("say correct-ho")
    assert redactor.may_go_on("say corr")
    assert not redactor.may_go_on("say corrupt")
    assert not redactor.may_go_on("say correct-horse-battery-staple")
    assert not redactor.may_go_on("a1")
    assert not Redactor([]).may_go_on("anything")


def test_overlapping_secrets_leave_no_tail_of_either() -> None:
    assert Redactor(["abcdefgh", "fghijklm"]).text("<abcdefghijklm>") == f"<{MASK}>"


def test_a_secret_inside_another_leaves_nothing() -> None:
    assert Redactor(["hunter2", "xx-hunter2-yy"]).text("xx-hunter2-yy and hunter2") == f"{MASK} and {MASK}"


def test_a_short_secret_is_masked_only_where_it_stands_quoted() -> None:
    redactor = Redactor(["a1"])
    assert redactor.text('zone a1-b, pin "a1"') == f'zone a1-b, pin "{MASK}"'
    assert Redactor(["1"]).text("11 of 12") == "11 of 12"


def test_the_mask_itself_is_not_masked_again() -> None:
    assert Redactor(["hunter2", "sens"]).text("hunter2") == MASK


def test_nothing_known_changes_nothing() -> None:
    assert Redactor([""]).text("plain text") == "plain text"


def test_strings_at_any_depth_and_keys_are_redacted() -> None:
    value = {"hunter2": ["x hunter2", {"n": 1, "deep": ("hunter2",)}], "keep": None}
    assert Redactor(["hunter2"]).json(value) == {MASK: [f"x {MASK}", {"n": 1, "deep": [MASK]}], "keep": None}


def test_every_text_of_an_error_is_redacted() -> None:
    error = RunError(summary="hunter2 is bad", detail="a\nhunter2", address='x["hunter2"]', next_step="Change hunter2.")
    shown = Redactor(["hunter2"]).error(error)
    assert shown.summary == f"{MASK} is bad"
    assert "hunter2" not in shown.model_dump_json()


def test_the_texts_of_a_value_are_its_strings_and_its_numbers() -> None:
    assert list(texts({"a": ["b", 1, None, True], "c": {"d": 1.5}})) == ["b", "1", "1.5"]
