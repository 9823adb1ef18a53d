"""Temporary folders that PostgreSQL's own user can walk into.

Started by root, PostgreSQL runs as another user, and pytest closes its `tmp_path` to others again whenever any session starts.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def passable_folder() -> Iterator[Path]:
    """A short-named temporary folder which others may pass through (not list), removed after the block."""
    folder = Path(tempfile.mkdtemp(prefix="terrace-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
