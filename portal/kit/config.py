"""The process's settings, read once from the environment (`TERRACE_*`).

Every variable is documented in docs/operations.md. Nothing else reads `os.environ` for configuration, but for the tools of the
sandbox cloud (`python -m worker.sandbox`), which are there without a portal too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from portal.kit.errors import ConfigurationError

PROJECT_DIR = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one phase of a run may use. Bytes, seconds and counts; docs/worker.md says what happens at each."""

    plan_seconds: float
    apply_seconds: float
    output_bytes: int
    log_lines: int
    log_bytes: int
    plan_bytes: int
    processes: int
    memory_bytes: int
    disk_bytes: int


@dataclass(frozen=True, slots=True)
class Isolation:
    """What is around Terraform; docs/isolation.md says what each means."""

    mode: str
    """`auto`, `require` or `off`."""
    egress: str
    """`proxy` or `direct`: how Terraform reaches a real cloud."""
    refused_networks: tuple[str, ...]
    readable: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class ProviderRules:
    """Where the official providers come from, and which may be used."""

    sources: tuple[str, ...]
    """`namespace/name` in Terraform's registry, or with a host in front; `*` stands for any name."""
    mirror: str | None
    """A folder, or an address beginning with https://."""

    @property
    def mirror_url(self) -> str | None:
        return self.mirror if self.mirror and self.mirror.startswith("https://") else None


@dataclass(frozen=True, slots=True)
class AuditRules:
    """Where the audit trail goes besides the database, and how long it stays there."""

    syslog: str | None
    """`tls://host:6514`, `tcp://host:601` or `udp://host:514`."""
    webhook: str | None
    webhook_keys: tuple[str, ...]
    days: int
    """Older events are removed; 0: never."""
    archive: Path | None
    """A folder that they are written to before."""


@dataclass(frozen=True, slots=True)
class Mail:
    """How messages leave by mail."""

    url: str | None = field(repr=False)
    """`smtp://user:password@host:587` (STARTTLS) or `smtps://…`; None: no mail is sent."""
    sender: str


@dataclass(frozen=True, slots=True)
class Quotas:
    """What a project may use where nothing else is said of it. None: no limit."""

    deployments: int | None
    resources: int | None
    budget: float | None
    """US dollars a month."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One process's settings. Durations are seconds; URLs are without a trailing slash."""

    host: str
    port: int
    data_dir: Path
    templates_dir: Path
    templates_manual: bool
    """Whether a new version of a template is a draft until somebody publishes it."""
    database_url: str | None
    redis_url: str | None
    public_url: str
    state_url: str
    """Where workers reach the portal for Terraform's state; differs from `public_url` inside a cluster."""
    admin_email: str | None
    admin_password: str | None
    admin_token: str | None
    secret_keys: tuple[str, ...]
    """`id:base64` of 32 bytes each; the first encrypts, all decrypt."""
    secret_keys_file: Path | None
    """The same in a file, instead."""
    secret_keys_wrapped_by: str | None
    """The key in Azure Key Vault or Google Cloud KMS under which those keys are kept, if they are."""
    signing_key_days: int
    """How old the key that signs tokens for clouds may become; 0: it is renewed by hand only."""
    terraform_bin: str | None
    az_bin: str | None
    gcloud_bin: str | None
    """The clouds' own tools, for actions; found on PATH when None."""
    sandbox_socket: Path
    cookie_secure: bool
    session_seconds: int
    session_idle_seconds: int
    lease_seconds: float
    beat_seconds: float
    sweep_seconds: float
    stop_seconds: float
    """How long a worker that is being stopped lets a phase go on."""
    state_wait_seconds: float
    plan_seconds: int
    approval_seconds: int
    """How long a plan waits to be approved."""
    worker_concurrency: int
    project_runs: int
    account_runs: int
    """How many runs of one project, and on one cloud account, workers hold at once where nothing else is said."""
    quotas: Quotas
    limits: Limits
    isolation: Isolation
    providers: ProviderRules
    audit: AuditRules
    oidc: Mapping[str, str] = field(repr=False)
    """Variables of identity providers, without their beginning: portal/auth/oidc/environment.py."""
    private_hosts: frozenset[str]
    """Hosts inside the network that addresses which people configure may name; portal/kit/web.py."""
    mail: Mail
    notification_days: int
    """How long notifications and the log of what was sent are kept."""
    log_level: str
    log_json: bool

    def require_database_url(self) -> str:
        """The database's URL (SQLAlchemy form, psycopg 3); ConfigurationError when there is none."""
        if not self.database_url:
            raise ConfigurationError("TERRACE_DATABASE_URL is not set. Set it, or start the portal with `terrace up`.")
        return self.database_url

    def redis_database(self, number: int) -> str:
        """The Redis URL, `number` databases further: 0 Celery, 1 Reflex's state, 2 live nudges and rate limits.

        Counted from the database that TERRACE_REDIS_URL names, so that two portals can share a Redis.
        """
        if not self.redis_url:
            raise ConfigurationError("TERRACE_REDIS_URL is not set. Set it, or start the portal with `terrace up`.")
        base, _, query = self.redis_url.partition("?")
        if base.startswith("unix:"):
            return f"{base}?db={_first_database(dict(parse_qsl(query)).get('db', '')) + number}"
        scheme, _, rest = base.partition("://")
        host, _, first = rest.partition("/")
        return f"{scheme}://{host}/{_first_database(first) + number}" + (f"?{query}" if query else "")


