"""Local servers that answer as the services beside mail do, built from their published interfaces."""
