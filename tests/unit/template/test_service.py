"""The use cases, over a directory of templates of their own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.kit.config import settings
from portal.kit.errors import Invalid, NotFound
from portal.template import service
from tests.unit.template.conftest import EVERY_TYPE

KEY = "other-cloud/every-type"
LISTED = """title: {}
summary: One list.
category: Samples
icon: shapes
version: 1.0.0
variables:
  size: {{options_from: {{kind: sizes}}}}
"""


@pytest.fixture(autouse=True)
def templates_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The sample and a broken template, as the portal's templates."""
    shutil.copytree(EVERY_TYPE, tmp_path / KEY)
    (tmp_path / "azure" / "broken").mkdir(parents=True)
    monkeypatch.setenv("TERRACE_TEMPLATES_DIR", str(tmp_path))
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


@pytest.mark.parametrize(
    ("question", "keys"),
    [
        ({}, ["azure/broken", KEY]), ({"cloud": "other"}, [KEY]), ({"category": "samples"}, [KEY]),
        ({"q": "TERRAFORM_data kind"}, [KEY]),
        ({"q": "kind nothing"}, []), ({"cloud": "azure"}, ["azure/broken"]),
    ],
)  # fmt: skip
def test_the_catalogue_can_be_narrowed(question: dict[str, str], keys: list[str]) -> None:
    assert [summary.key for summary in service.list_templates(**question)] == keys


def test_a_templates_page_has_everything_under_its_outside_names() -> None:
    page = service.get_template(KEY).model_dump(mode="json")
    assert page["schema"]["required"] == ["name", "owner", "replicas"]
    assert page["ui"]["sections"][0]["key"] == "basics"
    assert page["description_html"].startswith("<h1>Every type</h1>")
    assert [output["name"] for output in page["outputs"] if output["sensitive"]] == ["token_hash"]
    assert page["fixtures"][:3] == ["minimal", "full", "invalid[0]"]
    assert (page["cloud"], page["required_roles"], page["broken"]) == ("other", ["Nobody"], None)
    assert {variable["name"] for variable in page["variables"] if variable["ephemeral"]} == {"one_time"}


def test_a_broken_template_has_a_page_but_no_form_and_takes_no_values() -> None:
    page = service.get_template("azure/broken")
    assert "no .tf file" in (page.broken or "")
    assert page.ui.sections == []
    for use in (service.load_module, service.package, service.form):
        with pytest.raises(Invalid):
            use("azure/broken")


@pytest.mark.parametrize("key", ["azure/none", "../../etc", "azure/../broken"])
def test_attack_5_an_unknown_key_is_not_found(key: str) -> None:
    for use in (service.get_template, service.load_module, service.package):
        with pytest.raises(NotFound):
            use(key)
    with pytest.raises(NotFound):
        service.validate_values(key, {})


def test_a_pinned_version_keeps_its_rules_when_the_folder_changes(templates_dir: Path) -> None:
    pinned = service.package(KEY)
    variables = templates_dir / KEY / "variables.tf"
    variables.write_text(variables.read_text().replace("var.replicas <= 10", "var.replicas <= 3"))
    manifest = templates_dir / KEY / "manifest.yaml"
    manifest.write_text(manifest.read_text().replace("replicas: 5,", "replicas: 3,"))
    values = {"name": "abc", "owner": "x", "replicas": 5}
    assert service.validate_values(KEY, values).errors
    assert service.validate_values(KEY, values, version_files=pinned.files).ok
    assert service.package(KEY).content_hash != pinned.content_hash


def test_files_that_are_no_module_are_invalid() -> None:
    with pytest.raises(Invalid):
        service.module_from_files({"main.tf": b"{"})


def test_a_form_has_what_a_named_list_and_the_folder_say_now(templates_dir: Path) -> None:
    folder, named = templates_dir / "azure" / "listed", templates_dir / "_data" / "sizes.json"
    folder.mkdir()
    named.parent.mkdir()
    (folder / "main.tf").write_text('variable "size" {\n  type = string\n}\n')
    (folder / "manifest.yaml").write_text(LISTED.format("Listed"))

    def offered() -> tuple[str, list[object]]:
        page = service.get_template("azure/listed")
        assert page.broken is None
        options = next(field.options for section in page.ui.sections for field in section.fields)
        return page.title, [option.value for option in options or []]

    for size in ("small", "medium"):
        named.write_text(f'{{"kind": "sizes", "options": [{{"value": "{size}"}}]}}')
        assert offered() == ("Listed", [size])
    (folder / "manifest.yaml").write_text(LISTED.format("Listed anew"))
    assert offered() == ("Listed anew", ["medium"])
