"""Fixtures for tests of signing in."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.accounts.credentials import StaffCredentials
from server.audit.outbox import Outbox
from server.auth.login import Login
from server.auth.passwords import Passwords
from server.auth.refresh_tokens import RefreshTokens
from server.auth.sessions import Sessions
from server.auth.tokens import AccessTokens
from server.db.connection import AsyncConnection
from server.db.database import Database
from tests.clock import ManualClock
from tests.server.accounts.desk import CHEAP, Desk, build_desk


@dataclass
class Calls:
    """Who is in a call."""

    busy_ids: set[str] = field(default_factory=set)

    async def busy(self, connection: AsyncConnection, subject_id: str) -> bool:
        return subject_id in self.busy_ids


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


@pytest.fixture
def access(key: Ed25519PrivateKey, clock: ManualClock) -> AccessTokens:
    return AccessTokens(key, clock=clock)


@pytest.fixture
def sessions(
    database: Database,
    outbox: Outbox,
    clock: ManualClock,
    key: Ed25519PrivateKey,
    access: AccessTokens,
    calls: Calls,
) -> Sessions:
    return Sessions(
        database,
        outbox,
        clock,
        access=access,
        refresh=RefreshTokens(key),
        directory=StaffCredentials(),
        activity=calls,
    )


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(CHEAP)


@pytest.fixture
def login(
    database: Database, outbox: Outbox, clock: ManualClock, sessions: Sessions, passwords: Passwords
) -> Login:
    return Login(
        database,
        outbox,
        clock,
        sessions=sessions,
        credentials=StaffCredentials(),
        passwords=passwords,
    )


@pytest.fixture
def desk(database: Database, outbox: Outbox, clock: ManualClock) -> Desk:
    return build_desk(database, outbox, clock)
