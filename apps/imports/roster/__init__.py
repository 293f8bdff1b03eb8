"""People from a roster: a Target."""
