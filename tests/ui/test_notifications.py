"""The bell, the inbox, what one is told, and the channels of administrators."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from portal.kit.db import unit_of_work
from portal.models import NotificationDelivery, User
from portal.notification import outbox, service
from tests.support.pages import OVERFLOW, PEOPLE, Portal, complaints
from tests.ui.conftest import Open


@pytest.fixture
def at_the_portal(portal_server: Portal, settings_env: Callable[..., None]) -> None:
    """This process stands at the portal's database and Redis, as a worker does."""
    names = ("TERRACE_DATABASE_URL", "TERRACE_REDIS_URL", "TERRACE_SECRET_KEYS")
    settings_env(**{name: portal_server.environment[name] for name in names})


def tell(who: str, worker: str) -> None:
    """Something happens that concerns this person, and a worker tells it."""
    with unit_of_work() as session:
        user_id = session.exec(select(User.id).where(User.email == PEOPLE[who])).one()
        service.notify(session, "worker.lost", people=[user_id], worker=worker)
    outbox.work_off()


def test_the_bell_counts_what_is_new_and_the_inbox_leads_there(at_the_portal: None, open_page: Open) -> None:
    page = open_page("/notifications", "viewer")
    said = complaints(page)
    expect(page.get_by_role("heading", name="Nothing yet")).to_be_visible()
    for number in range(2):
        tell("viewer", f"<b>runner</b>-{number}")
    bell = page.get_by_role("banner").get_by_role("link", name=re.compile("^Notifications"))
    expect(bell).to_have_accessible_name("Notifications, 2 unread")
    notes = page.get_by_role("list", name="Notifications").get_by_role("listitem")
    expect(notes).to_have_count(2)
    expect(notes.first).to_contain_text("The worker <b>runner</b>-1 was lost")
    notes.first.get_by_role("button", name=re.compile("^Mark as read")).click()
    expect(bell).to_have_accessible_name("Notifications, 1 unread")
    page.get_by_role("button", name="Mark all as read").click()
    expect(bell).to_have_accessible_name("Notifications")
    page.get_by_role("tab", name="What I am told").click()
    mail = page.get_by_role("checkbox", name="A run was applied: by mail")
    mail.check()
    expect(page.get_by_text("Kept")).to_be_visible()
    page.reload()
    expect(mail).to_be_checked()
    page.get_by_role("button", name="As usual").click()
    expect(mail).not_to_be_checked()
    assert page.evaluate(OVERFLOW) == 0
    assert said == []


def test_an_administrator_makes_a_channel_and_sees_its_key_once(at_the_portal: None, open_page: Open) -> None:
    page = open_page("/admin/settings/notifications", phone=True, dark=True)
    said = complaints(page)
    page.get_by_role("button", name="New channel").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Operations")
    dialog.get_by_label("Address").fill("https://hooks.example.test/very-secret-path")
    dialog.get_by_role("checkbox", name="run.applied").check()
    dialog.get_by_role("button", name="Make the channel").click()
    key = page.get_by_role("dialog", name="The key of this webhook").locator("code")
    expect(key).to_have_text(re.compile(r"whsec_[\w+/]{43}="))
    secret = key.inner_text()
    page.keyboard.press("Escape")
    row = page.get_by_role("row", name=re.compile("Operations"))
    expect(row).to_contain_text("hooks.example.test")
    row.get_by_role("button", name="Test").click()
    expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text("It is being sent")
    outbox.work_off()
    with unit_of_work() as session:
        sent = session.exec(select(NotificationDelivery).where(NotificationDelivery.event == "test")).one()
    expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text(str(sent.problem))
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Deliveries").click()
    expect(page.get_by_role("row", name=re.compile("Operations"))).to_contain_text("test")
    page.get_by_role("tab", name="Texts").click()
    page.get_by_label("Template").fill("{{ deployment.upper() }}")
    expect(page.get_by_role("alert")).to_contain_text("cannot be used in these texts")
    page.get_by_label("Template").fill("{{ deployment|upper }} waits")
    expect(page.get_by_label("Preview")).to_have_text("SHOP-DATA waits")
    assert page.evaluate(OVERFLOW) == 0
    for hidden in (secret, "very-secret-path"):
        assert hidden not in page.content()
    # The template that was refused on purpose.
    assert [line for line in said if "422" not in line] == []
