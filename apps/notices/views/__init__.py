"""Pages and verbs of notices."""
