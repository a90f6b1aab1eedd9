"""Fixtures for tests of the server: a world with a tenant, pharmacies and queues, and the services on it."""

import pytest

from server.audit.outbox import Outbox
from server.db.database import Database
from tests.clock import ManualClock
from tests.server.parts import Parts
from tests.server.world import World


@pytest.fixture
async def world(database: Database, clock: ManualClock) -> World:
    return await World.make(database, clock)


@pytest.fixture
def parts(world: World, database: Database, outbox: Outbox, clock: ManualClock) -> Parts:
    return Parts(world, database, outbox, clock)
