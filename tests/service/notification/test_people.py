"""Inboxes, wishes and mail of people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import col, select

from portal.auth.schemas import Actor
from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.kit.errors import NotFound
from portal.models import (
    CloudAccount,
    Deployment,
    Notification,
    NotificationDelivery,
    NotificationEvent,
    ProjectMember,
    User,
    Worker,
)
from portal.notification import inbox, outbox, reminders, service
from portal.notification.schemas import NotificationView, PreferencesChange, Wish
from portal.quota import near
from portal.quota import service as quotas
from portal.quota.schemas import QuotaChange
from tests.service.run import world as runs
from tests.service.run.world import World
from tests.support import smtp


def read(actor: Actor, *, unread: bool = False) -> list[NotificationView]:
    with unit_of_work() as session:
        return inbox.list_notifications(session, actor, unread=unread).items


def titles(actor: Actor) -> list[str]:
    return [item.title for item in read(actor)]


def waiting_run(world: World) -> tuple[str, str]:
    deployment_id = runs.deployment(world, name="shop")
    run_id = runs.create(world, deployment_id).id
    runs.planned(run_id)
    return deployment_id, run_id


def test_a_run_is_told_to_who_started_it_and_nobody_else(world: World) -> None:
    _, run_id = waiting_run(world)
    outbox.work_off()
    told = read(world.member)
    assert [(item.title, item.link, item.run_id) for item in told] == [
        ("shop: a plan waits for you", f"/runs/{run_id}", run_id)
    ]
    assert "To create: 2, to change: 1, to replace: 1, to destroy: 1." in told[0].body
    assert [read(actor) for actor in (world.viewer, world.stranger, world.admin)] == [[], [], []]
    runs.confirm(world, run_id)
    job = runs.claimed(run_id, "apply")
    with unit_of_work() as session:
        from portal.run import work

        assert work.finish_apply(session, run_id, job.claim, applied=4)
    outbox.work_off()
    assert titles(world.member) == ["shop: applied", "shop: a plan waits for you"]


def test_an_event_lives_and_dies_with_what_happened(world: World) -> None:
    def fail() -> None:
        with unit_of_work() as session:
            service.notify(session, "worker.lost", worker="runner-0")
            raise NotFound("It did not happen.")

    with pytest.raises(NotFound):
        fail()
    outbox.work_off()
    assert read(world.admin) == []
    with unit_of_work() as session:
        service.notify(session, "worker.lost", worker="runner-1")
        assert session.exec(select(Notification)).all() == []  # whoever reports it waits for nobody
    outbox.work_off()
    outbox.work_off()
    assert titles(world.admin) == ["The worker runner-1 was lost"]


def test_who_left_the_project_or_the_portal_is_told_nothing_of_it(world: World) -> None:
    people = [actor.user_id or "" for actor in (world.member, world.viewer, world.stranger)]
    with unit_of_work() as session:
        session.get_one(User, world.viewer.user_id).disabled_at = clock.now()
        service.notify(
            session, "quota.near", project_id=world.project_id, people=people, quota="deployments", used=9, limit=10
        )
    outbox.work_off()
    assert titles(world.member) == ["Test: deployments nearly used up"]
    assert (read(world.viewer), read(world.stranger)) == ([], [])


def test_nobody_reads_or_settles_another_ones_inbox(world: World) -> None:
    waiting_run(world)
    outbox.work_off()
    one = read(world.member)[0]
    with unit_of_work() as session, pytest.raises(NotFound):
        inbox.mark_read(session, world.admin, one.id)
    with unit_of_work() as session:
        assert inbox.count_unread(session, world.member).unread == 1
        assert inbox.mark_read(session, world.member, one.id).read_at is not None
        assert inbox.count_unread(session, world.member).unread == 0
    assert read(world.member, unread=True) == []
    assert len(read(world.member)) == 1


def test_everything_can_be_read_at_once_and_pages_follow_each_other(world: World) -> None:
    with unit_of_work() as session:
        for number in range(5):
            service.notify(session, "worker.lost", worker=f"runner-{number}")
    outbox.work_off()
    with unit_of_work() as session:
        first = inbox.list_notifications(session, world.admin, limit=3)
        rest = inbox.list_notifications(session, world.admin, limit=3, cursor=first.next_cursor)
        assert (len(first.items), len(rest.items), rest.next_cursor) == (3, 2, None)
        assert {item.id for item in first.items}.isdisjoint(item.id for item in rest.items)
        assert inbox.mark_all_read(session, world.admin).unread == 0


def test_a_person_chooses_what_comes_and_how(world: World, mail: smtp.Server) -> None:
    with unit_of_work() as session:
        usual = {item.event: item for item in inbox.get_preferences(session, world.member).events}
        assert (usual["run.applied"].inbox, usual["run.applied"].mail) == (True, False)
        assert "user.invited" not in usual
        change = PreferencesChange(events={"run.needs_confirmation": Wish(inbox=False, mail=False)})
        inbox.change_preferences(session, world.member, change)
    waiting_run(world)
    outbox.work_off()
    assert (read(world.member), mail.taken) == ([], [])
    with unit_of_work() as session:
        change = PreferencesChange(events={"run.needs_confirmation": None})
        after = {item.event: item for item in inbox.change_preferences(session, world.member, change).events}
    assert after["run.needs_confirmation"].mail is True


def test_mail_goes_encrypted_to_who_is_concerned(world: World, mail: smtp.Server) -> None:
    _, run_id = waiting_run(world)
    outbox.work_off()
    [(to, message)] = mail.taken
    assert to == [world.member.label]
    assert (mail.encrypted, mail.logins) == ([True], ["post:s@cret"])
    assert message["Subject"] == "shop: a plan waits for you"
    assert message["From"] == "Terrace <terrace@portal.example>"
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert f"http://localhost:3000/runs/{run_id}" in text.get_content()
    assert f'href="http://localhost:3000/runs/{run_id}"' in html.get_content()


def test_who_is_asked_to_approve_is_mailed_once_with_a_link_of_their_own(world: World, mail: smtp.Server) -> None:
    """The event fills the inbox; the mail is `send_mail`'s, unless the person wants none."""
    people = [world.admin.user_id or "", world.member.user_id or ""]
    change = PreferencesChange(events={"approval.requested": Wish(inbox=True, mail=False)})
    with unit_of_work() as session:
        inbox.change_preferences(session, world.member, change)
        service.notify(
            session, "approval.requested", project_id=world.project_id, people=people, link="/approvals/run-1"
        )
        sent = [
            service.send_mail(
                session, actor.label, "approval_requested", user_id=actor.user_id, link="https://p.example/1"
            )
            for actor in (world.admin, world.member)
        ]
    outbox.work_off()
    assert sent == [True, False]
    assert [to for to, _ in mail.taken] == [[world.admin.label]]
    assert [item.link for item in (*read(world.admin), *read(world.member))] == ["/approvals/run-1"] * 2


