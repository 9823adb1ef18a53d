"""Every template has a drawing, and every drawing is a template's or is used by a page."""

from __future__ import annotations

import re
from collections import Counter
from xml.etree import ElementTree as ET

import pytest

from portal.kit.config import PROJECT_DIR
from portal.template import service
from portal.ui.glyphs import ICONS, drawings, glyph

TEMPLATES = [summary for summary in service.list_templates() if (PROJECT_DIR / "templates" / summary.key).is_dir()]
TEXTS = [
    path.read_text(encoding="utf-8")
    for folder, pattern in (("portal/ui", "*.py"), ("assets/ui", "*.[jm]s*"))
    for path in (PROJECT_DIR / folder).rglob(pattern)
]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("summary", TEMPLATES, ids=lambda summary: summary.key)
def test_a_template_is_drawn_under_the_name_of_its_folder(summary: service.TemplateSummary) -> None:
    assert summary.icon == summary.name
    assert summary.icon in drawings()


def test_no_drawing_is_there_for_nobody() -> None:
    used = {summary.icon for summary in TEMPLATES}
    quoted = {word for text in TEXTS for word in re.findall(r"[\"'`#]([a-z][a-z-]*)[\"'`]", text)}
    assert drawings() - used - quoted == set()


def test_no_two_drawings_are_the_same_and_none_brings_a_colour_or_a_picture_with_it() -> None:
    symbols = ET.parse(ICONS).getroot().findall(f"{SVG}symbol")
    inside = Counter("".join(ET.tostring(part, "unicode") for part in symbol) for symbol in symbols)
    assert [text for text, count in inside.items() if count > 1] == []
    parts = [part for symbol in symbols for part in symbol.iter()]
    assert {part.tag for part in parts} <= {f"{SVG}{tag}" for tag in ("symbol", "path", "rect", "circle")}
    assert {part.get(paint) for part in parts for paint in ("fill", "stroke")} <= {None, "none", "currentColor"}


def test_a_folder_without_a_drawing_of_its_own_gets_the_one_of_its_category() -> None:
    assert glyph("", "Databases") == "database"
    assert glyph("no-such-thing", "Something else") == "layers"
    assert glyph("key-vault", "Databases") == "key-vault"
