"""Admitting: each visit once, in order, and what happens when nobody answers."""

import asyncio
import json
from collections import Counter
from datetime import timedelta

import pytest

from server.consultations.models import ConsultationState
from server.consultations.tables import consultations
from server.errors import Code, Refusal
from server.ids import ConsultationId, new_id
from server.waiting_room.models import EndReason, VisitState
from tests.clock import ManualClock
from tests.server.parts import Media, Parts
from tests.server.world import World


async def test_the_first_who_is_ready_is_called(parts: Parts, world: World, clock: ManualClock) -> None:
    await parts.stand(await world.patient())
    clock.advance(seconds=1)
    ready = await parts.wait(await world.patient(name="Bea Ortiz"))
    pharmacist = await world.pharmacist(name="Dr Hale")
    shown = await parts.admit(pharmacist)
    assert (shown.visit_id, shown.state) == (ready, ConsultationState.CALLING)
    assert (shown.person_name, shown.pharmacist_name) == ("Bea Ortiz", "Dr Hale")
    visit = await parts.visit(ready)
    assert (visit.state, visit.place, visit.consultation_id) == (VisitState.CALLED, None, shown.id)
    assert visit.answer_by == clock.now() + timedelta(seconds=180)


async def test_the_event_says_why_this_one(parts: Parts, world: World, clock: ManualClock) -> None:
    await parts.stand(await world.patient())
    clock.advance(seconds=1)
    visit_id = await parts.wait(await world.patient())
    shown = await parts.admit(await world.pharmacist())
    (body,) = await world.events("visit.admitted")
    event = json.loads(body)
    assert (event["visit"], event["consultation"]) == (visit_id, shown.id)
    assert event["data"] == {
        "pharmacist_id": event["actor"]["id"],
        "rule": "arrival",
        "place": 2,
        "passed_away": 0,
        "passed_checking": 1,
        "passed_elsewhere": 0,
        "passed_skills": 0,
        "passed_language": 0,
        "passed_ready": 0,
        "language_waived": False,
        "priority_class": "routine",
        "waited_s": 0,
        "call": 1,
        "answer_by": event["data"]["answer_by"],
    }


async def test_reading_by_admitting_is_in_the_log(parts: Parts, world: World) -> None:
    await parts.wait(await world.patient())
    await parts.admit(await world.pharmacist())
    assert len(await world.events("consultation.viewed")) == 1


async def test_a_pharmacist_may_choose_one_who_is_not_ready(parts: Parts, world: World) -> None:
    await parts.wait(await world.patient())
    chosen = await parts.stand(await world.patient())
    shown = await parts.admit(await world.pharmacist(), chosen)
    assert shown.visit_id == chosen


async def test_nobody_ready_is_an_empty_queue(parts: Parts, world: World) -> None:
    await parts.stand(await world.patient())
    with pytest.raises(Refusal, match="queue_empty"):
        await parts.admit(await world.pharmacist())


async def test_a_pharmacist_holds_one_consultation_at_a_time(parts: Parts, world: World) -> None:
    pharmacist = await world.pharmacist()
    for _ in range(2):
        await parts.wait(await world.patient())
    await parts.admit(pharmacist)
    with pytest.raises(Refusal, match="pharmacist_busy"):
        await parts.admit(pharmacist)
    assert await world.count(consultations) == 1
    assert len(await world.events("visit.admitted")) == 1


async def test_a_retry_with_the_same_key_gets_the_same_consultation(parts: Parts, world: World) -> None:
    pharmacist = await world.pharmacist()
    for _ in range(2):
        await parts.wait(await world.patient())
    first = await parts.admit(pharmacist, key="once")
    again = await parts.admit(pharmacist, key="once")
    assert again.id == first.id
    assert len(await world.events("visit.admitted")) == 1


async def test_a_key_of_another_request_is_refused(parts: Parts, world: World) -> None:
    pharmacist = await world.pharmacist()
    visit_id = await parts.wait(await world.patient())
    await parts.admit(pharmacist, key="once")
    with pytest.raises(Refusal, match="idempotency_key_reused"):
        await parts.admit(pharmacist, visit_id, key="once")


async def test_keys_of_two_pharmacists_do_not_meet(parts: Parts, world: World) -> None:
    for _ in range(2):
        await parts.wait(await world.patient())
    first = await parts.admit(await world.pharmacist(), key="once")
    second = await parts.admit(await world.pharmacist(), key="once")
    assert first.visit_id != second.visit_id


async def test_a_visit_that_just_ended_or_is_taken_is_refused_by_name(parts: Parts, world: World) -> None:
    patient = await world.patient()
    left, taken = await parts.wait(patient), await parts.wait(await world.patient())
    await parts.stay.leave(patient, left)
    await parts.admit(await world.pharmacist(), taken)
    pharmacist = await world.pharmacist()
    for visit_id, code in (
        (left, Code.VISIT_ENDED),
        (taken, Code.VISIT_NOT_READY),
        (new_id(), Code.NOT_FOUND),
    ):
        with pytest.raises(Refusal) as refusal:
            await parts.admit(pharmacist, visit_id)  # type: ignore[arg-type]  # an unknown id is one, too
        assert refusal.value.code is code


async def test_a_visit_of_another_queue_is_not_found(parts: Parts, world: World) -> None:
    visit_id = await parts.stand(await world.patient(), queue_id=world.second_queue_id)
    with pytest.raises(Refusal, match="not_found"):
        await parts.admit(await world.pharmacist(), visit_id)


