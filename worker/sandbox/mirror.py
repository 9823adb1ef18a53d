"""Makes Terraform find the sandbox: a filesystem mirror of launchers, a CLI configuration, an environment."""

from __future__ import annotations

import os
import platform
import re
import shlex
import sys
import tempfile
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

from worker.sandbox.identity import identity_of

VERSIONS: Final = {"azurerm": "5.10.0", "google": "8.7.0"}
"""Providers that the sandbox serves, with the version that their schema packs describe."""

NAMESPACE: Final = "registry.terraform.io/hashicorp"
CLI_CONFIG: Final = "sandbox.tfrc"
LAUNCHER: Final = Path(__file__).with_name("launcher.py")
MOST_TYPES: Final = 500
"""More are not worth the listing, and a variable of the environment has an end."""

_TYPE: Final = re.compile(rb"\b(?:" + "|".join(VERSIONS).encode() + rb")_[a-z0-9_]{1,80}\b")
_ARCHITECTURES: Final = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64", "i686": "386"}

# Terraform links the package folder into the work directory and records its hash in the lock file. So the script in it
# holds no path: workers on different machines then agree on the hash and may apply each other's plans.
_PACKAGE_SCRIPT: Final = """#!/bin/sh
here=$(cd -P "${0%/*}" && pwd -P)
exec "${here%/mirror/*}/provider" PROVIDER
"""


def install(root: Path, *, control_socket: Path, python: Path | None = None) -> Path:
    """Writes mirror, launchers and CLI configuration below `root`; returns the configuration (TF_CLI_CONFIG_FILE).

    `control_socket` is the daemon's; it need not exist yet. `python` runs the launcher, by default this interpreter.
    Doing it again, also in several processes at once, is harmless.
    """
    root = root.absolute()
    interpreter = str(python or sys.executable)
    command = shlex.join([interpreter, "-IS", str(LAUNCHER), str(control_socket.absolute())])
    _write(root / "provider", f'#!/bin/sh\nexec {command} "$@"\n', 0o755)
    for provider, version in VERSIONS.items():
        package = root / "mirror" / NAMESPACE / provider / version / _platform()
        script = package / f"terraform-provider-{provider}_v{version}"
        _write(script, _PACKAGE_SCRIPT.replace("PROVIDER", provider), 0o755)
    _open(root / "mirror")
    config = root / CLI_CONFIG
    _write(config, _cli_config(root / "mirror"), 0o644)
    return config


def named_types(texts: Iterable[bytes]) -> frozenset[str]:
    """The resource and data source types that a configuration names anywhere in its files, and words that look like one."""
    return frozenset(word.decode() for text in texts for word in _TYPE.findall(text))


def environment(*, account: str, run_id: str, types: Collection[str] | None = None) -> dict[str, str]:
    """What Terraform's environment needs so that its providers act for sandbox `account`, in run `run_id`.

    `types` are those that the configuration names, all of them: Terraform then need not decode the schemas of the others.
    """
    identity = identity_of(account)
    used = {"TERRACE_SANDBOX_TYPES": " ".join(sorted(types))} if types is not None and len(types) <= MOST_TYPES else {}
    return {
        **used,
        "TF_DISABLE_PLUGIN_TLS": "1",  # the socket is private already and TLS costs 20 ms a start
        "GOGC": "400",  # decoding the schemas makes garbage: a third of a command's processor time goes into collecting it
        "TERRACE_SANDBOX_ACCOUNT": account,
        "TERRACE_SANDBOX_RUN": run_id,
        "ARM_SUBSCRIPTION_ID": identity.subscription_id,
        "ARM_TENANT_ID": identity.tenant_id,
        "ARM_CLIENT_ID": identity.client_id,
        "GOOGLE_PROJECT": identity.project,
    }


def _cli_config(mirror: Path) -> str:
    path = str(mirror).replace("\\", "\\\\").replace('"', '\\"').replace("${", "$${").replace("%{", "%%{")
    names = ", ".join(f'"{NAMESPACE}/{provider}"' for provider in VERSIONS)
    return (
        "# Providers come from the sandbox's mirror only; there is no way to a registry from here.\n"
        "disable_checkpoint = true\n"
        "provider_installation {\n"
        "  filesystem_mirror {\n"
        f'    path    = "{path}"\n'
        f"    include = [{names}]\n"
        "  }\n"
        "}\n"
    )


def _platform() -> str:
    machine = platform.machine().lower()
    return f"{platform.system().lower()}_{_ARCHITECTURES.get(machine, machine)}"


def _open(folder: Path) -> None:
    """Let whoever runs Terraform read it: nothing in it is secret, and behind walls that is another user."""
    for path in (folder, *(each for each in folder.rglob("*") if each.is_dir())):
        if path.stat().st_mode & 0o055 != 0o055:
            path.chmod(0o755)


def _write(path: Path, text: str, mode: int) -> None:
    """Puts `text` at `path` in one step, and not at all when it is there: a running Terraform may be reading it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_file() and path.read_text() == text and os.access(path, os.X_OK) == bool(mode & 0o100):
        return
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
