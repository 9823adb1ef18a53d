"""Runs: their machine, plans, events, what workers call, the sweep."""
