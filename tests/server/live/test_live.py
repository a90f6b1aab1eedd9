"""The live side on the real services and databases: from the line to the call and its end."""

from datetime import timedelta
from typing import Any

import pytest

from media.turn import IceServers
from server.auth.models import SessionEnd
from server.auth.principal import Principal
from server.auth.tokens import AccessTokens
from server.db.together import Together
from server.ids import new_id
from server.live.found_visits import FoundVisits
from server.live.gate import LiveGate
from server.live.peer import Services
from tests.server.live.conftest import Dial, Running
from tests.server.world import World
from tests.signaling.client import Client

MEDIA = {"audio": True, "video": True, "screen": False}


@pytest.fixture
async def patient(world: World) -> Principal:
    return await world.patient()


@pytest.fixture
async def pharmacist(world: World) -> Principal:
    return await world.pharmacist()


async def join(client: Client, consultation_id: str) -> dict[str, Any]:
    answer = await client.ok("room.join", {"consultation_id": consultation_id, "media": MEDIA})
    room: dict[str, Any] = answer["room"]
    return room


async def test_patient_is_told_their_place_then_that_they_are_called(
    running: Running, dial: Dial, patient: Principal, pharmacist: Principal, world: World
) -> None:
    await running.wait(await world.patient(name="First In Line"))
    visit_id = await running.wait(patient)
    client = await dial(patient)
    visit = (await client.ok("visit.watch", {"visit_id": visit_id}))["visit"]
    assert (visit["state"], visit["place"]) == ("waiting", 2)
    await running.admit(pharmacist)
    tick = await client.push("queue.tick", lambda tick: tick["ops"] != [])
    assert tick["from_version"] == visit["queue_version"]
    assert tick["ops"] == [[0, -1]]
    consultation = await running.admit(await world.pharmacist())
    called = await client.push("visit.called")
    assert called == {
        "visit_id": visit_id,
        "consultation_id": consultation.id,
        "answer_by": "2026-11-02T10:03:00.000Z",
    }
    assert consultation.person_name == "Ines Prado"


async def test_pause_comes_to_all_who_wait_in_one_tick(
    running: Running, dial: Dial, patient: Principal, pharmacist: Principal, world: World
) -> None:
    client = await dial(patient)
    await client.ok("visit.watch", {"visit_id": await running.wait(patient)})
    await running.parts.line.counter.pause(pharmacist, world.queue_id, "Back at ten.")
    tick = await client.push("queue.tick", lambda tick: tick["state"] == "paused")
    assert tick["pause_message"] == "Back at ten."
    assert tick["wait"] == {"kind": "unknown", "reason": "paused"}


async def test_staff_are_told_that_the_line_moved(
    running: Running, dial: Dial, patient: Principal, pharmacist: Principal, world: World
) -> None:
    client = await dial(pharmacist)
    before = (await client.ok("queue.watch", {"queue_id": world.queue_id}))["version"]
    await running.wait(patient)
    assert (await client.push("queue.changed"))["version"] > before


@pytest.mark.security
async def test_only_who_may_see_it_watches_a_visit_or_a_queue(
    running: Running, dial: Dial, patient: Principal, pharmacist: Principal, world: World
) -> None:
    elsewhere = await World.make(world.database, world.clock)
    watch = {"visit_id": await running.wait(patient)}
    line = {"queue_id": world.queue_id}
    for principal, of_visit, of_queue in (
        (await world.patient(name="Somebody Else"), "forbidden", "forbidden"),
        (pharmacist, "forbidden", None),
        (await world.pharmacist(queues=()), "forbidden", "forbidden"),
        (await elsewhere.pharmacist(), "not_found", "not_found"),
        (await elsewhere.patient(), "not_found", "not_found"),
    ):
        client = await dial(principal)
        assert await client.error("visit.watch", watch) == of_visit
        answer = await client.ask("queue.watch", line)
        assert answer.get("error", {}).get("code") == of_queue
    client = await dial(pharmacist)
    assert await client.error("visit.watch", {"visit_id": new_id()}) == "not_found"
    assert await client.error("queue.watch", {"queue_id": new_id()}) == "not_found"


