"""The built-in rules: small pure functions over portal.policy.subject.Subject, one table."""

from __future__ import annotations

from typing import Any, Final

from portal.policy.rules import limits, protection, resources
from portal.policy.rules.base import Rule, Settings

RULES: Final[dict[str, Rule[Any]]] = {rule.key: rule for rule in (*resources.RULES, *protection.RULES, *limits.RULES)}

__all__ = ["RULES", "Rule", "Settings"]
