"""Appointments: coming in time, early, late, and into a full queue."""

from datetime import UTC, datetime, timedelta

import pytest

from server.errors import Refusal
from server.ids import QueueId, TenantId, VisitId
from server.waiting_room.appointments import seat
from server.waiting_room.models import PriorityClass, Queue, QueueState, VisitState
from server.waiting_room.schemas import ChangeClass
from tests.clock import ManualClock
from tests.server.parts import GOOD_DEVICES, Parts
from tests.server.world import World

TEN = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
ROUTINE, SCHEDULED = PriorityClass.ROUTINE, PriorityClass.SCHEDULED
QUEUE = Queue(
    id=QueueId("queue"),
    tenant_id=TenantId("tenant"),
    name="Advice",
    state=QueueState.OPEN,
    pause_message=None,
    capacity=10,
    answer_time_s=180,
    languages=("en",),
    version=0,
)


@pytest.mark.parametrize(
    ("minute", "priority_class", "stands", "opens"),
    [
        (-30, ROUTINE, -30, -10),
        (-10, SCHEDULED, -60, None),
        (0, SCHEDULED, -60, None),
        (15, SCHEDULED, -60, None),
        (16, ROUTINE, 16, None),
    ],
)
def test_a_patient_stands_by_the_appointment_within_its_window(
    minute: int, priority_class: PriorityClass, stands: int, opens: int | None
) -> None:
    now = TEN + timedelta(minutes=minute)
    found = seat(QUEUE, arrived_at=now, appointment_at=TEN, now=now)
    assert found.priority_class is priority_class
    assert found.stands_at == TEN + timedelta(minutes=stands)
    assert found.window_opens_at == (None if opens is None else TEN + timedelta(minutes=opens))


def test_who_waited_for_longer_than_the_head_start_loses_nothing_by_an_appointment() -> None:
    arrived = TEN - timedelta(hours=2)
    found = seat(QUEUE, arrived_at=arrived, appointment_at=TEN, now=TEN)
    assert (found.priority_class, found.stands_at) == (SCHEDULED, arrived)


def test_without_an_appointment_one_stands_by_arrival() -> None:
    assert seat(QUEUE, arrived_at=TEN, appointment_at=None, now=TEN).stands_at == TEN


async def comes(parts: Parts, world: World, clock: ManualClock, *, minutes_early: int) -> VisitId:
    patient = await world.patient()
    at = clock.now() + timedelta(minutes=minutes_early)
    visit_id = await parts.stand(patient, appointment_at=at)
    await parts.stay.check_devices(patient, visit_id, GOOD_DEVICES)
    return visit_id


async def class_of(parts: Parts, visit_id: VisitId) -> PriorityClass:
    async with parts.database.snapshot() as connection:
        visit = await parts.visits.visit(connection, visit_id)
    assert visit is not None
    return visit.priority_class


async def places(parts: Parts, *visit_ids: VisitId) -> list[int | None]:
    return [(await parts.visit(visit_id)).place for visit_id in visit_ids]


async def test_one_in_time_goes_before_those_who_came_less_than_the_head_start_ago(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    first = await parts.wait(await world.patient())
    clock.advance(minutes=50)
    second = await parts.wait(await world.patient())
    clock.advance(minutes=15)
    booked = await comes(parts, world, clock, minutes_early=5)
    assert await places(parts, first, booked, second) == [1, 2, 3]


async def test_one_who_comes_early_moves_forward_when_the_window_opens(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    other = await parts.wait(await world.patient())
    clock.advance(seconds=1)
    booked = await comes(parts, world, clock, minutes_early=30)
    assert await places(parts, other, booked) == [1, 2]
    clock.advance(minutes=19)
    assert await parts.appointments.open_windows() == 0
    clock.advance(minutes=1)
    assert await parts.appointments.open_windows() == 1
    assert await parts.appointments.open_windows() == 0
    assert await places(parts, booked, other) == [1, 2]
    async with parts.database.snapshot() as connection:
        news = await parts.waiting_room.line_changes(connection, {world.queue_id: 4})
    assert news[world.queue_id].ops == ((5, 1, -1), (5, 0, 1))
    assert len(await world.events("visit.window.opened")) == 1


async def test_a_window_opens_for_nobody_who_left(parts: Parts, world: World, clock: ManualClock) -> None:
    patient = await world.patient()
    visit_id = await parts.stand(patient, appointment_at=clock.now() + timedelta(minutes=30))
    await parts.stay.leave(patient, visit_id)
    clock.advance(hours=1)
    assert await parts.appointments.open_windows() == 0


async def test_somebody_urgent_stays_urgent_when_their_window_opens_and_returns_to_the_appointment(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    booked = await comes(parts, world, clock, minutes_early=30)
    technician = await world.technician()
    urgent = ChangeClass(priority_class=PriorityClass.URGENT, reason="short of breath")
    await parts.triage.change_class(technician, booked, urgent)
    clock.advance(minutes=20)
    assert await parts.appointments.open_windows() == 1
    assert await class_of(parts, booked) is PriorityClass.URGENT
    calm = ChangeClass(priority_class=PriorityClass.ROUTINE)
    await parts.triage.change_class(technician, booked, calm)
    assert await class_of(parts, booked) is PriorityClass.SCHEDULED


async def test_an_appointment_comes_in_although_the_queue_is_full(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    await world.update_queue(world.queue_id, capacity=1)
    await parts.stand(await world.patient())
    with pytest.raises(Refusal, match="queue_full"):
        await parts.stand(await world.patient())
    booked = await comes(parts, world, clock, minutes_early=0)
    assert (await parts.visit(booked)).state is VisitState.WAITING


async def test_an_appointment_goes_along_into_another_queue(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    other = await parts.stand(await world.patient(), queue_id=world.second_queue_id)
    clock.advance(seconds=1)
    booked = await comes(parts, world, clock, minutes_early=0)
    moved = await parts.transfers.transfer(await world.technician(), booked, world.second_queue_id)
    assert moved.successor_id is not None
    assert await places(parts, moved.successor_id, other) == [1, 2]
