"""Trying cloud accounts against what the templates that may use them are made of. No transaction is open while a cloud thinks."""

from __future__ import annotations

from collections.abc import Collection

from portal.auth.schemas import Actor
from portal.cloud_account import service as cloud_accounts
from portal.cloud_account.kinds import CloudInfo, MethodInfo
from portal.cloud_account.provider import Needs
from portal.cloud_account.schemas import AccountTest, CloudAccountView, Rotation, Trial
from portal.kit.db import unit_of_work
from portal.template import service as templates
from portal.template.markdown import to_html


def clouds(actor: Actor) -> list[CloudInfo]:
    """What an account of each cloud asks for, its steps as HTML too."""
    with unit_of_work() as session:
        found = cloud_accounts.list_clouds(session, actor)
    return [cloud.model_copy(update={"methods": [_with_html(method) for method in cloud.methods]}) for cloud in found]


def _with_html(method: MethodInfo) -> MethodInfo:
    return method.model_copy(update={"steps_html": to_html(method.steps)})


def test(actor: Actor, account: str) -> AccountTest:
    """Try the account now, for some seconds at most, and keep what was found."""
    with unit_of_work() as session:
        view = cloud_accounts.resolve(session, actor, account)
        asked = cloud_accounts.begin_test(session, actor, account)
    found = cloud_accounts.examine(asked, needs(view.cloud, view.scope.templates))
    with unit_of_work() as session:
        return cloud_accounts.end_test(session, actor, asked, found)


def try_out(actor: Actor, trial: Trial) -> AccountTest:
    """Try what is not saved yet."""
    with unit_of_work() as session:
        asked = cloud_accounts.try_out(session, actor, trial)
    return cloud_accounts.examine(asked, needs(trial.cloud, None))


def rotate(actor: Actor, account: str, request: Rotation) -> tuple[CloudAccountView, AccountTest]:
    """New credentials, which count once they have been tried. Invalid, and the old ones stay, when they do not work."""
    with unit_of_work() as session:
        view = cloud_accounts.resolve(session, actor, account)
        rotating = cloud_accounts.begin_rotation(session, actor, account, request)
    found = cloud_accounts.examine(rotating.asked, needs(view.cloud, view.scope.templates))
    with unit_of_work() as session:
        return cloud_accounts.end_rotation(session, actor, rotating, found), found


def needs(cloud: str, keys: Collection[str] | None) -> Needs:
    """The resource types of these templates, or of all templates of the cloud. A broken template needs nothing."""
    found = [summary for summary in templates.list_templates(cloud=cloud) if summary.broken is None]
    chosen = [summary for summary in found if keys is None or summary.key in keys]
    return Needs(frozenset(kind for summary in chosen for kind in summary.resource_types))
