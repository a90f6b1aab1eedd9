"""Fixtures of the live side: a whole server's parts on a database, its sockets on a port, and clients."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta

import pytest
from aiohttp import ClientSession, web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import SecretStr

from server.audit.event import Actor
from server.auth.models import Session
from server.auth.principal import Principal
from server.auth.tokens import AccessTokens
from server.config import Settings
from server.consultations.schemas import ConsultationView
from server.ids import VisitId, new_id
from server.keys import Keys
from server.live.assembly import live
from server.parts import Parts, build
from server.waiting_room.schemas import DeviceCheck
from tests.clock import ManualClock
from tests.server.world import World
from tests.signaling.client import Client

Dial = Callable[[Principal], Awaitable[Client]]


@dataclass
class Running:
    """A server whose sockets listen, and a world in its database."""

    parts: Parts
    world: World
    clock: ManualClock
    url: str

    def token(self, principal: Principal, *, valid_s: float = 300) -> str:
        """An access token as the server itself would issue it."""
        now = self.clock.now()
        session = Session(
            id=principal.session_id,
            tenant_id=principal.tenant_id,
            role=principal.role,
            subject_id=principal.subject_id,
            consultation_id=principal.consultation_id,
            refresh_hash="",
            rotated_at=now,
            earlier_rotated_at=None,
            device_hash="",
            created_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(hours=12),
        )
        tokens = AccessTokens(self.parts.ground.keys.token, clock=self.clock)
        return tokens.issue(session, now + timedelta(seconds=valid_s))

    async def wait(self, patient: Principal) -> VisitId:
        """The patient takes a place, checks the devices, and waits."""
        assert patient.patient_id is not None
        async with self.parts.ground.database.transaction() as transaction:
            visit_id = await self.parts.line.waiting_room.take_place(
                transaction,
                actor=Actor.of(patient),
                tenant_id=patient.tenant_id,
                queue_id=self.world.queue_id,
                pharmacy_id=self.world.pharmacy_id,
                patient_id=patient.patient_id,
                speaker=None,
                language="en",
                reason=None,
                confidential=False,
            )
        check = DeviceCheck(camera="ok", microphone="ok", network="good")
        await self.parts.line.stay.check_devices(patient, visit_id, check)
        return visit_id

    async def admit(self, pharmacist: Principal) -> ConsultationView:
        """The pharmacist calls whoever is next."""
        return await self.parts.line.admission.admit(pharmacist, self.world.queue_id, None, key=new_id())


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(
        database_url=SecretStr(database_url),
        database_pool=5,
        stun_urls=("stun:stun.example.org",),
        turn_urls=("turn:turn.example.org",),
        turn_secret=SecretStr("north"),
    )


@pytest.fixture
async def running(world: World, settings: Settings, clock: ManualClock) -> AsyncIterator[Running]:
    keys = Keys(token=Ed25519PrivateKey.generate(), audit=Ed25519PrivateKey.generate(), bus=bytes(32))
    parts = build(settings, keys, clock)
    app = web.Application()
    sockets = live(parts)
    sockets.attach(app)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    async with sockets:
        await site.start()
        yield Running(parts, world, clock, f"http://127.0.0.1:{runner.addresses[0][1]}")
        await sockets.drain()
    await runner.cleanup()
    await parts.ground.database.close()


@pytest.fixture
async def dial(running: Running) -> AsyncIterator[Dial]:
    """Connects a client as a principal."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(ClientSession())

        async def dial(principal: Principal) -> Client:
            client = await stack.enter_async_context(Client(http, running.url))
            await client.open()
            assert "sid" in await client.connect(running.token(principal))
            return client

        yield dial
