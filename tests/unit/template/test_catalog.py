"""The catalogue: any folder that is put there, and nothing that is not."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from portal.template.catalog import Catalog
from portal.template.errors import TemplateError
from tests.unit.template.conftest import EVERY_TYPE

MAIN = b'variable "a" {}\nresource "terraform_data" "x" {}\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two good templates and one broken."""
    shutil.copytree(EVERY_TYPE, tmp_path / "azure" / "every-type")
    for key, text in (("gcp/plain", MAIN), ("gcp/broken", b"variable {")):
        (tmp_path / key).mkdir(parents=True)
        (tmp_path / key / "main.tf").write_bytes(text)
    (tmp_path / "_data").mkdir()
    (tmp_path / "_data" / "sizes.json").write_text('{"kind": "sizes", "options": [{"value": 1}]}')
    (tmp_path / "_data" / "bad.json").write_text("{")
    (tmp_path / "gcp" / "_shared").mkdir()
    (tmp_path / "gcp" / "Bad Name").mkdir()
    (tmp_path / "notes.md").write_text("x")
    return tmp_path


def test_a_broken_template_is_listed_with_its_reason_and_disturbs_no_other(root: Path) -> None:
    found = {summary.key: summary for summary in Catalog(root).summaries()}
    assert found.keys() == {"azure/every-type", "gcp/plain", "gcp/broken"}
    assert "main.tf, line 1" in (found["gcp/broken"].broken or "")
    assert found["azure/every-type"].broken is None
    assert (found["azure/every-type"].version, found["azure/every-type"].required_questions) == ("1.2.3", 3)
    assert (found["gcp/plain"].title, found["gcp/plain"].resource_types) == ("Plain", ["terraform_data"])


def test_a_change_on_disk_is_seen_and_nothing_else_is_read_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = Catalog(root)
    first = {summary.key: summary for summary in catalog.summaries()}
    (root / "gcp" / "plain" / "main.tf").write_bytes(MAIN + b'variable "b" {}\n')
    shutil.rmtree(root / "gcp" / "broken")
    read: list[str] = []
    original = os.open
    monkeypatch.setattr(os, "open", lambda path, *rest, **more: read.append(str(path)) or original(path, *rest, **more))
    second = {summary.key: summary for summary in catalog.summaries()}
    assert second.keys() == {"azure/every-type", "gcp/plain"}
    assert second["gcp/plain"].required_questions == 2
    assert second["azure/every-type"] is first["azure/every-type"]
    assert [Path(path).name for path in read if path.startswith(str(root))] == ["main.tf"]


@pytest.mark.parametrize(
    "key",
    ["../etc", "azure/../../etc", "azure/every-type/..", "/etc/passwd", "azure", "", "azure/.", "azure/every_type",
     "AZURE/every-type", "azure/every-type\n", "azure/every-type\x00", "_data/sizes", "azure//every-type", "gcp/none"],
)  # fmt: skip
def test_attack_5_a_key_never_leads_out_of_the_catalogue(root: Path, key: str) -> None:
    assert Catalog(root).load(key) is None
    assert Catalog(root).summary(key) is None
    assert Catalog(root).readme(key) == ""


def test_attack_4_links_are_refused_not_followed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("outside") / "secret.tf"
    secret.write_bytes(MAIN)
    (root / "gcp" / "plain" / "link.tf").symlink_to(secret)
    (root / "gcp" / "linked").symlink_to(secret.parent, target_is_directory=True)
    (root / "other").symlink_to(root / "gcp", target_is_directory=True)
    catalog = Catalog(root)
    found = {summary.key: summary.broken or "" for summary in catalog.summaries()}
    assert "link.tf is a symbolic link" in found["gcp/plain"]
    assert "symbolic link" in found["gcp/linked"]
    assert not any(key.startswith("other/") for key in found)
    assert catalog.load("other/plain") is None
    with pytest.raises(TemplateError):
        catalog.load("gcp/plain")


def test_attack_4_a_readme_that_is_a_link_shows_nothing(root: Path) -> None:
    (root / "gcp" / "plain" / "README.md").symlink_to("/etc/hostname")
    assert Catalog(root).readme("gcp/plain") == ""


def test_attack_4_a_pipe_in_a_folder_does_not_stop_the_catalogue(root: Path) -> None:
    os.mkfifo(root / "gcp" / "plain" / "pipe.tf")
    found = {summary.key: summary.broken for summary in Catalog(root).summaries()}
    assert found["gcp/plain"] == "pipe.tf is not a file"


def test_a_folder_that_is_too_large_is_refused_before_it_is_read(root: Path) -> None:
    with (root / "gcp" / "plain" / "big.tf").open("wb") as file:
        file.truncate(3_000_000)
    for number in range(401):
        (root / "azure" / "every-type" / f"f{number}.txt").touch()
    found = {summary.key: summary.broken or "" for summary in Catalog(root).summaries()}
    assert "larger than 2 MB" in found["gcp/plain"]
    assert "more than 400 files" in found["azure/every-type"]


def test_the_hash_is_over_what_a_run_needs_and_nothing_else(root: Path) -> None:
    catalog = Catalog(root)
    before = catalog.load("azure/every-type")
    assert before is not None
    folder = root / "azure" / "every-type"
    (folder / "README.md").write_text("better")
    (folder / "tests").mkdir()
    (folder / "tests" / "a.tftest.hcl").write_text("")
    (folder / ".terraform.lock.hcl").write_text("")
    (folder / "terraform.tfvars").write_text("")
    same = catalog.load("azure/every-type")
    (folder / "script.sh").write_text("echo")
    other = catalog.load("azure/every-type")
    assert same is not None
    assert other is not None
    assert set(same.files) == {"main.tf", "manifest.yaml", "outputs.tf", "variables.tf", "versions.tf"}
    assert same.content_hash == before.content_hash != other.content_hash


def test_the_hash_does_not_depend_on_where_the_folder_is(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("copy")
    shutil.copytree(root / "azure", elsewhere / "azure")
    loaded = [Catalog(base).load("azure/every-type") for base in (root, elsewhere)]
    assert loaded[0] is not None
    assert loaded[1] is not None
    assert loaded[0].content_hash == loaded[1].content_hash


def test_lists_that_cannot_be_read_count_as_absent(root: Path) -> None:
    assert Catalog(root).lists().keys() == {"sizes"}


def test_a_directory_that_is_missing_is_an_empty_catalogue(tmp_path: Path) -> None:
    assert Catalog(tmp_path / "none").summaries() == []
