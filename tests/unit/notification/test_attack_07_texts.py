"""Attack 7: templates and facts that would do more than choose words."""

from __future__ import annotations

import pytest

from portal.kit.errors import Invalid
from portal.notification import chat, mail, plain, texts
from portal.notification.events import EVENTS, MAILS, facts_of

BAD = {
    "reaching a class": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "reaching it by an element": "{{ title['__class__'] }}",
    "reaching it by a filter": "{{ title|attr('__class__') }}",
    "calling": "{{ title.upper() }}",
    "calling what every environment has": "{{ range(9) }}",
    "the template itself": "{{ self }}",
    "a loop": "{% for letter in title %}{{ letter }}{% endfor %}",
    "loops in loops": "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
    "multiplying a text": "{{ 'x' * 999999999 }}",
    "a power, which would be computed while compiling": "{{ 9 ** 9 ** 9 ** 9 }}",
    "a wide text": "{{ '%999999999d' % 1 }}",
    "a filter that makes it wide": "{{ title|center(999999999) }}",
    "a filter that multiplies": "{{ title|replace('', 'xxxxxxxxxx')|replace('x', 'xxxxxxxxxx') }}",
    "a variable that doubles": "{% set x = title ~ title %}{{ x }}",
    "another file": "{% include 'any/text.j2' %}",
    "a parent": "{% extends 'any/text.j2' %}",
    "a macro": "{% macro m() %}x{% endmacro %}",
    "a list": "{{ [title] }}",
    "a fact that there is not": "{{ password }}",
    "parentheses in parentheses": "{{ " + "(" * 3900 + "1" + ")" * 3900 + " }}",
    "a chain without end": "{{ " + "not " * 1900 + "title }}",
    "a template too long": "x" * 8001,
    "broken": "{{ title",
}


@pytest.mark.parametrize("source", BAD.values(), ids=BAD.keys())
def test_attack_07_a_template_that_would_do_more_is_refused_with_a_sentence(source: str) -> None:
    with pytest.raises(Invalid) as refused:
        texts.render("run.applied", "text", {"title": "A title"}, source)
    assert refused.value.errors[0].path == "text"
    assert len(refused.value.message) < 800


def test_attack_07_what_a_fact_says_is_never_a_template() -> None:
    name = "{{ 7 * 7 }}{% for x in y %}{{ ''.__class__ }}"
    facts = {"deployment": name, "project": "Shop"}
    subject, text = (texts.render("run.applied", part, facts) for part in ("subject", "text"))
    html = texts.render("run.applied", "html", {**facts, "subject_line": subject, "body": text})
    assert name in subject
    assert name in text
    assert "49" not in subject + text
    assert "{{ 7 * 7 }}" in html  # as letters, twice through a template and filled in neither


def test_attack_07_facts_are_letters_in_html() -> None:
    evil = "<script>alert(1)</script><a href='https://evil.example'>click</a>\n\n<img src=x>"
    body = texts.render("run.errored", "text", {"error": evil, "deployment": "<b>d</b>"})
    html = texts.render("run.errored", "html", {"subject_line": evil, "body": body, "link": '"><script>x</script>'})
    assert "&lt;script&gt;" in html
    for raw in ("<script>", "<a href='https", "<img", "<b>d"):
        assert raw not in html


def test_attack_07_a_subject_is_one_line_and_adds_no_header() -> None:
    evil = "name\r\nBcc: everybody@example.com\r\n\r\nbody"
    subject = texts.render("run.applied", "subject", {"deployment": evil})
    assert "\n" not in subject
    assert "\r" not in subject
    message = mail.compose(["ada@example.com"], subject=evil, text="t", html="<p>t</p>", message_id="msg-1")
    assert message["Bcc"] is None
    assert str(message["Subject"]).startswith("name Bcc: everybody")
    assert message["Message-ID"].startswith("<msg-1@")


@pytest.mark.parametrize(
    "evil", ["<!channel> now", "<https://evil.example|Click here>", "<@U123> & <#C1>", "*bold* `code`"]
)
def test_attack_07_slack_shows_what_people_typed_and_calls_nobody(evil: str) -> None:
    sent = chat.slack(evil, evil, "https://portal.example/runs/1")
    assert "<" not in sent["text"]
    header, section, actions = sent["blocks"]
    assert header["text"] == {"type": "plain_text", "text": evil, "emoji": False}
    assert section["text"] == {"type": "plain_text", "text": evil, "emoji": False}
    assert [button["url"] for button in actions["elements"]] == ["https://portal.example/runs/1"]


def test_attack_07_teams_shows_what_people_typed_as_runs_of_text() -> None:
    evil = "[Click here](https://evil.example) **bold** <at>Everybody</at>"
    card = chat.teams(evil, evil, "https://portal.example/runs/1")["attachments"][0]["content"]
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert {run["type"] for block in card["body"] for run in block["inlines"]} == {"TextRun"}
    assert [action["url"] for action in card["actions"]] == ["https://portal.example/runs/1"]
    assert "msteams" not in card


def test_every_text_of_ours_can_be_filled_with_all_facts_and_with_none() -> None:
    for name in (*EVENTS, *MAILS):
        for facts in (dict.fromkeys(facts_of(name), "X"), {}):
            made = {part: texts.render(name, part, facts) for part in ("subject", "text")}
            whole = {**facts, "subject_line": made["subject"], "body": made["text"]}
            made |= {part: texts.render(name, part, whole) for part in ("html", "chat")}
            assert all(text.strip() for part, text in made.items() if part != "subject" or facts), name
            for part in texts.PARTS:
                texts.check(name, part, texts.source(name, part))


def test_what_comes_out_is_bounded() -> None:
    long = {"deployment": "d" * 1000, "project": "p" * 1000, "message": "m" * 1000}
    assert len(texts.render("run.applied", "subject", long)) <= 200
    source = "{{ message }}" * 600
    assert len(texts.render("run.applied", "text", long, source)) == texts.LONGEST_RESULT["text"]


def test_facts_are_short_plain_values_without_control_characters() -> None:
    class Thing:
        def __str__(self) -> str:
            return "a thing"

    given = plain.facts(
        {"a": "x\x00\x1b[31m\u202ey", "b": "z" * 5000, "c": 3, "d": float("nan"), "e": Thing(), "f": None}
    )
    assert given == {"a": "x[31my", "b": "z" * 999 + "…", "c": 3, "d": None, "e": "a thing", "f": None}


def test_a_token_in_a_text_is_masked() -> None:
    assert "tt_abc" not in plain.text("the token tt_abcdefgh was used")
