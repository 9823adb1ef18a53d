"""What Terraform's google provider is handed in every way to sign in, by its own documentation.

https://registry.terraform.io/providers/hashicorp/google/latest/docs/guides/provider_reference (credentials, project, region,
zone, impersonate_service_account, user_project_override, billing_project), https://google.aip.dev/auth/4117 (external accounts).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from portal.cloud_account import gcp
from portal.cloud_account.gcp.credentials import STS
from portal.cloud_account.provider import Needs, RunIdentity
from portal.cloud_account.schemas import AccountEnvironment, Given
from portal.issuer.subjects import audience_of
from portal.kit.errors import Unavailable
from portal.kit.secrets import Masked
from tests.support.certificates import service_account_key
from tests.support.clouds import gcp_accounts as made
from tests.support.clouds.gcp import PROJECT, PROVIDER

BEARER = "rt_bearer-canary-of-the-run"
TOKEN_URL = "http://127.0.0.1:3000/api/v1/identity/token?run=run_1"
# What the provider reads, and no more: an unknown name would be one that it silently ignores.
DOCUMENTED = frozenset({
    "GOOGLE_CREDENTIALS", "GOOGLE_PROJECT", "GOOGLE_REGION", "GOOGLE_ZONE", "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT",
    "USER_PROJECT_OVERRIDE", "GOOGLE_BILLING_PROJECT", "GCE_METADATA_HOST",
})  # fmt: skip


def handed(given: Given, phase: Any = "apply") -> AccountEnvironment:
    found = gcp.environment("google", given, RunIdentity(phase, TOKEN_URL, Masked(BEARER)))
    assert {*found.env, *found.files} <= DOCUMENTED
    assert (found.kind, found.cloud, found.slug) == ("live", "gcp", "google")
    return found


@pytest.fixture(autouse=True)
def machine_without_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "GCE_METADATA_HOST", "GCE_METADATA_ROOT"):
        monkeypatch.delenv(name, raising=False)


PLACES = {"GOOGLE_PROJECT": PROJECT, "GOOGLE_REGION": "europe-west1", "GOOGLE_ZONE": "europe-west1-b"}


def test_a_key_is_a_file_and_all_of_it_is_secret() -> None:
    found = handed(made.with_key())
    assert found.env == PLACES
    key = json.loads(found.files["GOOGLE_CREDENTIALS"])
    assert {key["private_key"], json.dumps(key)} <= found.secrets
    assert key["private_key"] not in repr(found)


def test_a_federation_is_a_file_that_names_the_platforms_token(tmp_path: Path) -> None:
    found = handed(made.with_file(tmp_path))
    source = json.loads(found.files["GOOGLE_CREDENTIALS"])["credential_source"]
    assert source == {"file": str(tmp_path / "token")}
    assert found.env == PLACES


def test_the_portals_word_is_fetched_with_the_runs_bearer() -> None:
    found = handed(made.with_portal())
    configuration = json.loads(found.files["GOOGLE_CREDENTIALS"])
    audience = f"https%3A%2F%2Fiam.googleapis.com%2F{PROVIDER.replace('/', '%2F')}"
    assert configuration == {
        "type": "external_account",
        "audience": f"//iam.googleapis.com/{PROVIDER}",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": STS[0],
        "credential_source": {
            "url": f"{TOKEN_URL}&audience={audience}",
            "headers": {"Authorization": f"Bearer {BEARER}"},
            "format": {"type": "json", "subject_token_field_name": "value"},
        },
    }
    assert found.secrets == {BEARER}
    assert BEARER not in repr(found)


def test_the_portals_word_is_asked_for_the_audience_that_the_issuer_gives() -> None:
    for credentials in (made.with_portal().credentials, {**made.with_portal().credentials, "audience": "terrace"}):
        given = Given(made.SETTINGS, credentials)
        expected = audience_of("gcp", given.settings, given.credentials)
        heard: list[str] = []

        def assertion(audience: str, heard: list[str] = heard) -> str:
            heard.append(audience)
            raise Unavailable("nobody is asked")

        gcp.examine(given, assertion, Needs())
        assert heard == [expected]


def test_the_service_account_to_act_as_is_the_phases_own(tmp_path: Path) -> None:
    settings = {"impersonate_service_account": made.TARGET, "plan_service_account": made.READER}
    for given in (
        made.with_key(**settings),
        made.with_portal(**settings),
        made.with_file(tmp_path, **settings),
        made.with_machine(**settings),
        made.with_machine("impersonation", **settings),
    ):
        for phase, target in (("plan", made.READER), ("apply", made.TARGET)):
            assert handed(given, phase).env == {**PLACES, "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT": target}
    assert "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT" not in handed(made.with_key()).env


def test_the_settings_say_whom_a_federation_acts_as_and_its_configuration_no_longer(tmp_path: Path) -> None:
    acting = {"service_account_impersonation_url": "https://iamcredentials.googleapis.com/v1/x:generateAccessToken"}
    text = made.configuration(tmp_path, **acting)
    credentials = {"method": "workload_identity", "configuration": text}
    by_itself = handed(Given(made.SETTINGS, credentials))
    by_settings = handed(Given({**made.SETTINGS, "impersonate_service_account": made.TARGET}, credentials))
    assert acting.items() <= json.loads(by_itself.files["GOOGLE_CREDENTIALS"]).items()
    assert acting.keys().isdisjoint(json.loads(by_settings.files["GOOGLE_CREDENTIALS"]))


def test_a_quota_project_is_used_for_everything() -> None:
    found = handed(made.with_key(billing_project="acme-quota"))
    assert found.env == {**PLACES, "USER_PROJECT_OVERRIDE": "true", "GOOGLE_BILLING_PROJECT": "acme-quota"}


class TestTheMachinesOwnLogin:
    """A run has a home of its own, so the provider would not find the worker's login."""

    def test_the_file_that_gcloud_left_is_handed_over(self, tmp_path: Path) -> None:
        (tmp_path / "application_default_credentials.json").write_text(made.persons_login())
        found = handed(made.with_machine())
        assert found.files == {"GOOGLE_CREDENTIALS": made.persons_login().encode()}
        assert found.secrets == {made.REFRESH, "client-secret-canary"}

    def test_the_file_that_the_worker_was_started_with_goes_first(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "application_default_credentials.json").write_text(made.persons_login())
        (tmp_path / "key.json").write_text(service_account_key())
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json"))
        found = handed(made.with_machine("impersonation", impersonate_service_account=made.TARGET))
        assert found.files == {"GOOGLE_CREDENTIALS": service_account_key().encode()}
        assert json.loads(service_account_key())["private_key"] in found.secrets

    def test_without_a_file_the_metadata_server_is_asked_where_the_worker_has_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert handed(made.with_machine()).files == {}
        monkeypatch.setenv("GCE_METADATA_HOST", "10.0.0.1:8080")
        assert handed(made.with_machine()).env == {**PLACES, "GCE_METADATA_HOST": "10.0.0.1:8080"}

    def test_secrets_within_secrets_are_found(self, tmp_path: Path) -> None:
        login = {"type": "impersonated_service_account", "source_credentials": json.loads(made.persons_login())}
        (tmp_path / "application_default_credentials.json").write_text(json.dumps(login))
        assert made.REFRESH in handed(made.with_machine()).secrets


