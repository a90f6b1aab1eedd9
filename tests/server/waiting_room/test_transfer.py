"""Moving a visit to another queue."""

import asyncio

import pytest

from server.errors import Code, Refusal
from server.waiting_room.models import EndReason, SpeakerClaim, VisitState
from tests.clock import ManualClock
from tests.server.parts import GOOD_DEVICES, Media, Parts
from tests.server.world import World


async def test_the_place_in_the_other_queue_is_by_original_arrival(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    early = await world.patient()
    moved = await parts.stand(
        early, speaker=SpeakerClaim(name="Rosa", relationship="parent", authority="parental")
    )
    await parts.stay.check_devices(early, moved, GOOD_DEVICES)
    clock.advance(minutes=5)
    later = await parts.stand(await world.patient(), queue_id=world.second_queue_id)
    clock.advance(minutes=5)
    technician = await world.technician()
    await parts.counter.check_speaker(technician, moved, confirmed=True)
    old = await parts.transfers.transfer(technician, moved, world.second_queue_id)
    assert (old.state, old.end_reason, old.place) == (VisitState.TRANSFERRED, EndReason.TRANSFERRED, None)
    assert old.successor_id is not None
    new = await parts.visit(old.successor_id)
    assert (new.state, new.place, new.queue_id) == (VisitState.WAITING, 1, world.second_queue_id)
    assert new.arrived_at == old.arrived_at
    assert new.speaker is not None
    assert new.speaker.checked
    assert (await parts.visit(later)).place == 2
    async with parts.database.snapshot() as connection:
        assert early.patient_id is not None
        assert await parts.waiting_room.current_visit(connection, early.patient_id) == new.id


async def test_the_patient_goes_on_in_the_other_queue(parts: Parts, world: World) -> None:
    patient = await world.patient()
    visit_id = await parts.wait(patient)
    old = await parts.transfers.transfer(await world.technician(), visit_id, world.second_queue_id)
    assert old.successor_id is not None
    assert (await parts.stay.go_away(patient, old.successor_id)).state is VisitState.AWAY
    with pytest.raises(Refusal, match="visit_ended"):
        await parts.stay.go_away(patient, visit_id)


async def test_a_transfer_out_of_a_call_frees_the_pharmacist(parts: Parts, world: World) -> None:
    patient, pharmacist = await world.patient(), await world.pharmacist()
    visit_id = await parts.wait(patient)
    shown = await parts.admit(pharmacist)
    await parts.consultations.join(patient, shown.id, Media())
    old = await parts.transfers.transfer(pharmacist, visit_id, world.second_queue_id)
    assert old.successor_id is not None
    new = await parts.visit(old.successor_id)
    assert (new.state, new.place) == (VisitState.WAITING, 1)
    record = await parts.records.read(pharmacist, shown.id)
    assert record.end_reason == "transferred"
    await parts.wait(await world.patient())
    await parts.admit(pharmacist)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"state": "closed"}, Code.QUEUE_CLOSED),
        ({"state": "paused"}, Code.QUEUE_PAUSED),
        ({"capacity": 0}, Code.QUEUE_FULL),
    ],
)
async def test_a_queue_that_takes_nobody_takes_no_transfer(
    parts: Parts, world: World, changes: dict[str, object], code: Code
) -> None:
    visit_id = await parts.wait(await world.patient())
    before = await parts.visit(visit_id)
    await world.update_queue(world.second_queue_id, **changes)
    with pytest.raises(Refusal) as refusal:
        await parts.transfers.transfer(await world.technician(), visit_id, world.second_queue_id)
    assert refusal.value.code is code
    assert await parts.visit(visit_id) == before


async def test_no_transfer_to_where_the_visit_is_or_to_another_tenant(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    elsewhere = await World.make(world.database, clock)
    technician = await world.technician()
    visit_id = await parts.wait(await world.patient())
    with pytest.raises(Refusal, match="visit_not_ready"):
        await parts.transfers.transfer(technician, visit_id, world.queue_id)
    with pytest.raises(Refusal, match="not_found"):
        await parts.transfers.transfer(technician, visit_id, elsewhere.queue_id)


async def test_who_stands_in_the_other_queue_already_is_not_put_there_twice(
    parts: Parts, world: World
) -> None:
    patient = await world.patient()
    visit_id = await parts.wait(patient)
    await parts.stand(patient, queue_id=world.second_queue_id)
    with pytest.raises(Refusal, match="visit_not_ready"):
        await parts.transfers.transfer(await world.technician(), visit_id, world.second_queue_id)


async def test_transfers_in_both_directions_at_once_do_not_block_each_other(
    parts: Parts, world: World
) -> None:
    technician = await world.technician()
    here = [await parts.wait(await world.patient()) for _ in range(3)]
    there = [await parts.stand(await world.patient(), queue_id=world.second_queue_id) for _ in range(3)]
    moved = await asyncio.gather(
        *(parts.transfers.transfer(technician, each, world.second_queue_id) for each in here),
        *(parts.transfers.transfer(technician, each, world.queue_id) for each in there),
    )
    assert all(each.state is VisitState.TRANSFERRED for each in moved)
