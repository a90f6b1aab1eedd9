"""Sessions of sockets: warned before the token expires, renewed in band, ended on expiry and revocation."""

import pytest

from signaling import notices
from tests.signaling.conftest import Dial, Station
from tests.signaling.world import Person, World, new_id


async def test_socket_is_warned_once_before_its_token_expires(
    world: World, here: Station, dial: Dial, patient: Person
) -> None:
    client = await dial(patient)
    world.clock.advance(seconds=239)
    await here.hub.tick()
    await client.nothing("session.expiring")
    world.clock.advance(seconds=1)
    await here.hub.tick()
    await here.hub.tick()
    assert await client.push("session.expiring") == {"expires_at": "2026-11-02T10:05:00.000Z"}
    await client.nothing("session.expiring")


async def test_socket_is_ended_when_its_token_expires(
    world: World, here: Station, dial: Dial, patient: Person
) -> None:
    client = await dial(patient)
    world.clock.advance(seconds=300)
    await here.hub.tick()
    await client.ended()
    assert client.disconnected


async def test_fresh_token_of_the_same_session_keeps_the_socket(
    world: World, here: Station, dial: Dial, patient: Person
) -> None:
    session_id = new_id()
    client = await dial(token=world.token(patient, session_id=session_id))
    world.clock.advance(seconds=290)
    await here.hub.tick()
    await client.push("session.expiring")
    fresh = world.token(patient, session_id=session_id)
    assert await client.ok("auth.refresh", {"token": fresh}) == {"expires_at": "2026-11-02T10:09:50.000Z"}
    world.clock.advance(seconds=200)
    await here.hub.tick()
    await client.nothing("session.expiring")


@pytest.mark.security
async def test_token_of_another_session_is_not_taken(
    world: World, dial: Dial, patient: Person, pharmacist: Person
) -> None:
    client = await dial(patient)
    assert await client.error("auth.refresh", {"token": world.token(patient)}) == "unauthenticated"
    assert await client.error("auth.refresh", {"token": world.token(pharmacist)}) == "unauthenticated"
    assert await client.error("auth.refresh", {"token": "made up"}) == "unauthenticated"
    assert await client.error("auth.refresh", {"token": ""}) == "invalid"


@pytest.mark.security
async def test_revoked_session_is_ended_by_notice(
    world: World, here: Station, dial: Dial, patient: Person
) -> None:
    session_id, token = new_id(), ""
    token = world.token(patient, session_id=session_id)
    one, two, other = await dial(token=token), await dial(token=token), await dial(patient)
    here.bus.publish(notices.TOPIC, notices.encode(notices.SessionOver(session_id=session_id)))
    await one.ended()
    await two.ended()
    assert one.disconnected
    assert two.disconnected
    assert await other.error("no.such", {}) == "unknown_message"


@pytest.mark.security
async def test_revoked_session_is_ended_by_the_next_recheck_when_the_notice_was_lost(
    world: World, here: Station, dial: Dial, patient: Person
) -> None:
    session_id = new_id()
    client = await dial(token=world.token(patient, session_id=session_id))
    world.ended.add(session_id)
    await here.hub.recheck()
    await client.ended()
    assert client.disconnected


async def test_malformed_notice_is_ignored(here: Station, dial: Dial, patient: Person) -> None:
    client = await dial(patient)
    for notice in (b"", b"{}", b'{"kind":"news"}', b"\xff"):
        here.bus.publish(notices.TOPIC, notice)
    assert await client.error("no.such", {}) == "unknown_message"
