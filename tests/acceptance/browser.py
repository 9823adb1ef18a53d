"""A signed-in browser on a whole portal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from tests.support.instance import ADMIN_EMAIL, ADMIN_PASSWORD, Instance
from tests.support.pages import PATIENCE


@contextmanager
def signed_in(browser: Browser, portal: Instance, *, still: bool = False) -> Iterator[Page]:
    """A page on the catalogue, in a profile of its own, the administrator signed in through the form.

    `still`: as somebody who wants no motion, so that nothing is drawn but what changes.
    """
    context = browser.new_context(base_url=portal.url, reduced_motion="reduce" if still else None)
    context.set_default_timeout(PATIENCE)
    try:
        page = context.new_page()
        page.goto("/sign-in")
        page.fill("[name=email]", ADMIN_EMAIL)
        page.fill("[name=password]", ADMIN_PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(portal.url + "/")
        yield page
    finally:
        context.close()
