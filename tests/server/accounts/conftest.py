"""Fixtures for tests of accounts."""

from __future__ import annotations

import pytest

from server.audit.outbox import Outbox
from server.db.database import Database
from tests.clock import ManualClock
from tests.server.accounts.desk import Desk, build_desk


@pytest.fixture
def desk(database: Database, outbox: Outbox, clock: ManualClock) -> Desk:
    return build_desk(database, outbox, clock)
