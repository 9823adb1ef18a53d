"""Messages of chat programs, in their shapes. What people typed is in places where nothing is markup.

Slack's `plain_text` and Teams' text runs are shown as they are: no mentions, no links, no formatting. The one link is a button
to the portal. Where a plain text stands beside (for notifications of phones), what Slack would read as markup is escaped.
"""

from __future__ import annotations

from typing import Any, Final

_HEADER: Final = 150
_SECTION: Final = 3000
OPEN: Final = "Open in Terrace"


def slack(subject: str, text: str, link: str) -> dict[str, Any]:
    """For an incoming webhook of Slack."""
    blocks: list[dict[str, Any]] = [{"type": "header", "text": _plain(subject[:_HEADER])}]
    if text:
        blocks.append({"type": "section", "text": _plain(text[:_SECTION])})
    if link:
        button = {"type": "button", "text": _plain(OPEN), "url": link}
        blocks.append({"type": "actions", "elements": [button]})
    return {"text": escaped(subject), "blocks": blocks}


def teams(subject: str, text: str, link: str) -> dict[str, Any]:
    """For a workflow of Microsoft Teams that posts what a webhook request holds: an adaptive card."""
    body: list[dict[str, Any]] = [_run(subject, weight="Bolder", size="Medium")]
    body += [_run(block) for block in text.split("\n\n") if block.strip()]
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": subject,
        "body": body,
    }
    if link:
        card["actions"] = [{"type": "Action.OpenUrl", "title": OPEN, "url": link}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def escaped(text: str) -> str:
    """The text as Slack shows it and nothing else: what would begin a mention or a link does not."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text or " ", "emoji": False}


def _run(text: str, **style: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text.strip() or " ", **style}]}
