"""Rooms, through real sockets: joining, signals, media, chat, leaving, and losing the line."""

from typing import Any

import pytest

from signaling.records import RoomEnd
from tests.signaling.client import Client
from tests.signaling.conftest import Dial, Station
from tests.signaling.test_bus import until
from tests.signaling.world import Person, World, new_id

MEDIA = {"audio": True, "video": True, "screen": False}
OFFER = {"description": {"type": "offer", "sdp": "v=0\r\n"}}


async def join(client: Client, consultation_id: str, **more: object) -> dict[str, Any]:
    answer = await client.ok("room.join", {"consultation_id": consultation_id, "media": MEDIA, **more})
    room: dict[str, Any] = answer["room"]
    return room


def signal(consultation_id: str, to: str, **changed: object) -> dict[str, object]:
    return {
        "consultation_id": consultation_id,
        "to": to,
        "path_epoch": 0,
        "signal": OFFER,
        **changed,
    }


async def test_first_in_the_room_finds_nobody(
    world: World, dial: Dial, patient: Person, pharmacist: Person
) -> None:
    call = world.consultation(patient, pharmacist)
    room = await join(await dial(patient), call)
    assert room["peers"] == []
    assert room["polite"] is True
    assert room["self"]["name"] == patient.name
    assert room["ice_servers"] == [{"urls": ["stun:127.0.0.1:3478"]}]


async def test_second_finds_the_first_who_is_told(
    world: World, dial: Dial, patient: Person, pharmacist: Person
) -> None:
    call = world.consultation(patient, pharmacist)
    first, second = await dial(patient), await dial(pharmacist)
    room_of_first = await join(first, call)
    room_of_second = await join(second, call)
    assert room_of_second["peers"] == [room_of_first["self"]]
    assert room_of_second["polite"] is False
    told = await first.push("room.peer")
    assert told["event"] == "joined"
    assert told["participant"] == room_of_second["self"]


@pytest.mark.security
async def test_stranger_may_not_join(world: World, dial: Dial, patient: Person, pharmacist: Person) -> None:
    call = world.consultation(pharmacist)
    stranger = await dial(patient)
    assert await stranger.error("room.join", {"consultation_id": call, "media": MEDIA}) == "forbidden"
    assert await stranger.error("room.join", {"consultation_id": new_id(), "media": MEDIA}) == "not_found"


async def test_closed_consultation_cannot_be_joined(world: World, dial: Dial, patient: Person) -> None:
    call = world.consultation(patient)
    world.consultations[call].ended = "completed"
    client = await dial(patient)
    assert await client.error("room.join", {"consultation_id": call, "media": MEDIA}) == "consultation_closed"


@pytest.mark.security
@pytest.mark.parametrize("name", ["room.signal", "room.media", "room.quality", "room.chat", "room.leave"])
async def test_who_has_not_joined_can_do_nothing_in_a_room(
    world: World, dial: Dial, patient: Person, pharmacist: Person, name: str
) -> None:
    call = world.consultation(patient, pharmacist)
    inside, outside = await dial(pharmacist), await dial(patient)
    room = await join(inside, call)
    payloads: dict[str, dict[str, object]] = {
        "room.signal": signal(call, room["self"]["id"]),
        "room.media": {"consultation_id": call, "media": MEDIA},
        "room.quality": quality(call),
        "room.chat": {"consultation_id": call, "client_key": "k", "text": "t"},
        "room.leave": {"consultation_id": call, "reason": "hang_up"},
    }
    assert await outside.error(name, payloads[name]) == "not_in_room"
    assert world.consultations[call].heard == [("join", pharmacist.name)]


async def test_signals_reach_the_other_side_unread(
    world: World, dial: Dial, patient: Person, pharmacist: Person
) -> None:
    call = world.consultation(patient, pharmacist)
    caller, callee = await dial(patient), await dial(pharmacist)
    mine, theirs = await join(caller, call), await join(callee, call)
    for sent in (
        OFFER,
        {"candidate": {"candidate": "candidate:1 1 udp", "sdpMid": "0", "sdpMLineIndex": 0}},
        {"candidate": None},
        {"candidate": {"candidate": "", "sdpMid": None, "sdpMLineIndex": 1, "usernameFragment": "u"}},
    ):
        assert await caller.ok("room.signal", signal(call, theirs["self"]["id"], signal=sent)) == {}
        received = await callee.push("room.signal")
        assert received == {
            "consultation_id": call,
            "from": mine["self"]["id"],
            "path_epoch": 0,
            "signal": sent,
        }


async def test_signal_of_another_path_epoch_is_invalid(
    world: World, dial: Dial, patient: Person, pharmacist: Person
) -> None:
    call = world.consultation(patient, pharmacist)
    world.consultations[call].path_epoch = 3
    caller, callee = await dial(patient), await dial(pharmacist)
    await join(caller, call)
    room = await join(callee, call)
    assert room["path_epoch"] == 3
    to = room["self"]["id"]
    assert await caller.error("room.signal", signal(call, to, path_epoch=2)) == "invalid"
    assert await caller.ok("room.signal", signal(call, to, path_epoch=3)) == {}


