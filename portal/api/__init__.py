"""The REST API: parse, call one service, show. No rule and no SQL lives here."""
