"""Pages and verbs of collected answers."""
