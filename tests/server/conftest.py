"""Fixtures for tests of the server: a world with a tenant, pharmacies and queues."""

import pytest

from server.db.database import Database
from tests.clock import ManualClock
from tests.server.world import World


@pytest.fixture
async def world(database: Database, clock: ManualClock) -> World:
    return await World.make(database, clock)
