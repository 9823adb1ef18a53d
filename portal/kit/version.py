"""Which version of the portal this is: the one in pyproject.toml, since the portal runs from its folder."""

from __future__ import annotations

import tomllib
from functools import lru_cache

from portal.kit.config import PROJECT_DIR


@lru_cache(maxsize=1)
def own_version() -> str:
    """Our version, as in "0.1.0"."""
    return str(tomllib.loads((PROJECT_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
