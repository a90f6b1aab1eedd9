"""What staff decide about visits: how urgent they are, and what they need."""

import pytest

from server.errors import Refusal
from server.notices import QueueChanged, VisitChanged
from server.waiting_room.models import PriorityClass
from server.waiting_room.schemas import ChangeClass, Needs
from tests.clock import ManualClock
from tests.server.parts import Parts
from tests.server.world import World

URGENT = ChangeClass(priority_class=PriorityClass.URGENT, reason="Short of breath")
ROUTINE = ChangeClass(priority_class=PriorityClass.ROUTINE)


async def test_staff_make_a_visit_urgent_and_routine_again(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    first = await parts.wait(await world.patient())
    clock.advance(seconds=30)
    second = await parts.wait(await world.patient())
    technician = await world.technician()
    urgent = await parts.triage.change_class(technician, second, URGENT)
    assert (urgent.place, (await parts.visit(first)).place) == (1, 2)
    routine = await parts.triage.change_class(technician, second, ROUTINE)
    assert (routine.place, (await parts.visit(first)).place) == (2, 1)


async def test_the_reason_of_urgency_is_shown_to_pharmacists_and_kept_out_of_the_event(
    parts: Parts, world: World
) -> None:
    visit_id = await parts.wait(await world.patient())
    await parts.triage.change_class(await world.technician(), visit_id, URGENT)
    pharmacist = await parts.counter.line(await world.pharmacist(), world.queue_id)
    technician = await parts.counter.line(await world.technician(), world.queue_id)
    assert pharmacist.line[0].urgent_reason == "Short of breath"
    assert technician.line[0].urgent_reason is None
    (event,) = await world.events("visit.class.changed")
    assert '"before":"routine"' in event
    assert '"after":"urgent"' in event
    assert "breath" not in event


async def test_routine_again_forgets_the_reason(parts: Parts, world: World) -> None:
    visit_id = await parts.wait(await world.patient())
    technician = await world.technician()
    await parts.triage.change_class(technician, visit_id, URGENT)
    await parts.triage.change_class(technician, visit_id, ROUTINE)
    line = await parts.counter.line(await world.pharmacist(), world.queue_id)
    assert line.line[0].urgent_reason is None


async def test_urgent_needs_a_reason(parts: Parts, world: World) -> None:
    visit_id = await parts.wait(await world.patient())
    without = ChangeClass(priority_class=PriorityClass.URGENT)
    with pytest.raises(Refusal, match="invalid_request"):
        await parts.triage.change_class(await world.technician(), visit_id, without)


async def test_a_called_visit_keeps_its_class(parts: Parts, world: World) -> None:
    visit_id = await parts.wait(await world.patient())
    await parts.admit(await world.pharmacist())
    with pytest.raises(Refusal, match="visit_not_ready"):
        await parts.triage.change_class(await world.technician(), visit_id, URGENT)


async def test_feeling_worse_alerts_the_counter_and_leaves_the_class(parts: Parts, world: World) -> None:
    patient = await world.patient()
    visit_id = await parts.wait(patient)
    told: list[object] = []
    parts.database.on_commit(told.extend)
    view = await parts.stay.say_worse(patient, visit_id)
    assert view.worse_at is not None
    assert {type(notice) for notice in told} == {QueueChanged, VisitChanged}
    line = await parts.counter.line(await world.technician(), world.queue_id)
    assert (line.line[0].worse_at, line.line[0].priority_class) == (view.worse_at, PriorityClass.ROUTINE)
    assert len(await world.events("visit.worse.reported")) == 1


async def test_seen_to_ends_the_alert_until_it_is_said_again(parts: Parts, world: World) -> None:
    patient = await world.patient()
    visit_id = await parts.wait(patient)
    await parts.stay.say_worse(patient, visit_id)
    technician = await world.technician()
    for _ in range(2):
        assert (await parts.triage.worse_seen(technician, visit_id)).worse_at is None
    assert (await parts.stay.say_worse(patient, visit_id)).worse_at is not None
    assert len(await world.events("visit.worse.seen")) == 1
    assert len(await world.events("visit.worse.reported")) == 2


async def test_needs_are_kept_once_each_and_counted_in_the_event(parts: Parts, world: World) -> None:
    visit_id = await parts.wait(await world.patient())
    needs = Needs(skills=("vaccines", "travel", "vaccines"), language="es")
    await parts.triage.set_needs(await world.technician(), visit_id, needs)
    line = await parts.counter.line(await world.pharmacist(), world.queue_id)
    assert (line.line[0].skills, line.line[0].language) == (("travel", "vaccines"), "es")
    (event,) = await world.events("visit.needs.changed")
    assert '"skills":2' in event
    assert "vaccines" not in event
