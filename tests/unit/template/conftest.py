"""The module with every type, and a quick way to make small ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from portal.template.module import Module, read_module

EVERY_TYPE = Path(__file__).parent / "modules" / "every-type"

MakeModule = Callable[..., Module]


def read_folder(folder: Path) -> dict[str, bytes]:
    """The files of a template's folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="session")
def every_type() -> Module:
    """The module in modules/every-type."""
    return read_module(read_folder(EVERY_TYPE))


@pytest.fixture
def make_module() -> MakeModule:
    """A module of one file of HCL, and the lines of its manifest below the head that all have."""

    def make(hcl: str, manifest: str | None = None) -> Module:
        files = {"main.tf": hcl.encode()}
        if manifest is not None:
            files["manifest.yaml"] = (
                "title: T\nsummary: S\ncategory: C\nicon: i\nversion: 1.0.0\n" + manifest
            ).encode()
        return read_module(files)

    return make
