"""What goes wrong with a database, named here so that commands can tell it without importing SQL."""

from sqlalchemy.exc import SQLAlchemyError as DatabaseFailure

__all__ = ["DatabaseFailure"]
