"""The drawing that stands for a template: its own, or for folders of other people the one of its category."""

from __future__ import annotations

import re
from functools import lru_cache

from portal.kit.config import PROJECT_DIR

ICONS = PROJECT_DIR / "assets" / "icons.svg"
_BY_CATEGORY = {
    "analytics": "bigquery", "compute": "compute", "containers": "container", "databases": "database",
    "identity": "key", "messaging": "message", "monitoring": "monitor", "networking": "network",
    "security": "security", "storage": "storage", "web": "globe",
}  # fmt: skip
_ANYTHING = "layers"


@lru_cache(maxsize=1)
def drawings() -> frozenset[str]:
    """The names of the symbols in assets/icons.svg."""
    return frozenset(re.findall(r'<symbol id="([^"]+)"', ICONS.read_text(encoding="utf-8")))


def glyph(icon: str, category: str = "") -> str:
    """The drawing of a template whose manifest names `icon`."""
    return icon if icon in drawings() else _BY_CATEGORY.get(category.lower(), _ANYTHING)
