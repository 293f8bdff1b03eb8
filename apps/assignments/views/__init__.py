"""Pages of assignments: the own list, one assignment, one part with its acts, the supervision list."""
