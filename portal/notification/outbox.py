"""From the outbox to people and channels: what a worker does with what `service` wrote."""
