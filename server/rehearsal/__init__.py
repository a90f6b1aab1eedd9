"""The server's side of a load test: making a test organisation, and reading the truth again afterwards."""
