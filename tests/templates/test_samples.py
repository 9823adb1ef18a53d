"""A sample program that a template uploads is the one whose source lies beside the archive."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.templates import catalogue

ARCHIVES = sorted(catalogue.ROOT.glob("[!_]*/*/sample/*.zip"))


@pytest.mark.parametrize("path", ARCHIVES, ids=lambda path: path.parent.parent.name)
def test_an_archive_holds_exactly_the_source_beside_it(path: Path) -> None:
    source = path.with_suffix("")
    with zipfile.ZipFile(path) as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    assert packed == {file.name: file.read_bytes() for file in source.iterdir()}
