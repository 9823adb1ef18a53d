from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from portal.audit import service as audit
from portal.auth.schemas import SYSTEM
from portal.cloud_account import service as accounts
from portal.cloud_account.provider import RunIdentity
from portal.cloud_account.schemas import (
    AccountEnvironment,
    CloudAccountChange,
    NewCloudAccount,
)
from portal.kit.clock import now
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from portal.kit.secrets import Masked
from portal.models import Deployment, TemplateVersion
from portal.project import service as projects
from tests.support import certificates, people

pytestmark = pytest.mark.usefixtures("database")
CANARY = "canary-7f3a-client-secret"
AZURE = {
    "subscription_id": "00000000-0000-0000-0000-000000000001",
    "tenant_id": "00000000-0000-0000-0000-000000000002",
    "client_id": "00000000-0000-0000-0000-000000000003",
}
GCP = {"project": "terrace-test", "region": "europe-west1", "zone": "europe-west1-b"}
FEDERATION = {
    "type": "external_account",
    "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
    "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
    "token_url": "https://sts.googleapis.com/v1/token",
    "credential_source": {"file": "/var/run/secrets/token"},
}


def request(cloud: str = "azure", **changes: Any) -> NewCloudAccount:
    settings = {"azure": AZURE, "gcp": GCP}[cloud]
    credentials = {
        "azure": {"method": "client_secret", "client_secret": CANARY},
        "gcp": {"method": "service_account_key", "key": certificates.service_account_key()},
    }[cloud]
    return NewCloudAccount.model_validate(
        {"name": "Production", "cloud": cloud, "settings": settings, "credentials": credentials, **changes}
    )


def create(cloud: str = "azure", **changes: Any) -> str:
    with unit_of_work() as session:
        return accounts.create(session, SYSTEM, request(cloud, **changes)).id


