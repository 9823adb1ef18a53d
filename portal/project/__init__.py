"""Projects: who works together, and what their things belong to."""
