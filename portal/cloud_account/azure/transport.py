"""How azure-identity reaches Entra ID: its own hosts, one deadline, and a look at every answer's status and clock.

Its own module, because it is built on azure-core, whose import is slow. The libraries log the text of every failed sign-in before
anybody has looked for secrets in it, so their own logs stay off: the sentence that people get is logged by whoever asked.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlsplit

from azure.core.exceptions import ServiceRequestError, ServiceResponseTimeoutError
from azure.core.pipeline.transport import RequestsTransport

CONFIGURATION: Final = "/.well-known/openid-configuration"
for _name in ("azure", "msal"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


class Watched(RequestsTransport):
    """The library's own transport, kept to `hosts` over HTTPS and to `end` on the monotonic clock."""

    def __init__(self, hosts: Collection[str], end: float) -> None:
        super().__init__()
        self._hosts, self._end = hosts, end
        self.status: int | None = None
        """Of the newest answer; None while there is none."""
        self.elsewhere = False
        """Something would have been sent to another host."""
        self.knows_no_tenant = False
        """The tenant's own configuration was refused."""
        self.retry_after: float | None = None
        self.skew: float | None = None

    def send(self, request: Any, **options: Any) -> Any:
        """The answer to one request; nothing goes to another host, whoever named it."""
        parts = urlsplit(request.url)
        if parts.scheme != "https" or parts.hostname not in self._hosts or parts.port not in (None, 443):
            self.elsewhere = True
            raise ServiceRequestError("this is not the account's own sign-in")
        left = self._end - time.monotonic()
        if left <= 0:
            raise ServiceResponseTimeoutError("the time for this sign-in is over")
        self.status = None
        response = super().send(request, **{**options, "connection_timeout": left, "read_timeout": left})
        self.knows_no_tenant = parts.path.endswith(CONFIGURATION) and response.status_code in (400, 404)
        self._note(response)
        return response

    def _note(self, response: Any) -> None:
        self.status = int(response.status_code)
        after = str(response.headers.get("Retry-After", ""))
        self.retry_after = float(after) if after.isdecimal() else None
        try:
            self.skew = time.time() - parsedate_to_datetime(response.headers["Date"]).timestamp()
        except (KeyError, ValueError, TypeError):
            return
