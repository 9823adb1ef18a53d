"""Cloud accounts: where a deployment goes, and with whose credentials. They go in; only a run's worker sees them again."""
