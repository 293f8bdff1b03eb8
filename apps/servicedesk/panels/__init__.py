"""What a topic shows on the page of one request."""
