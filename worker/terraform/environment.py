"""Terraform's environment: written from nothing, so that nothing of the worker's own is in it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from worker.terraform.workdir import DATA, Workdir

# What official providers need to reach a cloud from behind a proxy or a private authority; set by the operator.
_NETWORK: Final = ("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "https_proxy", "http_proxy", "no_proxy")
# What is reached without a run's own proxy: the relay of the state, and a metadata service where the account may have it.
_NEAR: Final = "127.0.0.1,localhost,169.254.169.254,metadata.google.internal"
_CERTIFICATES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

# A portal that restarts is waited for: up to 40 tries, 1 to 5 s apart, some three minutes.
_STATE_RETRIES: Final = {"TF_HTTP_RETRY_MAX": "40", "TF_HTTP_RETRY_WAIT_MIN": "1", "TF_HTTP_RETRY_WAIT_MAX": "5"}


@dataclass(frozen=True, slots=True)
class StateBackend:
    """Where Terraform keeps the state, and the bearer with which it may."""

    url: str
    user: str
    """Empty where somebody else puts the bearer in."""
    password: str


def build(
    workdir: Workdir,
    *,
    cli_config: str,
    state: StateBackend,
    provider: Mapping[str, str],
    outer: Mapping[str, str],
    network: bool,
    proxy: str | None = None,
) -> dict[str, str]:
    """The whole environment. `provider` is the cloud account's part; of `outer`, the worker's own, only a few names pass.

    `network`: providers may reach the outside, so proxies and certificate stores pass as well. `proxy` is the only way there
    when it is given, and stands for whatever the worker's own environment says.
    """
    return {
        **of_tool(workdir, provider, outer=outer, network=network, proxy=proxy),
        "TF_DATA_DIR": DATA,
        "TF_CLI_CONFIG_FILE": cli_config,
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "CHECKPOINT_DISABLE": "1",
        **_state(state),
        **(_direct(state.url, outer) if network and not proxy else {}),
    }


def of_tool(
    workdir: Workdir,
    provider: Mapping[str, str],
    *,
    outer: Mapping[str, str],
    network: bool,
    proxy: str | None = None,
) -> dict[str, str]:
    """The environment of a program that is not Terraform: an account's part, and what every program needs."""
    passed = (*_CERTIFICATES, *(() if proxy else _NETWORK)) if network else ()
    return {
        **{name: outer[name] for name in passed if outer.get(name)},
        **provider,
        "PATH": _PATH,
        "LANG": "C.UTF-8",
        "HOME": str(workdir.home),
        "TMPDIR": str(workdir.temporary),
        **(_proxied(proxy) if proxy else {}),
    }


def _state(state: StateBackend) -> dict[str, str]:
    return {
        "TF_HTTP_ADDRESS": state.url,
        "TF_HTTP_LOCK_ADDRESS": state.url,
        "TF_HTTP_UNLOCK_ADDRESS": state.url,
        **({"TF_HTTP_USERNAME": state.user, "TF_HTTP_PASSWORD": state.password} if state.user else {}),
        **_STATE_RETRIES,
    }


def _proxied(proxy: str) -> dict[str, str]:
    return {"HTTPS_PROXY": proxy, "https_proxy": proxy, "NO_PROXY": _NEAR, "no_proxy": _NEAR}


def _direct(state_url: str, outer: Mapping[str, str]) -> dict[str, str]:
    """The portal is reached without a proxy: the state is nobody else's business."""
    host = urlsplit(state_url).hostname or "127.0.0.1"
    listed = outer.get("NO_PROXY") or outer.get("no_proxy") or ""
    exempt = ",".join(filter(None, [listed, host]))
    return {"NO_PROXY": exempt, "no_proxy": exempt}
