"""The whole system as its users meet it: real processes, PostgreSQL and Valkey, without a browser."""
