"""Where the sandbox cloud's database is: as told, else as the environment says, else as the instance that runs here says."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from portal.kit.config import from_environment
from portal.kit.errors import ConfigurationError
from portal.kit.secrets import keyring
from worker.sandbox.store import Store

_ADDRESS: Final = Path("run", "instance.json")
"""What `terrace up` writes below its data folder while it runs."""
_KEYS: Final = ("TERRACE_SECRET_KEYS", "TERRACE_SECRET_KEYS_FILE")
"""What says where keys are. An instance has its own."""


def open_store(url: str | None, *, connections: int = 1, patience: float = 0) -> Store:
    """The store at `url`, with the keys that belong to it; ConfigurationError says what is missing.

    Whoever waits for a database that is away gives `patience` in seconds.
    """
    config = from_environment(_environment(url, os.environ))
    return Store(
        config.require_database_url(), keys=lambda: keyring(config), connections=connections, patience=patience
    )


def _environment(url: str | None, environ: Mapping[str, str]) -> dict[str, str]:
    if url:
        return {**environ, "TERRACE_DATABASE_URL": url}
    if environ.get("TERRACE_DATABASE_URL"):
        return dict(environ)
    instance = _running_instance(from_environment(environ).data_dir)
    return {**{name: value for name, value in environ.items() if name not in _KEYS}, **instance}


def _running_instance(data_dir: Path) -> dict[str, str]:
    try:
        return json.loads((data_dir / _ADDRESS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise ConfigurationError(
            f"No portal runs on {data_dir}. Start it with `terrace up`, or say which with TERRACE_DATA_DIR, or give "
            "TERRACE_DATABASE_URL and TERRACE_SECRET_KEYS."
        ) from None
