"""What single topics show on a request's page; each a small object of the request, the person and the moment."""
