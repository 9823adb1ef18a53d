"""The form that is made from a template: every kind of input, and what arrives at the API."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.support.pages import Portal, complaints
from tests.ui.conftest import Open

FORM = "/templates/azure/every-type/deploy"
SECRET = "Canary-Secret-4711"


def field(page: Page, path: str) -> Locator:
    return page.locator(f"[data-path='{path}']").first


def ready(page: Page) -> None:
    expect(page.get_by_role("heading", name=re.compile("^Deploy"))).to_be_visible()
    page.get_by_role("button", name=re.compile("^Everything")).click()
    for section in page.locator(".section-head[aria-expanded='false']").all():
        section.click()
    for section in page.locator(".section-head[aria-expanded='false']").all():
        section.click()


def sent(page: Page) -> dict[str, Any]:
    """Go through the review; what was posted."""
    page.get_by_role("button", name="Review").click()
    with page.expect_request(
        lambda request: request.method == "POST" and request.url.endswith("/deployments")
    ) as posted:
        page.get_by_role("button", name="Create and plan").click()
    return json.loads(posted.value.post_data or "{}")


def fill_every_kind(page: Page) -> None:
    page.locator("#head-name").fill("every-kind")
    field(page, "name").get_by_role("textbox").fill("every-thing")
    field(page, "owner").get_by_role("textbox").fill("Ann")
    field(page, "replicas").get_by_role("slider").fill("5")
    field(page, "mode").get_by_label("Cluster").check()
    field(page, "quorum").get_by_role("textbox").fill("3")
    field(page, "tier").get_by_role("combobox").select_option("premium")
    field(page, "api_token").get_by_role("textbox").fill(SECRET)
    field(page, "enabled").get_by_role("switch").uncheck()
    field(page, "chosen").get_by_label("red").check()
    field(page, "chosen").get_by_label("blue").check()
    add_disks(page)
    field(page, "anything").get_by_role("textbox").fill('[1, {"b": "${x}"}, true]')
    add_key(page, "flags", "debug")
    page.locator("""[data-path='flags']""").get_by_role("switch").check()
    field(page, "labels").get_by_label("Value 1").fill("platform")
    page.get_by_label("Remove 3").click()
    field(page, "network.cidr").get_by_role("textbox").fill("10.1.0.0/16")
    type_tags(page, "network.subnets", "10.1.1.0/24")
    type_tags(page, "network.dns.servers", "10.1.0.4, 10.1.0.5")
    field(page, "network.peering").get_by_role("switch").first.check()
    field(page, "network.peering.target").get_by_role("textbox").fill("hub")
    field(page, "pair[1]").get_by_role("textbox").fill("2")
    add_key(page, "pools", "web")
    field(page, 'pools["web"].size').get_by_role("textbox").fill("3")
    type_tags(page, 'pools["web"].zones', "2")
    type_tags(page, "ports", "80")
    field(page, "ratio").get_by_role("textbox").fill("0.10000000000000000000001")
    add_users(page)
    type_tags(page, "words", "b, a")
    set_to_null(page, "maybe")


def add_disks(page: Page) -> None:
    disks = field(page, "disks")
    disks.get_by_role("button", name="Add disk").click()
    field(page, "disks[0].name").get_by_role("textbox").fill("a")
    field(page, "disks[0].size").get_by_role("textbox").fill("64")
    disks.get_by_role("button", name="Add disk").click()
    field(page, "disks[1].name").get_by_role("textbox").fill("b")
    field(page, "disks[1].kind").get_by_role("combobox").select_option("fast")
    field(page, "disks[1].tags").get_by_role("button", name="Add pair").click()
    field(page, "disks[1].tags").get_by_label("Key 1").fill("x")
    field(page, "disks[1].tags").get_by_label("Value 1").fill("%{ if true }")
    disks.get_by_role("button", name=re.compile("Move b .* up")).click()


def add_users(page: Page) -> None:
    users = field(page, "users")
    users.get_by_role("button", name="Add user").click()
    field(page, "users[0].login").get_by_role("textbox").fill("ann")
    field(page, "users[0].admin").get_by_role("switch").check()


def add_key(page: Page, path: str, key: str) -> None:
    place = field(page, path)
    place.get_by_label(re.compile("^Name of a new")).fill(key)
    place.get_by_role("button", name="Add", exact=True).click()


def type_tags(page: Page, path: str, text: str) -> None:
    box = field(page, path).get_by_role("textbox")
    box.fill(text)
    box.press("Enter")


def set_to_null(page: Page, path: str) -> None:
    place = field(page, path)
    place.locator("summary").click()
    place.get_by_role("button", name="Set to null").click()


MEANT = {
    "name": "every-thing",
    "owner": "Ann",
    "replicas": 5,
    "mode": "cluster",
    "quorum": 3,
    "tier": "premium",
    "api_token": SECRET,
    "enabled": False,
    "chosen": ["red", "blue"],
    "disks": [{"name": "b", "kind": "fast", "tags": {"x": "%{ if true }"}}, {"name": "a", "size": 64}],
    "anything": [1, {"b": "${x}"}, True],
    "flags": {"debug": True},
    "labels": {"team": "platform"},
    "matrix": [[1, 2], []],
    "maybe": None,
    "network": {
        "cidr": "10.1.0.0/16",
        "subnets": ["10.1.1.0/24"],
        "dns": {"servers": ["10.1.0.4", "10.1.0.5"], "zone": None},
        "peering": {"target": "hub"},
    },
    "pair": ["a", 2, True],
    "pools": {"web": {"size": 3, "zones": [1, 2]}},
    "ports": [443, 80],
    "ratio": "0.10000000000000000000001",
    "users": [{"login": "ann", "admin": True}],
    "words": ["b", "a"],
}


def test_every_kind_of_input_sends_what_was_meant_and_no_secret_stays_behind(
    portal_server: Portal, open_page: Open
) -> None:
    page = open_page(FORM, "member")
    said = complaints(page)
    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: frames.append(str(frame))))
    ready(page)
    fill_every_kind(page)
    posted = sent(page)
    assert posted["values"] == MEANT
    assert posted["cloud_account"] == "sandbox-azure"
    expect(page).to_have_url(re.compile("/runs/run-"))
    kept = portal_server.api("GET", "/deployments?q=every-kind")["items"][0]
    stored = portal_server.api("GET", f"/deployments/{kept['id']}")["values"]
    assert stored["network"]["dns"]["servers"] == ["10.1.0.4", "10.1.0.5"]
    assert stored["api_token"] is None
    assert SECRET not in page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert not [frame for frame in frames if SECRET in frame]
    assert said == []


def test_errors_stand_beside_their_field_in_the_authors_words_and_the_first_gets_the_focus(open_page: Open) -> None:
    page = open_page(FORM, "member")
    ready(page)
    name = field(page, "name")
    name.get_by_role("textbox").fill("1a")
    expect(name.locator(".error")).to_have_count(0)
    name.get_by_role("textbox").blur()
    expect(name.locator(".error")).to_have_text(
        "Begin the name with a lower-case letter, then use letters, digits and dashes."
    )
    expect(name.get_by_role("textbox")).to_have_attribute("aria-invalid", "true")
    described = name.get_by_role("textbox").get_attribute("aria-describedby") or ""
    assert "f-name-error" in described.split()
    name.get_by_role("textbox").fill("abc")
    expect(name.locator(".error")).to_have_count(0)
    page.locator("#head-name").fill("with-errors")
    page.get_by_role("button", name="Review").click()
    expect(field(page, "owner").locator(".error")).to_be_visible()
    expect(field(page, "owner").get_by_role("textbox")).to_be_focused()


def test_a_preset_fills_fields_and_a_hidden_field_is_not_sent(open_page: Open) -> None:
    page = open_page(FORM, "member")
    ready(page)
    expect(field(page, "quorum")).to_have_count(0)
    page.get_by_role("button", name=re.compile("^Large")).click()
    expect(field(page, "quorum").get_by_role("textbox")).to_have_value("3")
    expect(page.get_by_role("button", name=re.compile("^Large"))).to_have_attribute("aria-pressed", "true")
    field(page, "mode").get_by_label("Simple").check()
    expect(field(page, "quorum")).to_have_count(0)
    page.locator("#head-name").fill("preset")
    field(page, "name").get_by_role("textbox").fill("preset")
    field(page, "owner").get_by_role("textbox").fill("Ann")
    posted = sent(page)
    assert "quorum" not in posted["values"]
    assert posted["values"]["disks"] == [{"name": "data", "size": 256, "kind": "fast"}]


def test_a_draft_comes_back_without_its_secrets(open_page: Open) -> None:
    page = open_page(FORM, "member")
    ready(page)
    field(page, "owner").get_by_role("textbox").fill("Somebody")
    field(page, "api_token").get_by_role("button", name="Generate").click()
    secret = field(page, "api_token").get_by_role("textbox").input_value()
    assert len(secret) == 32
    expect(page.locator("main aside")).to_contain_text("Somebody")
    saved = _stored_draft(page, "Somebody")
    assert secret not in saved
    page.reload()
    expect(page.get_by_text("Your draft is back, without its secrets.")).to_be_visible()
    expect(field(page, "owner").get_by_role("textbox")).to_have_value("Somebody")
    page.get_by_role("button", name="Start over").click()
    expect(field(page, "owner").get_by_role("textbox")).to_have_value("")


def _stored_draft(page: Page, word: str) -> str:
    """The draft, once it holds `word`."""
    read = "() => localStorage.getItem('terrace.draft.azure/every-type') || ''"
    for _ in range(600):
        if word in (text := page.evaluate(read)):
            return text
        page.evaluate("() => new Promise((done) => setTimeout(done, 50))")
    raise AssertionError("no draft was kept")


def test_values_can_be_taken_elsewhere_and_brought_back(open_page: Open) -> None:
    page = open_page(FORM + "?name=linked&var.owner=Ann&var.replicas=7", "member")
    ready(page)
    expect(page.locator("#head-name")).to_have_value("linked")
    field(page, "api_token").get_by_role("textbox").fill(SECRET)
    page.get_by_role("button", name="Copy as").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("pre")).to_contain_text('"replicas": 7')
    expect(dialog).to_contain_text("Secret values are left out: 1")
    dialog.get_by_role("button", name="curl").click()
    expect(dialog.locator("pre")).to_contain_text("/api/v1/deployments")
    assert SECRET not in dialog.inner_text()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Paste tfvars").click()
    page.get_by_role("dialog").get_by_role("textbox").fill('{"nonsense": 1}')
    page.get_by_role("button", name="Fill the form").click()
    expect(page.get_by_role("alert")).to_contain_text("no variable named nonsense")
    page.get_by_role("dialog").get_by_role("textbox").fill('{"name": "pasted", "ports": [22]}')
    page.get_by_role("button", name="Fill the form").click()
    expect(field(page, "name").get_by_role("textbox")).to_have_value("pasted")
    expect(field(page, "ports")).to_contain_text("22")
    expect(field(page, "owner").get_by_role("textbox")).to_have_value("Ann")


def test_a_name_that_is_taken_is_said_at_the_name(portal_server: Portal, open_page: Open) -> None:
    portal_server.deploy("taken")
    page = open_page(
        "/templates/azure/storage-account/deploy?name=taken&var.name=takentoo&var.location=westeurope", "member"
    )
    expect(page.locator("#head-name")).to_have_value("taken")
    page.get_by_role("button", name="Review").click()
    page.get_by_role("button", name="Create and plan").click()
    expect(page.locator("#head-name-error")).to_contain_text("already")
    expect(page.locator("#head-name")).to_be_focused()


def test_a_tab_that_showed_another_template_never_shows_its_form_again(open_page: Open) -> None:
    page = open_page(FORM)
    expect(page.get_by_role("heading", name=re.compile("^Deploy every type", re.IGNORECASE))).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "GET" else None)
    page.goto("/templates/azure/storage-account/deploy")
    expect(page.get_by_role("heading", name=re.compile("^Deploy storage account", re.IGNORECASE))).to_be_visible()
    assert not [url for url in asked if url.endswith("/api/v1/templates/azure/every-type")]
