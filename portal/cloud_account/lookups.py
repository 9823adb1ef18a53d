"""Option lists for form fields: `templates/_data/<cloud>-<kind>.json`, the same that the forms offer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.cloud_account.schemas import Cloud, Lookup, Option
from portal.kit.config import settings
from portal.kit.errors import NotFound

# Words that callers know → the list's own name.
NAMES: dict[Cloud, dict[str, str]] = {
    "azure": {"region": "locations", "location": "locations", "vm-size": "vm-sizes", "disk-type": "vm-disk-types"},
    "gcp": {"region": "regions", "zone": "zones", "machine-type": "machine-types", "disk-type": "disk-types", "image": "images"},
}  # fmt: skip
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def kinds(cloud: Cloud) -> list[str]:
    """The kinds that there are for a cloud."""
    return sorted(path.stem.removeprefix(f"{cloud}-") for path in _folder().glob(f"{cloud}-*.json"))


def find(cloud: Cloud, kind: str, parameters: dict[str, str]) -> Lookup:
    """The list, narrowed to what is offered under the given values of other fields; NotFound for another cloud's or none."""
    name = canonical(cloud, kind)
    if name not in kinds(cloud):
        raise unknown(cloud, kind, kinds(cloud))
    path = _folder() / f"{cloud}-{name}.json"
    whole = _read(path, path.stat().st_mtime_ns)
    options = [option for option in whole.options if is_offered(option, parameters)]
    return whole.model_copy(update={"options": options})


def canonical(cloud: Cloud, kind: str) -> str:
    """The name of a kind as the lists have it: `azure-locations`, `location` and `region` are one."""
    name = kind.lower().replace("_", "-").removeprefix(f"{cloud}-")
    name = NAMES[cloud].get(name, name)
    return name if _NAME.fullmatch(name) else ""


def unknown(cloud: Cloud, kind: str, there_are: Iterable[str]) -> NotFound:
    """What is asked for does not exist."""
    return NotFound(f"There is no look-up {kind[:80]!r} for {cloud}. There are: {', '.join(sorted(there_are))}.")


def is_offered(option: Option, parameters: dict[str, str]) -> bool:
    return all(parameters[name] in values for name, values in option.depends.items() if parameters.get(name))


def _folder() -> Path:
    return settings().templates_dir / "_data"


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int) -> Lookup:
    data = json.loads(path.read_bytes())
    return Lookup(
        kind=path.stem,
        source=data.get("source", ""),
        as_of=str(data.get("as_of", "")),
        options=[_option(entry) for entry in data["options"]],
    )


def _option(entry: dict[str, Any]) -> Option:
    """Numbers become text, and one dependence a list of one, as in the forms."""
    depends = {key: [value] if isinstance(value, str) else value for key, value in entry.get("depends", {}).items()}
    value = str(entry["value"])
    shown = {name: entry.get(name) for name in ("description", "group")}
    return Option(value=value, label=entry.get("label") or value, depends=depends, **shown)
