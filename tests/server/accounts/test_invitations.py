"""Links: shown without using them, used once, or used again to come back."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient
from sqlalchemy import insert, select, update

from server.accounts import tables as accounts
from server.auth.principal import Principal
from server.consultations import tables as consultations
from server.ids import ConsultationId, VisitId, new_id, new_secret
from server.waiting_room import tables as waiting_room
from tests.clock import ManualClock
from tests.server.accounts.desk import CONSENT, PUBLIC_URL, Desk, walk_in_body
from tests.server.world import World

pytestmark = pytest.mark.security

Client = TestClient[Any, Any]
CONSENTING = {"video_consent": True, "consent_version": CONSENT}


@pytest.fixture
async def client(desk: Desk, aiohttp_client: AiohttpClient) -> Client:
    return await aiohttp_client(desk.app)


class Links:
    """Makes and uses links."""

    def __init__(self, client: Client, desk: Desk, world: World) -> None:
        self.client = client
        self.desk = desk
        self.world = world

    async def invite(self, inviter: Principal | None = None, **changes: Any) -> ClientResponse:
        inviter = inviter or await self.world.pharmacist()
        body = {
            "queue_id": self.world.queue_id,
            "pharmacy_id": self.world.pharmacy_id,
            "person": {"name": "Ines Prado", "birth_date": "1944-05-17"},
            **changes,
        }
        return await self.client.post(
            "/api/v1/invitations", json=body, headers=await self.desk.bearer(inviter)
        )

    async def token(self, **changes: Any) -> str:
        """The token of a fresh link into the queue."""
        response = await self.invite(**changes)
        assert response.status == 201
        return token_of((await response.json())["link"])

    async def walk_in(self, **changes: Any) -> dict[str, Any]:
        slug = self.world._slug("pharmacy", self.world.pharmacy_id)
        response = await self.client.post(
            f"/api/v1/pharmacies/{slug}/walk-ins", json=walk_in_body(self.world.queue_id, **changes)
        )
        body: dict[str, Any] = await response.json()
        return body

    async def show(self, token: str) -> ClientResponse:
        return await self.client.get(f"/api/v1/invitations/{token}")

    async def state(self, token: str) -> str:
        return str((await (await self.show(token)).json())["state"])

    async def redeem(self, token: str, *, key: str | None = None, **body: Any) -> ClientResponse:
        return await self.client.post(
            f"/api/v1/invitations/{token}/redeem",
            json={**CONSENTING, **body},
            headers={"Idempotency-Key": key} if key else {},
        )

    async def end(self, visit_id: str) -> None:
        visits = waiting_room.visits
        now = self.world.clock.now()
        async with self.world.database.transaction() as transaction:
            await transaction.connection.execute(
                update(visits).where(visits.c.id == visit_id).values(state="completed", ended_at=now)
            )


@pytest.fixture
def links(client: Client, desk: Desk, world: World) -> Links:
    return Links(client, desk, world)


def token_of(link: str) -> str:
    assert link.startswith(f"{PUBLIC_URL}/i/")
    return link.rpartition("/")[2]


async def code(response: ClientResponse) -> tuple[int, str]:
    return response.status, (await response.json())["code"]


async def test_showing_a_link_never_uses_it(links: Links) -> None:
    token = await links.token()
    for _ in range(3):
        assert await links.state(token) == "valid"
    assert (await links.redeem(token)).status == 200


async def test_link_shows_where_it_leads_and_not_whom_it_is_for(links: Links, world: World) -> None:
    response = await links.show(
        await links.token(person={"name": "Canary Surname", "birth_date": "1944-05-17"})
    )
    body = await response.json()
    assert (body["kind"], body["queue_name"]) == ("visit", "Advice")
    assert body["pharmacy"]["id"] == world.pharmacy_id
    assert body["pharmacy"]["consent_version"] == CONSENT
    assert "Canary" not in await response.text()


async def test_link_lets_the_patient_into_the_queue(links: Links, world: World) -> None:
    response = await links.redeem(await links.token(confidential=True))
    body = await response.json()
    assert body["visit"]["person_name"] == "Ines Prado"
    assert body["visit"]["confidential"] is True
    assert body["visit"]["queue_id"] == world.queue_id
    assert response.cookies["__Host-officina-patient"].value
    assert await world.count(accounts.patients) == 1
    (event,) = await world.events("invitation.redeemed")
    assert json.loads(event)["data"]["kind"] == "visit"


async def test_link_works_once(links: Links) -> None:
    token = await links.token()
    await links.redeem(token)
    assert await code(await links.redeem(token)) == (410, "invitation_used")
    assert await links.state(token) == "used"


async def test_of_many_who_use_a_link_at_once_exactly_one_wins(links: Links, world: World) -> None:
    token = await links.token()
    responses = await asyncio.gather(*(links.redeem(token) for _ in range(8)))
    assert sorted(response.status for response in responses) == [200] + [410] * 7
    assert await world.count(waiting_room.visits) == 1


async def test_link_expires(links: Links, clock: ManualClock) -> None:
    token = await links.token(valid_hours=2)
    clock.advance(hours=2)
    assert await links.state(token) == "expired"
    assert await code(await links.redeem(token)) == (410, "invitation_expired")


async def test_link_for_an_appointment_is_good_until_after_it_and_the_visit_stands_by_it(
    links: Links, world: World, clock: ManualClock
) -> None:
    at = clock.now() + timedelta(days=3)
    token = await links.token(appointment_at=at.isoformat(), valid_hours=1)
    clock.advance(days=3)
    visit = (await (await links.redeem(token)).json())["visit"]
    async with world.database.snapshot() as connection:
        query = select(waiting_room.visits).where(waiting_room.visits.c.id == visit["id"])
        row = (await connection.execute(query)).one()
    assert (row.appointment_at, row.priority_class) == (at, "scheduled")


async def test_appointment_in_the_past_is_refused(links: Links, clock: ManualClock) -> None:
    response = await links.invite(appointment_at=clock.now().isoformat())
    assert (response.status, (await response.json())["code"]) == (422, "invalid_request")


async def test_unknown_link_is_not_found(links: Links) -> None:
    for token in (new_secret(), "x", "a%00b", "%ED%A0%80", "x" * 5_000):
        assert await code(await links.show(token)) == (404, "invitation_unknown"), token
        assert await code(await links.redeem(token)) == (404, "invitation_unknown"), token


async def test_token_is_stored_as_a_digest_only(links: Links) -> None:
    token = await links.token()
    async with links.world.database.snapshot() as connection:
        rows = (await connection.execute(select(accounts.invitations))).all()
    assert token not in str(rows)


async def test_first_use_needs_consent_and_is_not_used_up_without(links: Links) -> None:
    token = await links.token()
    assert await code(await links.redeem(token, video_consent=False)) == (422, "consent_required")
    assert (await links.redeem(token)).status == 200


async def test_link_into_a_full_queue_is_not_used_up(links: Links, world: World) -> None:
    token = await links.token()
    await world.update_queue(world.queue_id, capacity=0)
    assert await code(await links.redeem(token)) == (409, "queue_full")
    await world.update_queue(world.queue_id, capacity=10)
    assert (await links.redeem(token)).status == 200


async def test_lost_answer_is_given_again_for_the_same_key(links: Links) -> None:
    token, key = await links.token(), new_secret()
    first = await (await links.redeem(token, key=key)).json()
    again = await links.redeem(token, key=key)
    assert (await again.json())["visit"]["id"] == first["visit"]["id"]
    assert await code(await links.redeem(token, key=new_secret())) == (410, "invitation_used")


async def test_speaker_of_the_invitation_speaks_at_the_visit(links: Links) -> None:
    child = {"name": "Luis", "birth_date": "2019-04-01"}
    mother = {"name": "Ana Prado", "relationship": "parent", "authority": "parental"}
    assert await code(await links.invite(person=child)) == (422, "speaker_required")
    response = await links.redeem(await links.token(person=child, speaker=mother))
    assert (await response.json())["visit"]["speaker"] == {**mother, "checked": False}


async def test_link_back_leads_to_the_visit_from_another_device_as_often_as_needed(
    links: Links, world: World
) -> None:
    entrance = await links.walk_in()
    token = token_of(entrance["return_link"])
    links.client.session.headers["User-Agent"] = "another device"
    for _ in range(3):
        response = await links.redeem(token, video_consent=False, consent_version=None)
        body = await response.json()
        assert (response.status, body["visit"]["id"]) == (200, entrance["visit"]["id"])
    assert await links.state(token) == "valid"
    assert len(await world.events("invitation.returned")) == 3
    assert await world.count(waiting_room.visits) == 1


async def test_link_back_is_good_for_a_day(links: Links, clock: ManualClock) -> None:
    entrance = await links.walk_in()
    token = token_of(entrance["return_link"])
    await links.end(entrance["visit"]["id"])
    clock.advance(hours=23, minutes=59)
    assert (await links.redeem(token)).status == 200
    clock.advance(minutes=1)
    assert await code(await links.redeem(token)) == (410, "invitation_expired")


async def test_link_back_to_a_confidential_visit_ends_with_it(links: Links) -> None:
    entrance = await links.walk_in(confidential=True)
    token = token_of(entrance["return_link"])
    assert (await links.redeem(token)).status == 200
    await links.end(entrance["visit"]["id"])
    assert await links.state(token) == "expired"
    assert await code(await links.redeem(token)) == (410, "invitation_expired")


async def test_link_back_leads_to_where_the_visit_was_transferred(links: Links, world: World) -> None:
    entrance = await links.walk_in(confidential=True)
    token = token_of(entrance["return_link"])
    async with world.database.transaction() as transaction:
        visits = waiting_room.visits
        row = (await transaction.connection.execute(select(visits))).mappings().one()
        moved = {**row, "id": new_id(), "queue_id": world.second_queue_id}
        await transaction.connection.execute(insert(visits).values(moved))
        transferred = {"state": "transferred", "successor_id": moved["id"], "ended_at": world.clock.now()}
        await transaction.connection.execute(
            update(visits).where(visits.c.id == row["id"]).values(transferred)
        )
    body = await (await links.redeem(token)).json()
    assert body["visit"]["id"] == moved["id"]
    await links.end(moved["id"])
    assert await code(await links.redeem(token)) == (410, "invitation_expired")


async def test_other_pages_cannot_use_a_link(links: Links) -> None:
    token = await links.token()
    response = await links.client.post(
        f"/api/v1/invitations/{token}/redeem", json=CONSENTING, headers={"Origin": "https://evil.example"}
    )
    assert await code(response) == (403, "origin_refused")
    assert await links.state(token) == "valid"


async def test_who_may_invite_into_a_queue(links: Links, world: World) -> None:
    elsewhere = await World.make(world.database, world.clock)
    statuses = {
        "pharmacist": await links.invite(await world.pharmacist()),
        "technician": await links.invite(await world.technician()),
        "admin": await links.invite(await world.admin()),
        "pharmacist of another queue": await links.invite(
            await world.pharmacist(queues=[world.second_queue_id])
        ),
        "compliance": await links.invite(await world.compliance()),
        "patient": await links.invite(await world.patient()),
        "other tenant": await links.invite(await elsewhere.pharmacist()),
    }
    assert {who: response.status for who, response in statuses.items()} == {
        "pharmacist": 201,
        "technician": 201,
        "admin": 201,
        "pharmacist of another queue": 403,
        "compliance": 403,
        "patient": 403,
        "other tenant": 404,
    }


async def test_invitation_is_into_a_queue_of_the_pharmacy(links: Links, world: World) -> None:
    elsewhere = await World.make(world.database, world.clock)
    assert await code(await links.invite(pharmacy_id=elsewhere.pharmacy_id)) == (404, "not_found")
    assert await code(await links.invite(queue_id=new_id())) == (404, "not_found")
    response = await links.invite(pharmacy_id=world.second_pharmacy_id)
    assert (await response.json())["fields"] == [{"pointer": "/queue_id", "reason": "not_of_this_pharmacy"}]


async def consultation(world: World, visit_id: str, pharmacist: Principal) -> ConsultationId:
    """A consultation of this visit, as a row."""
    async with world.database.transaction() as transaction:
        patient_id = await transaction.connection.scalar(
            select(waiting_room.visits.c.patient_id).where(waiting_room.visits.c.id == visit_id)
        )
        consultation_id = ConsultationId(new_id())
        await transaction.connection.execute(
            insert(consultations.consultations).values(
                id=consultation_id,
                tenant_id=world.tenant_id,
                visit_id=visit_id,
                queue_id=world.queue_id,
                patient_id=patient_id,
                pharmacist_id=pharmacist.subject_id,
                state="running",
                created_at=world.clock.now(),
            )
        )
    return consultation_id


@pytest.fixture
async def guest_link(links: Links, desk: Desk, world: World) -> tuple[str, ConsultationId]:
    pharmacist = await world.pharmacist()
    entrance = await links.walk_in()
    consultation_id = await consultation(world, VisitId(entrance["visit"]["id"]), pharmacist)
    async with desk.database.transaction() as transaction:
        link = await desk.invitations.invite_guest(
            transaction,
            principal=pharmacist,
            pharmacy_id=world.pharmacy_id,
            consultation_id=consultation_id,
            kind="interpreter",
            name="Sam Okoro",
            language="es",
        )
    return token_of(link.link), consultation_id


async def test_guest_comes_into_one_consultation(
    links: Links, guest_link: tuple[str, ConsultationId]
) -> None:
    token, consultation_id = guest_link
    body = await (await links.redeem(token, video_consent=False, consent_version=None)).json()
    assert (body["consultation_id"], body["visit"], body["return_link"]) == (consultation_id, None, None)
    bearer = {"Authorization": f"Bearer {body['session']['access_token']}"}
    me = await (await links.client.get("/api/v1/me", headers=bearer)).json()
    assert (me["role"], me["name"], me["consultation_id"]) == ("guest", "Sam Okoro", consultation_id)


async def test_link_of_a_guest_works_once_and_for_four_hours(
    links: Links, guest_link: tuple[str, ConsultationId], clock: ManualClock
) -> None:
    token, _ = guest_link
    key = new_secret()
    assert (await links.redeem(token, key=key)).status == 200
    assert (await links.redeem(token, key=key)).status == 200
    assert await code(await links.redeem(token)) == (410, "invitation_used")


async def test_unused_link_of_a_guest_expires(
    links: Links, guest_link: tuple[str, ConsultationId], clock: ManualClock
) -> None:
    clock.advance(hours=4)
    assert await code(await links.redeem(guest_link[0])) == (410, "invitation_expired")
