"""Real services for tests, PostgreSQL and Valkey, started by the test run, as root or not."""