async def test_call_from_join_to_hang_up_is_in_the_audit_log(
    running: Running, dial: Dial, patient: Principal, pharmacist: Principal, world: World
) -> None:
    await running.wait(patient)
    call = (await running.admit(pharmacist)).id
    for_patient, for_pharmacist = await dial(patient), await dial(pharmacist)
    theirs = await join(for_pharmacist, call)
    mine = await join(for_patient, call)
    assert mine["peers"] == [theirs["self"]]
    assert (mine["polite"], theirs["polite"]) == (True, False)
    stun, turn = mine["ice_servers"]
    assert stun == {"urls": ["stun:stun.example.org"]}
    assert turn.keys() == {"urls", "username", "credential"}
    assert (await for_pharmacist.push("room.peer"))["participant"]["name"] == "Ines Prado"

    to = theirs["self"]["id"]
    offer = {"description": {"type": "offer", "sdp": "v=0"}}
    signal = {"consultation_id": call, "to": to, "path_epoch": mine["path_epoch"], "signal": offer}
    await for_patient.ok("room.signal", signal)
    assert (await for_pharmacist.push("room.signal"))["signal"] == offer

    message = {"consultation_id": call, "client_key": "k", "text": "canary-chat"}
    stored = (await for_patient.ok("room.chat", message))["message"]
    assert (await for_pharmacist.push("room.chat"))["message"] == stored
    assert (await for_patient.ok("room.chat", message))["message"] == stored

    muted = {"consultation_id": call, "media": {**MEDIA, "audio": False}}
    await for_patient.ok("room.media", muted)
    sample = {"rtt_ms": None, "loss": 0.2, "jitter_ms": None, "bitrate_kbps": None}
    await for_patient.ok(
        "room.quality", {"consultation_id": call, "level": 1, "reason": "loss", "sample": sample}
    )
    await for_pharmacist.ok("room.leave", {"consultation_id": call, "reason": "hang_up"})
    ended = await for_patient.push("room.ended")
    assert ended == {"consultation_id": call, "reason": "pharmacist_hung_up"}
    refused = await for_patient.error("room.join", {"consultation_id": call, "media": MEDIA})
    assert refused == "consultation_closed"

    names = [name for name in await world.event_names() if name.startswith("room.")]
    assert names.count("room.participant.joined") == 2
    assert names.count("room.participant.left") == 1
    assert "room.microphone.off" in names
    assert "canary-chat" not in "".join(await world.events())


@pytest.mark.security
async def test_nobody_else_gets_into_the_room(
    running: Running, dial: Dial, patient: Principal, pharmacist: Principal, world: World
) -> None:
    elsewhere = await World.make(world.database, world.clock)
    await running.wait(patient)
    call = (await running.admit(pharmacist)).id
    for principal, code in (
        (await world.patient(name="Somebody Else"), "forbidden"),
        (await world.pharmacist(), "forbidden"),
        (await world.technician(), "forbidden"),
        (await world.compliance(), "forbidden"),
        (await elsewhere.pharmacist(), "not_found"),
    ):
        client = await dial(principal)
        assert await client.error("room.join", {"consultation_id": call, "media": MEDIA}) == code


@pytest.mark.security
async def test_revoked_session_loses_its_socket(running: Running, dial: Dial, patient: Principal) -> None:
    client = await dial(patient)
    sessions, database = running.parts.accounts.sessions, running.parts.ground.database
    async with database.transaction() as transaction:
        await sessions.revoke(transaction, patient.session_id, reason=SessionEnd.LOGGED_OUT)
    await client.ended()
    assert client.disconnected


@pytest.mark.security
async def test_revoked_session_cannot_connect_again_although_it_was_just_here(
    running: Running, dial: Dial, patient: Principal
) -> None:
    client = await dial(patient)
    sessions, database = running.parts.accounts.sessions, running.parts.ground.database
    async with database.transaction() as transaction:
        await sessions.revoke(transaction, patient.session_id, reason=SessionEnd.LOGGED_OUT)
    await client.ended()
    again = Client(client._http, running.url)
    await again.open()
    assert (await again.connect(running.token(patient)))["data"]["code"] == "session_ended"
    await again.ended()


@pytest.mark.security
async def test_session_that_ended_unheard_is_noticed(
    running: Running, dial: Dial, patient: Principal, pharmacist: Principal, world: World
) -> None:
    services = Services(
        database=running.parts.ground.database,
        visits=Together(FoundVisits(running.parts.ground.database, running.parts.line.waiting_room).read),
        waiting_room=running.parts.line.waiting_room,
        consultations=running.parts.line.consultations,
        ice_servers=IceServers(now=running.clock.now),
    )
    access = AccessTokens(running.parts.ground.keys.token, clock=running.clock)
    gate = LiveGate(services, sessions=running.parts.accounts.sessions, access=access)
    peers = [await gate.authenticate(running.token(who)) for who in (patient, pharmacist)]
    assert not await gate.ended(peers)
    sessions = running.parts.accounts.sessions
    async with world.database.transaction() as transaction:  # a database that announces nothing
        await sessions.revoke(transaction, patient.session_id, reason=SessionEnd.LOGGED_OUT)
    assert set(await gate.ended(peers)) == {patient.session_id}
    running.clock.advance(hours=12)
    assert set(await gate.ended(peers)) == {patient.session_id, pharmacist.session_id}


async def test_fresh_token_keeps_the_socket(running: Running, dial: Dial, patient: Principal) -> None:
    client = await dial(patient)
    running.clock.advance(seconds=100)
    ok = await client.ok("auth.refresh", {"token": running.token(patient)})
    expected = running.clock.now() + timedelta(seconds=300)
    assert ok["expires_at"] == expected.strftime("%Y-%m-%dT%H:%M:%S.000Z")