def test_a_server_without_encryption_gets_no_mail(world: World, settings_env: Callable[..., None]) -> None:
    with smtp.serving() as plain:
        settings_env(TERRACE_SMTP_URL=f"smtp://localhost:{plain.port}")
        with unit_of_work() as session:
            assert service.send_mail(session, "ada@example.com", "invitation", link="https://portal.example/i/1")
        outbox.work_off()
        assert plain.taken == []
        with unit_of_work() as session:
            row = session.exec(select(NotificationDelivery)).one()
        assert (row.status, row.attempts) == ("waiting", 1)
        assert row.problem == "The mail server did not take it: it offers no encryption (STARTTLS)."
        settings_env(TERRACE_SMTP_URL=f"smtp://localhost:{plain.port}?tls=no")
        with clock.moved(timedelta(minutes=1)):
            outbox.work_off()
        assert [to for to, _ in plain.taken] == [["ada@example.com"]]


def test_a_link_that_lets_somebody_in_is_forgotten_when_it_was_sent(world: World, mail: smtp.Server) -> None:
    link = "https://portal.example/invitations/very-secret"
    with unit_of_work() as session:
        assert service.send_mail(session, "ada@example.com", "invitation", link=link, name="Ada", invited_by="Root")
    mail.refuse = "451 later"
    outbox.work_off()
    with unit_of_work() as session:
        row = session.exec(select(NotificationDelivery)).one()
        assert row.content is not None
        assert (row.status, row.problem) == ("waiting", "The mail server did not take it: 451.")
        assert link not in str(row.model_dump(exclude={"content"}))
    mail.refuse = None
    with clock.moved(timedelta(minutes=1)):
        outbox.work_off()
    with unit_of_work() as session:
        row = session.exec(select(NotificationDelivery)).one()
        assert (row.status, row.content) == ("sent", None)
    text = mail.taken[0][1].get_body(("plain",))
    assert text is not None
    assert link in text.get_content()


