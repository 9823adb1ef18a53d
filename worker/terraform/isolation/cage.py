"""One phase's commands behind walls: what they see, whom they may talk to, and how each is started."""

from __future__ import annotations

import base64
import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from portal.kit.config import PROJECT_DIR, Settings
from portal.run.schemas import Job
from worker.terraform import credentials, environment
from worker.terraform.engine import Engine
from worker.terraform.environment import StateBackend
from worker.terraform.isolation import layout, program
from worker.terraform.isolation.host import Walls, strongest
from worker.terraform.providers import Source
from worker.terraform.workdir import Workdir

_STATE_USER: Final = "run"
_HERE: Final = "127.0.0.1"
_STATE_PORT, _PROXY_PORT = 8001, 8002
_PROXY: Final = f"http://{_HERE}:{_PROXY_PORT}"
_METADATA: Final = ("169.254.169.254", 80)
_METADATA_SERVICE: Final = _METADATA
"""Where it is for the worker, if it does not say so."""
_METADATA_HOST: Final = "GCE_METADATA_HOST"
_METADATA_NAMES: Final = {
    "/etc/hosts": "127.0.0.1 localhost\n::1 localhost\n169.254.169.254 metadata.google.internal metadata\n"
}
_KEPT_OUTSIDE: Final = "kept-by-the-worker"
_TOOLS: Final = (Path("/opt/az"), Path("/opt/google-cloud-sdk"))
"""Where the clouds' own tools are beside /usr, as their packages install them."""
_IDENTITY: Final = "/api/v1/identity/token"


class Cage:
    """Around the commands of one phase. Without walls it is nothing: commands are started as they are."""

    def __init__(
        self,
        walls: Walls,
        job: Job,
        config: Settings,
        *,
        files: Workdir,
        engine: Engine | None = None,
        source: Source | None = None,
    ) -> None:
        """An action has neither engine nor source of providers: its commands are of the cloud's own tool."""
        self._walls, self._config, self._job = walls, config, job
        self._state = StateBackend(job.state_url, _STATE_USER, job.state_token.reveal())
        self._files, self._engine, self._source = files, engine, source
        self._sandbox = job.account.kind == "sandbox"
        self._own_network = walls.up and (self._sandbox or config.isolation.egress == "proxy")
        self._is_machine = self._own_network and credentials.is_the_machine(job.account)
        self._given = False
        self._program: tuple[str, ...] = engine.command if engine else ()

    @classmethod
    def around(
        cls, job: Job, config: Settings, *, files: Workdir, engine: Engine | None = None, source: Source | None = None
    ) -> Cage:
        """The strongest that this machine can build."""
        return cls(strongest(config.isolation.mode), job, config, files=files, engine=engine, source=source)

    @property
    def own_files(self) -> int | None:
        """The user who must own what Terraform reads and writes; None when that is the worker's own."""
        return self._walls.own_files

    def environment(self, outer: Mapping[str, str]) -> dict[str, str]:
        """Terraform's whole environment; writes the account's credential files. `outer` is the worker's own."""
        if self._source is None:
            raise ValueError("an action starts no Terraform")
        account = credentials.environment(self._job, self._files, renamed=self.renamed())
        return environment.build(
            self._files,
            cli_config=str(self._source.cli_config),
            state=self._inner_state(),
            provider={**account, **self._source.environment, **self._moved(account)},
            outer=outer,
            network=not self._sandbox,
            proxy=_PROXY if self._own_network and not self._sandbox else None,
        )

    def tool_environment(self, access: Mapping[str, str], outer: Mapping[str, str]) -> dict[str, str]:
        """The whole environment of a cloud's own tool; `access` is what lets it act for the account."""
        proxy = _PROXY if self._own_network and not self._sandbox else None
        given = {**access, **self._moved(access)}
        return environment.of_tool(self._files, given, outer=outer, network=not self._sandbox, proxy=proxy)

    def _moved(self, given: Mapping[str, str]) -> dict[str, str]:
        """Where the metadata service is inside, if the worker has it elsewhere."""
        return {_METADATA_HOST: _METADATA[0]} if self._is_machine and _METADATA_HOST in given else {}

    def _inner_state(self) -> StateBackend:
        """How Terraform reaches the state. Behind walls the run's token is put in on the way, and not known inside."""
        if not self._own_network:
            return self._state
        return StateBackend(f"http://{_HERE}:{_STATE_PORT}{urlsplit(self._state.url).path}", "", "")

    def renamed(self) -> Mapping[str, str]:
        """What has another address, or nothing to say, inside: to be replaced in what the account gives."""
        if not self._own_network or self._sandbox:
            return {}
        place = urlsplit(self._state.url)
        return {
            f"{place.scheme}://{place.netloc}{_IDENTITY}": f"http://{_HERE}:{_STATE_PORT}{_IDENTITY}",
            self._state.password: _KEPT_OUTSIDE,
        }

    @contextmanager
    def starting(self, argv: Sequence[str], *, verb: str) -> Iterator[program.Start]:
        """How to start a command: as it is, or behind the walls."""
        if not self._walls.up:
            yield program.Start(list(argv))
            return
        self._hand_over(verb)
        self._program = self._program or tuple(argv)
        with program.started(self._walls, self._plan(verb), self._answers(), argv) as start:
            yield start

    def _hand_over(self, verb: str) -> None:
        """What Terraform reads and writes becomes its own. Afterwards only Terraform writes there."""
        user = self._walls.own_files
        if user is not None and not self._given:
            self._files.give_to(user)
            self._given = True
        if user is not None and verb == "init" and self._source is not None:
            self._source.give_cache_to(user)

    def _plan(self, verb: str) -> dict[str, Any]:
        files, source = self._files, self._source
        place = files.module if source else files.home
        around = layout.Layout(files.root, place, self._walls.user, own_network=self._own_network)
        around.hidden = [self._config.data_dir, self._config.templates_dir, PROJECT_DIR / ".data"]
        around.read(
            *layout.python_files(),
            *(layout.own_files() if self._walls.program else ()),
            *layout.engine_files(self._program),
            *(source.readable if source else _TOOLS),
        )
        around.read(files.sockets, *self._certificates(), *credentials.files_elsewhere(self._job.account))
        around.read(*self._config.isolation.readable)
        around.write(
            *files.terraforms,
            files.secrets,
            *([source.plugin_cache] if source and source.plugin_cache and verb == "init" else []),
        )
        if self._is_machine:
            around.files |= _METADATA_NAMES
        return around.plan() | {"listen": [place for _, place in self._doors()]} | self._gate()

    def _certificates(self) -> list[Path]:
        """Authorities that the operator has named for the outside."""
        names = () if self._sandbox else ("SSL_CERT_FILE", "SSL_CERT_DIR")
        return [Path(os.environ[name]) for name in names if os.environ.get(name)]

    def _doors(self) -> list[tuple[str, tuple[str, int]]]:
        """What is answered from outside, and at which address inside."""
        if not self._own_network:
            return []
        proxy = [] if self._sandbox else [("egress", (_HERE, _PROXY_PORT))]
        return [("state", (_HERE, _STATE_PORT)), *proxy, *([("metadata", _METADATA)] if self._is_machine else [])]

    def _gate(self) -> dict[str, Any]:
        """Where the daemon's control socket is expected, there is one of our own."""
        if not self._sandbox:
            return {}
        gate = self._files.sockets / "control"
        gate.unlink(missing_ok=True)
        return {"gate": str(gate), "gate_at": str(self._config.sandbox_socket)}

    def _answers(self) -> dict[str, Any]:
        found: dict[str, Any] = {"listening": [name for name, _ in self._doors()], "state": _portal(self._state)}
        if self._sandbox:
            return found | {"control": self._control()}
        return found | {"egress": _policy(self._config), "metadata": self._machine()}

    def _machine(self) -> dict[str, Any]:
        """Where the machine's metadata service is, and for which of its identities it may be asked."""
        account = self._job.account
        host, _, port = account.env.get(_METADATA_HOST, "").partition(":")
        place = (host, int(port or 80)) if host else _METADATA_SERVICE
        return {
            "host": place[0],
            "port": place[1],
            "cloud": account.cloud,
            "client_id": account.env.get("ARM_CLIENT_ID"),
        }

    def _control(self) -> dict[str, Any]:
        fields = {
            "TERRACE_SANDBOX_ACCOUNT": self._job.account.slug,
            "TERRACE_SANDBOX_RUN": self._job.run_id,
            "folder": str(self._files.sockets),
        }
        is_action = self._job.command is not None
        return {"socket": str(self._config.sandbox_socket), "fields": fields, "is_action": is_action}


