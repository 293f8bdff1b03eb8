"""Pages and posts of outgoing papers. Topics are in the modules."""