async def test_signal_to_nobody_says_the_peer_is_gone(world: World, dial: Dial, patient: Person) -> None:
    call = world.consultation(patient)
    client = await dial(patient)
    room = await join(client, call)
    assert await client.error("room.signal", signal(call, new_id())) == "peer_gone"
    assert await client.error("room.signal", signal(call, room["self"]["id"])) == "peer_gone"


@pytest.mark.parametrize(
    "bad",
    [
        {"description": {"type": "offer", "sdp": "x" * 65_537}},
        {"description": {"type": "call", "sdp": ""}},
        {"description": {"type": "offer", "sdp": 1}},
        {"candidate": {"candidate": "x" * 5000}},
        {"candidate": None, "description": {"type": "offer", "sdp": ""}},
        {},
    ],
)
async def test_signal_that_is_none_is_invalid(world: World, dial: Dial, patient: Person, bad: object) -> None:
    call = world.consultation(patient)
    client = await dial(patient)
    await join(client, call)
    assert await client.error("room.signal", signal(call, new_id(), signal=bad)) == "invalid"


async def test_newest_join_of_a_participant_wins(
    world: World, dial: Dial, patient: Person, pharmacist: Person
) -> None:
    call = world.consultation(patient, pharmacist)
    phone, laptop, other = await dial(patient), await dial(patient), await dial(pharmacist)
    before = await join(phone, call)
    await join(other, call)
    after = await join(laptop, call)
    assert after["self"]["id"] == before["self"]["id"]
    assert after["self"]["connection"] > before["self"]["connection"]
    ended = await phone.push("room.ended")
    assert ended == {"consultation_id": call, "reason": "joined_elsewhere"}
    told = await other.push("room.peer")
    assert (told["event"], told["participant"]) == ("joined", after["self"])
    assert await phone.error("room.leave", {"consultation_id": call, "reason": "hang_up"}) == "not_in_room"
    await other.nothing("room.peer")


async def test_media_changes_are_recorded_and_told(
    world: World, dial: Dial, patient: Person, pharmacist: Person
) -> None:
    call = world.consultation(patient, pharmacist)
    one, other = await dial(patient), await dial(pharmacist)
    await join(one, call)
    await join(other, call)
    sharing = {**MEDIA, "screen": True}
    assert await one.ok("room.media", {"consultation_id": call, "media": sharing}) == {}
    told = await other.push("room.peer")
    assert (told["event"], told["participant"]["media"]) == ("media", sharing)
    name, who, before, after = world.consultations[call].heard[-1]
    assert (name, who) == ("media", patient.name)
    assert (before.screen, after.screen) == (False, True)  # type: ignore[attr-defined]


def quality(call: str, **changed: object) -> dict[str, object]:
    sample = {"rtt_ms": 80, "loss": 0.12, "jitter_ms": None, "bitrate_kbps": 310.5}
    return {"consultation_id": call, "level": 2, "reason": "loss", "sample": sample, **changed}


async def test_quality_is_told_to_the_other_side(
    world: World, dial: Dial, patient: Person, pharmacist: Person
) -> None:
    call = world.consultation(patient, pharmacist)
    one, other = await dial(patient), await dial(pharmacist)
    room = await join(one, call)
    await join(other, call)
    assert await one.ok("room.quality", quality(call)) == {}
    told = await other.push("room.quality")
    assert told == {"consultation_id": call, "from": room["self"]["id"], "level": 2, "reason": "loss"}
    assert world.consultations[call].heard[-1] == ("quality", patient.name, 2, "loss")
    wrong: tuple[dict[str, object], ...] = (
        {"level": 6},
        {"level": True},
        {"level": "2"},
        {"reason": "bad luck"},
        {"sample": {}},
    )
    for bad in wrong:
        assert await one.error("room.quality", quality(call, **bad)) == "invalid"


async def test_chat_is_stored_then_told_and_a_retry_answers_the_same(
    world: World, dial: Dial, patient: Person, pharmacist: Person
) -> None:
    call = world.consultation(patient, pharmacist)
    one, other = await dial(patient), await dial(pharmacist)
    room = await join(one, call)
    await join(other, call)
    message = {"consultation_id": call, "client_key": "k1", "text": "¿Me oye? 👋"}
    stored = (await one.ok("room.chat", message))["message"]
    assert [kept.id for kept in world.consultations[call].chat] == [stored["id"]]
    assert stored["from"] == room["self"]["id"]
    assert (await other.push("room.chat"))["message"] == stored
    assert (await one.ok("room.chat", message))["message"] == stored
    assert len(world.consultations[call].chat) == 1
    late = await join(await dial(pharmacist), call)
    assert late["chat"] == [stored]


