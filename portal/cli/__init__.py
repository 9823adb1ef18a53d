"""The command line, `terrace` (`python -m portal.cli`): parse, call a service, show. No rule lives here."""
