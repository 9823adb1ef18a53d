"""Who is asking, and what may they do: users, sessions, API tokens, roles."""