def _portal(state: StateBackend) -> dict[str, Any]:
    """Where the portal is, and what of it may be asked: one deployment's state, and who the run is."""
    place = urlsplit(state.url)
    tls = place.scheme == "https"
    login = base64.b64encode(f"{state.user}:{state.password}".encode()).decode()
    return {
        "host": place.hostname or _HERE,
        "port": place.port or (443 if tls else 80),
        "tls": tls,
        "authority": place.netloc.rpartition("@")[2],
        "paths": {
            place.path: (("GET", "POST", "LOCK", "UNLOCK"), f"Basic {login}"),
            _IDENTITY: (("GET",), f"Bearer {state.password}"),
        },
    }


def _policy(config: Settings) -> dict[str, Any]:
    """Which addresses are refused beside those that always are: the portal's own servers, and what the operator names."""
    networks = [ip_network(network) for network in config.isolation.refused_networks]
    for url in (config.database_url, config.redis_url, config.state_url):
        networks += [ip_network(address) for address in _addresses(url)]
    return {
        "refused": [(str(network.network_address), network.prefixlen) for network in networks],
        "proxy": _operators_proxy(),
    }


def _addresses(url: str | None) -> set[str]:
    """Where a server is. One that cannot be found cannot be reached either."""
    host = urlsplit(url).hostname if url else None
    if not host:
        return set()
    with suppress(OSError):
        return {str(found[4][0]).partition("%")[0] for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    return set()


def _operators_proxy() -> dict[str, Any] | None:
    """The proxy of the site, by which the internet is then reached."""
    url = os.environ.get("HTTPS_PROXY") or os.environ.get("https_proxy")
    if not url:
        return None
    place = urlsplit(url if "//" in url else f"http://{url}")
    login = f"{place.username}:{place.password or ''}" if place.username else ""
    excepted = os.environ.get("NO_PROXY") or os.environ.get("no_proxy") or ""
    return {
        "host": place.hostname or "",
        "port": place.port or 8080,
        "authorization": f"Basic {base64.b64encode(login.encode()).decode()}" if login else None,
        "excepted": [word.strip().lower().lstrip(".*") for word in excepted.split(",") if word.strip()],
    }
