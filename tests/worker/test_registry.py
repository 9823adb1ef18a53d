"""Official providers from the registry itself: signed, locked, and what is said when it is not as it should be (attack 35).

The registry is a stand-in on the loopback that speaks its protocol; Terraform, the way out of the run, TLS and the check of
OpenPGP signatures are the real ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.kit.config import settings
from portal.run.schemas import RunError
from tests.service.run import world
from tests.support import registry as stand_in
from tests.support.https import Reply
from tests.support.openpgp import Key
from tests.support.registry import FILES, HOST, Registry
from tests.worker.test_official_providers import NEEDS, initialised, live
from tests.worker.walls import AZURE
from worker.terraform import providers, registry, registry_errors, workdir

FILE = {"main.tf": NEEDS.replace(b'"hashicorp/azurerm"', b'"hashicorp/azurerm"\n      version = "~> 5.0"')}
WHOLE = [
    f"{HOST} discovery",
    f"{HOST} versions",
    f"{HOST} download",
    f"{FILES} sums",
    f"{FILES} signature",
    f"{FILES} package",
]


@pytest.fixture
def there(tmp_path: Path, settings_env: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """The registry, which this machine reaches by the proxy of its site."""
    with stand_in.running(tmp_path) as found:
        for name in ("NO_PROXY", "no_proxy", "https_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HTTPS_PROXY", found.proxy)
        monkeypatch.setenv("SSL_CERT_FILE", str(found.certificates))
        yield found


def test_a_signed_provider_is_fetched_once_and_locked_by_all_its_checksums(there: Registry) -> None:
    """`zh:` are those that were signed, of all platforms; `h1:` is of what was unpacked here."""
    code, said, lock = initialised(settings(), FILE, AZURE)
    assert code == 0, said
    assert there.signer.id in said
    assert there.steps() == WHOLE
    digest = hashlib.sha256(there.package.read_bytes()).hexdigest()
    assert all(
        text in lock.decode() for text in (f'"zh:{digest}"', f'"zh:{"0" * 64}"', '"h1:', 'version     = "5.10.0"')
    )
    there.asked.clear()
    code, said, again = initialised(settings(), FILE, AZURE, lock)
    assert (code, again) == (0, lock), said
    assert f"{FILES} package" not in there.steps()
    assert there.refused == []


def saying(status: int, body: bytes = b"", **headers: str) -> Callable[[], Reply]:
    return lambda: (
        status,
        {"Content-Type": "application/json"} | {k.replace("_", "-"): v for k, v in headers.items()},
        body,
    )


NOT_USED: dict[str, tuple[Callable[[Registry], object], str]] = {
    "a signature of something else": (
        lambda there: there.answers.update(signature=saying(200, there.signer.sign(b"something else"))),
        "A provider has a signature that is not good, so it was not used.",
    ),
    "a key that is not named": (
        lambda there: there.published.append(Key()),
        "A provider is signed with a key that the registry does not name, so it was not used.",
    ),
    "a package that was changed": (
        lambda there: there.answers.update(package=saying(200, b"PK something else")),
        "A provider has arrived as something else than what was signed, so it was not used.",
    ),
}


@pytest.mark.parametrize("fault", NOT_USED)
def test_attack_35_what_is_not_as_it_was_signed_is_not_used_and_leaves_nothing_behind(
    people: world.World, there: Registry, fault: str
) -> None:
    harm, sentence = NOT_USED[fault]
    harm(there)
    view = live(people, FILE)
    assert (view.status, view.error and view.error.summary) == ("errored", sentence)
    assert view.error is not None
    assert view.error.detail
    assert view.error.next_step
    nothing_is_left()


def nothing_is_left() -> None:
    data = settings().data_dir
    assert list(workdir.root_for(data).iterdir()) == []
    assert [path.name for path in (data / "terraform" / "plugins").iterdir() if path.name != ".lock"] == []
    assert not (data / "prepared").exists()


LOCK = b"""provider "registry.terraform.io/hashicorp/azurerm" {
  version = "5.10.0"
}
"""
NOT_SERVED: dict[str, tuple[str, Callable[[], Reply], str]] = {
    "too many requests": ("versions", saying(429, Retry_After="7"), "has too much to do or is broken."),
    "broken": ("versions", saying(502), "has too much to do or is broken."),
    "nonsense": ("versions", saying(200, b"<html>hey"), "cannot be reached from the worker."),
    "busy at the door": ("discovery", saying(429, Retry_After="soon"), "has too much to do or is broken."),
    "a redirect": ("discovery", saying(302, Location="https://example.test/"), "cannot be reached from the worker."),
}


@pytest.mark.parametrize("fault", NOT_SERVED)
def test_a_registry_that_does_not_serve_is_one_sentence_before_terraform_begins(there: Registry, fault: str) -> None:
    """Terraform would wait for most of these."""
    step, answer, sentence = NOT_SERVED[fault]
    there.answers[step] = answer
    problem = providers.official(settings().data_dir, settings().providers).problem(FILE)
    assert problem is not None
    assert problem.summary == f"The providers of this template cannot be fetched: {HOST} {sentence}"
    assert (problem.next_step or "").startswith("Start the run again in 7 seconds.") is (fault == "too many requests")


@pytest.mark.parametrize("lock", [None, LOCK], ids=["the first time", "locked before"])
def test_a_registry_that_knows_its_services_and_then_says_nothing_is_not_waited_for(
    people: world.World, there: Registry, lock: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Terraform asks with a lock file and a full cache, too, and twice ten seconds long."""
    monkeypatch.setattr(registry, "_SECONDS", 1.0)
    there.answers["versions"] = there.silent
    view = live(people, FILE, lock_file=lock)
    assert view.error is not None
    assert (
        view.error.summary
        == f"The providers of this template cannot be fetched: {HOST} cannot be reached from the worker."
    )
    assert there.steps() in ([f"{HOST} discovery", f"{HOST} versions"], [f"{HOST} discovery"], [])
    nothing_is_left()


