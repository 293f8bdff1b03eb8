"""What the request's page shows, one module a topic."""
