"""The database: engine, transactions and column types, the same on SQLite and PostgreSQL."""
