"""Attack 7: a name that looks like a placeholder is put in as it is, and never looked at again."""

from __future__ import annotations

from tests.unit.ui.test_attack_11_links import node


def test_attack_07_names_are_put_in_literally_and_once() -> None:
    context = {"user.name": "{project.slug}$&{{7*7}}", "project.slug": "secret-project", "random": "abc"}
    asked = ["{user.name}-{random}", "{user.name}{project.slug}", "{nobody}", "{user.email}-{random}"]
    found = node("form/model.mjs", "given[0].map((text) => module.suggestion(text, given[1]))", [asked, context])
    odd = context["user.name"]
    assert found == [f"{odd}-abc", f"{odd}secret-project", "", ""]
