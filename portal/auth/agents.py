"""What a browser says of itself, in a few words for people. Nothing is decided by it."""

from __future__ import annotations

# In this order: most browsers also claim to be those after them.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("Vivaldi", "Vivaldi"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("HeadlessChrome", "Chrome"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
_PROGRAMS = (
    ("curl", "curl"), ("python-httpx", "A Python program"), ("python-requests", "A Python program"),
    ("Go-http", "A Go program"),
)  # fmt: skip
_SYSTEMS = (
    ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Mac OS X", "Mac"), ("Macintosh", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def device(agent: str) -> str:
    """`Firefox on Linux`; a program by its name; "Another program" when it says nothing known."""
    name = next((words for mark, words in _BROWSERS if mark in agent), "")
    if not name:
        return next((words for mark, words in _PROGRAMS if agent.startswith(mark)), "Another program")
    system = next((words for mark, words in _SYSTEMS if mark in agent), "")
    return f"{name} on {system}" if system else name
