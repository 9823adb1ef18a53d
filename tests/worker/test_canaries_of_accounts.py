"""Credentials of an account on the worker: nothing of them outlives the phase, a killed one too, and nothing of them is said."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from portal.cloud_account import azure, gcp
from portal.cloud_account.provider import RunIdentity
from portal.cloud_account.schemas import AccountEnvironment, Given
from portal.kit.secrets import Masked
from portal.run.redactor import MASK, Redactor
from tests.support import certificates
from tests.unit.cloud_account.test_tool import AZURE
from worker.terraform import credentials, workdir

RUN = RunIdentity("apply", "https://portal.example.test/api/v1/identity/token", Masked("bearer-of-the-run"))
CANARY = "canary-7f3a-token-of-a-platform"


def files_below(root: Path) -> list[str]:
    return sorted(path.name for path in root.rglob("*") if path.is_file())


@pytest.mark.parametrize("unlinked", ["lock", "secret", "main.tf"])
def test_attack_14_whoever_is_killed_while_a_folder_is_removed_leaves_no_credential_behind(
    unlinked: str, tmp_path: Path
) -> None:
    child = os.fork()
    if child == 0:
        _be_killed_at(unlinked, tmp_path)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    [folder] = tmp_path.iterdir()
    if unlinked != "secret":
        assert "secret" not in files_below(folder)
    long_ago = time.time() - 3600
    os.utime(folder, (long_ago, long_ago))
    workdir.remove_abandoned(tmp_path)
    assert list(tmp_path.iterdir()) == []


def _be_killed_at(unlinked: str, root: Path) -> None:
    """Work, and die at the moment in which this file has just been removed."""
    unlink = os.unlink

    def last(name: str, *more: object, **options: object) -> None:
        unlink(name, *more, **options)  # type: ignore[arg-type]
        if os.path.basename(name) == unlinked:  # noqa: PTH119 - what shutil gives
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        with workdir.opened(root, "run-1") as files:
            files.write_secret("secret", CANARY.encode())
            files.write_template({"main.tf": b""})
            os.unlink = last  # type: ignore[assignment]
    finally:
        os._exit(3)


def of_azure(token: Path) -> AccountEnvironment:
    return azure.environment("a", Given(AZURE, {"method": "workload_identity", "token_file": str(token)}), RUN)


def of_google(token: Path) -> AccountEnvironment:
    configuration = (
        '{"type": "external_account", '
        '"audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",'
        ' "subject_token_type": "urn:ietf:params:oauth:token-type:jwt", "token_url": "https://sts.googleapis.com/v1/token",'
        f' "credential_source": {{"file": "{token}"}}}}'
    )
    given = Given({"project": "terrace-test"}, {"method": "workload_identity", "configuration": configuration})
    return gcp.environment("g", given, RUN)


@pytest.mark.parametrize("account_of", [of_azure, of_google])
@pytest.mark.parametrize("text", [CANARY, f'{{"access_token": "{CANARY}"}}'])
def test_attack_13_the_token_that_a_platform_keeps_on_the_machine_is_masked(
    account_of: object, text: str, tmp_path: Path
) -> None:
    token = tmp_path / "token"
    token.write_text(text + "\n")
    account = account_of(token)  # type: ignore[operator]
    known = {*account.secrets, *credentials.secrets_elsewhere(account)}
    assert Redactor(known).text(f"it is {CANARY}.") == f"it is {MASK}."


def test_attack_13_the_key_within_a_certificate_file_is_masked_line_by_line() -> None:
    pfx = certificates.pfx("canary-password")
    given = Given(AZURE, {"method": "client_certificate", "certificate": pfx, "password": "canary-password"})
    account = azure.environment("a", given, RUN)
    [pem] = [secret for secret in account.secrets if "PRIVATE KEY" in secret]
    for line in pem.splitlines()[1:-2]:
        assert Redactor(account.secrets).text(f"  {line}") == f"  {MASK}"
