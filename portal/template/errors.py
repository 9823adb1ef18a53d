"""Errors of the pure template code. They carry a sentence for the template's author, never a value of a user."""

from __future__ import annotations


class TemplateError(Exception):
    """The template's files cannot be used; the message says why and where."""
