"""The machine's metadata service, from behind walls: for an account that is the machine's own identity, and only as that.

It is tried with every kind of walls that this machine can build: as root with another user for Terraform, and with an ordinary
user's namespaces.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from portal.cloud_account.schemas import AccountEnvironment
from tests.worker.test_isolation import KINDS
from tests.worker.walls import AZURE, SANDBOX, behind, need_walls
from worker.terraform.isolation import cage, host, metadata

TOKEN = "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fmanagement.azure.com%2F"
OWN = f"{TOKEN}&client_id=plan-identity"
MACHINE = AccountEnvironment("live", "azure", "machine", {"ARM_USE_MSI": "true", "ARM_CLIENT_ID": "plan-identity"})
ACCOUNT = "/computeMetadata/v1/instance/service-accounts/default"


@contextmanager
def service() -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """A metadata service that answers everything with a secret; its port, and what it was asked with which header."""
    asked: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers.get("Metadata") or self.headers.get("Metadata-Flavor") or ""))
            self.send_response(200)
            self.send_header("Metadata-Flavor", "Google")
            self.end_headers()
            self.wfile.write(b"a secret")

        do_PUT = do_POST = do_GET  # noqa: N815 - the names that http.server looks for

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1], asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


ASK = """
import http.client, json, os, sys
found = []
for word in sys.argv[2:]:
    method, path = word.split(" ", 1)
    connection = http.client.HTTPConnection(os.environ.get("GCE_METADATA_HOST", "169.254.169.254"), timeout=30)
    try:
        name, _, value = sys.argv[1].partition("=")
        connection.request(method, path, headers={name: value, "X-Forwarded-For": "10.0.0.1"})
        answer = connection.getresponse()
        text = answer.read().decode()
        found.append(f"{text} {answer.headers['Metadata-Flavor']}" if answer.status == 200 else answer.status)
    except OSError as error:
        found.append(type(error).__name__)
print(json.dumps(found))
"""


@KINDS
@need_walls
def test_an_account_that_is_the_machine_gets_tokens_of_its_own_identity(
    walls: host.Walls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of the machine's identities, whichever others it has; that of the plan does not become the one that applies."""
    with service() as (port, asked):
        monkeypatch.setattr(cage, "_METADATA_SERVICE", ("127.0.0.1", port))
        with behind(walls, tmp_path, MACHINE) as inside:
            found = inside.told(
                ASK, "Metadata=true", f"GET {TOKEN}", f"GET {OWN}", f"GET {TOKEN}&client_id=apply-identity",
                f"GET {TOKEN}&object_id=7", f"GET {OWN}&client_id=apply-identity", f"POST {TOKEN}",
                "GET /metadata/instance/compute/userData?api-version=2021-01-01&format=text", "GET /metadata/instance",
                "GET /metadata/identity/oauth2/token/../../../instance",
            )  # fmt: skip
    assert found == ["a secret Google", "a secret Google", *[404] * 7]
    assert asked == [(OWN, "true"), (OWN, "true")]


@KINDS
@need_walls
def test_googles_machine_is_asked_about_its_service_account_and_not_about_its_operators_secrets(
    walls: host.Walls, tmp_path: Path
) -> None:
    with service() as (port, asked):
        given = {"GOOGLE_PROJECT": "acme", "GCE_METADATA_HOST": f"127.0.0.1:{port}"}
        with behind(walls, tmp_path, AccountEnvironment("live", "gcp", "machine", given)) as inside:
            assert inside.environment["GCE_METADATA_HOST"] == "169.254.169.254"
            assert inside.cage.tool_environment(given, {})["GCE_METADATA_HOST"] == "169.254.169.254"
            well = ["/", f"{ACCOUNT}/token?scopes=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fcloud-platform",
                    f"{ACCOUNT}/?recursive=true", "/computeMetadata/v1/project/project-id"]  # fmt: skip
            badly = [
                "/computeMetadata/v1/instance/attributes/kube-env", "/computeMetadata/v1/?recursive=true",
                "/computeMetadata/v1/instance/service-accounts/../attributes/startup-script", "//computeMetadata/v1/",
                "/computeMetadata/v1/project/attributes/ssh-keys", "/computeMetadata/v1beta1/instance/attributes/",
            ]  # fmt: skip
            found = inside.told(ASK, "Metadata-Flavor=Google", *[f"GET {path}" for path in [*well, *badly]])
    assert found == [*["a secret Google"] * len(well), *[404] * len(badly)]
    assert asked == [(path, "Google") for path in well]


@KINDS
@need_walls
def test_attack_25_nobody_else_has_the_machines_identity(
    walls: host.Walls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another account's run and a sandbox's on the same worker, also while a run of the machine's account goes on."""
    sandbox = AccountEnvironment("sandbox", "azure", "sandbox-azure", {"ARM_USE_MSI": "true"})
    google = AccountEnvironment("sandbox", "gcp", "sandbox-gcp")
    with service() as (port, asked):
        monkeypatch.setattr(cage, "_METADATA_SERVICE", ("127.0.0.1", port))
        with behind(walls, tmp_path / "first", MACHINE):
            for number, account in enumerate((AZURE, SANDBOX, sandbox, google)):
                with behind(walls, tmp_path / str(number), account) as inside:
                    found = inside.told(ASK, "Metadata=true", f"GET {TOKEN}")
                assert found in (["OSError"], ["ConnectionRefusedError"]), account.slug
    assert asked == []


@pytest.mark.parametrize(
    "target",
    [
        f"{TOKEN}&client%5Fid=other", f"{TOKEN}&Client_Id=other", f"{TOKEN}&mi_res_id=x", f"{TOKEN};client_id=other",
        f"{TOKEN}#&client_id=other", f"{TOKEN}&resource=twice", "/metadata/identity/oauth2/token%3f", "/metadata/identity/info",
        f"/{TOKEN}", f"http://169.254.169.254{TOKEN}",
    ],
)  # fmt: skip
def test_a_question_that_can_be_read_in_two_ways_is_none(target: str) -> None:
    assert metadata._allowed(target, {"cloud": "azure", "client_id": "own"}) is None


def test_a_machine_without_a_named_identity_is_asked_for_its_own_only() -> None:
    to = {"cloud": "azure", "client_id": None}
    assert metadata._allowed(TOKEN, to) == TOKEN
    assert metadata._allowed(f"{TOKEN}&client_id=", to) == TOKEN
    assert metadata._allowed(f"{TOKEN}&client_id=another", to) is None
