"""Coming in at the door, over HTTP."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient
from sqlalchemy import select

from server.accounts import tables as accounts
from server.audit import tables as audit
from server.consultations import tables as consultations
from server.ids import new_id, new_secret
from server.waiting_room import tables as waiting_room
from tests.clock import ManualClock
from tests.server.accounts.desk import CONSENT, PUBLIC_URL, Desk, walk_in_body
from tests.server.world import World

Client = TestClient[Any, Any]

CHILD = {"name": "Luis", "birth_date": "2019-04-01"}
MOTHER = {"name": "Ana Prado", "relationship": "parent", "authority": "parental"}


@pytest.fixture
async def client(desk: Desk, aiohttp_client: AiohttpClient) -> Client:
    return await aiohttp_client(desk.app)


class Door:
    """The door of the first pharmacy of a world."""

    def __init__(self, client: Client, world: World) -> None:
        self.client = client
        self.world = world

    async def enter(self, *, key: str | None = None, **changes: Any) -> ClientResponse:
        slug = self.world._slug("pharmacy", self.world.pharmacy_id)
        body = walk_in_body(changes.pop("queue_id", self.world.queue_id), **changes)
        headers = {"Idempotency-Key": key} if key else {}
        return await self.client.post(f"/api/v1/pharmacies/{slug}/walk-ins", json=body, headers=headers)

    async def row(self, table: Any) -> Any:
        async with self.world.database.snapshot() as connection:
            return (await connection.execute(select(table))).mappings().one()


@pytest.fixture
def door(client: Client, world: World) -> Door:
    return Door(client, world)


async def problem(response: ClientResponse) -> tuple[int, str, list[str]]:
    body = await response.json()
    return response.status, body["code"], [field["pointer"] for field in body.get("fields", [])]


async def test_person_at_the_door_gets_a_session_a_place_and_a_way_back(door: Door, world: World) -> None:
    response = await door.enter()
    body = await response.json()
    assert response.status == 200
    assert body["visit"]["state"] == "checking"
    assert body["visit"]["place"] == 1
    assert body["visit"]["person_name"] == "Ines Prado"
    assert body["session"]["role"] == "patient"
    assert body["return_link"].startswith(f"{PUBLIC_URL}/i/")
    assert response.cookies["__Host-officina-patient"]["httponly"]
    bearer = {"Authorization": f"Bearer {body['session']['access_token']}"}
    me = await (await door.client.get("/api/v1/me", headers=bearer)).json()
    assert me["visit_id"] == body["visit"]["id"]


async def test_all_that_happened_is_in_the_log(door: Door, world: World) -> None:
    await door.enter()
    names = set(await world.event_names())
    assert {
        "patient.registered",
        "visit.joined",
        "visit.wait.promised",
        "consent.given",
        "auth.session.opened",
        "invitation.created",
    } == names


async def test_choices_of_the_person_are_kept(door: Door) -> None:
    person = {
        "phone": "07400 123456",
        "email": "ines@example.org",
        "language": "es",
        "access_needs": ["hard_of_hearing"],
        "safe_contact": {"ring": False, "text": True},
    }
    assert (await door.enter(person=person)).status == 200
    row = await door.row(accounts.patients)
    assert row["phone"] == "+447400123456"
    assert row["language"] == "es"
    assert row["access_needs"] == ["hard_of_hearing"]
    assert row["safe_contact"] == {"ring": False, "text": True, "voicemail": False}


async def test_nothing_is_said_unasked(door: Door) -> None:
    await door.enter()
    assert (await door.row(accounts.patients))["safe_contact"] == {
        "ring": True,
        "text": False,
        "voicemail": False,
    }


async def test_consent_to_video_is_kept_with_the_version_of_its_text(door: Door) -> None:
    await door.enter()
    row = await door.row(consultations.consents)
    assert (row["subject"], row["given"], row["text_version"], row["given_by"]) == (
        "video_consultation",
        True,
        CONSENT,
        "self",
    )


async def test_child_comes_with_somebody_who_speaks(door: Door) -> None:
    assert await problem(await door.enter(person=CHILD)) == (422, "speaker_required", [])
    response = await door.enter(person=CHILD, speaker=MOTHER)
    assert (await response.json())["visit"]["speaker"] == {**MOTHER, "checked": False}
    row = await door.row(waiting_room.speakers)
    assert (row["authority"], row["checked_by"]) == ("parental", None)
    assert (await door.row(consultations.consents))["given_by"] == "speaker"


IMPOSSIBLE: list[tuple[dict[str, Any], tuple[int, str, list[str]]]] = [
    ({"video_consent": False}, (422, "consent_required", [])),
    ({"consent_version": "6"}, (422, "invalid_request", ["/consent_version"])),
    ({"person": {"phone": "12345"}}, (422, "invalid_request", ["/person/phone"])),
    ({"person": {"birth_date": None}}, (422, "invalid_request", ["/person/birth_date"])),
    ({"person": {"birth_date": "2026-11-03"}}, (422, "invalid_request", ["/person/birth_date"])),
    ({"person": {"birth_date": "1850-01-01"}}, (422, "invalid_request", ["/person/birth_date"])),
    ({"person": {"name": " "}}, (422, "invalid_request", ["/person/name"])),
    ({"person": {"name": "a\x00b"}}, (422, "invalid_request", ["/person/name"])),
    ({"person": {"email": "not an address"}}, (422, "invalid_request", ["/person/email"])),
    ({"person": {"access_needs": ["gold"]}}, (422, "invalid_request", ["/person/access_needs/0"])),
    ({"person": {"secret": 1}}, (422, "invalid_request", ["/person/*"])),
    ({"queue_id": "no id"}, (422, "invalid_request", ["/queue_id"])),
    ({"queue_id": new_id()}, (404, "not_found", [])),
]


async def test_what_cannot_be_is_refused_and_leaves_nothing(door: Door, world: World) -> None:
    for changes, expected in IMPOSSIBLE:
        assert await problem(await door.enter(**changes)) == expected, changes
    assert await world.count(accounts.patients) == 0
    assert await world.count(audit.outbox) == 0


async def test_pharmacy_that_is_not_there_is_not_found(door: Door) -> None:
    body = walk_in_body(door.world.queue_id)
    for slug in ("nowhere", "UPPER", "a%00b", "%F0%9F%92%8A", "x" * 300):
        response = await door.client.post(f"/api/v1/pharmacies/{slug}/walk-ins", json=body)
        assert await problem(response) == (404, "not_found", []), slug
        assert (await door.client.get(f"/api/v1/pharmacies/{slug}")).status == 404


async def test_queue_of_another_pharmacy_or_tenant_is_not_found(door: Door, desk: Desk, world: World) -> None:
    elsewhere = await World.make(world.database, world.clock)
    assert await problem(await door.enter(queue_id=elsewhere.queue_id)) == (404, "not_found", [])


async def test_closed_pharmacy_lets_nobody_in(door: Door, world: World) -> None:
    async with world.database.transaction() as transaction:
        hours = accounts.pharmacies.update().values(opening_hours=[[6, "09:00", "14:00"]])
        await transaction.connection.execute(hours)
    assert await problem(await door.enter()) == (409, "queue_closed", [])
    assert await world.count(accounts.patients) == 0


async def test_full_and_paused_queues_let_nobody_in(door: Door, world: World) -> None:
    await world.update_queue(world.queue_id, capacity=1)
    await door.enter()
    assert await problem(await door.enter()) == (409, "queue_full", [])
    await world.update_queue(world.queue_id, state="paused")
    assert await problem(await door.enter()) == (409, "queue_paused", [])
    assert await world.count(accounts.patients) == 1


async def test_other_pages_cannot_send_people_in(door: Door, world: World) -> None:
    slug = world._slug("pharmacy", world.pharmacy_id)
    response = await door.client.post(
        f"/api/v1/pharmacies/{slug}/walk-ins",
        json=walk_in_body(world.queue_id),
        headers={"Origin": "https://evil.example"},
    )
    assert await problem(response) == (403, "origin_refused", [])


async def test_same_request_sent_again_finds_the_same_visit(door: Door, world: World) -> None:
    key = new_secret()
    first, again = [await (await door.enter(key=key)).json() for _ in range(2)]
    assert first["visit"]["id"] == again["visit"]["id"]
    assert first["session"]["access_token"] != again["session"]["access_token"]
    assert await world.count(accounts.patients) == 1
    assert len(await world.events("arrival.repeated")) == 1
    bearer = {"Authorization": f"Bearer {again['session']['access_token']}"}
    assert (await door.client.get("/api/v1/me", headers=bearer)).status == 200


async def test_same_request_sent_twice_at_once_makes_one_visit(door: Door, world: World) -> None:
    key = new_secret()
    responses = await asyncio.gather(*(door.enter(key=key) for _ in range(4)))
    visits = {(await response.json())["visit"]["id"] for response in responses}
    assert len(visits) == 1
    assert await world.count(accounts.patients) == 1


async def test_key_of_another_request_is_refused(door: Door, world: World) -> None:
    key = new_secret()
    await door.enter(key=key)
    response = await door.enter(key=key, person={"name": "Somebody else"})
    assert await problem(response) == (409, "idempotency_key_reused", [])


async def test_key_from_another_browser_is_refused(door: Door, world: World) -> None:
    key = new_secret()
    await door.enter(key=key)
    door.client.session.headers["User-Agent"] = "another browser"
    assert await problem(await door.enter(key=key)) == (409, "idempotency_key_reused", [])


async def test_key_is_forgotten_after_ten_minutes(door: Door, world: World, clock: ManualClock) -> None:
    key = new_secret()
    await door.enter(key=key)
    clock.advance(minutes=10, seconds=1)
    await door.enter(key=key)
    assert await world.count(accounts.patients) == 2


async def test_key_that_could_be_guessed_is_refused(door: Door) -> None:
    assert await problem(await door.enter(key="1")) == (
        422,
        "invalid_request",
        ["/headers/Idempotency-Key"],
    )


async def test_two_people_at_the_door_are_two_people(door: Door, world: World) -> None:
    first, second = [await (await door.enter()).json() for _ in range(2)]
    assert first["visit"]["id"] != second["visit"]["id"]
    assert second["visit"]["place"] == 2


async def test_actor_of_the_events_is_the_patient(door: Door, world: World) -> None:
    await door.enter()
    patient_id = (await door.row(accounts.patients))["id"]
    actors = {(body["actor"]["role"], body["actor"]["id"]) for body in map(json.loads, await world.events())}
    assert actors == {("patient", patient_id)}
