"""Pages of tasks: the own list, one task, and a POST address for each move."""
