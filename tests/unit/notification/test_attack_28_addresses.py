"""Attack 28: where a channel may lead, judged when it is made; tests of the service try it when it is called."""

from __future__ import annotations

import pytest

from portal.kit.errors import Invalid
from portal.notification import channels


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/x",
        "ftp://hooks.example/",
        "https://user:pass@hooks.example/",
        "file:///etc/passwd",
        "hooks.example",
    ],
)
def test_attack_28_a_channel_has_an_https_address_and_nothing_else(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        channels.target_of("webhook", url, [])
    assert refused.value.errors[0].path == "url"


@pytest.mark.parametrize(
    "url",
    [
        "json://127.0.0.1/", "jsons://hooks.example/", "xml://127.0.0.1", "form://127.0.0.1", "apprise://127.0.0.1/token",
        "gotify://127.0.0.1/token", "ntfy://127.0.0.1/topic", "mailto://127.0.0.1", "syslog://", "dbus://", "macosx://",
        "windows://", "gnome://", "rsyslog://127.0.0.1", "mqtt://127.0.0.1", "https://discord.com/api/webhooks/1/abc",
        "discord://123456789012345678/abcdefghijklmnop?template=/etc/passwd",
        "discord://123456789012345678/abcdefghijklmnop?redirect=yes", "discord://", "discord:/x",
    ],
)  # fmt: skip
def test_attack_28_of_apprise_only_services_with_one_host_can_be_used(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        channels.target_of("apprise", url, [])
    assert refused.value.errors[0].path == "url"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("discord://123456789012345678/abcdefghijklmnop", "Discord"),
        ("pagerduty://A1BRTD4JD@0123456789abcdef0123456789abcdef?region=eu", "PagerDuty"),
        ("tgram://123456789:abcdefg_hijklmnop/12315544/", "Telegram"),
    ],
)
def test_of_a_service_its_name_is_shown(url: str, shown: str) -> None:
    assert channels.target_of("apprise", url, []) == ({"url": url}, shown)
