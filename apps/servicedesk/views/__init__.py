"""Pages of the service desk, by topic: catalogue, filing, requests, handling, listing, manage."""
