"""The words of attached files: ordered (asking), read by a program of its own (child, reading), spread (working)."""
