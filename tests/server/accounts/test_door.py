"""How many one address may bring in."""

from __future__ import annotations

from pytest_aiohttp.plugin import AiohttpClient

from tests.clock import ManualClock
from tests.server.accounts.desk import DOOR_BURST, Desk, walk_in_body
from tests.server.world import World


async def test_one_address_cannot_fill_the_waiting_room(
    desk: Desk, world: World, aiohttp_client: AiohttpClient, clock: ManualClock
) -> None:
    client = await aiohttp_client(desk.app)
    path = f"/api/v1/pharmacies/{world._slug('pharmacy', world.pharmacy_id)}/walk-ins"
    unknown = walk_in_body(world.second_pharmacy_id)  # no such queue: quick to refuse, but it counts
    for _ in range(DOOR_BURST):
        assert (await client.post(path, json=unknown)).status != 429
    refused = await client.post(path, json=walk_in_body(world.queue_id))
    assert (refused.status, refused.headers["Retry-After"]) == (429, "1")
    clock.advance(seconds=1)
    assert (await client.post(path, json=walk_in_body(world.queue_id))).status in {200, 201}
