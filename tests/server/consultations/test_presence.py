"""Rooms with nobody in them."""

from server.consultations.models import ConsultationEnd, ConsultationState
from server.consultations.presence import SEEN_EVERY_S, Presence
from server.consultations.schemas import ConsultationView
from server.ids import new_id
from server.notices import ConsultationChanged
from server.waiting_room.models import VisitState
from tests.clock import ManualClock
from tests.server.parts import Media, Parts
from tests.server.waiting_room.test_phone_visits import asked
from tests.server.world import World


async def running(parts: Parts, world: World) -> ConsultationView:
    """A running consultation; its pharmacist is `world.pharmacist()` of the call."""
    patient, pharmacist = await world.patient(), await world.pharmacist()
    await parts.wait(patient)
    consultation = await parts.admit(pharmacist)
    await parts.consultations.join(pharmacist, consultation.id, Media())
    await parts.consultations.join(patient, consultation.id, Media())
    for who in (patient, pharmacist):
        await parts.consultations.leave(who, consultation.id, "connection_lost")
    return consultation


async def test_a_room_that_all_have_left_goes_to_wrap_up_after_three_minutes(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    consultation = await running(parts, world)
    told: list[object] = []
    parts.database.on_commit(told.extend)
    clock.advance(seconds=179)
    assert await parts.empty_rooms.wrap_up() == 0
    clock.advance(seconds=1)
    assert await parts.empty_rooms.wrap_up() == 1
    assert await parts.empty_rooms.wrap_up() == 0
    assert ConsultationChanged(consultation.id, ended=True) in told
    (event,) = await world.events("consultation.wrap_up")
    assert '"reason":"room_empty"' in event
    assert '"role":"system"' in event


async def test_an_empty_room_leaves_the_record_to_be_completed(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    patient, pharmacist = await world.patient(), await world.pharmacist()
    visit_id = await parts.wait(patient)
    consultation = await parts.admit(pharmacist)
    await parts.consultations.join(patient, consultation.id, Media())
    await parts.consultations.leave(patient, consultation.id, "page_closed")
    clock.advance(minutes=3)
    assert await parts.empty_rooms.wrap_up() == 1
    assert (await parts.visit(visit_id)).state is VisitState.IN_CONSULTATION
    assert (await parts.records.read(pharmacist, consultation.id)).state is ConsultationState.WRAP_UP
    completed = await parts.complete(pharmacist, consultation.id)
    assert (completed.state, completed.end_reason) == (ConsultationState.CLOSED, ConsultationEnd.ROOM_EMPTY)


async def test_coming_back_in_time_keeps_the_call(parts: Parts, world: World, clock: ManualClock) -> None:
    patient, pharmacist = await world.patient(), await world.pharmacist()
    await parts.wait(patient)
    consultation = await parts.admit(pharmacist)
    await parts.consultations.join(patient, consultation.id, Media())
    await parts.consultations.leave(patient, consultation.id, "connection_lost")
    clock.advance(seconds=170)
    await parts.consultations.join(patient, consultation.id, Media())
    clock.advance(seconds=170)
    assert await parts.empty_rooms.wrap_up() == 0


async def test_a_process_that_died_says_nothing_more_of_its_rooms(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    patient, pharmacist = await world.patient(), await world.pharmacist()
    await parts.wait(patient)
    consultation = await parts.admit(pharmacist)
    await parts.consultations.join(patient, consultation.id, Media())
    clock.advance(seconds=100)
    await Presence(parts.database, clock).seen([consultation.id])
    clock.advance(seconds=100)
    assert await parts.empty_rooms.wrap_up() == 0
    clock.advance(seconds=80)
    assert await parts.empty_rooms.wrap_up() == 1


async def test_presence_is_written_now_and_then(parts: Parts, world: World, clock: ManualClock) -> None:
    consultation, monotonic = await running(parts, world), [0.0]
    presence = Presence(parts.database, clock, monotonic=lambda: monotonic[0])
    await presence.seen([consultation.id])
    clock.advance(minutes=3)
    await presence.seen([consultation.id])  # too soon to be written again
    assert await parts.empty_rooms.wrap_up() == 1
    monotonic[0] += SEEN_EVERY_S
    await presence.seen([consultation.id])  # over by now: nothing to note


async def test_nobody_has_to_be_in_the_room_of_a_phone_only_patient(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    pharmacist = await world.pharmacist()
    await parts.phone_visits.enter(pharmacist, world.queue_id, asked(world), key=new_id())
    consultation = await parts.admit(pharmacist)
    await parts.phone_calls.start(pharmacist, consultation.id)
    await parts.consultations.join(pharmacist, consultation.id, Media())
    await parts.consultations.leave(pharmacist, consultation.id, "page_closed")
    clock.advance(minutes=10)
    assert await parts.empty_rooms.wrap_up() == 0
    assert (await parts.records.read(pharmacist, consultation.id)).state is ConsultationState.RUNNING
