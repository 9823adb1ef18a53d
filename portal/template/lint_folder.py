"""A template's folder, read for the linter: what is there, what the files say, whether the portal can use it."""

from __future__ import annotations

from pathlib import Path

from portal.template.errors import TemplateError
from portal.template.lint_source import TEST_SUFFIX, TESTS, Source
from portal.template.lists import Lists
from portal.template.module import Module, read_module
from portal.template.package import belongs, fingerprint, read_file

_TEXTS = (".tf", ".tf.json", ".hcl", ".yaml", ".md")
MOST_NAMES = 2000


def read_source(key: str, folder: Path, lists: Lists) -> Source:
    """The folder as the rules see it. One that cannot be used has its reason in `broken`."""
    names = frozenset(_names(folder))
    try:
        found = fingerprint(folder)
        tests = [path for path in names if path.startswith(TESTS) and path.endswith(TEST_SUFFIX)]
        files = {path: read_file(folder / path) for path in (*tests, *(path for path, _, _ in found))}
    except TemplateError as error:
        return Source(key, names, {}, lists, broken=str(error))
    module, broken = _module({path: data for path, data in files.items() if belongs(path)})
    texts = {path: data for path, data in files.items() if path.endswith(_TEXTS)}
    return Source(key, names, texts, lists, module, broken)


def _module(files: dict[str, bytes]) -> tuple[Module | None, str | None]:
    try:
        return read_module(files), None
    except TemplateError as error:
        return None, str(error)


def _names(folder: Path) -> list[str]:
    """Every path below the folder; of a hidden folder only the name, it may hold a whole provider."""
    found = []
    for path in sorted(folder.rglob("*"))[:MOST_NAMES]:
        name = path.relative_to(folder).as_posix()
        hidden = any(part.startswith(".") for part in name.split("/")[:-1])
        if not hidden and (not path.is_dir() or path.name.startswith(".")):
            found.append(f"{name}/" if path.is_dir() and not path.is_symlink() else name)
    return found
