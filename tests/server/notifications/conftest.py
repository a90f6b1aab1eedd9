"""Fixtures for tests of messages: a pharmacy with real patients, whose messages are carried in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select, update

from server.accounts import tables as accounts
from server.accounts.links import Links
from server.accounts.people import People
from server.accounts.pharmacies import PharmacyLookup
from server.audit.outbox import Outbox
from server.auth.principal import Principal
from server.db.database import Database
from server.ids import VisitId
from server.notifications.delivery import Delivery
from server.notifications.models import Channel, MessageKind
from server.notifications.service import Notifications
from server.notifications.tables import messages
from server.notifications.tokens import MessageTokens
from server.waiting_room.visits import Visits
from tests.clock import ManualClock
from tests.server.notifications.carriers import Carrier, Taken
from tests.server.parts import Parts
from tests.server.world import World

PUBLIC_URL = "https://video.example.org"
YES = {"ring": True, "text": True, "voicemail": False}
NO = {"ring": True, "text": False, "voicemail": False}
PHONE = "+34600000001"
MAIL = "ines@example.org"
KEY = bytes(range(32))


@dataclass
class Post:
    """Messages of one pharmacy, and what the carriers took."""

    world: World
    parts: Parts
    notifications: Notifications
    deliveries: Mapping[Channel, Delivery]
    carriers: Mapping[Channel, Carrier]

    async def patient(self, **details: Any) -> Principal:
        """A patient who agreed to text messages, and gave an e-mail address."""
        return await self.world.patient(**{"phone": PHONE, "email": MAIL, "safe_contact": YES, **details})

    async def tell(self, visit_id: VisitId, kind: MessageKind) -> tuple[Channel, ...]:
        async with self.world.database.transaction() as transaction:
            visit = await self.parts.visits.visit(transaction.connection, visit_id)
            assert visit is not None
            return await self.notifications.tell(transaction, visit=visit, kind=kind)

    async def deliver(self) -> int:
        """One round of each channel."""
        return sum([await delivery.deliver_due() for delivery in self.deliveries.values()])

    @property
    def taken(self) -> list[Taken]:
        """What has arrived, text messages first."""
        return [*self.carriers[Channel.TEXT].taken, *self.carriers[Channel.EMAIL].taken]

    async def rows(self) -> list[Any]:
        async with self.world.database.snapshot() as connection:
            return list(await connection.execute(select(messages).order_by(messages.c.created_at)))

    async def states(self) -> list[tuple[str, str, str, str | None]]:
        """Kind, channel, state and failure of every message."""
        return [(row.kind, row.channel, row.state, row.failure) for row in await self.rows()]

    async def set_tenant(self, **changes: Any) -> None:
        async with self.world.database.transaction() as transaction:
            await transaction.connection.execute(update(accounts.tenants).values(changes))

    async def set_patients(self, **changes: Any) -> None:
        async with self.world.database.transaction() as transaction:
            await transaction.connection.execute(update(accounts.patients).values(changes))


@pytest.fixture
async def post(world: World, database: Database, outbox: Outbox, clock: ManualClock) -> Post:
    people, lookup = People(), PharmacyLookup()
    links, tokens = Links(outbox, clock, public_url=PUBLIC_URL), MessageTokens(KEY)
    notifications = Notifications(
        outbox,
        clock,
        people=people,
        organisations=lookup,
        links=links,
        tokens=tokens,
        configured=tuple(Channel),
    )
    carriers = {channel: Carrier() for channel in Channel}
    deliveries = {
        channel: Delivery(
            database,
            outbox,
            clock,
            people=people,
            organisations=lookup,
            line=Visits(outbox, clock),
            links=links,
            tokens=tokens,
            channel=channel,
            messenger=carrier,
            sender_name="Officina",
        )
        for channel, carrier in carriers.items()
    }
    parts = Parts(world, database, outbox, clock, notifications)
    post = Post(world, parts, notifications, deliveries, carriers)
    await post.set_tenant(is_test=False)
    return post
