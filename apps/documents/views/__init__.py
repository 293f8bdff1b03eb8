"""The pages of official documents, by topic."""
