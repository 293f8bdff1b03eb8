"""What the file of one service may hold, and how it is checked. Pure: reading and writing is in services."""
