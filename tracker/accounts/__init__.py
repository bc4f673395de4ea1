"""People, their roles, their sessions, signing in."""
