"""The main job as a person does it: sign in, pick, answer, read the plan, confirm, watch, use, destroy."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from tests.acceptance.browser import signed_in
from tests.support.instance import Instance

SSH_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGvr8RtKNhSxvEidPHZpSOuXAs8sQx+qvtpMpNMB8owx demo@example.com"


def test_a_virtual_machine_is_deployed_and_destroyed_in_a_browser(portal: Instance, chromium_browser: Browser) -> None:
    with signed_in(chromium_browser, portal) as page:
        run = deploy(page)
        confirm(page)
        watch_it_end(page)
        destroy(page)
    resources = portal.get(f"/deployments/{portal.get(f'/runs/{run}')['deployment_id']}")
    assert resources["status"] == "destroyed"


def deploy(page: Page) -> str:
    """From the catalogue to the plan; returns the run's id."""
    page.get_by_role("searchbox").first.fill("linux")
    page.locator("main a[href='/templates/azure/virtual-machine']").click()
    page.get_by_role("main").get_by_role("link", name="Deploy", exact=True).click()
    page.wait_for_url("**/templates/azure/virtual-machine/deploy")
    page.locator("#head-name").fill("browser-vm")
    page.locator("#f-name").fill("browservm01")
    page.locator("#f-location").fill("westeurope")
    page.keyboard.press("Enter")
    page.locator("[data-path='admin_ssh_key'] textarea").fill(SSH_KEY)
    page.get_by_role("button", name=re.compile("Review")).click()
    page.get_by_role("button", name=re.compile("^(Create|Plan|Deploy|Launch)")).click()
    page.wait_for_url("**/runs/run-*")
    expect(page.locator("#run-status")).to_have_attribute("data-status", "planned")
    return page.url.rsplit("/", 1)[-1].split("?")[0]


def confirm(page: Page) -> None:
    plan = page.locator("#run-plan")
    expect(plan).to_contain_text(re.compile(r"\+\d+ to create"))
    plan.get_by_role("button", name=re.compile("azurerm_linux_virtual_machine")).click()
    expect(plan.get_by_role("table").first).to_contain_text("known after apply")
    page.click("#run-confirm")


def watch_it_end(page: Page) -> None:
    expect(page.locator("#run-progress")).to_contain_text("azurerm_linux_virtual_machine")
    page.reload()
    expect(page.locator("#run-status")).to_have_attribute("data-status", "applied")
    expect(page.locator("#run-outputs")).to_contain_text("private_ip_address")
    numbers = page.locator("#run-log .log-no").all_text_contents()
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]


def destroy(page: Page) -> None:
    page.get_by_role("link", name="browser-vm").first.click()
    page.wait_for_url("**/deployments/dep-*")
    page.get_by_role("button", name=re.compile("Destroy")).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("browser-vm")
    dialog.get_by_role("button", name=re.compile("destr", re.IGNORECASE)).click()
    page.wait_for_url("**/runs/run-*")
    expect(page.locator("#run-status")).to_have_attribute("data-status", "planned")
    page.click("#run-confirm")
    asked = page.get_by_role("dialog")
    asked.get_by_role("textbox").fill("browser-vm")
    asked.get_by_role("button", name="Apply").click()
    expect(page.locator("#run-status")).to_have_attribute("data-status", "applied")
