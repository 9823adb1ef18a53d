"""The way back in from the machine, when passwords are off and no provider works."""

from __future__ import annotations

from portal.auth.oidc import service as oidc
from portal.auth.oidc.schemas import NewProvider, SignInPolicyChange
from portal.auth.schemas import SYSTEM
from portal.kit.db import unit_of_work
from tests.ops.test_cli import Terrace, terrace
from tests.support import people

__all__ = ["terrace"]


def test_passwords_are_switched_on_again_from_the_machine(terrace: Terrace) -> None:
    people.user("root@example.com", "admin", join=False)
    with unit_of_work() as session:
        wanted = NewProvider(title="Corp", issuer="https://10.0.0.1", client_id="x")
        oidc.create_provider(session, SYSTEM, wanted)
        off = SignInPolicyChange(local_off=True, break_glass=["root@example.com"])
        oidc.change_policy(session, SYSTEM, off, works=True)
    assert "corp" in terrace("identity", "list").out
    tested = terrace("identity", "test", "corp")
    assert (tested.code, "inside the network" in tested.out) == (1, True)
    assert terrace("identity", "passwords-on", "--json").json["local_off"] is False
    with unit_of_work() as session:
        assert oidc.buttons(session).password is True