def test_without_a_mail_server_nothing_is_written(world: World) -> None:
    with unit_of_work() as session:
        assert not service.send_mail(session, "ada@example.com", "invitation", link="https://portal.example/i/1")
        assert session.exec(select(NotificationDelivery)).all() == []
        assert inbox.get_preferences(session, world.member).mail_is_sent is False


def test_what_ends_soon_and_who_fell_silent_is_told_once(world: World) -> None:
    now = clock.now()
    soon = runs.deployment(world, name="soon", created_at=now - timedelta(days=9), expires_at=now + timedelta(hours=20))
    runs.deployment(world, name="later", created_at=now - timedelta(days=9), expires_at=now + timedelta(days=3))
    runs.deployment(world, name="young", created_at=now, expires_at=now + timedelta(hours=20))
    with unit_of_work() as session:
        account = session.get_one(CloudAccount, world.account_id)
        account.expires_at, account.name = now + timedelta(days=10), "Production"
        silent = now - timedelta(minutes=10)
        session.add(Worker(name="gone", queues=["plan"], versions={}, started_at=silent, beat_at=silent))
        session.add(Worker(name="here", queues=["plan"], versions={}, started_at=now, beat_at=now))
        session.add(
            Worker(name="left", queues=["plan"], versions={}, started_at=silent, beat_at=silent, stopped_at=silent)
        )
    for _ in range(2):
        reminders.look()
        outbox.work_off()
    assert [(item.title, item.link) for item in read(world.member)] == [
        ("soon will be destroyed soon", f"/deployments/{soon}")
    ]
    assert sorted(titles(world.admin)) == ["Credentials of Production end soon", "The worker gone was lost"]
    with unit_of_work() as session:
        session.get_one(Deployment, soon).expires_at = now + timedelta(hours=22)
    reminders.look()
    outbox.work_off()
    assert len(read(world.member)) == 2  # another end is another reminder


def test_owners_are_told_once_when_most_of_a_quota_is_used_and_again_after_it_was_less(world: World) -> None:
    def set_quota(deployments: int) -> None:
        with unit_of_work() as session:
            quotas.set_quota(session, world.admin, world.project_id, QuotaChange(deployments=deployments))

    with unit_of_work() as session:
        session.get_one(ProjectMember, (world.project_id, world.member.user_id)).role = "owner"
    for _ in range(4):
        runs.deployment(world)
    for quota in (5, 5, 9, 4):
        set_quota(quota)
        with unit_of_work() as session:
            near.look(session)
        outbox.work_off()
    assert titles(world.member) == ["Test: deployments nearly used up"] * 2
    assert sorted(item.body for item in read(world.member)) == [
        "The project Test uses 4 of 4 (deployments, 100 %).",
        "The project Test uses 4 of 5 (deployments, 80 %).",
    ]


def test_what_is_old_is_removed_and_what_waits_is_not(world: World) -> None:
    with unit_of_work() as session:
        service.notify(session, "worker.lost", worker="runner-1")
    outbox.work_off()
    with unit_of_work() as session:
        service.notify(session, "worker.lost", worker="runner-2")
    outbox.forget(clock.now() + timedelta(days=91))
    with unit_of_work() as session:
        assert session.exec(select(Notification)).all() == []
        assert [
            row.spread_at for row in session.exec(select(NotificationEvent).order_by(col(NotificationEvent.id)))
        ] == [None]
