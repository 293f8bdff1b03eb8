"""Pages: programs that come in, programs that are told, one's own data."""
