"""Every way to sign in to Google Cloud, through the real google-auth, and every way in which it fails.

The stand-in checks assertions, federated tokens and who may act as whom; see tests/support/clouds/gcp.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from google.auth import _helpers, identity_pool
from google.auth.compute_engine import _metadata
from google.auth.exceptions import GoogleAuthError

from portal.cloud_account.gcp.door import Door
from portal.cloud_account.gcp.environment import environment
from portal.cloud_account.gcp.sign_in import SignedIn, sign_in
from portal.cloud_account.outgoing import Throttled
from portal.cloud_account.provider import RunIdentity
from portal.cloud_account.schemas import Given
from portal.kit.errors import Unavailable
from portal.kit.secrets import Masked
from tests.support.certificates import key, service_account_key
from tests.support.clouds import gcp_accounts as made
from tests.support.clouds.gcp import CREDENTIALS, NUMBER, PROVIDER, STS, TOKEN, Google, machine, word
from tests.support.clouds.loopback import Answer, Asked, Loopback, standing_in


@dataclass
class World:
    """The stand-in, and what it was asked."""

    google: Google
    loopback: Loopback

    def sign_in(self, given: Given, assertion: Any = None, phase: Any = "apply", seconds: float = 60) -> SignedIn:
        return sign_in(given, assertion or made.says(), phase, seconds)

    def refused(self, given: Given, assertion: Any = None, **more: Any) -> str:
        with pytest.raises(Unavailable) as caught:
            self.sign_in(given, assertion, **more)
        assert not isinstance(caught.value.__cause__ or caught.value.__context__, httpx.HTTPError | GoogleAuthError)
        return caught.value.message

    def bodies(self) -> str:
        return "".join(asked.body.decode() for asked in self.loopback.asked)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    google = made.google()
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path / "no-gcloud"))
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    with standing_in({**google.hosts(), **made.others()}, tmp_path) as loopback:
        yield World(google, loopback)


@pytest.fixture
def on_machine(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """This machine has a metadata server; google-auth reads its address when it is imported."""
    with machine(world.google, made.MACHINE) as host:
        monkeypatch.setattr(_metadata, "_GCE_METADATA_HOST", host)
        monkeypatch.setenv("GCE_METADATA_HOST", host)
        yield host


def its_identity(world: World, found: SignedIn) -> str:
    return world.google.tokens[found.bearer.reveal()]


class TestEveryWay:
    def test_a_key_signs_an_assertion(self, world: World) -> None:
        found = world.sign_in(made.with_key())
        assert its_identity(world, found) == found.identity == made.DEPLOYER
        assert found.key == (made.DEPLOYER, made.KEY_ID)
        assert [asked.host for asked in world.loopback.asked] == [TOKEN]

    def test_a_federation_takes_its_token_from_a_file(self, world: World, tmp_path: Path) -> None:
        found = world.sign_in(made.with_file(tmp_path))
        assert its_identity(world, found) == found.identity
        assert found.identity.endswith("/workloadIdentityPools/workers/subject/system:workers")

    def test_a_federation_acts_as_the_service_account_that_its_configuration_names(
        self, world: World, tmp_path: Path
    ) -> None:
        acting = (
            f"https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/{made.TARGET}:generateAccessToken"
        )
        made.with_file(tmp_path)
        text = made.configuration(tmp_path / "token", service_account_impersonation_url=acting)
        found = world.sign_in(Given(made.SETTINGS, {"method": "workload_identity", "configuration": text}))
        assert its_identity(world, found) == found.identity == made.TARGET

    def test_the_portals_own_word_is_exchanged(self, world: World) -> None:
        heard: list[str] = []

        def assertion(audience: str) -> str:
            heard.append(audience)
            return made.says()(audience)

        found = world.sign_in(made.with_portal(), assertion)
        assert its_identity(world, found) == found.identity
        assert found.identity.endswith(f"/subject/{made.SUBJECT}")
        assert heard == [f"https://iam.googleapis.com/{PROVIDER}"]

    def test_the_machines_metadata_server_gives_a_token(self, world: World, on_machine: str) -> None:
        found = world.sign_in(made.with_machine())
        assert its_identity(world, found) == found.identity == made.MACHINE

    def test_a_persons_login_on_this_machine(
        self, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "application_default_credentials.json").write_text(made.persons_login())
        monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
        assert its_identity(world, world.sign_in(made.with_machine())) == "person@example.com"

    def test_a_key_that_the_machine_was_given(
        self, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "key.json"
        path.write_text(service_account_key())
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
        found = world.sign_in(made.with_machine())
        assert its_identity(world, found) == found.identity == made.DEPLOYER

    def test_the_machines_login_acts_as_a_service_account(self, world: World, on_machine: str) -> None:
        given = made.with_machine("impersonation", impersonate_service_account=made.TARGET)
        found = world.sign_in(given)
        assert its_identity(world, found) == found.identity == made.TARGET

    @pytest.mark.parametrize("way", [made.with_key, made.with_portal])
    def test_whoever_signs_in_can_act_as_a_service_account(self, world: World, way: Callable[..., Given]) -> None:
        found = world.sign_in(way(impersonate_service_account=made.TARGET))
        assert its_identity(world, found) == found.identity == made.TARGET

    def test_plans_act_as_another_service_account_than_applies(self, world: World) -> None:
        given = made.with_portal(impersonate_service_account=made.TARGET, plan_service_account=made.READER)
        assert world.sign_in(given, phase="plan").identity == made.READER
        assert world.sign_in(given, phase="apply").identity == made.TARGET
        only_plans = made.with_portal(plan_service_account=made.READER)
        assert world.sign_in(only_plans, phase="apply").identity.endswith(made.SUBJECT)

    def test_attack_25_no_token_is_kept_for_the_next_account(self, world: World) -> None:
        first, again = world.sign_in(made.with_portal()), world.sign_in(made.with_portal())
        assert first.bearer != again.bearer
        other = world.sign_in(made.with_portal(), made.says("account:another:phase:lookup"))
        assert its_identity(world, other) != its_identity(world, first)


class TestKeysThatAreRefused:
    def test_a_deleted_key(self, world: World) -> None:
        world.google.keys[(made.DEPLOYER, "another")] = world.google.keys.pop((made.DEPLOYER, made.KEY_ID))
        said = world.refused(made.with_key())
        assert "no longer knows this key" in said
        assert f"keys create key.json --iam-account={made.DEPLOYER}" in said

    def test_a_key_of_somebody_else(self, world: World) -> None:
        pem = _other().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        assert "no longer knows this key" in world.refused(made.with_key(service_account_key(private_key=pem)))

    def test_a_service_account_that_is_gone(self, world: World) -> None:
        world.google.keys.clear()
        assert f"{made.DEPLOYER} no longer exists" in world.refused(made.with_key())

    def test_a_service_account_that_is_disabled(self, world: World) -> None:
        world.google.disabled.add(made.DEPLOYER)
        assert f"gcloud iam service-accounts enable {made.DEPLOYER}" in world.refused(made.with_key())

    def test_a_clock_that_is_off(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        fast = datetime.now(UTC).replace(tzinfo=None) + timedelta(minutes=20)
        monkeypatch.setattr(_helpers, "utcnow", lambda: fast)
        world.google.date = "Sat, 28 Nov 2020 10:00:00 GMT"
        said = world.refused(made.with_key())
        assert "because of the time" in said
        assert "seconds ahead of Google's" in said
        assert "NTP" in said

    def test_a_login_of_a_person_that_has_ended(
        self, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world.google.refresh_tokens.clear()
        (tmp_path / "application_default_credentials.json").write_text(made.persons_login())
        monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
        said = world.refused(made.with_machine())
        assert "gcloud auth application-default login" in said
        assert made.REFRESH not in said

    def test_a_machine_without_any_login(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_metadata, "_GCE_METADATA_HOST", "127.0.0.1:1")
        assert "no login on this machine" in world.refused(made.with_machine())

    def test_a_machine_without_a_service_account(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        with machine(world.google, None) as host:
            monkeypatch.setattr(_metadata, "_GCE_METADATA_HOST", host)
            assert "has the machine a service account?" in world.refused(made.with_machine())

    def test_a_login_that_is_named_but_not_there(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nonexistent/key.json")
        assert "not on this machine" in world.refused(made.with_machine())


class TestFederationThatIsRefused:
    def test_a_provider_that_is_not_there(self, world: World) -> None:
        world.google.providers.clear()
        said = world.refused(made.with_portal())
        assert f"no workload identity provider {PROVIDER}" in said
        assert "number of the project" in said

    def test_an_audience_that_is_not_allowed(self, world: World) -> None:
        world.google.providers[PROVIDER].audiences = ("https://other.example.com",)
        said = world.refused(made.with_portal())
        assert f"--allowed-audiences=https://iam.googleapis.com/{PROVIDER}" in said
        assert f"update-oidc portal --workload-identity-pool=terrace --location=global --project={NUMBER}" in said

    def test_a_condition_shows_what_it_should_allow(self, world: World) -> None:
        world.google.providers[PROVIDER].condition = lambda _: False
        said = world.refused(made.with_portal())
        for shown in (made.SUBJECT, made.PORTAL, f"https://iam.googleapis.com/{PROVIDER}"):
            assert shown in said

    def test_an_issuer_that_is_not_trusted(self, world: World) -> None:
        said = world.refused(made.with_portal(), made.says(issuer="https://elsewhere.example.com"))
        assert "--issuer-uri=https://elsewhere.example.com" in said

    def test_a_portal_that_google_cannot_reach(self, world: World) -> None:
        world.google.providers[PROVIDER].reachable = False
        said = world.refused(made.with_portal())
        assert made.PORTAL in said
        assert "--jwk-json-path" in said

    def test_a_token_that_has_expired(self, world: World, tmp_path: Path) -> None:
        old = word(key(), "s", f"https://iam.googleapis.com/{made.WORKERS}", issuer=made.CLUSTER, minutes=-10)
        assert "too old" in world.refused(made.with_file(tmp_path, old))
        assert "too old" in world.refused(made.with_portal(), made.says(minutes=-10))

    def test_a_token_that_somebody_else_signed(self, world: World) -> None:
        assert "signature does not fit" in world.refused(made.with_portal(), made.says(signer=_other()))

    def test_a_subject_that_is_too_long(self, world: World) -> None:
        assert "subject_scope" in world.refused(made.with_portal(), made.says("account:" + "x" * 130))

    def test_a_token_file_that_is_not_there_or_empty(self, world: World, tmp_path: Path) -> None:
        given = made.with_file(tmp_path)
        (tmp_path / "token").write_text("")
        assert "holds no token" in world.refused(given)
        (tmp_path / "token").unlink()
        assert "cannot be read on this machine" in world.refused(given)
        (tmp_path / "token").mkdir()
        assert "cannot be read on this machine" in world.refused(given)


class TestActingThatIsRefused:
    def test_without_the_right_to_act(self, world: World) -> None:
        world.google.may_act.clear()
        said = world.refused(made.with_key(impersonate_service_account=made.TARGET))
        assert f"add-iam-policy-binding {made.TARGET} --role=roles/iam.serviceAccountTokenCreator" in said
        assert f"--member=serviceAccount:{made.DEPLOYER}" in said

    def test_the_portal_needs_another_role_and_is_named_as_a_principal(self, world: World) -> None:
        world.google.may_act.clear()
        said = world.refused(made.with_portal(impersonate_service_account=made.TARGET))
        assert "--role=roles/iam.workloadIdentityUser" in said
        assert f"/workloadIdentityPools/terrace/subject/{made.SUBJECT}" in said

    def test_the_api_is_off(self, world: World) -> None:
        world.google.off.add(CREDENTIALS)
        said = world.refused(made.with_key(impersonate_service_account=made.TARGET))
        assert f"gcloud services enable {CREDENTIALS} --project={NUMBER}" in said


HOSTS = [
    (TOKEN, lambda: made.with_key()),
    (STS, lambda: made.with_portal()),
    (CREDENTIALS, lambda: made.with_portal(impersonate_service_account=made.TARGET)),
]


@pytest.mark.parametrize(("host", "given"), HOSTS, ids=[host for host, _ in HOSTS])
class TestTroubleOfEveryService:
    def test_patience_is_asked_for_once(self, world: World, host: str, given: Callable[[], Given]) -> None:
        world.google.answers[host] = Answer({"error": "rate"}, 429, {"Retry-After": "17"})
        with pytest.raises(Throttled, match="in 17 seconds") as caught:
            world.sign_in(given())
        assert caught.value.retry_after == 17
        assert len([asked for asked in world.loopback.asked if asked.host == host]) == 1

    def test_a_network_without_a_way_out(self, world: World, host: str, given: Callable[[], Given]) -> None:
        del world.loopback.hosts[host]
        assert "cannot be reached (ConnectError)" in world.refused(given())

    def test_silence(self, world: World, host: str, given: Callable[[], Given]) -> None:
        world.google.answers[host] = Answer({}, slow=20)
        assert "did not answer within 0.6 seconds" in world.refused(given(), seconds=0.6)

    def test_garbage(self, world: World, host: str, given: Callable[[], Given]) -> None:
        for status in (200, 400, 502):
            world.google.answers[host] = Answer(b"<html>" + b"x" * 100, status)
            assert "Is a proxy in between?" in world.refused(given())
        world.google.answers[host] = Answer([1, 2])
        assert world.refused(given())
        world.google.answers[host] = Answer(b"x" * (2 << 20))
        assert "far too long" in world.refused(given())

    def test_attack_28_a_redirect_carries_nothing_elsewhere(
        self, world: World, host: str, given: Callable[[], Given]
    ) -> None:
        for status in (302, 307):
            world.google.answers[host] = Answer(b"", status, {"Location": "https://attacker.example.com/"})
            assert "redirect" in world.refused(given())
        assert {asked.host for asked in world.loopback.asked} <= {TOKEN, STS, CREDENTIALS}

    def test_a_service_that_repeats_what_it_was_sent_is_not_quoted(
        self, world: World, host: str, given: Callable[[], Given]
    ) -> None:
        def echo(asked: Asked) -> Answer:
            sent = f"{asked.body.decode()} {asked.headers.get('authorization')}"
            return Answer({"error": {"code": 400, "message": sent}, "error_description": sent}, 400)

        world.loopback.hosts[host] = echo
        said = world.refused(given())
        assert "eyJ" not in said
        assert "ya29." not in said


def test_attack_28_nothing_is_sent_to_a_host_that_is_not_googles() -> None:
    door = Door(1)
    for address in (
        "https://attacker.example.com/token",
        "http://oauth2.googleapis.com/token",
        "https://oauth2.googleapis.com:8443/token",
        "https://oauth2.googleapis.com@attacker.example.com/",
        "https://oauth2.googleapis.com.attacker.example.com/",
        "http://169.254.169.254/computeMetadata/v1/",
    ):
        with pytest.raises(Unavailable, match="does not call"):
            door(address)


def test_no_secret_is_in_what_is_said_or_shown(world: World, tmp_path: Path) -> None:
    """The canary of every kind: the private key, the federated token, the assertion, the token that was given."""
    info = json.loads(service_account_key())
    made.with_file(tmp_path)
    token = (tmp_path / "token").read_text()
    world.google.keys.clear()
    world.google.providers.clear()
    said = [
        world.refused(made.with_key()),
        world.refused(made.with_file(tmp_path)),
        world.refused(made.with_portal()),
    ]
    for secret in (info["private_key"], *info["private_key"].splitlines()[1:-1], token, *world.bodies().split("&")):
        assert not any(secret in text for text in said)


def test_a_token_does_not_print_itself(world: World) -> None:
    found = world.sign_in(made.with_key())
    assert found.bearer.reveal() not in repr(found)


def test_the_configuration_that_a_run_is_handed_fetches_the_portals_word(world: World) -> None:
    """google-auth follows it as the provider's own library does: it asks the portal with the bearer, and exchanges the answer."""
    run = RunIdentity("apply", "https://portal.example.com/api/v1/identity/token?run=run_1", Masked("rt_bearer"))

    def portal(asked: Asked) -> Answer:
        audience = asked.query.get("audience", "")
        if asked.headers.get("authorization") != "Bearer rt_bearer" or asked.query.get("run") != "run_1":
            return Answer({"title": "Unauthorized"}, 401)
        return Answer({"value": made.says("account:google:phase:apply")(audience)})

    world.loopback.hosts["portal.example.com"] = portal
    handed = environment("google", made.with_portal(), run)
    credential = identity_pool.Credentials.from_info(json.loads(handed.files["GOOGLE_CREDENTIALS"]), scopes=["s"])
    credential.refresh(Door(60, anywhere=True))
    assert world.google.tokens[str(credential.token)].endswith("/subject/account:google:phase:apply")


def _other() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)
