"""Whatever a template may ask an account for is something that the account's cloud tells, in the sandbox too."""

from __future__ import annotations

from portal.cloud_account import sandbox
from portal.cloud_account.clouds import CLOUDS
from portal.template.lists import LIVE


def test_every_kind_without_a_list_is_told_by_its_cloud_and_by_the_sandbox() -> None:
    for cloud, module in CLOUDS.items():
        wanted = {kind.removeprefix(f"{cloud}-") for kind in LIVE if kind.startswith(f"{cloud}-")}
        assert wanted
        assert wanted <= module.LOOKUPS
        assert wanted - {"projects"} <= sandbox.KINDS[cloud].keys()