@pytest.mark.parametrize("text", ["", "x" * 2001, "a\x00b", 7, None])
async def test_chat_text_has_its_limits(world: World, dial: Dial, patient: Person, text: object) -> None:
    call = world.consultation(patient)
    client = await dial(patient)
    await join(client, call)
    message = {"consultation_id": call, "client_key": "k", "text": text}
    assert await client.error("room.chat", message) == "invalid"
    assert await client.error("room.chat", {**message, "text": "t", "more": 1}) == "invalid"


async def test_leaving_is_told_at_once(
    world: World, here: Station, dial: Dial, patient: Person, pharmacist: Person
) -> None:
    call = world.consultation(patient, pharmacist)
    one, other = await dial(patient), await dial(pharmacist)
    await join(one, call)
    await join(other, call)
    assert await one.ok("room.leave", {"consultation_id": call, "reason": "hang_up"}) == {}
    assert (await other.push("room.peer"))["event"] == "left"
    assert ("leave", patient.name, "hang_up") in world.consultations[call].heard
    await other.ok("room.leave", {"consultation_id": call, "reason": "page_closed"})
    await other.nothing("room.peer")
    assert len(here.hub.rooms) == 0


async def test_lost_socket_leaves_only_after_the_grace(
    world: World, here: Station, dial: Dial, patient: Person, pharmacist: Person
) -> None:
    call = world.consultation(patient, pharmacist)
    one, other = await dial(patient), await dial(pharmacist)
    room = await join(one, call)
    await join(other, call)
    await one.close()
    await until(lambda: len(here.hub.sessions) == 1)
    assert await other.error("room.signal", signal(call, room["self"]["id"])) == "peer_gone"
    world.clock.advance(seconds=9)
    await here.hub.tick()
    await other.nothing("room.peer")
    world.clock.advance(seconds=1.5)
    await here.hub.tick()
    assert (await other.push("room.peer"))["event"] == "left"
    await other.nothing("room.peer")
    assert world.consultations[call].heard[-1] == ("leave", patient.name, "connection_lost")


async def test_page_that_resumes_keeps_its_connection_and_nobody_is_torn_down(
    world: World, here: Station, dial: Dial, patient: Person, pharmacist: Person
) -> None:
    call = world.consultation(patient, pharmacist)
    one, other = await dial(patient), await dial(pharmacist)
    connection = (await join(one, call))["self"]["connection"]
    await join(other, call)
    await one.close()
    await until(lambda: len(here.hub.sessions) == 1)
    again = await dial(patient)
    room = await join(again, call, connection=connection)
    assert room["self"]["connection"] == connection
    told = await other.push("room.peer")
    assert (told["event"], told["participant"]["connection"]) == ("joined", connection)
    world.clock.advance(seconds=30)
    await here.hub.tick()
    await other.nothing("room.peer")


async def test_page_that_resumes_before_its_old_socket_is_missed_is_not_ended(
    world: World, dial: Dial, patient: Person
) -> None:
    call = world.consultation(patient)
    old = await dial(patient)
    connection = (await join(old, call))["self"]["connection"]
    await join(await dial(patient), call, connection=connection)
    await old.nothing("room.ended")


async def test_page_cannot_take_the_call_back_from_a_newer_device(
    world: World, dial: Dial, patient: Person
) -> None:
    call = world.consultation(patient)
    laptop, phone = await dial(patient), await dial(patient)
    connection = (await join(laptop, call))["self"]["connection"]
    await join(phone, call)
    again = await dial(patient)
    resume = {"consultation_id": call, "media": MEDIA, "connection": connection}
    assert await again.error("room.join", resume) == "not_in_room"
    assert (await again.push("room.ended"))["reason"] == "joined_elsewhere"
    await phone.nothing("room.ended")


async def test_connection_from_the_future_is_not_believed(world: World, dial: Dial, patient: Person) -> None:
    call = world.consultation(patient)
    client = await dial(patient)
    room = await join(client, call, connection="f" * 32)
    assert room["self"]["connection"] < "f"
    await join(await dial(patient), call)
    assert (await client.push("room.ended"))["reason"] == "joined_elsewhere"


@pytest.mark.parametrize("reason", ["pharmacist_hung_up", "completed"])
async def test_room_ends_with_its_consultation_although_the_notice_was_lost(
    world: World, here: Station, dial: Dial, patient: Person, reason: RoomEnd
) -> None:
    call = world.consultation(patient)
    client = await dial(patient)
    await join(client, call)
    await here.hub.recheck()
    await client.nothing("room.ended")
    world.consultations[call].ended = reason
    await here.hub.recheck()
    assert await client.push("room.ended") == {"consultation_id": call, "reason": reason}
    assert await client.error("room.leave", {"consultation_id": call, "reason": "hang_up"}) == "not_in_room"
    assert len(here.hub.rooms) == 0
