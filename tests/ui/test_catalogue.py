"""Finding a template, and reading about it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from portal.template import service as templates
from tests.support.pages import complaints
from tests.ui.conftest import Open

ALL = len(templates.list_templates()) + 2
"""Ours, and the two that the tests add."""


def test_search_narrows_while_typing_and_lives_in_the_address(open_page: Open) -> None:
    page = open_page("/")
    expect(page.get_by_text(f"{ALL} templates")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("google_compute_instance_iam_member")
    expect(page.get_by_text("1 template", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?q=google_compute_instance_iam_member"))
    page.reload()
    expect(page.get_by_text("1 template", exact=True)).to_be_visible()
    page.get_by_role("searchbox").fill("nothing like this")
    expect(page.get_by_role("heading", name="No template fits")).to_be_visible()
    page.get_by_role("button", name="Show all templates").click()
    expect(page.get_by_text(f"{ALL} templates")).to_be_visible()


def test_what_is_called_so_comes_before_what_only_mentions_it(open_page: Open) -> None:
    page = open_page("/?q=storage")
    cards = page.get_by_role("list", name="Templates").get_by_role("listitem")
    expect(cards.nth(0)).to_contain_text("Storage account")
    expect(cards.nth(1)).to_contain_text("Storage bucket")


def test_filters_combine_tell_how_many_fit_and_can_be_shared_as_a_link(open_page: Open) -> None:
    page = open_page("/?cloud=azure")
    azure = len(templates.list_templates(cloud="azure")) + 2
    expect(page.get_by_text(f"{azure} templates")).to_be_visible()
    expect(page.get_by_role("button", name=f"Azure {azure}")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("All categories").get_by_role("option", name="Storage (1)")).to_have_count(1)
    page.get_by_label("All categories").select_option("Storage")
    expect(page.get_by_text("1 template", exact=True)).to_be_visible()
    assert "cloud=azure" in page.url
    assert "category=Storage" in page.url
    page.get_by_role("button", name="All clouds").click()
    expect(page.get_by_text("2 templates")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text(f"{ALL} templates")).to_be_visible()


def test_without_a_filter_the_cards_stand_in_their_categories_what_was_used_last_first(open_page: Open) -> None:
    page = open_page("/")
    expect(
        page.get_by_role("region", name="Databases").get_by_role("link", name=re.compile("Cloud SQL"))
    ).to_be_visible()
    page.evaluate("localStorage.setItem('terrace.recent-templates', JSON.stringify(['gcp/cloud-sql', 'gone/away']))")
    page.reload()
    last = page.get_by_role("region", name="Used last").get_by_role("listitem")
    expect(last).to_have_count(1)
    expect(last).to_contain_text("Cloud SQL")
    assert page.locator("section:not(.first-steps) h2").first.text_content() == "Used last 1"
    expect(page.get_by_role("link", name=re.compile("Cloud SQL"))).to_have_count(1)


def test_the_cards_are_walked_and_opened_from_the_keyboard(open_page: Open) -> None:
    page = open_page("/?q=vpn+gateway")
    expect(page.get_by_text("1 template", exact=True)).to_be_visible()
    page.get_by_role("searchbox").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name=re.compile("^VPN gateway"))).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/templates/azure/vpn-gateway$"))

    page = open_page("/")
    cards = page.locator("a.tile")
    expect(cards).to_have_count(ALL)
    cards.first.focus()
    page.keyboard.press("ArrowRight")
    expect(cards.nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(cards.nth(1)).to_be_focused()
    page.keyboard.press("End")
    expect(cards.last).to_be_focused()


def test_a_broken_template_is_shown_with_its_reason_to_administrators_only(open_page: Open) -> None:
    page = open_page("/")
    expect(page.get_by_text("gcp/broken cannot be used")).to_be_visible()
    page = open_page("/", "member")
    expect(page.get_by_text(f"{ALL} templates")).to_be_visible()
    expect(page.get_by_text("gcp/broken")).to_have_count(0)


def test_a_template_tells_what_it_makes_what_it_needs_and_what_it_asks(open_page: Open) -> None:
    page = open_page("/templates/azure/storage-account", "member")
    said = complaints(page)
    expect(page.get_by_role("heading", name="Storage account", level=1)).to_have_count(1)
    made = page.get_by_role("list", name="What will be created")
    expect(made).to_contain_text("azurerm_storage_account.this")
    expect(made).not_to_contain_text("azurerm_management_lock.this")
    page.get_by_text("Not with these values").click()
    expect(page.get_by_text("Only when “Lock against deletion” is on.")).to_be_visible()
    expect(page.get_by_text("Contributor on the subscription")).to_be_visible()
    expect(page.get_by_text("Microsoft.Storage")).to_be_visible()
    expect(page.get_by_text("about 2 min")).to_be_visible()
    page.get_by_role("tab", name="Inputs").click()
    expect(page.get_by_role("table", name="Inputs: Basics")).to_contain_text("account_replication_type")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("table", name="Outputs")).to_be_visible()
    page.get_by_role("link", name="Deploy", exact=True).click()
    expect(page).to_have_url(re.compile("/templates/azure/storage-account/deploy$"))
    assert said == []


def test_a_preset_changes_what_will_be_created_before_anything_is_filled_in(open_page: Open) -> None:
    page = open_page("/templates/azure/storage-account", "member")
    made = page.get_by_role("list", name="What will be created")
    expect(made).to_contain_text("azurerm_storage_account.this")
    expect(made).not_to_contain_text("azurerm_management_lock.this")
    page.get_by_role("group", name="With which values").get_by_role("button", name="Production").click()
    expect(made).to_contain_text("azurerm_management_lock.this")


def test_the_form_draws_what_will_be_created_while_it_is_filled_in(open_page: Open) -> None:
    page = open_page("/templates/azure/virtual-network/deploy", "member")
    summary = page.get_by_role("complementary", name="Summary")
    made = summary.get_by_role("list", name="What will be created")
    expect(made).to_contain_text("Virtual network")
    page.locator("[data-path=name]").get_by_role("textbox").fill("vnet-drawn")
    expect(made).to_contain_text("rg-vnet-drawn")
    before = summary.get_by_role("status").first.text_content()
    page.get_by_role("button", name="Production").click()
    expect(summary.get_by_role("status").first).not_to_have_text(before or "")


def test_another_template_never_shows_what_the_one_before_was_about(open_page: Open) -> None:
    page = open_page("/templates/azure/storage-account", "member")
    expect(page.get_by_role("heading", name="Storage account", level=1)).to_be_visible()
    page.add_init_script(
        """window.seen = [];
        new MutationObserver(() => {
            const texts = ['main h1', '.crumbs [aria-current]'].map((place) => document.querySelector(place)?.textContent);
            window.seen.push(texts.join(' '));
        }).observe(document, {childList: true, subtree: true, characterData: true});"""
    )
    page.goto("/templates/azure/key-vault")
    expect(page.get_by_role("heading", name="Key vault", level=1)).to_be_visible()
    seen: list[str] = page.evaluate("window.seen")
    assert "Key vault Key vault" in seen
    assert [line for line in seen if "Storage account" in line] == []


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
    expect(page.get_by_role("dialog").get_by_role("option").first).to_contain_text("Storage bucket")
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
