"""What patients do with a place they have."""

from datetime import timedelta

import pytest

from server.errors import Code, Refusal
from server.notices import QueueChanged, VisitChanged
from server.waiting_room.models import EndReason, VisitState
from server.waiting_room.schemas import DeviceCheck
from tests.clock import ManualClock
from tests.server.parts import GOOD_DEVICES, Parts
from tests.server.world import World

NO_CAMERA = DeviceCheck(camera="missing", microphone="blocked", network="call_us")


async def test_a_device_check_makes_ready_whatever_it_found(parts: Parts, world: World) -> None:
    patient = await world.patient()
    visit_id = await parts.stand(patient)
    view = await parts.stay.check_devices(patient, visit_id, NO_CAMERA)
    assert view.state is VisitState.WAITING
    assert view.device_check is not None
    assert view.device_check.camera == "missing"
    assert len(await world.events("visit.device_check.completed")) == 1


async def test_checking_again_while_away_does_not_bring_back(parts: Parts, world: World) -> None:
    patient = await world.patient()
    visit_id = await parts.wait(patient)
    await parts.stay.go_away(patient, visit_id)
    view = await parts.stay.check_devices(patient, visit_id, NO_CAMERA)
    assert view.state is VisitState.AWAY


async def test_the_place_is_kept_while_away(parts: Parts, world: World, clock: ManualClock) -> None:
    first, second = await world.patient(), await world.patient()
    visit_id = await parts.wait(first)
    clock.advance(seconds=1)
    other_id = await parts.wait(second)
    away = await parts.stay.go_away(first, visit_id)
    assert (away.state, away.place) == (VisitState.AWAY, 1)
    assert (await parts.visit(other_id)).place == 2
    back = await parts.stay.come_back(first, visit_id)
    assert (back.state, back.place) == (VisitState.WAITING, 1)


async def test_going_away_or_coming_back_twice_changes_nothing(parts: Parts, world: World) -> None:
    patient = await world.patient()
    visit_id = await parts.wait(patient)
    once = await parts.stay.go_away(patient, visit_id)
    assert await parts.stay.go_away(patient, visit_id) == once
    back = await parts.stay.come_back(patient, visit_id)
    assert await parts.stay.come_back(patient, visit_id) == back
    assert len(await world.events("visit.went_away")) == 1
    assert len(await world.events("visit.returned")) == 1


async def test_coming_back_before_the_device_check_goes_on_checking(parts: Parts, world: World) -> None:
    patient = await world.patient()
    visit_id = await parts.stand(patient)
    await parts.stay.go_away(patient, visit_id)
    assert (await parts.stay.come_back(patient, visit_id)).state is VisitState.CHECKING


async def test_leaving_frees_the_place(parts: Parts, world: World, clock: ManualClock) -> None:
    first, second = await world.patient(), await world.patient()
    visit_id = await parts.wait(first)
    clock.advance(seconds=1)
    other_id = await parts.wait(second)
    left = await parts.stay.leave(first, visit_id)
    assert (left.state, left.place, left.end_reason) == (VisitState.LEFT, None, EndReason.PATIENT_LEFT)
    assert (await parts.visit(other_id)).place == 1
    assert await parts.stay.leave(first, visit_id) == left


async def test_who_left_may_join_again_at_the_end(parts: Parts, world: World, clock: ManualClock) -> None:
    patient = await world.patient()
    visit_id = await parts.wait(patient)
    await parts.stay.leave(patient, visit_id)
    with pytest.raises(Refusal, match="visit_ended"):
        await parts.stay.come_back(patient, visit_id)
    assert await parts.stand(patient) != visit_id


async def test_leaving_while_called_frees_the_pharmacist(parts: Parts, world: World) -> None:
    patient, pharmacist = await world.patient(), await world.pharmacist()
    visit_id = await parts.wait(patient)
    await parts.admit(pharmacist, visit_id)
    assert (await parts.stay.leave(patient, visit_id)).state is VisitState.LEFT
    await parts.wait(await world.patient())
    await parts.admit(pharmacist)


async def test_a_called_patient_cannot_go_away(parts: Parts, world: World) -> None:
    patient, pharmacist = await world.patient(), await world.pharmacist()
    visit_id = await parts.wait(patient)
    called = await parts.admit(pharmacist)
    with pytest.raises(Refusal, match="visit_not_ready"):
        await parts.stay.go_away(patient, visit_id)
    view = await parts.stay.come_back(patient, visit_id)
    assert (view.state, view.consultation_id) == (VisitState.CALLED, called.id)


