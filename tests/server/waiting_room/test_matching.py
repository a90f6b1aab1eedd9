"""Who is sent whom: skills, languages, several queues, and lines longer than one look."""

import asyncio
import json
from typing import Any

import pytest

from server.auth.principal import Principal
from server.errors import Refusal
from server.ids import QueueId, VisitId, new_id
from server.waiting_room.models import VisitState
from server.waiting_room.pool import DutyState
from server.waiting_room.schemas import ChangeDuty, Needs
from tests.clock import ManualClock
from tests.server.parts import GOOD_DEVICES, Media, Parts
from tests.server.world import World

ON = ChangeDuty(state=DutyState.ON)


async def waits(
    parts: Parts, world: World, clock: ManualClock, *, skills: tuple[str, ...] = (), language: str = "en"
) -> VisitId:
    clock.advance(seconds=1)
    visit_id = await parts.wait(await world.patient())
    await parts.triage.set_needs(await world.technician(), visit_id, Needs(skills=skills, language=language))
    return visit_id


async def why(world: World) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((await world.events("visit.admitted"))[-1])["data"]
    return data


async def test_a_visit_waits_for_one_who_has_the_skill(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    travel = await waits(parts, world, clock, skills=("travel",))
    other = await waits(parts, world, clock)
    assert (await parts.admit(await world.pharmacist())).visit_id == other
    assert ((await why(world))["passed_skills"], (await why(world))["place"]) == (1, 2)
    with pytest.raises(Refusal, match="queue_empty"):
        await parts.admit(await world.pharmacist())
    assert (await parts.admit(await world.pharmacist(skills=["travel"]))).visit_id == travel


async def test_a_pharmacist_may_choose_one_whose_skill_they_lack(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    await waits(parts, world, clock)
    travel = await waits(parts, world, clock, skills=("travel",))
    assert (await parts.admit(await world.pharmacist(), travel)).visit_id == travel
    assert ((await why(world))["rule"], (await why(world))["passed_ready"]) == ("chosen", 1)


async def test_a_language_is_left_to_a_colleague_at_work_who_speaks_it(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    spanish = await waits(parts, world, clock, language="es")
    english = await waits(parts, world, clock)
    colleague = await world.pharmacist(languages=["es"])
    await parts.duty.change(colleague, ON)
    assert (await parts.admit(await world.pharmacist(languages=["en"]))).visit_id == english
    assert (await why(world))["passed_language"] == 1
    assert (await parts.admit(colleague)).visit_id == spanish


async def test_a_language_that_nobody_at_work_speaks_is_asked_of_nobody(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    spanish = await waits(parts, world, clock, language="es")
    colleague = await world.pharmacist(languages=["es"])
    await parts.duty.change(colleague, ON)
    await parts.duty.change(colleague, ChangeDuty(state=DutyState.BREAK))
    assert (await parts.admit(await world.pharmacist(languages=["en"]))).visit_id == spanish
    assert (await why(world))["language_waived"] is True


async def test_the_one_who_fits_is_found_far_behind(
    parts: Parts, world: World, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.waiting_room.matching.FIRST_PIECE", 1)
    monkeypatch.setattr("server.waiting_room.matching.LARGEST_PIECE", 2)
    for _ in range(4):
        await parts.stand(await world.patient())
    ready = await waits(parts, world, clock)
    assert (await parts.admit(await world.pharmacist())).visit_id == ready
    assert ((await why(world))["place"], (await why(world))["passed_checking"]) == (5, 4)


async def admit_from(parts: Parts, pharmacist: Principal, queue_id: QueueId) -> VisitId:
    return (await parts.admission.admit(pharmacist, queue_id, None, key=new_id())).visit_id


async def ready_in_both(parts: Parts, world: World) -> tuple[Principal, VisitId, VisitId]:
    """A patient who waits in both queues."""
    patient = await world.patient()
    one = await parts.wait(patient)
    other = await parts.stand(patient, queue_id=world.second_queue_id)
    await parts.stay.check_devices(patient, other, GOOD_DEVICES)
    return patient, one, other


async def test_who_is_called_by_one_queue_keeps_the_place_in_the_other(parts: Parts, world: World) -> None:
    patient, one, other = await ready_in_both(parts, world)
    pharmacist = await world.pharmacist()
    shown = await parts.admit(pharmacist)
    assert shown.visit_id == one
    colleague = await world.pharmacist()
    with pytest.raises(Refusal, match="queue_empty"):
        await admit_from(parts, colleague, world.second_queue_id)
    with pytest.raises(Refusal, match="visit_not_ready"):
        await parts.admission.admit(colleague, world.second_queue_id, other, key=new_id())
    view = await parts.visit(other)
    assert (view.state, view.place) == (VisitState.WAITING, 1)
    await parts.consultations.join(patient, shown.id, Media())
    await parts.complete(pharmacist, shown.id)
    assert await admit_from(parts, colleague, world.second_queue_id) == other


async def test_two_queues_calling_one_patient_at_once_are_told_apart(parts: Parts, world: World) -> None:
    await ready_in_both(parts, world)
    pharmacists = [await world.pharmacist() for _ in range(2)]
    queue_ids = (world.queue_id, world.second_queue_id)
    answers = await asyncio.gather(
        *(admit_from(parts, who, queue_id) for who, queue_id in zip(pharmacists, queue_ids, strict=True)),
        return_exceptions=True,
    )
    refused = [answer for answer in answers if isinstance(answer, BaseException)]
    assert [str(each) for each in refused] == ["queue_empty"]
    assert len(await world.events("visit.admitted")) == 1


async def test_admitting_says_that_one_is_at_work(parts: Parts, world: World, clock: ManualClock) -> None:
    pharmacist = await world.pharmacist(queues=[world.queue_id])
    for _ in range(2):
        await waits(parts, world, clock)
    shown = await parts.admit(pharmacist)
    assert (await parts.duty.read(pharmacist)).state is DutyState.ON
    async with parts.database.snapshot() as connection:
        (serving,) = (await parts.duty.on_duty(connection, (world.queue_id,)))[world.queue_id]
    assert serving.consultation_id == shown.id
    await parts.admission.no_show(pharmacist, shown.visit_id)
    await parts.admit(pharmacist)
    assert len(await world.events("staff.duty.changed")) == 1
