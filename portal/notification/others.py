"""Further services, by apprise: only those whose messages go to one host that their maker names.

apprise knows more than a hundred schemes. Some start programs, write files or call any host that an address names; none of these
is here. For those here the host is in apprise's own code, so an address holds keys and no way into the network (attack 28).
Redirects are not followed; templates and attachments, which read files, are off, and so is everything that an address could set
after a `?`, but for a region.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from portal.kit.errors import FieldProblem, Invalid

SERVICES: Final = {
    "discord": "Discord",
    "gchat": "Google Chat",
    "opsgenie": "Opsgenie",
    "pagerduty": "PagerDuty",
    "pover": "Pushover",
    "tgram": "Telegram",
    "wxteams": "Webex",
}
_PARAMETERS: Final = frozenset({"region", "priority"})
_SECONDS: Final = 10.0


def service_of(url: str) -> str:
    """What the address is of, for people; Invalid when it is of none of these services or cannot be used."""
    scheme = urlsplit(url).scheme.lower()
    if scheme not in SERVICES or not url.lower().startswith(f"{scheme}://"):
        raise _invalid(f"Begin with one of {', '.join(f'{name}://' for name in SERVICES)}.")
    if not {name.lower() for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)} <= _PARAMETERS:
        raise _invalid(f"After the ? there can be {' and '.join(sorted(_PARAMETERS))} only.")
    if _opened(url) is None:
        raise _invalid(
            f"{SERVICES[scheme]} does not know an address like this. docs/notifications.md shows how they look."
        )
    return SERVICES[scheme]


def send(url: str, subject: str, text: str, link: str) -> str | None:
    """Send it; a sentence when the service did not take it. apprise does not say why, to keep keys out of what it says."""
    service = service_of(url)
    body = f"{text}\n\n{link}" if link else text
    return None if _notify(_opened(url), _calm(subject), _calm(body)) else f"{service} did not take it."


def _notify(opened: Any, subject: str, body: str) -> bool:
    from apprise.common import NotifyFormat

    return bool(opened.notify(title=subject, body=body, body_format=NotifyFormat.TEXT))


def _opened(url: str) -> Any:
    import apprise

    asset = apprise.AppriseAsset(
        app_id="Terrace",
        app_desc="Terrace",
        async_mode=False,
        http_redirects=False,
        allow_templates=False,
        secure_logging=True,
        service_timeout=_SECONDS,
        storage_mode=apprise.PersistentStoreMode.MEMORY,
    )
    return apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)


def _calm(text: str) -> str:
    """Without mentions: `@everyone` in the name of a deployment calls nobody."""
    return text.replace("@", "@\u200b")


def _invalid(sentence: str) -> Invalid:
    return Invalid(sentence, [FieldProblem("url", sentence)])
