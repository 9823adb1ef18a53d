"""Each form of the templates for Google Cloud, and of any other than Azure, filled in by hand with every feature."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.forms.arrival import typed_in_full
from tests.forms.conftest import Watched
from tests.templates import catalogue


@pytest.mark.parametrize("key", [key for key in catalogue.KEYS if not key.startswith("azure/")])
def test_the_full_fixture_typed_into_the_form_arrives_at_terraform(key: str, watched: Watched, person: Page) -> None:
    typed_in_full(key, watched, person)
