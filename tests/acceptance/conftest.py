"""One whole portal for the acceptance tests, and a browser that looks at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import instance


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[instance.Instance]:
    folder: Path = tmp_path_factory.mktemp("portal")
    # The embedded PostgreSQL runs as another user when we are root: that user must be able to walk in.
    for parent in (folder, folder.parent, folder.parent.parent):
        parent.chmod(0o755)
    with instance.running(folder) as found:
        yield found