class TestWhatIsRefused:
    """What would send a credential elsewhere, or run something, is never kept."""

    def refused(self, method: str, **fields: Any) -> str:
        with pytest.raises(ValidationError) as caught:
            gcp.CREDENTIALS.validate_python({"method": method, **fields})
        return str(caught.value.errors(include_input=False, include_url=False)[0]["msg"])

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"credential_source": {"executable": {"command": "/bin/sh"}}}, "neither a url nor an executable"),
            ({"credential_source": {"url": "http://169.254.169.254/"}}, "neither a url nor an executable"),
            ({"credential_source": {"environment_id": "aws1"}}, "neither a url nor an executable"),
            ({"credential_source": {"file": "/a", "url": "https://a.example"}}, "neither a url nor an executable"),
            ({"credential_source": {"certificate": {"use_default_certificate_config": True}}}, "must name a file"),
            ({"credential_source": {"file": "../../etc/passwd"}}, "absolute path"),
            ({"subject_token_type": "urn:ietf:params:aws:token-type:aws4_request"}, "subject_token_type"),
            ({"token_url": "https://sts.attacker.example/v1/token"}, "token_url must be"),
            ({"token_url": "https://sts.googleapis.com.attacker.example/v1/token"}, "token_url must be"),
            ({"service_account_impersonation_url": "https://attacker.example/"}, "must begin with"),
            ({"universe_domain": "attacker.example"}, "universe_domain"),
            ({"client_id": "x", "client_secret": "y"}, "leave out 'client_id', 'client_secret'"),
            ({"something_new": "https://attacker.example/"}, "leave out 'something_new'"),
            ({"type": "authorized_user"}, "not a workload identity federation"),
        ],
    )
    def test_a_configuration(self, change: dict[str, Any], said: str, tmp_path: Path) -> None:
        assert said in self.refused("workload_identity", configuration=made.configuration(tmp_path, **change))

    def test_a_key(self) -> None:
        for change, said in (
            ({"token_uri": "https://attacker.example/token"}, "token_uri"),
            ({"universe_domain": "attacker.example"}, "universe_domain"),
            ({"type": "authorized_user"}, "not the JSON of a service account key"),
            ({"private_key": "-----BEGIN PRIVATE KEY-----\nMII"}, "cannot be read"),
        ):
            assert said in self.refused("service_account_key", key=service_account_key(**change))
        for text in ("", "[]", "{", "[" * 100_000, "{}"):
            assert self.refused("service_account_key", key=text)

    def test_a_provider_that_is_not_one_and_every_spelling_of_one_that_is(self) -> None:
        for spelling in (PROVIDER, f"//iam.googleapis.com/{PROVIDER}", f"https://iam.googleapis.com/{PROVIDER}"):
            found = gcp.CREDENTIALS.validate_python({"method": "portal_identity", "provider": spelling})
            assert found.model_dump()["provider"] == PROVIDER
        for wrong in ("projects/acme/locations/global/workloadIdentityPools/terrace/providers/portal", f"{PROVIDER}/x",
                      f"https://attacker.example/{PROVIDER}", f"{PROVIDER}\n"):  # fmt: skip
            assert self.refused("portal_identity", provider=wrong)

    def test_an_account_to_act_as_is_needed_for_impersonation(self) -> None:
        settings = gcp.Settings.model_validate(made.SETTINGS)
        with pytest.raises(ValueError, match="impersonate_service_account is needed"):
            gcp.check(settings, gcp.CREDENTIALS.validate_python({"method": "impersonation"}))

    @pytest.mark.parametrize("email", ["x", "a@b.com", "a@x.iam.gserviceaccount.com/../y", "a b@x.gserviceaccount.com"])
    def test_a_service_account_that_is_none(self, email: str) -> None:
        with pytest.raises(ValidationError):
            gcp.Settings.model_validate({**made.SETTINGS, "impersonate_service_account": email})


def test_every_way_to_sign_in_has_a_form_that_asks_for_all_of_it() -> None:
    schema = gcp.CREDENTIALS.json_schema()
    fields = {
        model["properties"]["method"]["const"]: model["properties"].keys() - {"method"}
        for model in schema["$defs"].values()
    }
    assert {method.name: {question.name for question in method.inputs} for method in gcp.methods} == fields
    asked = {question.name for question in gcp.settings_inputs}
    assert asked == gcp.Settings.model_fields.keys() - {"subject_scope"}
    for method in gcp.methods:
        assert "gcloud " in method.steps
