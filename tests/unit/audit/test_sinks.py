"""Batches for a webhook: signed as Standard Webhooks has it, and refused answers are reasons. Settings that cannot be used."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import httpx
import pytest

from portal.audit import sinks
from portal.kit.config import from_environment
from portal.kit.errors import ConfigurationError, Unavailable
from tests.unit.audit.test_export import event

URL = "https://siem.example/hook?key=canary"


def answering(monkeypatch: pytest.MonkeyPatch, status: int) -> list[dict[str, Any]]:
    asked: list[dict[str, Any]] = []

    def post(url: str, **given: Any) -> httpx.Response:
        asked.append({"url": url, **given})
        return httpx.Response(status)

    monkeypatch.setattr(httpx, "post", post)
    return asked


def test_a_batch_is_signed_over_id_time_and_body_with_every_key(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answering(monkeypatch, 204)
    rules = from_environment({"TERRACE_AUDIT_WEBHOOK": URL, "TERRACE_AUDIT_WEBHOOK_KEYS": "new whsec_b2xk"}).audit
    [sink] = sinks.configured(rules)
    sink.send([event(n=7), event(n=8)])
    [sent] = asked
    headers, body = sent["headers"], sent["content"]
    assert headers["webhook-id"] == "audit-7-8"
    signed = f"audit-7-8.{headers['webhook-timestamp']}.".encode() + body
    wanted = [base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode() for key in (b"new", b"old")]
    assert headers["webhook-signature"].split() == [f"v1,{item}" for item in wanted]
    assert [item["n"] for item in json.loads(body)["events"]] == [7, 8]
    assert sent["follow_redirects"] is False
    assert "canary" not in sink.target


@pytest.mark.parametrize("status", [301, 401, 500])
def test_whatever_is_no_success_is_a_reason_to_send_again(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    answering(monkeypatch, status)
    with pytest.raises(Unavailable, match=str(status)):
        sinks.Webhook(URL, ()).send([event()])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("TERRACE_AUDIT_DAYS", "29"),
        ("TERRACE_AUDIT_SYSLOG", "siem.example:514"),
        ("TERRACE_AUDIT_WEBHOOK", "http://siem.example/"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_before_anything_starts(name: str, text: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        from_environment({name: text})
