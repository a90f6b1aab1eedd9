"""Watching visits and queues: told when they change, not told when they do not, and never too often."""

from datetime import timedelta

import pytest

from signaling import notices
from signaling.bus import InProcessBus
from signaling.hub import HubTimes
from signaling.ports import Call
from tests.signaling.conftest import NEVER, Dial, Station, station
from tests.signaling.world import Person, World, new_id


def tell(here: Station, notice: notices.Notice) -> None:
    here.bus.publish(notices.TOPIC, notices.encode(notice))


@pytest.fixture
def serving(world: World, pharmacist: Person) -> str:
    """A queue that the pharmacist serves."""
    queue_id = world.queue()
    pharmacist.queues.add(queue_id)
    return queue_id


async def test_patient_watches_their_own_visit_and_is_told_of_changes(
    world: World, here: Station, dial: Dial, patient: Person
) -> None:
    visit_id = world.visit(patient, world.queue())
    client = await dial(patient)
    assert (await client.ok("visit.watch", {"visit_id": visit_id}))["visit"]["place"] == 1
    world.change(visit_id, message="soon")
    tell(here, notices.VisitMoved(visit_id=visit_id))
    assert (await client.push("visit.changed"))["visit"]["message"] == "soon"


@pytest.mark.security
async def test_visit_of_somebody_else_cannot_be_watched(
    world: World, dial: Dial, patient: Person, pharmacist: Person
) -> None:
    visit_id = world.visit(patient, world.queue())
    stranger = await dial(pharmacist)
    assert await stranger.error("visit.watch", {"visit_id": visit_id}) == "forbidden"
    assert await stranger.error("visit.watch", {"visit_id": new_id()}) == "not_found"
    assert await stranger.error("visit.watch", {"visit_id": "1 OR 1=1"}) == "invalid"


async def test_visit_that_did_not_change_is_not_told(
    world: World, here: Station, dial: Dial, patient: Person
) -> None:
    visit_id = world.visit(patient, world.queue())
    client = await dial(patient)
    await client.ok("visit.watch", {"visit_id": visit_id})
    tell(here, notices.VisitMoved(visit_id=visit_id))
    await client.nothing("visit.changed")
    assert world.visit_reads == 1
    await client.nothing("visit.changed")


async def test_unwatched_visit_is_neither_told_nor_read(
    world: World, here: Station, dial: Dial, patient: Person
) -> None:
    visit_id = world.visit(patient, world.queue())
    client = await dial(patient)
    await client.ok("visit.watch", {"visit_id": visit_id})
    await client.ok("visit.unwatch", {"visit_id": visit_id})
    world.change(visit_id, message="soon")
    tell(here, notices.VisitMoved(visit_id=visit_id))
    await client.nothing("visit.changed")
    assert world.visit_reads == 0


async def test_visit_that_is_called_is_told_once(
    world: World, here: Station, dial: Dial, patient: Person
) -> None:
    visit_id = world.visit(patient, world.queue())
    client = await dial(patient)
    await client.ok("visit.watch", {"visit_id": visit_id})
    answer_by = world.clock.now() + timedelta(seconds=180)
    world.visits[visit_id].call = Call(consultation_id=new_id(), answer_by=answer_by)
    world.change(visit_id, state="called", place=None)
    tell(here, notices.VisitMoved(visit_id=visit_id))
    called = await client.push("visit.called")
    assert called["visit_id"] == visit_id
    assert called["answer_by"] == "2026-11-02T10:03:00.000Z"
    world.change(visit_id, answer_by="later")
    tell(here, notices.VisitMoved(visit_id=visit_id))
    await client.push("visit.changed", lambda told: "answer_by" in told["visit"])
    await client.nothing("visit.called")


