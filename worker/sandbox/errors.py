"""The error that a simulated cloud answers with."""

from __future__ import annotations


class CloudError(Exception):
    """The cloud refused; what Terraform shows is `summary` and `detail`."""

    def __init__(self, summary: str, detail: str = "") -> None:
        super().__init__(summary)
        self.summary, self.detail = summary, detail