async def test_another_patient_is_forbidden_and_another_tenant_sees_nothing(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    visit_id = await parts.wait(await world.patient())
    elsewhere = await World.make(world.database, clock)
    for stranger, code in (
        (await world.patient(), Code.FORBIDDEN),
        (await elsewhere.patient(), Code.NOT_FOUND),
    ):
        for act in (
            parts.waiting_room.read,
            parts.stay.go_away,
            parts.stay.come_back,
            parts.stay.leave,
        ):
            with pytest.raises(Refusal) as refusal:
                await act(stranger, visit_id)
            assert refusal.value.code is code
        with pytest.raises(Refusal) as refusal:
            await parts.stay.check_devices(stranger, visit_id, GOOD_DEVICES)
        assert refusal.value.code is code


async def test_each_change_raises_the_versions_and_tells_the_watchers(parts: Parts, world: World) -> None:
    told: list[object] = []
    patient = await world.patient()
    visit_id = await parts.stand(patient)
    before = await parts.visit(visit_id)
    parts.database.on_commit(told.extend)
    after = await parts.stay.check_devices(patient, visit_id, GOOD_DEVICES)
    assert after.version == before.version + 1
    assert told == [VisitChanged(visit_id), QueueChanged(world.queue_id, 2)]


async def test_staff_reading_a_visit_is_in_the_log_and_its_patient_reading_it_is_not(
    parts: Parts, world: World
) -> None:
    patient = await world.patient()
    visit_id = await parts.wait(patient)
    await parts.waiting_room.read(patient, visit_id)
    assert await world.events("visit.viewed") == []
    await parts.waiting_room.read(await world.technician(), visit_id)
    assert len(await world.events("visit.viewed")) == 1


async def test_the_last_page_of_a_confidential_visit_disappears(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    patient = await world.patient()
    visit_id = await parts.wait(patient, confidential=True)
    plain_id = await parts.wait(await world.patient())
    await parts.stay.leave(patient, visit_id)
    assert (await parts.waiting_room.read(patient, visit_id)).state is VisitState.LEFT
    clock.advance(minutes=15)
    with pytest.raises(Refusal, match="not_found"):
        await parts.waiting_room.read(patient, visit_id)
    async with parts.database.snapshot() as connection:
        assert await parts.waiting_room.visit_facts(connection, visit_id) is None
        assert await parts.waiting_room.visit_facts(connection, plain_id) is not None


async def test_many_visits_are_shown_like_each_alone(parts: Parts, world: World, clock: ManualClock) -> None:
    visit_ids = []
    for _ in range(3):
        visit_ids.append(await parts.wait(await world.patient()))
        clock.advance(seconds=1)
    await parts.admit(await world.pharmacist())
    async with parts.database.snapshot() as connection:
        views = await parts.waiting_room.visit_views(connection, visit_ids)
    assert views == {visit_id: await parts.visit(visit_id) for visit_id in visit_ids}
    assert [views[visit_id].place for visit_id in visit_ids] == [None, 1, 2]


async def test_saying_that_one_is_coming_gives_two_more_minutes_once_per_call(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    patient = await world.patient()
    visit_id = await parts.wait(patient)
    await parts.admit(await world.pharmacist())
    called = await parts.visit(visit_id)
    assert called.answer_by is not None
    coming = await parts.stay.say_coming(patient, visit_id)
    assert (coming.coming, coming.answer_by) == (True, called.answer_by + timedelta(seconds=120))
    clock.advance(seconds=60)
    assert await parts.stay.say_coming(patient, visit_id) == coming
    assert len(await world.events("visit.coming")) == 1


async def test_the_next_call_can_be_lengthened_again(parts: Parts, world: World) -> None:
    patient, pharmacist = await world.patient(), await world.pharmacist()
    visit_id = await parts.wait(patient)
    await parts.admit(pharmacist)
    first = await parts.stay.say_coming(patient, visit_id)
    await parts.admission.no_show(pharmacist, visit_id)
    assert (await parts.visit(visit_id)).coming is False
    await parts.admit(pharmacist)
    assert (await parts.visit(visit_id)).coming is False
    assert await parts.stay.say_coming(patient, visit_id) != first
    assert (await parts.visit(visit_id)).answer_by == first.answer_by
    assert len(await world.events("visit.coming")) == 2


async def test_only_who_is_called_can_be_coming(parts: Parts, world: World) -> None:
    patient = await world.patient()
    visit_id = await parts.wait(patient)
    with pytest.raises(Refusal, match="visit_not_ready"):
        await parts.stay.say_coming(patient, visit_id)
    await parts.stay.leave(patient, visit_id)
    with pytest.raises(Refusal, match="visit_ended"):
        await parts.stay.say_coming(patient, visit_id)


async def test_a_link_leads_back_to_the_visit_on_another_device(parts: Parts, world: World) -> None:
    patient = await world.patient()
    visit_id = await parts.wait(patient)
    first = await parts.stay.return_link(patient, visit_id)
    second = await parts.stay.return_link(patient, visit_id)
    assert first.link.startswith("/i/")
    assert first.link != second.link
    assert first.expires_at == world.clock.now() + timedelta(hours=24)


async def test_links_lead_back_to_ones_own_visit_while_it_lasts(parts: Parts, world: World) -> None:
    patient = await world.patient()
    visit_id = await parts.wait(patient)
    with pytest.raises(Refusal, match="forbidden"):
        await parts.stay.return_link(await world.patient(), visit_id)
    await parts.stay.leave(patient, visit_id)
    with pytest.raises(Refusal, match="visit_ended"):
        await parts.stay.return_link(patient, visit_id)
