"""A simulated AWS: a small world with two accounts, and an HTTP server that answers boto3 from it."""
