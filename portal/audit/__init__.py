"""The audit trail: every change, by whom, in the transaction that made it, chained by hashes."""