def problems(cloud: str = "azure", **changes: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        create(cloud, **changes)
    return {problem.path: problem.message for problem in caught.value.errors}


def environment(session: Session, account_id: str) -> AccountEnvironment:
    run = RunIdentity("plan", "http://portal.example/token?run=run-1", Masked("rt_bearer-of-the-run"))
    return accounts.environment_for(session, account_id, run)


def deploy(account_id: str, *, destroyed: bool = False) -> None:
    owner = people.user("owner@example.com")
    with unit_of_work() as session:
        project = projects.resolve(session, SYSTEM, "default")
        session.add(
            TemplateVersion(
                id="version-1",
                key="azure/x",
                version="1.0.0",
                content_hash="x",
                title="X",
                archive=b"",
                created_at=now(),
            )
        )
        session.flush()
        session.add(
            Deployment(
                id="deployment-1", name="one", project_id=project.id, cloud_account_id=account_id, template_key="azure/x",
                template_version_id="version-1", values={}, owner_id=owner, created_at=now(), updated_at=now(),
                destroyed_at=now() if destroyed else None,
            )
        )  # fmt: skip


def test_the_sandbox_accounts_are_there_once() -> None:
    for _ in range(2):
        with unit_of_work() as session:
            accounts.ensure_sandbox_accounts(session)
    with unit_of_work() as session:
        found = accounts.list_accounts(session, SYSTEM).items
    assert [(item.slug, item.cloud, item.kind) for item in found] == [
        ("sandbox-azure", "azure", "sandbox"),
        ("sandbox-gcp", "gcp", "sandbox"),
    ]


def test_credentials_are_in_no_view_no_event_and_not_readable_in_the_database() -> None:
    account_id = create()
    with unit_of_work() as session:
        views = [accounts.get(session, SYSTEM, account_id), *accounts.list_accounts(session, SYSTEM).items]
        events = audit.list_events(session, SYSTEM).items
        stored = session.execute(text("SELECT credentials FROM cloud_account")).scalar_one()
    assert [view.method for view in views] == ["client_secret", "client_secret"]
    assert CANARY not in "".join(item.model_dump_json() for item in [*views, *events])
    assert CANARY.encode() not in bytes(stored)
    assert CANARY not in repr(request())


def test_only_administrators_change_accounts_and_everybody_sees_which_there_are() -> None:
    account_id = create()
    for role in ("viewer", "member"):
        actor = people.actor(f"{role}@example.com", role)
        with unit_of_work() as session:
            assert accounts.get(session, actor, "production").id == account_id
            for call in (
                lambda actor=actor: accounts.create(session, actor, request(name="other")),
                lambda actor=actor: accounts.update(session, actor, account_id, CloudAccountChange(name="x")),
                lambda actor=actor: accounts.delete(session, actor, account_id),
                lambda actor=actor: accounts.begin_test(session, actor, account_id),
            ):
                with pytest.raises(Forbidden):
                    call()


def test_azure_with_a_client_secret() -> None:
    with unit_of_work() as session:
        found = environment(session, create())
    assert (found.kind, found.cloud, found.slug) == ("live", "azure", "production")
    assert found.env["ARM_SUBSCRIPTION_ID"] == AZURE["subscription_id"]
    assert found.env["ARM_USE_CLI"] == "false"
    assert found.files == {"ARM_CLIENT_SECRET_FILE_PATH": CANARY.encode()}
    assert CANARY in found.secrets
    assert CANARY not in repr(found)
    assert CANARY not in str(found.env)


def test_azure_with_a_certificate() -> None:
    pfx = certificates.pfx("its password")
    with unit_of_work() as session:
        given = {"method": "client_certificate", "certificate": pfx, "password": "its password"}
        found = environment(session, create(credentials=given))
    assert set(found.files) == {"ARM_CLIENT_CERTIFICATE_PATH"}
    assert found.env["ARM_CLIENT_CERTIFICATE_PASSWORD"] == "its password"
    assert found.secrets > {pfx, "its password"}
    assert any("PRIVATE KEY" in secret for secret in found.secrets), "the key within is a secret, too"
    refused = problems(credentials={**given, "password": "not its password"})
    assert "its password is another" in refused["credentials"]


def test_azure_with_an_identity_of_the_platform() -> None:
    federated = {"method": "workload_identity", "token_file": "/var/run/secrets/token"}
    with unit_of_work() as session:
        token = environment(session, create(credentials=federated))
        machine = environment(session, create(name="b", credentials={"method": "managed_identity"}))
    assert token.env["ARM_OIDC_TOKEN_FILE_PATH"] == "/var/run/secrets/token"
    assert (token.env["ARM_USE_OIDC"], machine.env["ARM_USE_OIDC"]) == ("true", "false")
    assert (token.env["ARM_USE_MSI"], machine.env["ARM_USE_MSI"]) == ("false", "true")
    assert not token.files
    assert not machine.files


def test_google_with_a_key() -> None:
    with unit_of_work() as session:
        found = environment(session, create("gcp"))
    assert found.env == {
        "GOOGLE_PROJECT": "terrace-test",
        "GOOGLE_REGION": "europe-west1",
        "GOOGLE_ZONE": "europe-west1-b",
    }
    key = json.loads(found.files["GOOGLE_CREDENTIALS"])
    assert key["private_key"] in found.secrets


def test_google_with_federation_and_with_the_machines_identity() -> None:
    federated = {"method": "workload_identity", "configuration": json.dumps(FEDERATION)}
    with unit_of_work() as session:
        first = environment(session, create("gcp", credentials=federated))
        second = environment(session, create("gcp", name="b", credentials={"method": "application_default"}))
    assert json.loads(first.files["GOOGLE_CREDENTIALS"]) == FEDERATION
    assert not second.files


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"credential_source": {"executable": {"command": "/bin/sh"}}}, "neither a url nor an executable"),
        ({"credential_source": {"url": "http://169.254.169.254/"}}, "neither a url nor an executable"),
        ({"credential_source": {"file": "../../etc/passwd"}}, "absolute path"),
        ({"token_url": "https://attacker.example/token"}, "token_url must be"),
        ({"service_account_impersonation_url": "https://attacker.example/"}, "must begin with"),
        ({"type": "authorized_user"}, "not a workload identity federation"),
    ],
)
def test_a_federation_that_would_call_elsewhere_or_run_something_is_refused(change: dict[str, Any], said: str) -> None:
    configuration = json.dumps({**FEDERATION, **change})
    found = problems("gcp", credentials={"method": "workload_identity", "configuration": configuration})
    assert said in found["credentials.configuration"]


def test_a_key_that_would_sign_in_elsewhere_is_refused() -> None:
    key = certificates.service_account_key(token_uri="https://attacker.example/token")
    assert "token_uri" in problems("gcp", credentials={"method": "service_account_key", "key": key})["credentials.key"]