def _first_database(text: str) -> int:
    if text and not text.isdecimal():
        raise ConfigurationError(f"TERRACE_REDIS_URL must end in the number of a database, not in {text!r}.")
    return int(text or 0)


_OIDC = re.compile(r"TERRACE_(?:OIDC)_")


def from_environment(environ: Mapping[str, str]) -> Settings:
    """Settings out of an environment; ConfigurationError names the variable that cannot be used."""
    port = _integer(environ, "TERRACE_PORT", 3000, low=1, high=65535)
    data_dir = Path(environ.get("TERRACE_DATA_DIR") or PROJECT_DIR / ".data").absolute()
    public_url = (environ.get("TERRACE_PUBLIC_URL") or f"http://localhost:{port}").rstrip("/")
    return Settings(
        host=environ.get("TERRACE_HOST") or "127.0.0.1",
        port=port,
        data_dir=data_dir,
        templates_dir=Path(environ.get("TERRACE_TEMPLATES_DIR") or PROJECT_DIR / "templates").absolute(),
        templates_manual=_choice(environ, "TERRACE_TEMPLATES_PUBLISH", ("auto", "manual")) == "manual",
        database_url=_database_url(environ.get("TERRACE_DATABASE_URL")),
        redis_url=environ.get("TERRACE_REDIS_URL") or None,
        public_url=public_url,
        state_url=(environ.get("TERRACE_STATE_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
        admin_email=environ.get("TERRACE_ADMIN_EMAIL") or None,
        admin_password=environ.get("TERRACE_ADMIN_PASSWORD") or None,
        admin_token=environ.get("TERRACE_ADMIN_TOKEN") or None,
        secret_keys=tuple(key for key in environ.get("TERRACE_SECRET_KEYS", "").replace(",", " ").split() if key),
        secret_keys_file=_file(environ, "TERRACE_SECRET_KEYS_FILE"),
        secret_keys_wrapped_by=environ.get("TERRACE_SECRET_KEYS_WRAPPED_BY") or None,
        signing_key_days=_integer(environ, "TERRACE_SIGNING_KEY_DAYS", 90, low=0, high=3650),
        terraform_bin=environ.get("TERRACE_TERRAFORM_BIN") or None,
        az_bin=environ.get("TERRACE_AZ_BIN") or None,
        gcloud_bin=environ.get("TERRACE_GCLOUD_BIN") or None,
        sandbox_socket=Path(environ.get("TERRACE_SANDBOX_SOCKET") or data_dir / "run" / "sandbox.sock"),
        cookie_secure=_flag(environ, "TERRACE_COOKIE_SECURE", public_url.startswith("https://")),
        session_seconds=_integer(environ, "TERRACE_SESSION_SECONDS", 12 * 3600, low=60, high=30 * 86400),
        session_idle_seconds=_integer(environ, "TERRACE_SESSION_IDLE_SECONDS", 2 * 3600, low=60, high=30 * 86400),
        lease_seconds=_number(environ, "TERRACE_LEASE_SECONDS", 15.0),
        beat_seconds=_number(environ, "TERRACE_BEAT_SECONDS", 3.0),
        sweep_seconds=_number(environ, "TERRACE_SWEEP_SECONDS", 3.0),
        stop_seconds=_number(environ, "TERRACE_STOP_SECONDS", 8.0),
        state_wait_seconds=_number(environ, "TERRACE_STATE_WAIT_SECONDS", 120.0),
        plan_seconds=_integer(environ, "TERRACE_PLAN_SECONDS", 7 * 86400, low=60, high=365 * 86400),
        approval_seconds=_integer(environ, "TERRACE_APPROVAL_SECONDS", 7 * 86400, low=60, high=365 * 86400),
        worker_concurrency=_integer(environ, "TERRACE_WORKER_CONCURRENCY", 2, low=1, high=256),
        project_runs=_integer(environ, "TERRACE_PROJECT_RUNS", 20, low=1, high=10_000),
        account_runs=_integer(environ, "TERRACE_ACCOUNT_RUNS", 20, low=1, high=10_000),
        quotas=_quotas(environ),
        limits=_limits(environ),
        isolation=_isolation(environ),
        providers=_providers(environ),
        mail=_mail(environ),
        notification_days=_integer(environ, "TERRACE_NOTIFICATION_DAYS", 90, low=1, high=3650),
        audit=_audit(environ),
        oidc={key[13:]: value for key, value in environ.items() if _OIDC.match(key) and value},
        private_hosts=frozenset(word.lower() for word in _words(environ, "TERRACE_PRIVATE_HOSTS", "")),
        log_level=(environ.get("TERRACE_LOG_LEVEL") or "INFO").upper(),
        log_json=_flag(environ, "TERRACE_LOG_JSON", False),
    )


def _audit(environ: Mapping[str, str]) -> AuditRules:
    days = _integer(environ, "TERRACE_AUDIT_DAYS", 0, low=0, high=36_500)
    if 0 < days < 30:
        raise ConfigurationError("TERRACE_AUDIT_DAYS must be 0, which keeps every event, or at least 30.")
    syslog = environ.get("TERRACE_AUDIT_SYSLOG") or None
    if syslog and not syslog.startswith(("tls://", "tcp://", "udp://")):
        raise ConfigurationError("TERRACE_AUDIT_SYSLOG must be like tls://host:6514, tcp://host:601 or udp://host:514.")
    webhook = environ.get("TERRACE_AUDIT_WEBHOOK") or None
    if webhook and not webhook.startswith("https://"):
        raise ConfigurationError("TERRACE_AUDIT_WEBHOOK must begin with https://.")
    archive = environ.get("TERRACE_AUDIT_ARCHIVE")
    return AuditRules(
        syslog=syslog,
        webhook=webhook,
        webhook_keys=_words(environ, "TERRACE_AUDIT_WEBHOOK_KEYS", ""),
        days=days,
        archive=Path(archive).absolute() if archive else None,
    )


def _quotas(environ: Mapping[str, str]) -> Quotas:
    budget = environ.get("TERRACE_PROJECT_BUDGET")
    return Quotas(
        deployments=_maybe_integer(environ, "TERRACE_PROJECT_DEPLOYMENTS", high=1_000_000),
        resources=_maybe_integer(environ, "TERRACE_PROJECT_RESOURCES", high=10_000_000),
        budget=float(_integer(environ, "TERRACE_PROJECT_BUDGET", 0, low=0, high=1_000_000_000)) if budget else None,
    )


def _maybe_integer(environ: Mapping[str, str], name: str, *, high: int) -> int | None:
    return _integer(environ, name, 0, low=0, high=high) if environ.get(name) else None


def _limits(environ: Mapping[str, str]) -> Limits:
    return Limits(
        plan_seconds=_number(environ, "TERRACE_PLAN_TIMEOUT_SECONDS", 3600.0),
        apply_seconds=_number(environ, "TERRACE_APPLY_TIMEOUT_SECONDS", 28800.0),
        output_bytes=_megabytes(environ, "TERRACE_OUTPUT_MB", 256),
        log_lines=_integer(environ, "TERRACE_LOG_LINES", 50_000, low=100, high=1_000_000),
        log_bytes=_megabytes(environ, "TERRACE_LOG_MB", 16),
        plan_bytes=_megabytes(environ, "TERRACE_PLAN_MB", 128),
        processes=_integer(environ, "TERRACE_RUN_PROCESSES", 512, low=16, high=1_000_000),
        memory_bytes=_megabytes(environ, "TERRACE_RUN_MEMORY_MB", 8192),
        disk_bytes=_megabytes(environ, "TERRACE_RUN_DISK_MB", 4096),
    )


def _file(environ: Mapping[str, str], name: str) -> Path | None:
    text = environ.get(name)
    return Path(text).absolute() if text else None


def _megabytes(environ: Mapping[str, str], name: str, default: int) -> int:
    return _integer(environ, name, default, low=1, high=1 << 20) << 20


@lru_cache(maxsize=1)
def settings() -> Settings:
    """This process's settings. Tests that change the environment call `settings.cache_clear()`."""
    return from_environment(os.environ)


def _database_url(value: str | None) -> str | None:
    if not value:
        return None
    scheme, separator, rest = value.partition("://")
    if scheme in ("postgres", "postgresql"):
        scheme = "postgresql+psycopg"
    if scheme != "postgresql+psycopg" or not separator:
        raise ConfigurationError(
            "TERRACE_DATABASE_URL must be a PostgreSQL address, postgresql://user:password@host/name."
        )
    return f"{scheme}://{rest}"


def _integer(environ: Mapping[str, str], name: str, default: int, *, low: int, high: int) -> int:
    text = environ.get(name)
    if not text:
        return default
    if not text.isdecimal() or not low <= int(text) <= high:
        raise ConfigurationError(f"{name} must be a whole number from {low} to {high}, not {text!r}.")
    return int(text)


def _number(environ: Mapping[str, str], name: str, default: float) -> float:
    text = environ.get(name)
    try:
        value = float(text) if text else default
    except ValueError:
        value = -1.0
    if value <= 0:
        raise ConfigurationError(f"{name} must be a number of seconds above 0, not {text!r}.")
    return value


def _flag(environ: Mapping[str, str], name: str, default: bool) -> bool:
    text = (environ.get(name) or "").lower()
    if not text:
        return default
    if text in ("1", "true", "yes", "on"):
        return True
    if text in ("0", "false", "no", "off"):
        return False
    raise ConfigurationError(f"{name} must be true or false, not {text!r}.")


def _isolation(environ: Mapping[str, str]) -> Isolation:
    return Isolation(
        mode=_choice(environ, "TERRACE_ISOLATION", ("auto", "require", "off")),
        egress=_choice(environ, "TERRACE_EGRESS", ("proxy", "direct")),
        refused_networks=_networks(environ, "TERRACE_EGRESS_REFUSE"),
        readable=tuple(Path(word) for word in environ.get("TERRACE_ISOLATION_READ", "").split(os.pathsep) if word),
    )


def _choice(environ: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    """One of `choices`, the first when nothing is said."""
    text = (environ.get(name) or choices[0]).lower()
    if text not in choices:
        raise ConfigurationError(f"{name} must be {', '.join(choices[:-1])} or {choices[-1]}, not {text!r}.")
    return text


def _words(environ: Mapping[str, str], name: str, default: str) -> tuple[str, ...]:
    return tuple((environ.get(name) or default).replace(",", " ").split())


def _networks(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    try:
        return tuple(str(ip_network(word, strict=False)) for word in _words(environ, name, ""))
    except ValueError as error:
        raise ConfigurationError(f"{name} must be networks such as 10.0.0.0/8: {error}.") from error


def _mail(environ: Mapping[str, str]) -> Mail:
    url = environ.get("TERRACE_SMTP_URL") or None
    if url and (urlsplit(url).scheme not in ("smtp", "smtps") or not urlsplit(url).hostname):
        raise ConfigurationError("TERRACE_SMTP_URL must be smtp://user:password@host:587 or smtps://…:465.")
    return Mail(url, environ.get("TERRACE_MAIL_FROM") or "Terrace <terrace@localhost>")


def _providers(environ: Mapping[str, str]) -> ProviderRules:
    mirror = environ.get("TERRACE_PROVIDER_MIRROR")
    if mirror and "://" not in mirror:
        mirror = str(Path(mirror).absolute())
    elif mirror and not mirror.startswith("https://"):
        raise ConfigurationError(f"TERRACE_PROVIDER_MIRROR must be a folder or an https address, not {mirror!r}.")
    sources = _words(environ, "TERRACE_PROVIDERS", "hashicorp/azurerm hashicorp/google")
    return ProviderRules(sources, f"{mirror.rstrip('/')}/" if mirror and "://" in mirror else mirror or None)