async def test_visit_that_changed_is_told_although_every_notice_was_lost(
    world: World, here: Station, dial: Dial, patient: Person
) -> None:
    visit_id = world.visit(patient, world.queue())
    client = await dial(patient)
    await client.ok("visit.watch", {"visit_id": visit_id})
    await here.hub.watches.check()
    world.change(visit_id, state="away")
    await here.hub.watches.check()
    assert (await client.push("visit.changed"))["visit"]["state"] == "away"


async def test_visit_whose_reading_failed_is_read_again(
    world: World, here: Station, dial: Dial, patient: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit_id = world.visit(patient, world.queue())
    client = await dial(patient)
    await client.ok("visit.watch", {"visit_id": visit_id})
    world.change(visit_id, message="soon")
    with monkeypatch.context() as broken:
        broken.setattr(World, "read_visits", _broken)
        tell(here, notices.VisitMoved(visit_id=visit_id))
        await client.nothing("visit.changed")
    await here.hub.watches.poll()
    assert (await client.push("visit.changed"))["visit"]["message"] == "soon"


async def _broken(*_: object) -> None:
    raise OSError("the database is away")


async def test_staff_are_told_the_version_of_a_queue_they_serve(
    world: World, here: Station, dial: Dial, pharmacist: Person, serving: str
) -> None:
    client = await dial(pharmacist)
    assert await client.ok("queue.watch", {"queue_id": serving}) == {"version": 1}
    tell(here, notices.QueueMoved(queue_id=serving, version=2))
    assert await client.push("queue.changed") == {"queue_id": serving, "version": 2}
    tell(here, notices.QueueMoved(queue_id=serving, version=1))
    tell(here, notices.QueueMoved(queue_id=serving, version=2))
    await client.nothing("queue.changed")
    world.queues[serving] = 7
    await here.hub.watches.poll()
    assert (await client.push("queue.changed"))["version"] == 7


@pytest.mark.security
async def test_queue_that_one_does_not_serve_cannot_be_watched(
    world: World, dial: Dial, pharmacist: Person
) -> None:
    client = await dial(pharmacist)
    assert await client.error("queue.watch", {"queue_id": world.queue()}) == "forbidden"
    assert await client.error("queue.watch", {"queue_id": new_id()}) == "not_found"


async def test_busy_queue_is_read_at_most_once_per_rest(world: World, patient: Person, dial: Dial) -> None:
    times = HubTimes(tick_s=NEVER, poll_s=NEVER, rest_s=NEVER, again_s=NEVER, recheck_s=NEVER)
    async with InProcessBus() as bus, station(world, bus, times=times) as here:
        queue_id = world.queue()
        client = await dial(patient, at=here)
        for place in (1, 2, 3):
            await client.ok("visit.watch", {"visit_id": world.visit(patient, queue_id, place)})
        for _ in range(200):
            tell(here, notices.QueueMoved(queue_id=queue_id, version=world.move(queue_id, (3, 1))))
            await client.nothing("visit.changed")
        assert world.line_reads == 1
        assert world.visit_reads == 0


async def test_staff_taken_off_a_queue_hear_no_more_of_it_after_their_next_token(
    world: World, here: Station, dial: Dial, pharmacist: Person, serving: str
) -> None:
    session_id = new_id()
    client = await dial(token=world.token(pharmacist, session_id=session_id))
    await client.ok("queue.watch", {"queue_id": serving})
    pharmacist.queues.clear()
    await client.ok("auth.refresh", {"token": world.token(pharmacist, session_id=session_id)})
    tell(here, notices.QueueMoved(queue_id=serving, version=2))
    await client.nothing("queue.changed")


async def test_client_that_is_gone_is_forgotten(
    world: World, here: Station, dial: Dial, patient: Person
) -> None:
    visit_id = world.visit(patient, world.queue())
    client, other = await dial(patient), await dial(patient)
    await client.ok("visit.watch", {"visit_id": visit_id})
    await client.close()
    await other.nothing("visit.changed")
    world.change(visit_id, state="away")
    tell(here, notices.VisitMoved(visit_id=visit_id))
    await other.nothing("visit.changed")
    assert world.visit_reads == 0
