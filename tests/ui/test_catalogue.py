"""Finding a template, and reading about it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.support.pages import complaints
from tests.ui.conftest import Open


def test_search_narrows_while_typing_and_lives_in_the_address(open_page: Open) -> None:
    page = open_page("/")
    expect(page.get_by_text("5 templates")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("google_compute_instance")
    expect(page.get_by_text("1 template", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?q=google_compute_instance"))
    page.reload()
    expect(page.get_by_text("1 template", exact=True)).to_be_visible()
    page.get_by_role("searchbox").fill("nothing like this")
    expect(page.get_by_role("heading", name="No template fits")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("5 templates")).to_be_visible()


def test_filters_combine_and_can_be_shared_as_a_link(open_page: Open) -> None:
    page = open_page("/?cloud=azure")
    expect(page.get_by_text("3 templates")).to_be_visible()
    page.get_by_label("All categories").select_option("Storage")
    expect(page.get_by_text("1 template", exact=True)).to_be_visible()
    assert "cloud=azure" in page.url
    assert "category=Storage" in page.url


def test_a_broken_template_is_shown_with_its_reason_to_administrators_only(open_page: Open) -> None:
    page = open_page("/")
    expect(page.get_by_text("gcp/broken cannot be used")).to_be_visible()
    page = open_page("/", "member")
    expect(page.get_by_text("5 templates")).to_be_visible()
    expect(page.get_by_text("gcp/broken")).to_have_count(0)


def test_a_template_tells_what_it_makes_and_what_it_asks(open_page: Open) -> None:
    page = open_page("/templates/azure/storage-account", "member")
    said = complaints(page)
    expect(page.get_by_role("heading", name="Storage account", level=1)).to_have_count(1)
    page.get_by_role("tab", name="Inputs").click()
    expect(page.get_by_role("table", name="Inputs")).to_contain_text("account_replication_type")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("table", name="Outputs")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("table", name="Resources")).to_contain_text("azurerm_storage_account.this")
    page.get_by_role("link", name="Deploy", exact=True).click()
    expect(page).to_have_url(re.compile("/templates/azure/storage-account/deploy$"))
    assert said == []


def test_a_template_that_does_not_exist_says_so(open_page: Open) -> None:
    page = open_page("/templates/azure/nothing")
    expect(page.get_by_role("alert")).to_contain_text("There is no such template")


def test_a_viewer_is_not_offered_to_deploy(open_page: Open) -> None:
    page = open_page("/templates/azure/storage-account", "viewer")
    expect(page.get_by_role("heading", name="Storage account", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Deploy", exact=True)).to_have_count(0)


def test_the_palette_finds_pages_and_templates_from_the_keyboard(open_page: Open) -> None:
    page = open_page("/runs", "member")
    # The heading is in the page before its script is: whose initials are shown has ears for the keyboard too.
    expect(page.get_by_role("button", name="Your account")).to_contain_text("M")
    page.keyboard.press("Control+k")
    page.keyboard.type("storage bucket")
    expect(page.get_by_role("option").first).to_contain_text("Storage bucket")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/templates/gcp/storage-bucket$"))
    expect(page.get_by_role("heading", name="Storage bucket", level=1)).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("d")
    expect(page.get_by_role("heading", name="Deployments", level=1)).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
