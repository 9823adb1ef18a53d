"""Hints at work in the form: what a person sees of them, and what arrives at the API."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from portal.kit.config import PROJECT_DIR
from tests.support.pages import Portal
from tests.ui.conftest import Open
from tests.ui.test_deploy_form import add_key, field, sent, type_tags

FORM = "/templates/azure/every-hint/deploy"
# What a worker would store: no worker serves these pages.
STATE = """
import sys
from pathlib import Path
from portal.kit import clock, ids
from portal.kit.db import unit_of_work
from portal.models import StateVersion
outputs = {"subnet_ids": {"value": {"web": "net/web", "db": "net/db"}, "type": "dynamic", "sensitive": False}}
with unit_of_work() as session:
    session.add(StateVersion(id=ids.new_id("sv"), deployment_id=sys.argv[1], n=1, serial=1, lineage="l", md5="", size=2,
                             outputs=outputs, data=b"{}", created_at=clock.now()))
"""


def begin(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", name=re.compile("^Deploy"))).to_be_visible()
    page.locator("#head-name").fill(name)
    field(page, "name").get_by_role("textbox").fill("thing")


def step(page: Page, title: str) -> Locator:
    return page.get_by_role("navigation", name="Sections of the form").get_by_role("button", name=re.compile(title))


def test_a_number_is_shown_in_one_unit_and_sent_in_another(open_page: Open) -> None:
    page = open_page(FORM, "member")
    begin(page, "units")
    memory = field(page, "memory")
    expect(memory).to_contain_text("drives the price")
    expect(memory).to_contain_text("0.5 to 64 GiB · Price for all nodes running for 730 hours")
    expect(memory.get_by_role("textbox")).to_have_value("2")
    memory.get_by_role("textbox").fill("12.3")
    memory.get_by_role("textbox").blur()
    expect(memory.locator(".error")).to_have_text("Go from 0.5 in steps of 0.5 GiB.")
    memory.get_by_role("textbox").fill("12.5")
    expect(memory.locator(".error")).to_have_count(0)
    assert sent(page)["values"] == {"name": "thing", "memory": 12800}


def test_a_warning_stands_beside_its_field_and_hinders_nobody(open_page: Open) -> None:
    page = open_page(FORM, "member")
    begin(page, "warned")
    field(page, "nodes").get_by_role("textbox").fill("1")
    words = "Fewer than three nodes do not survive the loss of a zone."
    expect(field(page, "nodes").locator(".notice")).to_have_text(words)
    expect(page.locator("main aside")).to_contain_text("Worth a second look")
    field(page, "engine").get_by_label("Graph").check()
    expect(field(page, "engine").locator(".notice")).to_have_text("Ends next year. Use SQL instead.")
    expect(field(page, "engine").get_by_label("Vectors")).to_be_disabled()
    expect(field(page, "engine")).to_contain_text("Not in this company.")
    page.get_by_role("button", name="Review").click()
    expect(page.get_by_role("note").first).to_contain_text(words)
    expect(page.get_by_role("button", name="Create and plan")).to_be_enabled()


def test_choices_narrow_at_once_and_one_that_is_gone_is_told(open_page: Open) -> None:
    page = open_page(FORM, "member")
    begin(page, "narrowed")
    zone = field(page, "zone")
    zone.get_by_role("combobox").select_option("2")
    field(page, "engine").get_by_label("Graph").check()
    expect(zone.locator(".notice")).to_have_text(
        "Zone 2 is not offered with the other values that you chose. Choose another one."
    )
    expect(zone.get_by_role("option")).to_have_text(["Not set", "Zone 2 (not offered)", "Zone 1"])
    zone.get_by_role("combobox").select_option("1")
    expect(zone.locator(".notice")).to_have_count(0)


def test_ranges_that_overlap_are_told_at_the_later_one(open_page: Open) -> None:
    page = open_page(FORM, "member")
    begin(page, "overlapping")
    add_key(page, "subnets", "web")
    type_tags(page, 'subnets["web"].prefixes', "10.0.0.0/20")
    add_key(page, "subnets", "db")
    type_tags(page, 'subnets["db"].prefixes', "10.0.8.0/24")
    field(page, 'subnets["db"].prefixes').get_by_role("textbox").blur()
    expect(field(page, 'subnets["db"].prefixes').locator(".error")).to_contain_text(
        '10.0.8.0/24 overlaps 10.0.0.0/20 (Subnets "web").'
    )
    page.get_by_label("Remove 10.0.8.0/24").click()
    type_tags(page, 'subnets["db"].prefixes', "10.0.16.0/24")
    expect(field(page, 'subnets["db"].prefixes').locator(".error")).to_have_count(0)
    page.get_by_label("Key db").fill("data")
    page.get_by_label("Key db").press("Enter")
    assert sent(page)["values"]["subnets"] == {
        "web": {"prefixes": ["10.0.0.0/20"]}, "data": {"prefixes": ["10.0.16.0/24"]},
    }  # fmt: skip


def test_a_table_holds_lists_hides_cells_and_its_rows_are_moved_and_copied(open_page: Open) -> None:
    page = open_page(FORM, "member")
    begin(page, "table")
    pools = field(page, "pools")
    pools.get_by_role("button", name="Add pool").click()
    field(page, "pools[0].name").get_by_role("textbox").fill("a")
    field(page, "pools[0].zones").get_by_label("2").check()
    expect(field(page, "pools[0].price").get_by_role("textbox")).to_have_count(0)
    pools.get_by_role("button", name="Duplicate row 1").click()
    field(page, "pools[1].name").get_by_role("textbox").fill("b")
    field(page, "pools[1].spot").get_by_role("switch").check()
    field(page, "pools[1].price").get_by_role("textbox").fill("0.25")
    pools.get_by_role("button", name="Move row 2 up").click()
    expect(field(page, "pools[0].name").get_by_role("textbox")).to_have_value("b")
    rules = field(page, "rules")
    rules.get_by_role("button", name="Add rule").click()
    field(page, "rules[0].name").get_by_role("textbox").fill("in")
    expect(rules.get_by_role("button", name="Rule in", exact=True)).to_be_visible()
    assert sent(page)["values"]["pools"] == [
        {"name": "b", "zones": ["2"], "spot": True, "price": 0.25}, {"name": "a", "zones": ["2"]},
    ]  # fmt: skip


def test_secrets_are_shown_once_or_never(open_page: Open) -> None:
    page = open_page(FORM, "member")
    begin(page, "secret")
    once, never = field(page, "admin_password"), field(page, "machine_key")
    expect(once.get_by_role("button", name="Show")).to_have_count(0)
    once.get_by_role("button", name="Generate").click()
    password = once.get_by_role("textbox")
    expect(password).to_have_attribute("type", "text")
    assert len(password.input_value()) == 20
    expect(once.get_by_role("button", name=re.compile("^Copy"))).to_be_visible()
    once.get_by_role("button", name="Hide").click()
    expect(password).to_have_attribute("type", "password")
    expect(once.get_by_role("button", name="Show")).to_have_count(0)
    never.get_by_role("button", name="Generate").click()
    expect(never.locator("input")).to_have_attribute("type", "password")
    expect(never).to_contain_text("It is never shown.")
    assert len(sent(page)["values"]["machine_key"]) == 24


def test_what_is_required_only_sometimes_has_its_mark_only_then(open_page: Open) -> None:
    page = open_page(FORM, "member")
    begin(page, "required")
    expect(field(page, "key_source")).to_be_visible()
    expect(field(page, "vault_id")).to_have_count(0)
    field(page, "key_source").get_by_role("combobox").select_option("vault")
    expect(field(page, "vault_id").locator(".req")).to_be_visible()
    expect(field(page, "vault_id").get_by_role("textbox")).to_have_attribute("aria-required", "true")
    expect(page.locator("main aside")).to_contain_text("1 required answer to go")


def test_what_is_kept_for_administrators_is_locked_for_members(open_page: Open) -> None:
    page = open_page(FORM + "?var.public=true", "member")
    begin(page, "locked")
    step(page, "Access").click()
    page.locator(".section-head", has_text="Access").click()
    public = field(page, "public")
    expect(public.get_by_role("switch")).to_be_disabled()
    expect(public).to_contain_text("In this project only its owners may set this.")
    assert sent(page)["values"] == {"name": "thing"}
    other = open_page(FORM, "admin")
    begin(other, "unlocked")
    other.locator(".section-head", has_text="Access").click()
    expect(field(other, "public").get_by_role("switch")).to_be_enabled()


def test_outputs_of_other_deployments_can_be_chosen(portal_server: Portal, open_page: Open) -> None:
    made = portal_server.deploy("hint-source", "azure/every-hint", {"name": "source"})
    subprocess.run(
        [sys.executable, "-c", STATE, made["deployment"]["id"]],
        cwd=PROJECT_DIR,
        env=portal_server.environment,
        check=True,
    )
    page = open_page(FORM, "member")
    begin(page, "chooser")
    subnet = field(page, "subnet_id")
    subnet.get_by_role("combobox").click()
    subnet.get_by_role("option", name="hint-source / db").click()
    expect(subnet.get_by_role("combobox")).to_have_value("hint-source / db")
    expect(subnet).to_contain_text("net/db")
    several = field(page, "subnet_ids")
    several.get_by_role("combobox").click()
    several.get_by_role("option", name="hint-source / web").click()
    several.get_by_role("combobox").fill("typed/by-hand")
    several.get_by_role("combobox").press("Enter")
    expect(several.locator(".chip")).to_have_text(["hint-source / web", "typed/by-hand"])
    values = sent(page)["values"]
    assert (values["subnet_id"], values["subnet_ids"]) == ("net/db", ["net/web", "typed/by-hand"])


def test_a_long_form_is_gone_through_step_by_step_and_leads_to_what_is_wrong(open_page: Open) -> None:
    page = open_page(FORM, "member")
    expect(page.get_by_role("heading", name=re.compile("^Deploy"))).to_be_visible()
    page.locator("#head-name").fill("stepped")
    page.get_by_role("button", name="Step by step").click()
    expect(field(page, "name")).to_be_visible()
    expect(field(page, "memory")).to_have_count(0)
    page.get_by_role("button", name="Size", exact=True).click()
    expect(field(page, "memory")).to_be_visible()
    expect(step(page, "Size")).to_have_attribute("aria-current", "step")
    expect(step(page, "Basics")).to_contain_text("1 to answer")
    page.get_by_role("button", name="Review").click()
    expect(field(page, "name").get_by_role("textbox")).to_be_focused()
    expect(step(page, "Basics")).to_contain_text("needs attention")
    page.get_by_role("button", name="All on one page").click()
    expect(field(page, "memory")).to_be_visible()


def test_a_deprecated_field_leads_to_the_one_that_replaces_it(open_page: Open) -> None:
    page = open_page(FORM, "member")
    begin(page, "old")
    old = field(page, "legacy_size")
    expect(old).to_contain_text("deprecated")
    expect(old).to_contain_text("Words say too little. Use Memory instead.")
    old.get_by_role("button", name="Memory").click()
    expect(field(page, "memory").get_by_role("textbox")).to_be_focused()


def test_a_deployments_values_stand_in_the_form_of_its_pinned_version(portal_server: Portal, open_page: Open) -> None:
    folder = Path(portal_server.environment["TERRACE_TEMPLATES_DIR"]) / "azure"
    shutil.copytree(folder / "every-hint", folder / "pinned")
    values = {"name": "pinned", "memory": 4096, "legacy_size": "big"}
    made = portal_server.deploy("pinned", "azure/pinned", values)["deployment"]["id"]
    manifest = folder / "pinned" / "manifest.yaml"
    manifest.write_text(manifest.read_text().replace("unit: GiB, scale: 1024", 'unit: TiB, scale: "1048576"'))
    page = open_page(f"/deployments/{made}", "viewer")
    page.get_by_role("tab", name="Configuration").click()
    expect(field(page, "memory").get_by_role("textbox")).to_have_value("4")
    expect(field(page, "memory")).to_contain_text("GiB")
    expect(field(page, "legacy_size").get_by_role("textbox")).to_have_value("big")
