"""Which templates an author means, and a new one to begin with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from portal.kit.errors import Conflict, Invalid
from portal.template import authoring


@pytest.fixture
def catalogue(settings_env: Callable[..., None], tmp_path: Path) -> Path:
    """An empty catalogue."""
    settings_env(TERRACE_TEMPLATES_DIR=str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("gcp/Bus", "is no key"), ("../bus", "is no key"), ("bus", "is no key"), ("gcp/a/b", "is no key"),
        ("gcp/a--b", "is no good name"), ("gcp/-a", "is no good name"), ("gcp/1", "is no good name"),
        ("aws/bus", "There are starters for azure and gcp."),
    ],
)  # fmt: skip
def test_a_bad_name_is_refused_and_a_good_one_described(key: str, words: str, catalogue: Path) -> None:
    with pytest.raises(Invalid, match=words):
        authoring.write_starter(key)
    assert list(catalogue.iterdir()) == []


def test_a_folder_that_is_there_is_left_alone(catalogue: Path) -> None:
    (catalogue / "gcp" / "bus").mkdir(parents=True)
    with pytest.raises(Conflict, match="is there already"):
        authoring.write_starter("gcp/bus")
    assert list((catalogue / "gcp" / "bus").iterdir()) == []


def test_the_title_is_made_from_the_name_and_one_that_breaks_the_manifest_is_refused(catalogue: Path) -> None:
    folder = authoring.write_starter("gcp/event-bus")
    assert 'title: "Event bus"' in (folder / "manifest.yaml").read_text()
    assert (folder / "README.md").read_text().startswith("# Event bus\n")
    with pytest.raises(Invalid, match="one line"):
        authoring.write_starter("gcp/other", 'say "hi"')
    assert not (catalogue / "gcp" / "other").exists()


def test_templates_are_named_by_key_or_by_folder_and_all_are_meant_without_names(catalogue: Path) -> None:
    folder = authoring.write_starter("azure/first")
    (catalogue / "_data").mkdir()
    (catalogue / "azure" / ".git").mkdir()
    elsewhere = catalogue / "_drafts" / "second"
    elsewhere.mkdir(parents=True)
    (elsewhere / "main.tf").touch()
    assert authoring.folders_of(None) == {"azure/first": folder}
    assert authoring.folders_of(["azure/first", str(elsewhere)]) == {"azure/first": folder, "_drafts/second": elsewhere}
    with pytest.raises(authoring.NoSuchTemplate, match="neither a key"):
        authoring.folders_of(["azure/none"])
