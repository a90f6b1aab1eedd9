"""Alembic migrations; `server.db.migrate` runs them."""
