"""What the panels of a request's page show, one module a topic."""
