"""Every way to ask the waiting room for what it cannot give: each has its code, and changes nothing."""

from collections.abc import Awaitable, Callable

import pytest

from server.auth.principal import Principal
from server.errors import Code, Refusal
from server.ids import QueueId, VisitId, new_id
from server.waiting_room import tables
from server.waiting_room.models import PriorityClass, VisitState
from server.waiting_room.schemas import ChangeClass, JoinQueue, Needs
from tests.clock import ManualClock
from tests.server.parts import GOOD_DEVICES, Parts
from tests.server.world import World

URGENT = ChangeClass(priority_class=PriorityClass.URGENT, reason="Short of breath")

OWN: dict[str, Callable[[Parts, Principal, VisitId], Awaitable[object]]] = {
    "device-check": lambda parts, who, visit: parts.stay.check_devices(who, visit, GOOD_DEVICES),
    "away": lambda parts, who, visit: parts.stay.go_away(who, visit),
    "return": lambda parts, who, visit: parts.stay.come_back(who, visit),
    "coming": lambda parts, who, visit: parts.stay.say_coming(who, visit),
    "worse": lambda parts, who, visit: parts.stay.say_worse(who, visit),
    "return-link": lambda parts, who, visit: parts.stay.return_link(who, visit),
}
STAFF: dict[str, Callable[[Parts, Principal, VisitId], Awaitable[object]]] = {
    "admit": lambda parts, who, visit: parts.admit(who, visit),
    "message": lambda parts, who, visit: parts.counter.message(who, visit, "Soon"),
    "hold": lambda parts, who, visit: parts.counter.hold(who, visit, "The telephone"),
    "release": lambda parts, who, visit: parts.counter.release(who, visit),
    "decline": lambda parts, who, visit: parts.counter.decline(who, visit, "See your doctor"),
    "speaker": lambda parts, who, visit: parts.counter.check_speaker(who, visit, confirmed=True),
    "no-show": lambda parts, who, visit: parts.admission.no_show(who, visit),
    "transfer": lambda parts, who, visit: parts.transfers.transfer(who, visit, parts.world.second_queue_id),
    "class": lambda parts, who, visit: parts.triage.change_class(who, visit, URGENT),
    "worse-seen": lambda parts, who, visit: parts.triage.worse_seen(who, visit),
    "needs": lambda parts, who, visit: parts.triage.set_needs(who, visit, Needs(language="en")),
}


def joining(world: World) -> JoinQueue:
    return JoinQueue(pharmacy_id=world.pharmacy_id, video_consent=True, consent_version="1")


@pytest.mark.parametrize("act", [*OWN, *STAFF])
async def test_a_visit_that_left_a_millisecond_ago_has_ended_for_everybody(
    parts: Parts, world: World, clock: ManualClock, act: str
) -> None:
    patient, pharmacist = await world.patient(), await world.pharmacist()
    visit_id = await parts.wait(patient)
    await parts.stay.leave(patient, visit_id)
    clock.advance(milliseconds=1)
    before = await world.event_names()
    with pytest.raises(Refusal, match="visit_ended"):
        await (OWN[act](parts, patient, visit_id) if act in OWN else STAFF[act](parts, pharmacist, visit_id))
    assert await world.event_names() == before
    assert (await parts.visit(visit_id)).state is VisitState.LEFT


@pytest.mark.parametrize("act", [*OWN, *STAFF])
async def test_a_made_up_visit_is_not_found(parts: Parts, world: World, act: str) -> None:
    patient, pharmacist = await world.patient(), await world.pharmacist()
    made_up = VisitId(new_id())
    with pytest.raises(Refusal, match="not_found"):
        await (OWN[act](parts, patient, made_up) if act in OWN else STAFF[act](parts, pharmacist, made_up))


@pytest.mark.parametrize("act", [*OWN, *STAFF])
async def test_a_visit_of_another_organisation_is_not_found(parts: Parts, world: World, act: str) -> None:
    visit_id = await parts.wait(await world.patient())
    elsewhere = await World.make(world.database, world.clock)
    patient = await elsewhere.patient()
    pharmacist = await elsewhere.pharmacist()
    if act == "admit":  # it names the queue, too
        with pytest.raises(Refusal, match="not_found"):
            await parts.admission.admit(pharmacist, elsewhere.queue_id, visit_id, key=new_id())
        return
    with pytest.raises(Refusal, match="not_found"):
        await (OWN[act](parts, patient, visit_id) if act in OWN else STAFF[act](parts, pharmacist, visit_id))


async def test_joining_twice_gives_the_same_place(parts: Parts, world: World, clock: ManualClock) -> None:
    patient = await world.patient()
    first = await parts.waiting_room.join(patient, world.queue_id, joining(world), key=new_id())
    clock.advance(minutes=5)
    await parts.wait(await world.patient())
    again = await parts.waiting_room.join(patient, world.queue_id, joining(world), key=new_id())
    assert (again.id, again.place, again.arrived_at) == (first.id, 1, first.arrived_at)
    assert await world.count(tables.visits) == 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"state": "closed"}, Code.QUEUE_CLOSED),
        ({"opening_hours": [[6, "09:00", "10:00"]]}, Code.QUEUE_CLOSED),
        ({"state": "paused"}, Code.QUEUE_PAUSED),
        ({"capacity": 0}, Code.QUEUE_FULL),
    ],
)
async def test_a_queue_that_takes_nobody_says_why(
    parts: Parts, world: World, changes: dict[str, object], code: Code
) -> None:
    standing = await world.patient()
    place = await parts.wait(standing)
    await world.update_queue(world.queue_id, **changes)
    with pytest.raises(Refusal, match=code.value):
        await parts.waiting_room.join(await world.patient(), world.queue_id, joining(world), key=new_id())
    assert await world.count(tables.visits) == 1
    # Whoever stands there already has their place, however often they ask.
    again = await parts.waiting_room.join(standing, world.queue_id, joining(world), key=new_id())
    assert (again.id, again.place) == (place, 1)


async def test_a_foreign_or_made_up_queue_is_not_found(parts: Parts, world: World) -> None:
    elsewhere = await World.make(world.database, world.clock)
    patient, pharmacist = await world.patient(), await world.pharmacist()
    for queue_id in (elsewhere.queue_id, QueueId(new_id())):
        with pytest.raises(Refusal, match="not_found"):
            await parts.waiting_room.join(patient, queue_id, joining(world), key=new_id())
        with pytest.raises(Refusal, match="not_found"):
            await parts.admission.admit(pharmacist, queue_id, None, key=new_id())


async def test_admitting_nobody_is_said_and_changes_nothing(parts: Parts, world: World) -> None:
    pharmacist = await world.pharmacist()
    with pytest.raises(Refusal, match="queue_empty"):
        await parts.admit(pharmacist)
    await parts.stand(await world.patient())  # still checking the devices
    with pytest.raises(Refusal, match="queue_empty"):
        await parts.admit(pharmacist)
