"""The reader of HCL: what it understands, and that nothing makes it hang or break."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.template.hcl import EvalError, HclSyntaxError, Scope, Undecided, evaluate, parse_body, parse_expression

PIECES = [
    *'"${}%[]()=,.:?!<>+-*/&|~#\n \\', "%{ if ", "%{ for x in ", "%{ else }", "%{ endif }", "%{ endfor }", "${", "~}",
    "<<EOT\n", "<<-EOT\n", "\nEOT\n", "for ", " in ", " if ", "=>", "...", "true", "null", "var.x", "can(", "1e9", "0.1",
    "/*", "*/", "a", "é", "\x00", "\ufeff", "[*]", ".*", "variable \"x\" {", "type = ", "list(", "optional(string, 1)",
]  # fmt: skip


def test_reads_blocks_labels_and_attributes_with_their_lines() -> None:
    body = parse_body('# note\nresource "a" "b" {\n  x = 1 // one\n  inner { y = [1,\n 2] }\n}\n/* end */')
    block = body.blocks_of("resource")[0]
    assert (block.labels, block.line) == (("a", "b"), 2)
    assert block.body.attributes["x"].line == 3
    assert block.body.blocks_of("inner")[0].body.attributes["y"].line == 4


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("<<EOT\n a\n  b\nEOT\n", " a\n  b\n"),
        ("<<-EOT\n  a\n    b\n\n  c\n  EOT\n", "a\n  b\n\nc\n"),
        ("<<-EOT\n  ${1 + 1} $${x}\n  EOT\n", "2 ${x}\n"),
        ("<<EOT\nEOT\n", ""),
        ('"\\u00e9\\U0001F600"', "é😀"),
    ],
)
def test_reads_heredocs_and_escapes(text: str, value: str) -> None:
    assert evaluate(parse_expression(text), Scope()) == value


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = ", 1), ("a = 1\na = 2\n", 2), ("x {\n", 2), ("a = [1, 2\nb = 1", 2), ('a = "x\n', 1), ("a = <<EOT\nx\n", 1),
        ("\n\na = ?", 3), ('a = "${"', 1), ("a = 1 b = 2", 1), ('a = "\\q"', 1), ("/* x", 1), ("a = f(1", 1), ("}", 1),
    ],
)  # fmt: skip
def test_says_on_which_line_something_is_wrong(text: str, line: int) -> None:
    with pytest.raises(HclSyntaxError) as caught:
        parse_body(text)
    assert caught.value.line == line


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000, "[" * 10_000, "{" * 10_000, "!" * 10_000, "-" * 10_000, '"${' * 10_000, "/*" * 100_000, "a." * 10_000,
        "1+" * 10_000 + "1", "a ? b : " * 5_000 + "c", "f(" * 10_000, "x[0]" * 10_000, "<<A\n" * 10_000, "%{" * 10_000,
        '"' + "%{ if true }" * 5_000 + '"', "[for x in " * 5_000, "a{" * 10_000, "[*]" * 5_000, "1" * 100_000,
        "a || " * 99 + "(" * 39 + "a" + ")" * 39, "x" * 1_000_001, "1e999999999", "-" * 30 + "1",
    ],
)  # fmt: skip
def test_attack_8_no_text_makes_it_hang_or_overflow(text: str) -> None:
    for read in (parse_body, parse_expression):
        with suppress(HclSyntaxError):
            read(text)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=60))
def test_garbage_raises_only_its_own_errors(text: str) -> None:
    with suppress(HclSyntaxError, EvalError, Undecided):
        evaluate(parse_expression(text), Scope())
    with suppress(HclSyntaxError):
        parse_body(text)
