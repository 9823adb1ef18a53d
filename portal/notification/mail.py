"""Mail over the operator's server, with the standard library: it encrypts or refuses, and every header is made by it."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from typing import Final
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from portal.kit.config import settings
from portal.kit.errors import ConfigurationError, Unavailable
from portal.notification import plain

SECONDS: Final = 20.0


def send(to: Sequence[str], *, subject: str, text: str, html: str, message_id: str) -> None:
    """Send one message to each of these addresses together. Unavailable, in a sentence, when the server does not take it."""
    url = settings().mail.url
    if url is None:
        raise ConfigurationError("No mail is sent: the operator has set no TERRACE_SMTP_URL.")
    message = compose(to, subject=subject, text=text, html=html, message_id=message_id)
    try:
        with _connect(urlsplit(url)) as server:
            refused = server.send_message(message, to_addrs=list(to))
    except (smtplib.SMTPException, OSError) as error:
        raise Unavailable(f"The mail server did not take it: {_reason(error)}") from None
    if refused:
        raise Unavailable(f"The mail server refused {len(refused)} of {len(to)} addresses.")


def compose(to: Sequence[str], *, subject: str, text: str, html: str, message_id: str) -> EmailMessage:
    """The message. Its id is that of the delivery, so a mail that is sent again can be recognised."""
    sender = _address(settings().mail.sender)
    message = EmailMessage()
    message["From"] = sender
    message["To"] = [_address(address) for address in to]
    message["Subject"] = plain.line(subject)
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{message_id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message


def _connect(url: SplitResult) -> smtplib.SMTP:
    host, secure = url.hostname or "localhost", url.scheme == "smtps"
    trust = ssl.create_default_context()
    if secure:
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, url.port or 465, timeout=SECONDS, context=trust)
    else:
        server = smtplib.SMTP(host, url.port or 587, timeout=SECONDS)
    try:
        if not secure and parse_qs(url.query).get("tls") != ["no"]:
            server.starttls(context=trust)
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def _address(text: str) -> Address:
    """The address as the standard library knows it: it refuses what would be more than one header."""
    name, address = parseaddr(plain.line(text, 320))
    user, _, domain = address.rpartition("@")
    return Address(name, username=user or "terrace", domain=domain or "localhost")


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"it does not accept the user and password ({error.smtp_code})."
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code}."
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "it refused every address."
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "it offers no encryption (STARTTLS)."
    if isinstance(error, ssl.SSLError):
        return "its certificate is not trusted here."
    return f"{type(error).__name__}."
