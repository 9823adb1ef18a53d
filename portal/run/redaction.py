"""Taking a run's secrets out of a text: the values themselves and the forms in which programs print them."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar
from urllib.parse import quote, quote_plus

from sqlmodel import Session, col, select

from portal.cloud_account import service as cloud_account_service
from portal.kit.errors import TerraceError
from portal.models import Run, TemplateVersion
from portal.run import archive
from portal.run.schemas import RunError
from portal.template import service as template_service

Found = TypeVar("Found")
MASK = "(sensitive)"
MIN_LENGTH = 4
"""Shorter secrets are left: replacing every "1" hides nothing and makes the text useless."""


class Redactor:
    """Replaces every secret it knows. Longer forms go first, so a secret within a secret leaves no rest."""

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets if len(secret) >= MIN_LENGTH for form in derived(secret)}
        ordered = sorted(forms, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def text(self, text: str) -> str:
        """The text without the secrets."""
        return self._pattern.sub(MASK, text) if self._pattern else text

    def error(self, error: RunError) -> RunError:
        """The error without the secrets."""
        texts = {name: self.text(value) for name, value in error if isinstance(value, str)}
        return error.model_copy(update=texts)


def derived(secret: str) -> Iterator[str]:
    """The forms in which a secret may be printed: itself, JSON, URL, base64, and each of its lines."""
    raw = secret.encode()
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield quote(secret, safe="")
    yield quote_plus(secret)
    yield from (base64.b64encode(raw).decode().rstrip("="), base64.urlsafe_b64encode(raw).decode().rstrip("="))
    yield from (line for line in secret.splitlines() if len(line.strip()) >= 2 * MIN_LENGTH)


def of_run(session: Session, run_id: str) -> Redactor:
    """A redactor with the run's sensitive values and its account's credentials."""
    query = select(Run.cloud_account_id, Run.template_version_id).where(col(Run.id) == run_id)
    account_id, version_id = session.exec(query).one()
    values = _readable(lambda: session.exec(select(col(Run.values)).where(col(Run.id) == run_id)).one()) or {}
    secrets = _readable(lambda: _sensitive(session.get_one(TemplateVersion, version_id), values))
    if secrets is None:
        # A template that cannot be read tells nobody what is secret in it: then everything is.
        secrets = set(_texts(values))
    account = _readable(lambda: cloud_account_service.environment_for(session, account_id).secrets)
    return Redactor({*secrets, *(account or ())})


def _readable(read: Callable[[], Found]) -> Found | None:
    """What `read` returns, or None when it cannot be had: what nobody can read is in no text either."""
    try:
        return read()
    except TerraceError:
        return None


def _sensitive(template: TemplateVersion, values: dict[str, Any]) -> set[str]:
    module = template_service.module_from_files(archive.unpack(template.archive))
    return set(template_service.sensitive_values(module, values))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)
