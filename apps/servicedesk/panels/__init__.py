"""What single topics show on a request's page: each a dataclass of the request, the person and the moment."""
