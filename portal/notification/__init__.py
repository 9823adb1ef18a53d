"""Telling people and programs what happened: inbox, mail, chat, signed webhooks."""
