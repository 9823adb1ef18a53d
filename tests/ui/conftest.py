"""A portal for each file of tests of the pages, one browser for all; each test has a browser profile of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.support import pages, servers
from tests.support.prepared import Prepared, copied, prepared

LONG = (
    "ui/test_accessibility", "forms/test_azure", "chaos/test_chaos", "forms/test_gcp", "chaos/test_rolling",
    "chaos/test_kills", "acceptance/test_canaries", "ui/test_wire_matrix", "ui/test_strangers", "chaos/test_many_at_once",
)  # fmt: skip
"""Files that take minutes, the longest first: a process that begins with them does not end with one of them, alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first; every file's tests stay together and in their order."""
    places = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(f"{item.path.parent.name}/{item.path.stem}", len(places)))


@pytest.fixture(scope="session")
def beginning(test_servers: servers.Servers, database_template: str) -> Prepared:
    """The people, and what migrations put in: every portal's database is a copy of it."""
    return prepared(test_servers, database_template)


@pytest.fixture(scope="module")
def portal_server(
    test_servers: servers.Servers, beginning: Prepared, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[pages.Portal]:
    """Pages and API over real servers, with nothing but people. The tests of one file share it, in the file's order.

    Not of a whole process: which files a process gets depends on how fast the others are, and what a page lists would with it.
    """
    folder = tmp_path_factory.mktemp("portal")
    servers.flush(redis_url)
    with copied(folder, test_servers, beginning, redis_url) as portal:
        yield portal


Open = Callable[..., Page]


@pytest.fixture
def open_page(portal_server: pages.Portal, chromium_browser: Browser) -> Iterator[Open]:
    """`open_page(path, who="admin", phone=False, dark=False)`: a page in a profile of its own."""
    contexts: list[BrowserContext] = []

    def open_(path: str, who: str | None = "admin", *, phone: bool = False, dark: bool = False) -> Page:
        context = pages.context(chromium_browser, portal_server, who, phone=phone, dark=dark)
        contexts.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
