"""One whole portal for the acceptance tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support import instance
from tests.support.folders import passable_folder


@pytest.fixture(scope="session")
def portal() -> Iterator[instance.Instance]:
    with passable_folder() as folder, instance.running(folder) as found:
        yield found
