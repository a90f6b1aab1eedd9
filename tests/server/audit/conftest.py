"""Fixtures for tests of the audit log: a tenant's events, and what moves and signs them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, text

from server.audit.checkpoints import Checkpoints
from server.audit.event import Actor, Event, EventType, Scalar, Subject
from server.audit.leadership import Leadership, leadership_of
from server.audit.outbox import Outbox
from server.audit.sequencer import Sequencer
from server.audit.tables import entries
from server.db.database import Database
from server.ids import ConsultationId, TenantId, VisitId, new_id
from tests.clock import ManualClock

NOTED = EventType("test.noted", "Something was noted.", {"n": "a number"})
CLOSED = EventType("consultation.closed", "It was closed.")
ORIGIN = "officina.example/log"


@dataclass(slots=True)
class Pharmacy:
    """Something that has events: a tenant."""

    database: Database
    outbox: Outbox
    tenant_id: TenantId = field(default_factory=lambda: TenantId(new_id()))

    async def record(
        self,
        n: int = 0,
        *,
        kind: EventType = NOTED,
        consultation_id: ConsultationId | None = None,
        visit_id: VisitId | None = None,
        actor: Actor | None = None,
    ) -> None:
        """One event, in a transaction of its own."""
        async with self.database.transaction() as transaction:
            event = self.event(n, kind=kind, consultation_id=consultation_id, visit_id=visit_id, actor=actor)
            await self.outbox.record(transaction, event)

    def event(
        self,
        n: int = 0,
        *,
        kind: EventType = NOTED,
        consultation_id: ConsultationId | None = None,
        visit_id: VisitId | None = None,
        actor: Actor | None = None,
    ) -> Event:
        subject = Subject(tenant_id=self.tenant_id, consultation_id=consultation_id, visit_id=visit_id)
        data: dict[str, Scalar] = {"n": n} if "n" in kind.fields else {}
        return kind(actor or Actor("pharmacist", new_id()), subject, **data)

    async def log(self) -> list[dict[str, object]]:
        """The rows of this tenant's log, in order."""
        statement = select(entries).where(entries.c.log == self.tenant_id).order_by(entries.c.index)
        async with self.database.snapshot() as connection:
            return [dict(row) for row in (await connection.execute(statement)).mappings()]


@pytest.fixture
def pharmacy(database: Database, outbox: Outbox) -> Pharmacy:
    return Pharmacy(database, outbox)


@pytest.fixture
async def leadership(database: Database) -> AsyncIterator[Leadership]:
    leadership = leadership_of(database)
    yield leadership
    await leadership.release()


@pytest.fixture
def sequencer(database: Database, outbox: Outbox, clock: ManualClock, leadership: Leadership) -> Sequencer:
    return Sequencer(database=database, outbox=outbox, clock=clock, leadership=leadership)


@pytest.fixture
def signing_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.fixture
def checkpoints(database: Database, clock: ManualClock, signing_key: Ed25519PrivateKey) -> Checkpoints:
    return Checkpoints(database=database, clock=clock, key=signing_key, origin=ORIGIN)


async def execute(database: Database, statement: str, **values: object) -> None:
    """What an attacker with the database's password would do."""
    async with database.transaction() as transaction:
        await transaction.connection.execute(text(statement), values)


async def drain(sequencer: Sequencer) -> None:
    while await sequencer.run_once():
        pass
