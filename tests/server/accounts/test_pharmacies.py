"""The public page of a pharmacy."""

from __future__ import annotations

from pytest_aiohttp.plugin import AiohttpClient

from server.accounts import tables as accounts
from tests.clock import ManualClock
from tests.server.accounts.desk import CONSENT, Desk
from tests.server.world import World


async def test_anybody_sees_a_pharmacy_and_its_queues(
    desk: Desk, world: World, aiohttp_client: AiohttpClient
) -> None:
    client = await aiohttp_client(desk.app)
    slug = world._slug("pharmacy", world.pharmacy_id)
    body = await (await client.get(f"/api/v1/pharmacies/{slug}")).json()
    assert body["name"] == "Mill Lane Pharmacy"
    assert body["open_now"] is True
    assert body["red_flags"]["en"] == "Chest pain? Call 999."
    assert (body["speaker_below_age"], body["consent_version"]) == (16, CONSENT)
    assert [queue["name"] for queue in body["queues"]] == ["Advice", "Travel"]


async def test_page_says_whether_it_is_open_now(
    desk: Desk, world: World, aiohttp_client: AiohttpClient, clock: ManualClock
) -> None:
    async with world.database.transaction() as transaction:
        hours = accounts.pharmacies.update().values(opening_hours=[[0, "09:00", "11:00"]])
        await transaction.connection.execute(hours)
    client = await aiohttp_client(desk.app)
    path = f"/api/v1/pharmacies/{world._slug('pharmacy', world.pharmacy_id)}"
    before = await (await client.get(path)).json()
    clock.advance(hours=1)
    after = await (await client.get(path)).json()
    assert (before["open_now"], after["open_now"]) == (True, False)
    assert before["opening_hours"] == [{"weekday": 0, "opens": "09:00", "closes": "11:00"}]


async def test_page_says_whether_the_organisation_is_for_rehearsals(
    desk: Desk, world: World, aiohttp_client: AiohttpClient
) -> None:
    client = await aiohttp_client(desk.app)
    path = f"/api/v1/pharmacies/{world._slug('pharmacy', world.pharmacy_id)}"
    rehearsal = await (await client.get(path)).json()
    async with world.database.transaction() as transaction:
        await transaction.connection.execute(accounts.tenants.update().values(is_test=False))
    real = await (await client.get(path)).json()
    assert (rehearsal["is_test"], real["is_test"]) == (True, False)