SAID = {
    "error checking signature: openpgp: invalid data: tag byte does not have MSB set": "has a signature that is not good",
    "could not query provider registry for registry.terraform.io/hashicorp/azurerm: failed to retrieve cryptographic "
    "signature for provider: 404 Not Found returned from releases.hashicorp.com": "has no signature",
    'checksum list has no SHA-256 hash for "x.zip"': "is not in the list that was signed",
    "could not query provider registry for registry.terraform.io/hashicorp/azurerm: the request failed after 2 attempts, "
    "please try again later: 503 Service Unavailable returned from registry.terraform.io": f"{HOST} has too much to do",
    "could not query provider registry for registry.terraform.io/hashicorp/azurerm: invalid character '<' looking for "
    "beginning of value": "what the provider registry answered is not what one answers",
    "could not connect to registry.terraform.io: no such host": "the provider registry cannot be reached",
    "provider registry registry.terraform.io does not have a provider named registry.terraform.io/hashicorp/azurerm\n\n"
    "All modules should specify their required_providers": "There is no provider hashicorp/azurerm where this site",
    "provider registry.terraform.io/hashicorp/azurerm was not found in any of the search locations":
        "There is no provider hashicorp/azurerm where this site",
    "provider registry.terraform.io/acme/thing was not found in any of the search locations": "that this site does not allow",
    "releases.hashicorp.com: bad response code: 503": f"{FILES} has too much to do",
    "something else": "Failed to install provider",
}  # fmt: skip


@pytest.mark.parametrize("said", SAID)
def test_what_terraform_says_of_providers_becomes_a_sentence(said: str) -> None:
    error = RunError(
        summary="Failed to install provider", detail=f"Error while installing hashicorp/azurerm v5.10.0: {said}"
    )
    found = registry_errors.explained(error, ["hashicorp/azurerm"])
    assert SAID[said] in found.summary
    assert "All modules should" not in found.detail


def test_a_version_that_nobody_has_is_named_with_what_was_asked_for() -> None:
    said = (
        "Could not retrieve the list of available versions for provider hashicorp/azurerm: no available releases match "
    )
    detail = f"{said}the given constraints ~> 5.0\n\nTo see which modules are currently depending on hashicorp/azurerm and so on"
    error = RunError(summary="Failed to query available provider packages", detail=detail)
    found = registry_errors.explained(error, ["hashicorp/azurerm"])
    assert found.summary == "No release of hashicorp/azurerm fits the versions that the template asks for: ~> 5.0."
    assert "To see which modules" not in found.detail


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (b'source = "hashicorp/azurerm"', ["hashicorp/azurerm"]),
        (b'source  = "registry.terraform.io/hashicorp/google"\nsource = "acme/thing"', ["hashicorp/google"]),
        (b'source = "./modules/x"\nsource = "Azure/naming/azurerm"\nsource = "example.test/hashicorp/azurerm"', []),
    ],
)
def test_the_registry_is_asked_about_what_a_template_names_and_may_use(text: bytes, names: list[str]) -> None:
    assert registry.named({"main.tf": text, "README.md": b'source = "hashicorp/azuread"'}, ["hashicorp/*"]) == names
