"""The sentences that people get: what an error means."""

from __future__ import annotations

import pytest

from portal.kit.errors import Invalid
from portal.run import archive, explain
from portal.run.lost import lost_worker
from portal.run.schemas import RunError

ERRORS = [
    ("quota", "OperationNotAllowed: Operation could not be completed as it results in exceeding approved DSv3 Cores quota"),
    ("quota", "googleapi: Error 403: Quota 'CPUS' exceeded. Limit: 24.0 in region us-central1., quotaExceeded"),
    ("name_taken", "StorageAccountAlreadyTaken: The storage account named acme is already taken."),
    ("name_taken", "googleapi: Error 409: The requested bucket name is not available."),
    ("permission", "AuthorizationFailed: The client does not have authorization to perform action"),
    ("permission", "googleapi: Error 403: Required 'compute.instances.create' permission for 'projects/x'"),
    ("policy", "RequestDisallowedByPolicy: Resource 'x' was disallowed by policy."),
    ("policy", "Constraint constraints/compute.vmExternalIpAccess violated for project"),
    ("credentials_expired", "AADSTS7000222: The provided client secret keys for app are expired."),
    ("credentials_expired", "oauth2: \"invalid_grant\" \"reauth related error (invalid_rapt)\""),
    ("credentials_invalid", "google: could not find default credentials."),
    ("sku_unavailable", "SkuNotAvailable: The requested VM size is currently not available in location 'westeurope'."),
    ("sku_unavailable", "ZONE_RESOURCE_POOL_EXHAUSTED: The zone does not have enough resources available"),
    ("lock_held", "Error acquiring the state lock"),
    ("already_exists", "A resource with the ID \"/x\" already exists - to be managed via Terraform it needs to be imported."),
    ("api_disabled", "googleapi: Error 403: Compute Engine API has not been used in project 1 before or it is disabled."),
    ("registry_unreachable", "Failed to query available provider packages: could not connect to registry.terraform.io"),
    ("in_use", "InUseSubnetCannotBeDeleted: Subnet default is in use"),
    ("stale_plan", "Saved plan is stale"),
    ("throttled", "TooManyRequests"),
    ("timeout", "context deadline exceeded"),
    ("interrupted", "execution halted"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), ERRORS)
def test_known_errors_are_explained_with_a_next_step(kind: str, text: str) -> None:
    for found in (explain.explain(text), explain.explain("Error: creating", text)):
        assert found is not None
        assert found.kind == kind
        assert found.explanation.endswith(".")
        assert found.next_step.endswith(".")


def test_every_kind_of_the_table_has_an_example_or_is_listed() -> None:
    assert {known.says.kind for known in explain.KNOWN} - {kind for kind, _ in ERRORS} == {"value"}


def test_an_unknown_error_is_left_as_it_is() -> None:
    error = RunError(summary="Something odd", detail="of which nobody has heard")
    assert explain.complete(error) == error


def test_what_is_explained_already_is_not_explained_over() -> None:
    error = lost_worker("applying")
    assert explain.complete(error) == error
    partly = RunError(summary="Quota exceeded", explanation="Ours.")
    assert explain.complete(partly).explanation == "Ours."
    assert explain.complete(partly).next_step


def test_archives_are_deterministic_and_come_back_whole() -> None:
    files = {"b.tf": b"b", "modules/a/main.tf": b"a"}
    packed = archive.pack(files)
    assert packed == archive.pack(dict(reversed(files.items())))
    assert archive.unpack(packed) == files


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../../x", "a\\b", ""])
def test_no_path_leaves_the_folder(path: str) -> None:
    with pytest.raises(Invalid):
        archive.pack({path: b"x"})


def test_an_archive_that_is_damaged_or_holds_a_link_is_refused() -> None:
    import gzip
    import io
    import tarfile

    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        link = tarfile.TarInfo("a.tf")
        link.type, link.linkname = tarfile.SYMTYPE, "../../secret"
        tar.addfile(link)
    for data in (gzip.compress(buffer.getvalue()), b"broken", archive.pack({"a": b"b"})[:-9], gzip.compress(b"no tar")):
        with pytest.raises(Invalid):
            archive.unpack(data)
