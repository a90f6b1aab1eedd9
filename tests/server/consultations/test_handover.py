"""Handing a consultation over to a colleague."""

import asyncio

import pytest

from server.auth.principal import Principal
from server.consultations.models import ConsultationState
from server.consultations.schemas import ConsultationView
from server.errors import Refusal
from server.ids import QueueId, StaffId, new_id
from server.waiting_room.pool import DutyState
from server.waiting_room.schemas import ChangeDuty
from tests.server.parts import Media, Parts
from tests.server.world import World


def staff_id(principal: Principal) -> StaffId:
    return StaffId(principal.subject_id)


async def on_duty(
    parts: Parts, world: World, name: str, queues: tuple[QueueId, ...] | None = None
) -> Principal:
    pharmacist = await world.pharmacist(name=name, queues=queues)
    await parts.duty.change(pharmacist, ChangeDuty(state=DutyState.ON))
    return pharmacist


async def running(parts: Parts, world: World, pharmacist: Principal) -> ConsultationView:
    patient = await world.patient()
    await parts.wait(patient)
    consultation = await parts.admit(pharmacist)
    await parts.consultations.join(pharmacist, consultation.id, Media())
    await parts.consultations.join(patient, consultation.id, Media())
    return consultation


async def names(parts: Parts, asking: Principal, queue_id: QueueId) -> list[str]:
    return [each.name for each in (await parts.handovers.colleagues(asking, queue_id)).colleagues]


async def test_colleagues_are_on_duty_and_free(parts: Parts, world: World) -> None:
    me = await on_duty(parts, world, "Me")
    free = await on_duty(parts, world, "Free")
    busy = await on_duty(parts, world, "Busy")
    on_break = await on_duty(parts, world, "On a break")
    await on_duty(parts, world, "Elsewhere", queues=(world.second_queue_id,))
    await parts.duty.change(on_break, ChangeDuty(state=DutyState.BREAK))
    await world.pharmacist(name="Off")
    await running(parts, world, busy)
    await running(parts, world, me)
    assert await names(parts, me, world.queue_id) == ["Free"]
    assert await names(parts, free, world.queue_id) == []


async def test_the_colleague_holds_it_and_the_one_before_does_not(parts: Parts, world: World) -> None:
    before, colleague = await on_duty(parts, world, "Before"), await on_duty(parts, world, "Colleague")
    consultation = await running(parts, world, before)
    await parts.handovers.hand_over(before, consultation.id, staff_id(colleague))
    for act in (
        parts.note(before, consultation.id, "Too late"),
        parts.complete(before, consultation.id),
        parts.records.read(before, consultation.id),
        parts.consultations.join(before, consultation.id, Media()),
        parts.handovers.hand_over(before, consultation.id, staff_id(before)),
    ):
        with pytest.raises(Refusal, match="forbidden"):
            await act
    await parts.consultations.join(colleague, consultation.id, Media())
    await parts.note(colleague, consultation.id, "Took over")
    closed = await parts.complete(colleague, consultation.id)
    assert closed.pharmacist_id == colleague.subject_id
    assert {each.name for each in closed.participants} >= {"Before", "Colleague"}
    (event,) = await world.events("consultation.handed_over")
    assert f'"from_pharmacist_id":"{before.subject_id}"' in event
    assert f'"to_pharmacist_id":"{colleague.subject_id}"' in event


async def test_whoever_handed_over_may_leave_the_room_without_ending_the_call(
    parts: Parts, world: World
) -> None:
    before, colleague = await on_duty(parts, world, "Before"), await on_duty(parts, world, "Colleague")
    consultation = await running(parts, world, before)
    await parts.handovers.hand_over(before, consultation.id, staff_id(colleague))
    await parts.consultations.leave(before, consultation.id, "hang_up")
    record = await parts.records.read(colleague, consultation.id)
    assert record.state is ConsultationState.RUNNING
    (former,) = [each for each in record.participants if each.name == "Before"]
    assert former.left_at is not None


async def test_whoever_handed_over_is_free_to_admit(parts: Parts, world: World) -> None:
    before, colleague = await on_duty(parts, world, "Before"), await on_duty(parts, world, "Colleague")
    consultation = await running(parts, world, before)
    await parts.wait(await world.patient())
    await parts.wait(await world.patient())
    await parts.handovers.hand_over(before, consultation.id, staff_id(colleague))
    assert (await parts.admit(before)).pharmacist_id == before.subject_id
    with pytest.raises(Refusal, match="pharmacist_busy"):
        await parts.admit(colleague)


async def test_a_busy_colleague_takes_nothing_over(parts: Parts, world: World) -> None:
    before, busy = await on_duty(parts, world, "Before"), await on_duty(parts, world, "Busy")
    await running(parts, world, busy)
    consultation = await running(parts, world, before)
    with pytest.raises(Refusal, match="pharmacist_busy"):
        await parts.handovers.hand_over(before, consultation.id, staff_id(busy))
    assert (await parts.records.read(before, consultation.id)).pharmacist_id == before.subject_id
    assert await world.events("consultation.handed_over") == []


async def test_of_two_at_once_one_takes_over_and_the_other_is_told(parts: Parts, world: World) -> None:
    first, second = await on_duty(parts, world, "First"), await on_duty(parts, world, "Second")
    colleague = await on_duty(parts, world, "Colleague")
    one, other = await running(parts, world, first), await running(parts, world, second)
    done = await asyncio.gather(
        parts.handovers.hand_over(first, one.id, staff_id(colleague)),
        parts.handovers.hand_over(second, other.id, staff_id(colleague)),
        return_exceptions=True,
    )
    refused = [each for each in done if each is not None]
    assert [str(each) for each in refused] == ["pharmacist_busy"]


async def test_who_is_off_or_serves_another_queue_is_not_found(parts: Parts, world: World) -> None:
    before = await on_duty(parts, world, "Before")
    consultation = await running(parts, world, before)
    off = await world.pharmacist()
    elsewhere = await on_duty(parts, world, "Elsewhere", queues=(world.second_queue_id,))
    technician = await world.technician()
    for nobody in (staff_id(off), staff_id(elsewhere), staff_id(technician), StaffId(new_id())):
        with pytest.raises(Refusal, match="not_found"):
            await parts.handovers.hand_over(before, consultation.id, nobody)


async def test_a_consultation_that_is_over_is_not_handed_over(parts: Parts, world: World) -> None:
    before, colleague = await on_duty(parts, world, "Before"), await on_duty(parts, world, "Colleague")
    consultation = await running(parts, world, before)
    await parts.complete(before, consultation.id)
    with pytest.raises(Refusal, match="consultation_closed"):
        await parts.handovers.hand_over(before, consultation.id, staff_id(colleague))
