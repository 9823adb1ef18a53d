"""docs/notifications.md says of events what the code says."""

from __future__ import annotations

import re

from portal.kit.config import PROJECT_DIR
from portal.notification import texts
from portal.notification.events import COMMON, EVENTS, OF_RUN
from portal.notification.others import SERVICES

PAGE = (PROJECT_DIR / "docs" / "notifications.md").read_text(encoding="utf-8")


def test_every_event_is_told_with_its_facts_and_what_is_usual() -> None:
    rows = re.findall(r"^\| ([\w.]+) \| ([^|]+) \| (\w+) \| (yes|no) \| (yes|no) \| ([^|]*) ?\|$", PAGE, re.MULTILINE)
    told = {
        name: (title, whom, inbox == "yes", mail == "yes", tuple(re.findall(r"`(\w+)`", facts)))
        for name, title, whom, inbox, mail, facts in rows
    }
    assert told == {
        name: (event.title, event.audience, event.inbox, event.mail, event.facts) for name, event in EVENTS.items()
    }


def test_the_facts_of_all_are_told() -> None:
    common, of_run = re.findall(r"Every event has the facts (.*?); one of a run also\n(.*?)\.", PAGE, re.DOTALL)[0]
    assert tuple(re.findall(r"`(\w+)`", common)) == COMMON
    assert tuple(re.findall(r"`(\w+)`", of_run)) == OF_RUN


def test_filters_and_services_are_told() -> None:
    assert all(f"`{name}`" in PAGE for name in texts.FILTERS if name != "e")
    assert all(service in PAGE for service in SERVICES.values())