def test_every_field_that_cannot_be_used_is_named_and_no_secret_repeated() -> None:
    found = problems(settings={"subscription_id": "x", "tenant_id": AZURE["tenant_id"], "extra": 1})
    assert set(found) == {"settings.subscription_id", "settings.extra"}
    assert set(problems(credentials={"method": "client_secret"})) == {"credentials.client_secret"}
    assert set(problems(credentials={"method": "magic", "client_secret": CANARY})) == {"credentials"}
    assert CANARY not in str(problems(credentials={"method": "managed_identity", "client_secret": CANARY}))
    assert "client_id is needed" in problems(settings={**AZURE, "client_id": None})["settings"]
    assert "not in the region" in problems("gcp", settings={**GCP, "zone": "us-east1-b"})["settings"]
    assert problems(kind="sandbox")


def test_settings_change_without_the_credentials_being_sent_again() -> None:
    account_id = create()
    with unit_of_work() as session:
        settings = {**AZURE, "subscription_id": "00000000-0000-0000-0000-00000000000f"}
        accounts.update(session, SYSTEM, account_id, CloudAccountChange(settings=settings))
    with unit_of_work() as session:
        found = environment(session, account_id)
    assert found.env["ARM_SUBSCRIPTION_ID"].endswith("0f")
    assert CANARY in found.secrets


def test_an_account_in_use_stays() -> None:
    account_id = create()
    deploy(account_id)
    with pytest.raises(Conflict, match="Destroy them first"), unit_of_work() as session:
        accounts.delete(session, SYSTEM, account_id)


def test_an_account_of_the_past_loses_its_credentials_and_is_found_no_more() -> None:
    account_id = create()
    deploy(account_id, destroyed=True)
    with unit_of_work() as session:
        accounts.delete(session, SYSTEM, account_id)
    with unit_of_work() as session:
        assert session.execute(text("SELECT credentials FROM cloud_account")).scalar_one() is None
        for call in (accounts.get, accounts.delete, accounts.begin_test):
            with pytest.raises(NotFound):
                call(session, SYSTEM, account_id)
        with pytest.raises(NotFound):
            environment(session, account_id)


def test_an_account_that_nobody_used_is_gone_and_the_sandbox_stays() -> None:
    account_id = create()
    with unit_of_work() as session:
        accounts.delete(session, SYSTEM, account_id)
        accounts.ensure_sandbox_accounts(session)
        with pytest.raises(Conflict, match="belong to the portal"):
            accounts.delete(session, SYSTEM, "sandbox-gcp")
    assert create()


def test_a_name_is_taken_once() -> None:
    create()
    with pytest.raises(Conflict):
        create("gcp")


class TestLookUps:
    @pytest.fixture(autouse=True)
    def sandbox(self, database: str) -> None:
        with unit_of_work() as session:
            accounts.ensure_sandbox_accounts(session)

    def options(self, account: str, kind: str, **parameters: str) -> list[str]:
        return [item.value for item in accounts.lookup(SYSTEM, account, kind, parameters).options]

    def test_regions_by_any_of_their_names_in_the_accounts_own_cloud(self) -> None:
        for kind in ("region", "locations", "azure-locations"):
            assert "westeurope" in self.options("sandbox-azure", kind)
        assert "europe-west1" in self.options("sandbox-gcp", "region")
        with pytest.raises(NotFound, match="There are: "):
            self.options("sandbox-gcp", "azure-locations")

    def test_values_of_other_fields_narrow_the_options(self) -> None:
        zones = self.options("sandbox-gcp", "zone", region="europe-west1")
        assert zones
        assert all(zone.startswith("europe-west1-") for zone in zones)
        assert len(self.options("sandbox-gcp", "zone")) > len(zones)

    def test_an_unknown_kind_is_not_found(self) -> None:
        for kind in ("nothing", "../../etc/passwd", "..%2f", "", "*", "locations.json", "x" * 500):
            with pytest.raises(NotFound):
                self.options("sandbox-azure", kind)


def test_trying_a_file_token_reads_it(tmp_path: Any) -> None:
    from portal.cloud_account import files

    path = tmp_path / "token"
    path.write_text("a.b.c\n")
    assert files.read(str(path)) == "a.b.c"
    with pytest.raises(Unavailable):
        files.read(str(tmp_path / "none"))
