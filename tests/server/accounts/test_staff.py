"""Staff: accounts, passwords, second factors, queues."""

from __future__ import annotations

import json
from typing import Any

import pyotp
import pytest
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from server.accounts.models import Staff, Tenant
from server.accounts.schemas import NewStaff
from server.auth.principal import Principal, Role
from server.errors import Code, Refusal
from server.ids import QueueId, SessionId, new_id
from server.notices import Notice, SessionRevoked
from tests.clock import ManualClock
from tests.server.accounts.desk import Desk
from tests.server.world import World

EMAIL = "maria@example.org"
PASSWORD = "correct horse battery"


@pytest.fixture
def tenant(world: World) -> Tenant:
    return Tenant(id=world.tenant_id, slug="x", name="x", is_test=True)


async def create(desk: Desk, tenant: Tenant, *, password: str = PASSWORD, **changes: Any) -> Staff:
    details = {"email": EMAIL, "name": "Maria Lopez", "role": "pharmacist", **changes}
    return await desk.roster.create(tenant, NewStaff.model_validate(details), password=password)


async def refusal(awaitable: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await awaitable
    return caught.value


async def sign_in(client: TestClient[Any, Any], **changes: str) -> int:
    body = {"email": EMAIL, "password": PASSWORD, **changes}
    return (await client.post("/api/v1/auth/login", json=body)).status


async def test_new_pharmacist_signs_in_and_serves_their_queues(
    desk: Desk, tenant: Tenant, world: World, aiohttp_client: AiohttpClient
) -> None:
    member = await create(desk, tenant, email="Maria@Example.ORG", queue_ids=(world.queue_id,))
    client = await aiohttp_client(desk.app)
    assert await sign_in(client) == 200
    found = await desk.roster.of_tenant(tenant)
    assert [(each.id, each.email, each.queue_ids) for each in found] == [
        (member.id, EMAIL, (world.queue_id,))
    ]
    assert {"staff.created", "staff.queues.set"} <= set(await world.event_names())


async def test_address_belongs_to_one_account(desk: Desk, tenant: Tenant) -> None:
    await create(desk, tenant)
    refused = await refusal(create(desk, tenant, email="MARIA@example.org"))
    assert (refused.code, refused.fields) == (Code.INVALID_REQUEST, (("/email", "taken"),))


async def test_trivial_password_makes_no_account(desk: Desk, tenant: Tenant) -> None:
    refused = await refusal(create(desk, tenant, password="short"))
    assert refused.fields == (("/password", "too_short"),)
    assert await desk.roster.of_tenant(tenant) == ()


async def test_queue_of_another_tenant_cannot_be_served(desk: Desk, tenant: Tenant, world: World) -> None:
    elsewhere = await World.make(world.database, world.clock)
    for queue_id in (elsewhere.queue_id, QueueId(new_id())):
        refused = await refusal(create(desk, tenant, queue_ids=(queue_id,)))
        assert refused.fields == (("/queue_ids", "unknown_queue"),)
    assert await desk.roster.of_tenant(tenant) == ()


async def test_disabled_account_is_out(
    desk: Desk, tenant: Tenant, world: World, aiohttp_client: AiohttpClient
) -> None:
    member = await create(desk, tenant)
    token = await desk.session_of(_principal(world, member))
    notices: list[Notice] = []
    desk.database.on_commit(notices.extend)
    await desk.roster.disable(EMAIL)
    assert [type(notice) for notice in notices] == [SessionRevoked]
    assert (await refusal(desk.sessions.authenticate(token))).code is Code.SESSION_ENDED
    assert await sign_in(await aiohttp_client(desk.app)) == 401
    (event,) = await world.events("auth.session.revoked")
    assert json.loads(event)["data"]["reason"] == "disabled"


async def test_new_password_replaces_the_old_one_and_ends_sessions(
    desk: Desk, tenant: Tenant, world: World, aiohttp_client: AiohttpClient
) -> None:
    member = await create(desk, tenant)
    token = await desk.session_of(_principal(world, member))
    await desk.roster.set_password(EMAIL, "another horse battery")
    assert (await refusal(desk.sessions.authenticate(token))).code is Code.SESSION_ENDED
    client = await aiohttp_client(desk.app)
    assert await sign_in(client) == 401
    assert await sign_in(client, password="another horse battery") == 200


async def test_new_password_unlocks(
    desk: Desk, tenant: Tenant, world: World, aiohttp_client: AiohttpClient
) -> None:
    await create(desk, tenant)
    client = await aiohttp_client(desk.app)
    for _ in range(10):
        await sign_in(client, password="wrong")
    assert await sign_in(client) == 429
    await desk.roster.set_password(EMAIL, PASSWORD)
    assert await sign_in(client) == 200


async def test_second_factor_is_shown_once_and_then_needed(
    desk: Desk, tenant: Tenant, clock: ManualClock, aiohttp_client: AiohttpClient
) -> None:
    await create(desk, tenant)
    uri = await desk.roster.enrol(EMAIL)
    client = await aiohttp_client(desk.app)
    assert await sign_in(client) == 401
    totp = pyotp.parse_uri(uri)
    assert isinstance(totp, pyotp.TOTP)
    assert await sign_in(client, otp=totp.at(clock.now())) == 200
    await desk.roster.remove_second_factor(EMAIL)
    assert await sign_in(client) == 200


async def test_unknown_account_cannot_be_changed(desk: Desk) -> None:
    assert (await refusal(desk.roster.disable("nobody@example.org"))).code is Code.NOT_FOUND


async def test_staff_are_listed_for_admin_and_compliance_of_the_tenant(
    desk: Desk, world: World, aiohttp_client: AiohttpClient
) -> None:
    client = await aiohttp_client(desk.app)
    elsewhere = await World.make(world.database, world.clock)
    await elsewhere.pharmacist()
    admin, compliance = await world.admin(), await world.compliance()
    for reader in (admin, compliance):
        response = await client.get("/api/v1/staff", headers=await desk.bearer(reader))
        listed = {each["id"] for each in (await response.json())["staff"]}
        assert listed == {admin.subject_id, compliance.subject_id}
    for other in (await world.pharmacist(), await world.technician(), await world.patient()):
        assert (await client.get("/api/v1/staff", headers=await desk.bearer(other))).status == 403


def _principal(world: World, member: Staff) -> Principal:
    return Principal(
        subject_id=member.id,
        role=Role.PHARMACIST,
        tenant_id=world.tenant_id,
        session_id=SessionId(new_id()),
    )
