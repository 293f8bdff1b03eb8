"""The pages: set up by the sender, progress for the office, one unit, the phone list."""
