"""Everything that the portal holds about one person, for that person."""
