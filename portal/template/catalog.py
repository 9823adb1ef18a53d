"""The folders under the templates directory, read when they change. One broken folder disturbs no other."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import RLock

from portal.template import costs
from portal.template.errors import TemplateError
from portal.template.lists import OptionList, parse_list
from portal.template.module import Module
from portal.template.package import Fingerprint, content_hash, fingerprint, read_file, read_files
from portal.template.parsed import module_of
from portal.template.schemas import Cloud, TemplateSummary
from portal.template.words import humanise

KEY = re.compile(r"[a-z0-9-]+/[a-z0-9-]+")
NO_VERSION = "0.0.0"
KEPT_MODULES = 64


@dataclass(frozen=True)
class Loaded:
    """A template that can be used, as it is on disk now."""

    key: str
    folder: Path
    fingerprint: Fingerprint
    files: dict[str, bytes]
    content_hash: str
    module: Module

    @property
    def version(self) -> str:
        """The version of its manifest."""
        return self.module.manifest.version if self.module.manifest else NO_VERSION


class Catalog:
    """The templates of one directory. Safe to share between threads; parsed folders are kept until they change."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = RLock()
        self._summaries: dict[str, tuple[Fingerprint, TemplateSummary]] = {}
        self._loaded: OrderedDict[str, Loaded] = OrderedDict()
        self._lists: dict[str, tuple[tuple[int, int], OptionList | None]] = {}

    def summaries(self) -> list[TemplateSummary]:
        """All templates by key, the broken ones with their reason."""
        with self._lock:
            found = [self._summary(key, folder) for key, folder in self._folders()]
            gone = self._summaries.keys() - {summary.key for summary in found}
            for key in gone:
                del self._summaries[key]
        return found

    def _folders(self) -> list[tuple[str, Path]]:
        clouds = [path for path in _entries(self.root) if path.is_dir() and not path.is_symlink()]
        folders = [(f"{cloud.name}/{path.name}", path) for cloud in clouds for path in _entries(cloud)]
        return [(key, path) for key, path in folders if KEY.fullmatch(key) and path.is_dir()]

    def _summary(self, key: str, folder: Path) -> TemplateSummary:
        try:
            current = _fingerprint(folder)
            known = self._summaries.get(key)
            if known is not None and known[0] == current:
                return known[1]
        except TemplateError as error:
            return broken_summary(key, str(error))
        summary = self._read_summary(key, folder, current)
        self._summaries[key] = (current, summary)
        return summary

    def _read_summary(self, key: str, folder: Path, current: Fingerprint) -> TemplateSummary:
        try:
            return summarise(self._read(key, folder, current))
        except TemplateError as error:
            return broken_summary(key, str(error))

    def summary(self, key: str) -> TemplateSummary | None:
        """One template, or None when there is no such folder."""
        folder = self._folder(key)
        if folder is None:
            return None
        with self._lock:
            return self._summary(key, folder)

    def _folder(self, key: str) -> Path | None:
        """The folder of a key. The key is a name that we check, never a path that we are given."""
        if not KEY.fullmatch(key):
            return None
        cloud, name = key.split("/")
        folder = self.root / cloud / name
        return folder if folder.is_dir() and not (self.root / cloud).is_symlink() else None

    def load(self, key: str) -> Loaded | None:
        """A template's files and module, or None when there is no such folder.

        Raises:
            TemplateError: the folder cannot be used.
        """
        folder = self._folder(key)
        if folder is None:
            return None
        with self._lock:
            return self._read(key, folder, _fingerprint(folder))

    def _read(self, key: str, folder: Path, current: Fingerprint) -> Loaded:
        """What the folder holds now: it is read once, for the list of templates as for a template's own page."""
        known = self._loaded.get(key)
        if known is None or known.fingerprint != current:
            known = _load(key, folder, current)
            self._loaded[key] = known
        self._loaded.move_to_end(key)
        while len(self._loaded) > KEPT_MODULES:
            self._loaded.popitem(last=False)
        return known

    def readme(self, key: str) -> str:
        """The README, or "" when there is none."""
        folder = self._folder(key)
        try:
            return read_file(folder / "README.md").decode(errors="replace") if folder else ""
        except TemplateError:
            return ""

    def lists_stamp(self) -> tuple[object, ...]:
        """Another one whenever a named list of options has changed."""
        found = self.lists()
        with self._lock:
            return tuple((kind, self._lists[kind][0]) for kind in sorted(found))

    def lists(self) -> dict[str, OptionList]:
        """The named lists of options that can be read; a broken one counts as absent, its fields take free text."""
        with self._lock:
            paths = [path for path in _entries(self.root / "_data", hidden=True) if path.suffix == ".json"]
            found = {path.stem: self._list(path) for path in paths if not path.is_symlink()}
        return {kind: options for kind, options in found.items() if options is not None}

    def _list(self, path: Path) -> OptionList | None:
        info = path.stat()
        stamp = (info.st_mtime_ns, info.st_size)
        known = self._lists.get(path.stem)
        if known is None or known[0] != stamp:
            known = (stamp, _read_list(path))
            self._lists[path.stem] = known
        return known[1]


def _entries(folder: Path, *, hidden: bool = False) -> list[Path]:
    """What is in a folder, by name; names with `_` or `.` in front are not templates."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if hidden or not path.name.startswith(("_", ".")))


def _fingerprint(folder: Path) -> Fingerprint:
    if folder.is_symlink():
        raise TemplateError("the folder is a symbolic link; put the folder itself there")
    try:
        return fingerprint(folder)
    except OSError as error:
        raise TemplateError(f"the folder cannot be read: {error.strerror}") from None


def _load(key: str, folder: Path, current: Fingerprint) -> Loaded:
    files = read_files(folder, current)
    digest = content_hash(files)
    return Loaded(key, folder, current, files, digest, module_of(digest, files))


def _read_list(path: Path) -> OptionList | None:
    try:
        return parse_list(path.stem, read_file(path))
    except TemplateError:
        return None


def cloud_of(key: str) -> Cloud:
    """The cloud that a key's first part names."""
    names: dict[str, Cloud] = {"azure": "azure", "gcp": "gcp"}
    return names.get(key.split("/")[0], "other")


def broken_summary(key: str, reason: str) -> TemplateSummary:
    """The entry of a folder that cannot be used."""
    name = key.split("/")[1]
    return TemplateSummary(key=key, cloud=cloud_of(key), name=name, title=humanise(name), broken=reason)


def summarise(loaded: Loaded) -> TemplateSummary:
    """The catalogue entry of a template."""
    module, manifest = loaded.module, loaded.module.manifest
    name = loaded.key.split("/")[1]
    return TemplateSummary(
        key=loaded.key, cloud=cloud_of(loaded.key), name=name, title=manifest.title if manifest else humanise(name),
        summary=manifest.summary if manifest else "", category=manifest.category if manifest else "Other",
        icon=manifest.icon if manifest else "", tags=list(manifest.tags) if manifest else [], version=loaded.version,
        content_hash=loaded.content_hash, duration_minutes=manifest.duration_minutes if manifest else None,
        usual_cost=costs.usual(loaded.key, loaded.content_hash),
        required_questions=sum(variable.required for variable in module.variables.values()),
        resource_types=sorted({resource.type for resource in module.resources}),
    )  # fmt: skip
