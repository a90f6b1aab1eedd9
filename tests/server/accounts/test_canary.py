"""Nothing that describes a person, and no secret, reaches the audit log or the program's log."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from pytest_aiohttp.plugin import AiohttpClient
from sqlalchemy import select
from structlog.testing import capture_logs

from server.accounts.models import Tenant
from server.accounts.schemas import NewStaff
from server.audit import tables as audit
from server.db.database import Database
from server.logs import drop_arguments
from tests.server.accounts.desk import CONSENT, PUBLIC_URL, Desk, walk_in_body
from tests.server.world import World

pytestmark = pytest.mark.security

PERSON = {
    "name": "Canaryname Canarysurname",
    "birth_date": "1951-03-09",
    "phone": "+44 7400 987654",
    "email": "canary.mail@canary.example",
}
SPEAKER = {"name": "Canaryspeaker", "relationship": "carer", "authority": "permission"}
STAFF_EMAIL = "canary.staff@example.org"
PASSWORD = "canary horse battery"
PERSONAL = [
    "anaryname",
    "anarysurname",
    "anaryspeaker",
    "anaryreason",
    "anary.mail",
    "anary.staff",
    "anary.unknown",
    "anary horse",
    "anarystaff",
    "1951-03-09",
    "987654",
]


async def live_through_everything(client: Any, desk: Desk, world: World) -> list[str]:
    """Come in by door and by link, sign in and fail to; answers the secrets that were handed out."""
    slug = world._slug("pharmacy", world.pharmacy_id)
    door = f"/api/v1/pharmacies/{slug}/walk-ins"
    body = walk_in_body(world.queue_id, person=PERSON, speaker=SPEAKER, reason="Canaryreason")
    entered = await client.post(door, json=body)
    entrance = await entered.json()
    await client.post(door, json={**body, "person": {**PERSON, "phone": "987654"}})
    await client.post(door, data='{"person": "Canaryname', headers={"Content-Type": "application/json"})
    invited = await client.post(
        "/api/v1/invitations",
        json={
            "queue_id": world.queue_id,
            "pharmacy_id": world.pharmacy_id,
            "person": PERSON,
            "speaker": SPEAKER,
        },
        headers=await desk.bearer(await world.pharmacist()),
    )
    tokens = [link.rpartition("/")[2] for link in ((await invited.json())["link"], entrance["return_link"])]
    for token in tokens * 2:
        await client.get(f"/api/v1/invitations/{token}")
        await client.post(
            f"/api/v1/invitations/{token}/redeem",
            json={"video_consent": True, "consent_version": CONSENT},
        )
    tenant = Tenant(id=world.tenant_id, slug="x", name="x", is_test=True)
    new = NewStaff(email=STAFF_EMAIL, name="Canarystaff", role="admin")
    await desk.roster.create(tenant, new, password=PASSWORD)
    for email in (STAFF_EMAIL, "canary.unknown@example.org"):
        await client.post("/api/v1/auth/login", json={"email": email, "password": "canary horse"})
    signed_in = await client.post("/api/v1/auth/login", json={"email": STAFF_EMAIL, "password": PASSWORD})
    cookies = [
        entered.cookies["__Host-officina-patient"].value,
        signed_in.cookies["__Host-officina-staff"].value,
    ]
    headers = {"Origin": PUBLIC_URL, "Cookie": f"__Host-officina-staff={cookies[1]}"}
    for action in ("refresh", "logout", "refresh"):
        await client.post(f"/api/v1/auth/{action}", json={"audience": "staff"}, headers=headers)
    access = [entrance["session"]["access_token"], (await signed_in.json())["access_token"]]
    return tokens + [cookie.partition(".")[2] for cookie in cookies] + access


async def audit_log(database: Database) -> list[Any]:
    async with database.snapshot() as connection:
        return list((await connection.execute(select(audit.outbox))).mappings())


async def test_no_personal_value_and_no_secret_is_logged(
    desk: Desk,
    world: World,
    aiohttp_client: AiohttpClient,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.handler.addFilter(drop_arguments)  # what `server.logs` does to the lines of libraries
    client = await aiohttp_client(desk.app)
    with capture_logs() as lines:
        secrets = await live_through_everything(client, desk, world)
    rows = await audit_log(desk.database)
    assert len(rows) > 15
    assert len(lines) > 10
    written = [str(dict(row)) for row in rows] + [str(line) for line in lines] + [caplog.text]
    leaks = {(value, line) for value in PERSONAL + secrets for line in written if value in line}
    assert leaks == set()
