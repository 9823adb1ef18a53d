"""A signed-in browser on a whole portal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, expect, sync_playwright

from tests.support import chromium
from tests.support.instance import ADMIN_EMAIL, ADMIN_PASSWORD, Instance

PATIENCE = 60_000
"""Milliseconds to wait for anything at all: machines differ, behaviour does not."""


@contextmanager
def signed_in(portal: Instance) -> Iterator[Page]:
    """A page on the catalogue, the administrator signed in through the form."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium.require()), args=list(chromium.FLAGS))
        context = browser.new_context(base_url=portal.url)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto("/sign-in")
        page.fill("[name=email]", ADMIN_EMAIL)
        page.fill("[name=password]", ADMIN_PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(portal.url + "/")
        try:
            yield page
        finally:
            browser.close()
