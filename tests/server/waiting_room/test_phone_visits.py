"""Patients who have only a telephone."""

from datetime import date

import pytest

from server.accounts import tables as accounts
from server.accounts.schemas import Authority, Relationship, Speaker
from server.auth.principal import Principal
from server.errors import Refusal
from server.ids import new_id
from server.waiting_room.models import VisitState
from server.waiting_room.phone_schemas import PhonePerson, PhoneVisit
from server.waiting_room.schemas import VisitView
from tests.clock import ManualClock
from tests.server.parts import Parts
from tests.server.world import World

EDITH = PhonePerson(name="Edith Moore", birth_date=date(1944, 5, 2), phone="020 7946 0018")


def asked(world: World, person: PhonePerson = EDITH, speaker: Speaker | None = None) -> PhoneVisit:
    return PhoneVisit(pharmacy_id=world.pharmacy_id, person=person, speaker=speaker, reason="Repeat medicine")


async def enter(parts: Parts, world: World, staff: Principal) -> VisitView:
    return await parts.phone_visits.enter(staff, world.queue_id, asked(world), key=new_id())


async def test_they_stand_in_the_same_line_and_wait_at_once(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    await parts.wait(await world.patient())
    clock.advance(seconds=1)
    technician = await world.technician()
    view = await enter(parts, world, technician)
    assert (view.state, view.place, view.phone_only) == (VisitState.WAITING, 2, True)
    line = await parts.counter.line(await world.pharmacist(), world.queue_id)
    assert [each.phone_only for each in line.line] == [False, True]
    assert (line.line[1].phone, line.line[1].reach) == ("+442079460018", "ring")


async def test_a_retry_enters_nobody_twice(parts: Parts, world: World) -> None:
    technician, key = await world.technician(), new_id()
    first = await parts.phone_visits.enter(technician, world.queue_id, asked(world), key=key)
    again = await parts.phone_visits.enter(technician, world.queue_id, asked(world), key=key)
    assert again == first
    assert await world.count(accounts.patients) == 1


async def test_a_child_needs_somebody_who_speaks(parts: Parts, world: World) -> None:
    technician = await world.technician()
    child = EDITH.model_copy(update={"birth_date": date(2020, 1, 1)})
    with pytest.raises(Refusal, match="speaker_required"):
        await parts.phone_visits.enter(technician, world.queue_id, asked(world, child), key=new_id())
    parent = Speaker(name="Lucía", relationship=Relationship.PARENT, authority=Authority.PARENTAL)
    body = asked(world, child, parent)
    view = await parts.phone_visits.enter(technician, world.queue_id, body, key=new_id())
    assert view.speaker is not None


async def test_a_queue_that_takes_nobody_takes_them_neither(parts: Parts, world: World) -> None:
    technician = await world.technician()
    await parts.counter.pause(technician, world.queue_id, None)
    with pytest.raises(Refusal, match="queue_paused"):
        await enter(parts, world, technician)
    assert await world.count(accounts.patients) == 0


async def test_a_pharmacy_that_the_queue_does_not_serve_is_not_found(parts: Parts, world: World) -> None:
    body = asked(world).model_copy(update={"pharmacy_id": world.second_pharmacy_id})
    with pytest.raises(Refusal, match="not_found"):
        await parts.phone_visits.enter(await world.technician(), world.queue_id, body, key=new_id())


async def test_no_timer_ends_the_visit_of_one_who_has_only_a_telephone(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    pharmacist = await world.pharmacist()
    view = await enter(parts, world, pharmacist)
    for _ in range(3):
        await parts.admit(pharmacist)
        clock.advance(minutes=4)
        await parts.admission.end_overdue_calls()
        assert (await parts.visit(view.id)).state is VisitState.WAITING
    await parts.admit(pharmacist)
    assert (await parts.admission.no_show(pharmacist, view.id)).state is VisitState.NO_SHOW
