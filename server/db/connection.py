"""The connection that stores execute on, named here so that services hand it on without importing SQL."""

from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = ["AsyncConnection"]
