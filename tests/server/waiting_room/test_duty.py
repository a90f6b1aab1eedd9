"""Duty: who works, who is on a break, and of whom it is inferred."""

import json
from datetime import timedelta

import pytest

from server.errors import Refusal
from server.ids import QueueId
from server.waiting_room.pool import DutyState, OnDuty
from server.waiting_room.schemas import ChangeDuty
from tests.clock import ManualClock
from tests.server.parts import Parts
from tests.server.world import World


async def serving(parts: Parts, queue_id: QueueId) -> dict[str, OnDuty]:
    async with parts.database.snapshot() as connection:
        found = await parts.duty.on_duty(connection, (queue_id,))
    return {each.name: each for each in found[queue_id]}


def on(**details: object) -> ChangeDuty:
    return ChangeDuty.model_validate({"state": "on", **details})


async def test_nobody_who_said_nothing_and_did_nothing_is_on_duty(parts: Parts, world: World) -> None:
    pharmacist = await world.pharmacist()
    assert await serving(parts, world.queue_id) == {}
    view = await parts.duty.read(pharmacist)
    assert (view.state, view.since) == (DutyState.OFF, None)


async def test_going_on_duty_is_seen_and_in_the_log(parts: Parts, world: World, clock: ManualClock) -> None:
    pharmacist = await world.pharmacist(name="Dr Hale", languages=["en", "es"], skills=["travel"])
    view = await parts.duty.change(pharmacist, on(until=clock.now() + timedelta(hours=4)))
    assert (view.state, view.since) == (DutyState.ON, clock.now())
    hale = (await serving(parts, world.queue_id))["Dr Hale"]
    assert (hale.languages, hale.skills, hale.consultation_id) == (("en", "es"), ("travel",), None)
    (body,) = await world.events("staff.duty.changed")
    assert json.loads(body)["data"]["state"] == "on"


async def test_saying_the_same_again_is_no_event_and_keeps_since(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    pharmacist = await world.pharmacist()
    first = await parts.duty.change(pharmacist, on())
    clock.advance(minutes=5)
    assert (await parts.duty.change(pharmacist, on())).since == first.since
    assert len(await world.events("staff.duty.changed")) == 1


async def test_a_shift_that_is_over_is_off_duty(parts: Parts, world: World, clock: ManualClock) -> None:
    pharmacist = await world.pharmacist()
    await parts.duty.change(pharmacist, on(until=clock.now() + timedelta(hours=1)))
    clock.advance(hours=1)
    assert await serving(parts, world.queue_id) == {}
    assert (await parts.duty.read(pharmacist)).state is DutyState.OFF


async def test_who_forgets_to_go_off_does_not_work_for_ever(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    await parts.duty.change(await world.pharmacist(), on())
    clock.advance(hours=15)
    assert await serving(parts, world.queue_id) == {}


async def test_a_break_is_told_with_its_end(parts: Parts, world: World, clock: ManualClock) -> None:
    pharmacist = await world.pharmacist(name="Dr Hale")
    back_at = clock.now() + timedelta(minutes=20)
    await parts.duty.change(pharmacist, ChangeDuty(state=DutyState.BREAK, back_at=back_at))
    hale = (await serving(parts, world.queue_id))["Dr Hale"]
    assert (hale.state, hale.back_at) == (DutyState.BREAK, back_at)


@pytest.mark.parametrize("field", ["back_at", "until"])
async def test_a_time_that_has_passed_is_refused(
    parts: Parts, world: World, clock: ManualClock, field: str
) -> None:
    request = ChangeDuty.model_validate({"state": "break", field: clock.now()})
    with pytest.raises(Refusal, match="invalid_request"):
        await parts.duty.change(await world.pharmacist(), request)


async def test_a_change_of_duty_raises_the_versions_of_the_queues_served(parts: Parts, world: World) -> None:
    await parts.duty.change(await world.pharmacist(queues=[world.queue_id]), on())
    async with parts.database.snapshot() as connection:
        versions = await parts.waiting_room.queue_versions(
            connection, [world.queue_id, world.second_queue_id]
        )
    assert versions == {world.queue_id: 1, world.second_queue_id: 0}


async def test_what_others_serve_and_who_is_no_pharmacist_is_left_out(parts: Parts, world: World) -> None:
    await parts.duty.change(await world.pharmacist(name="A", queues=[world.queue_id]), on())
    await parts.duty.change(await world.pharmacist(name="B"), on())
    assert sorted(await serving(parts, world.queue_id)) == ["A", "B"]
    assert sorted(await serving(parts, world.second_queue_id)) == ["B"]
    for stranger in (await world.technician(), await world.admin(), await world.patient()):
        with pytest.raises(Refusal, match="forbidden"):
            await parts.duty.change(stranger, on())
