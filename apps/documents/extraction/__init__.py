"""The words of attached files: asked for (asking), read by a program of its own (reading), kept for searching (working)."""
