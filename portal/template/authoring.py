"""Use cases of a template's author: which folders are meant, what is wrong with them, a new one to begin with."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from portal.kit.config import settings
from portal.kit.errors import Conflict, Invalid, NotFound
from portal.template.catalog import KEY, Catalog
from portal.template.lint import LISTS, lint, lint_list
from portal.template.lint_folder import read_source
from portal.template.lint_source import Finding
from portal.template.package import read_file
from portal.template.words import humanise

STARTERS = Path(__file__).with_name("starters")
_PLACEHOLDER = re.compile(r"@(title|name|key)@")


class NoSuchTemplate(NotFound):
    """A name that stands for no template."""


def folders_of(names: Sequence[str] | None) -> dict[str, Path]:
    """Each template's folder by its key. A name is a key of the catalogue, or a path to any folder with Terraform in it.

    Without names, every folder of the catalogue.
    """
    root = settings().templates_dir
    if not names:
        return {f"{path.parent.name}/{path.name}": path for path in sorted(root.glob("[!_.]*/[!_.]*/"))}
    return dict(_folder_of(root, name) for name in names)


def _folder_of(root: Path, name: str) -> tuple[str, Path]:
    for folder in (root / name, Path(name)):
        if folder.is_dir() and (any(folder.glob("*.tf*")) or folder.parent.parent == root):
            folder = folder.resolve()
            return f"{folder.parent.name}/{folder.name}", folder
    raise NoSuchTemplate(f"There is no template {name}: neither a key of {root} nor a folder with .tf files.")


@lru_cache(maxsize=2)
def _catalog(root: Path) -> Catalog:
    """Keeps the lists, which are large and the same for every template."""
    return Catalog(root)


def lint_all(folders: Mapping[str, Path], *, lists: bool = False) -> list[Finding]:
    """What is wrong with these templates, and with `lists`, with the lists that they share."""
    root = settings().templates_dir
    known = _catalog(root).lists()
    found = [each for key, folder in folders.items() for each in lint(read_source(key, folder, known))]
    paths = sorted((root / LISTS).glob("*.json")) if lists else []
    return [*found, *(each for path in paths for each in lint_list(path.name, read_file(path)))]


def write_starter(key: str, title: str | None = None) -> Path:
    """Write a small, complete template of this key into the catalogue's folder, and return its own.

    Raises:
        Invalid: the key is no name for a template, or there is no starter for its cloud.
        Conflict: the folder is there already.
    """
    cloud, name = _new_key(key)
    folder = settings().templates_dir / cloud / name
    if folder.exists():
        raise Conflict(f"{folder} is there already. Choose another name, or delete the folder.")
    words = {"title": title or humanise(name), "name": name, "key": key}
    if not re.fullmatch(r"[^\r\n\"\\@]{1,80}", words["title"]):
        raise Invalid("A title is one line of up to 80 characters, without double quotes, backslashes and @.")
    shutil.copytree(STARTERS / cloud, folder)
    for path in (folder / "manifest.yaml", folder / "README.md"):
        text = path.read_text(encoding="utf-8")
        path.write_text(_PLACEHOLDER.sub(lambda match: words[match[1]], text), encoding="utf-8")
    return folder


def _new_key(key: str) -> tuple[str, str]:
    clouds = sorted(path.name for path in STARTERS.iterdir() if path.is_dir())
    if not KEY.fullmatch(key):
        raise Invalid(
            f"{key!r} is no key. Write CLOUD/NAME in lower-case letters, digits and -: {clouds[0]}/my-service."
        )
    cloud, name = key.split("/")
    if cloud not in clouds:
        known = " and ".join(clouds)
        raise Invalid(f"There are starters for {known}. For {cloud}, begin with one of those and change its provider.")
    if not re.fullmatch(r"[a-z](?:[a-z0-9-]*[a-z0-9])?", name) or "--" in name or len(name) > 60:
        raise Invalid(
            f"{name!r} is no good name: begin with a letter, end with a letter or digit, and single - between."
        )
    return cloud, name
