"""One portal and one browser for all tests of the pages; each test has a browser profile of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.support import pages


@pytest.fixture(scope="session")
def portal_server(
    postgres_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[pages.Portal]:
    """Pages and API over real servers. Tests share it: they use names of their own."""
    folder = tmp_path_factory.mktemp("portal")
    with pages.running(folder, database_url=postgres_url, redis_url=redis_url, secret_key=pages.secret_key()) as portal:
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