async def test_who_does_not_serve_the_queue_admits_nobody(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    await parts.wait(await world.patient())
    elsewhere = await World.make(world.database, clock)
    for stranger, code in (
        (await world.pharmacist(queues=[world.second_queue_id]), Code.FORBIDDEN),
        (await world.technician(), Code.FORBIDDEN),
        (await elsewhere.pharmacist(), Code.NOT_FOUND),
    ):
        with pytest.raises(Refusal) as refusal:
            await parts.admit(stranger)
        assert refusal.value.code is code


async def test_fifty_pharmacists_at_once_admit_each_of_twenty_visits_once(parts: Parts, world: World) -> None:
    waiting = {await parts.wait(await world.patient()) for _ in range(20)}
    pharmacists = [await world.pharmacist() for _ in range(50)]
    answers = await asyncio.gather(
        *(parts.admit(pharmacist) for pharmacist in pharmacists), return_exceptions=True
    )
    admitted = [answer.visit_id for answer in answers if not isinstance(answer, BaseException)]
    refused = Counter(str(answer) for answer in answers if isinstance(answer, BaseException))
    assert sorted(admitted) == sorted(waiting)
    assert refused == {"queue_empty": 30}
    assert len(await world.events("visit.admitted")) == 20
    async with parts.database.snapshot() as connection:
        versions = await parts.waiting_room.queue_versions(connection, [world.queue_id])
    assert versions == {world.queue_id: 60}  # 20 joined, 20 checked, 20 admitted: no version was lost


async def test_one_pharmacist_clicking_everywhere_at_once_gets_one(parts: Parts, world: World) -> None:
    for _ in range(5):
        await parts.wait(await world.patient())
        await parts.stand(await world.patient(), queue_id=world.second_queue_id)
    pharmacist = await world.pharmacist()
    queues = [world.queue_id, world.second_queue_id] * 3
    answers = await asyncio.gather(
        *(parts.admission.admit(pharmacist, queue_id, None, key=new_id()) for queue_id in queues),
        return_exceptions=True,
    )
    assert sum(not isinstance(answer, BaseException) for answer in answers) == 1
    assert await world.count(consultations) == 1


async def test_the_same_request_sent_five_times_at_once_is_one(parts: Parts, world: World) -> None:
    for _ in range(5):
        await parts.wait(await world.patient())
    pharmacist = await world.pharmacist()
    answers = await asyncio.gather(*(parts.admit(pharmacist, key="once") for _ in range(5)))
    assert len({answer.id for answer in answers}) == 1


async def test_the_first_unanswered_call_goes_back_to_the_front(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    first = await parts.wait(await world.patient())
    clock.advance(seconds=1)
    await parts.wait(await world.patient())
    pharmacist = await world.pharmacist()
    shown = await parts.admit(pharmacist)
    back = await parts.admission.no_show(await world.technician(), first)
    assert (back.state, back.place, back.answer_by) == (VisitState.WAITING, 1, None)
    assert back.consultation_id is None
    record = await parts.records.read(pharmacist, shown.id)
    assert record.state is ConsultationState.UNANSWERED
    again = await parts.admit(pharmacist)
    assert again.visit_id == first
    (_, body) = await world.events("visit.admitted")
    assert json.loads(body)["data"]["rule"] == "unanswered_call"


async def test_the_second_unanswered_call_ends_the_visit(parts: Parts, world: World) -> None:
    visit_id = await parts.wait(await world.patient())
    pharmacist = await world.pharmacist()
    await parts.admit(pharmacist)
    await parts.admission.no_show(pharmacist, visit_id)
    await parts.admit(pharmacist)
    view = await parts.admission.no_show(pharmacist, visit_id)
    assert (view.state, view.end_reason) == (VisitState.NO_SHOW, EndReason.UNANSWERED)
    assert Counter(await world.event_names())["consultation.unanswered"] == 2
    with pytest.raises(Refusal, match="visit_ended"):
        await parts.admission.no_show(pharmacist, visit_id)


async def test_only_a_called_visit_can_be_a_no_show(parts: Parts, world: World) -> None:
    visit_id = await parts.wait(await world.patient())
    with pytest.raises(Refusal, match="visit_not_ready"):
        await parts.admission.no_show(await world.pharmacist(), visit_id)


async def test_a_call_past_its_deadline_is_unanswered(parts: Parts, world: World, clock: ManualClock) -> None:
    visit_id = await parts.wait(await world.patient())
    pharmacist = await world.pharmacist()
    await parts.admit(pharmacist)
    clock.advance(seconds=179)
    assert await parts.admission.end_overdue_calls() == 0
    clock.advance(seconds=1)
    assert await parts.admission.end_overdue_calls() == 1
    assert await parts.admission.end_overdue_calls() == 0
    assert (await parts.visit(visit_id)).state is VisitState.WAITING
    await parts.admit(pharmacist)
    clock.advance(seconds=180)
    assert await parts.admission.end_overdue_calls() == 1
    assert (await parts.visit(visit_id)).state is VisitState.NO_SHOW


async def test_two_processes_end_an_overdue_call_once(parts: Parts, world: World, clock: ManualClock) -> None:
    await parts.wait(await world.patient())
    await parts.admit(await world.pharmacist())
    clock.advance(minutes=10)
    ended = await asyncio.gather(*(parts.admission.end_overdue_calls() for _ in range(4)))
    assert sum(ended) == 1
    assert len(await world.events("visit.call.unanswered")) == 1


async def test_an_answered_call_has_no_deadline(parts: Parts, world: World, clock: ManualClock) -> None:
    patient = await world.patient()
    visit_id = await parts.wait(patient)
    shown = await parts.admit(await world.pharmacist())
    await parts.consultations.join(patient, ConsultationId(shown.id), Media())
    clock.advance(hours=1)
    assert await parts.admission.end_overdue_calls() == 0
    assert (await parts.visit(visit_id)).state is VisitState.IN_CONSULTATION
