"""Asking to be rung, over HTTP, by somebody without a session."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.api.application import build_http
from server.config import Settings
from server.db.migrate import upgrade
from server.keys import Keys
from server.parts import Parts, build
from tests.clock import ManualClock
from tests.server.world import World

KEYS = Keys(token=Ed25519PrivateKey.generate(), audit=Ed25519PrivateKey.generate(), bus=bytes(32))


@pytest.fixture
async def built(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Parts]:
    settings = Settings(data_dir=tmp_path, web_dir=tmp_path, door_burst=2, door_refill_s=10)
    await upgrade(settings.database)
    parts = build(settings, KEYS, clock)
    yield parts
    await parts.ground.database.close()


async def test_anybody_may_ask_but_an_address_comes_to_the_door_only_so_often(
    built: Parts, clock: ManualClock
) -> None:
    world = await World.make(built.ground.database, clock)
    door = f"/api/v1/pharmacies/{world.slug}"
    asked = {"queue_id": world.queue_id, "name": "Ana", "phone": "020 7946 0018"}
    person = {"name": "Ana", "birth_date": "1950-03-01"}
    walk_in = {
        "queue_id": world.queue_id,
        "person": person,
        "video_consent": True,
        "consent_version": "1",
    }
    async with TestClient(TestServer(build_http(built.endpoints, built.accounts.sessions))) as client:
        first, again = [await client.post(f"{door}/call-backs", json=asked) for _ in range(2)]
        assert (first.status, again.status) == (201, 201)
        assert await first.json() == await again.json()
        refused = await client.post(f"{door}/walk-ins", json=walk_in)
        assert (refused.status, refused.headers["Retry-After"]) == (429, "10")
        clock.advance(seconds=10)
        foreign = {"Origin": "https://elsewhere.example"}
        elsewhere = await client.post(f"{door}/call-backs", json=asked, headers=foreign)
        assert (await elsewhere.json())["code"] == "origin_refused"
        assert (await client.post(f"{door}/walk-ins", json=walk_in)).status == 200
