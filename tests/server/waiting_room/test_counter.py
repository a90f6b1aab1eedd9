"""What staff see of a line, and do with it."""

import json
from collections import Counter

import pytest

from server.consultations.models import ConsultationState
from server.errors import Code, Refusal
from server.ids import VisitId
from server.notices import VisitChanged
from server.waiting_room.models import EndReason, QueueState, SpeakerClaim, VisitState
from server.waiting_room.pool import DutyState
from server.waiting_room.schemas import ChangeDuty, Needs, VisitView
from tests.clock import ManualClock
from tests.server.parts import GOOD_DEVICES, Media, Parts
from tests.server.world import World

MOTHER = SpeakerClaim(name="Rosa Prado", relationship="parent", authority="parental")


async def test_the_line_is_shown_in_order_with_those_in_calls_apart(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    visit_ids = []
    for name in ("Ada", "Bea", "Cleo"):
        visit_ids.append(await parts.wait(await world.patient(name=name)))
        clock.advance(seconds=1)
    pharmacist = await world.pharmacist()
    shown = await parts.admit(pharmacist)
    view = await parts.counter.line(pharmacist, world.queue_id)
    assert [(each.id, each.place, each.person_name) for each in view.line] == [
        (visit_ids[1], 1, "Bea"),
        (visit_ids[2], 2, "Cleo"),
    ]
    (called,) = view.called
    assert (called.id, called.consultation_id, called.calls) == (visit_ids[0], shown.id, 1)
    assert called.pharmacist_id == pharmacist.staff_id
    assert view.in_consultation == ()


async def test_each_newly_revealed_visit_is_in_the_log_once_per_session(parts: Parts, world: World) -> None:
    pharmacist = await world.pharmacist()
    first = await parts.wait(await world.patient())
    await parts.counter.line(pharmacist, world.queue_id)
    await parts.counter.line(pharmacist, world.queue_id)
    second = await parts.wait(await world.patient())
    await parts.counter.line(pharmacist, world.queue_id)
    await parts.counter.line(await world.pharmacist(), world.queue_id)
    revealed = Counter(
        frozenset(json.loads(body)["data"]["visit_ids"]) for body in await world.events("queue.viewed")
    )
    assert revealed == {frozenset({first}): 1, frozenset({second}): 1, frozenset({first, second}): 1}


async def test_a_technician_sees_nothing_clinical(parts: Parts, world: World) -> None:
    patient = await world.patient(access_needs=["hard_of_hearing"])
    visit_id = await parts.stand(patient, speaker=MOTHER, reason="A rash")
    await parts.stay.check_devices(patient, visit_id, GOOD_DEVICES)
    (to_technician,) = (await parts.counter.line(await world.technician(), world.queue_id)).line
    (to_pharmacist,) = (await parts.counter.line(await world.pharmacist(), world.queue_id)).line
    assert (to_technician.birth_date, to_technician.reason, to_technician.phone) == (None, None, None)
    assert (to_pharmacist.birth_date, to_pharmacist.reason) == ("1944-05-17", "A rash")
    hidden = {"birth_date", "reason", "phone", "is_next"}
    assert to_technician.model_dump(exclude=hidden) == to_pharmacist.model_dump(exclude=hidden)
    assert to_technician.can_ring
    assert to_technician.access_needs == ("hard_of_hearing",)


async def test_who_does_not_want_to_be_rung_cannot_be(parts: Parts, world: World) -> None:
    silent = {"ring": False, "text": False, "voicemail": False}
    await parts.wait(await world.patient(safe_contact=silent))
    await parts.wait(await world.patient(phone=None))
    line = (await parts.counter.line(await world.pharmacist(), world.queue_id)).line
    assert [each.can_ring for each in line] == [False, False]


async def test_staff_see_all_queues_of_their_tenant_with_how_many_stand_in_each(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    await World.make(world.database, clock)
    pharmacist = await world.pharmacist(queues=[world.queue_id])
    for _ in range(3):
        await parts.wait(await world.patient())
    await parts.stand(await world.patient(), queue_id=world.second_queue_id)
    await parts.admit(pharmacist)
    served, other = (await parts.counter.queues(pharmacist)).queues
    assert (served.id, served.name, served.serves) == (world.queue_id, "Advice", True)
    assert (served.waiting, served.called, served.in_consultation) == (2, 1, 0)
    assert (other.id, other.name, other.serves, other.waiting) == (world.second_queue_id, "Travel", False, 1)


async def test_an_admin_sees_all_queues_and_serves_none(parts: Parts, world: World) -> None:
    queues = (await parts.counter.queues(await world.admin())).queues
    assert [queue.serves for queue in queues] == [False, False]


async def test_who_does_not_work_with_queues_is_shown_none(parts: Parts, world: World) -> None:
    for caller in (await world.patient(), await world.compliance(), await world.operator()):
        with pytest.raises(Refusal, match="forbidden"):
            await parts.counter.queues(caller)


async def test_looking_at_the_queues_reveals_nobody(parts: Parts, world: World) -> None:
    await parts.wait(await world.patient(name="Ada"))
    shown = await parts.counter.queues(await world.pharmacist())
    assert "Ada" not in shown.model_dump_json()
    assert await world.events("queue.viewed") == []


async def test_who_does_not_serve_the_queue_sees_no_line(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    elsewhere = await World.make(world.database, clock)
    for stranger, code in (
        (await world.pharmacist(queues=[]), Code.FORBIDDEN),
        (await world.admin(), Code.FORBIDDEN),
        (await elsewhere.pharmacist(), Code.NOT_FOUND),
    ):
        with pytest.raises(Refusal) as refusal:
            await parts.counter.line(stranger, world.queue_id)
        assert refusal.value.code is code


async def test_a_paused_queue_keeps_who_is_in_and_tells_them(parts: Parts, world: World) -> None:
    visit_id = await parts.wait(await world.patient())
    admin = await world.admin()
    paused = await parts.counter.pause(admin, world.queue_id, "Back at two")
    assert (paused.state, paused.waiting, paused.pause_message) == (QueueState.PAUSED, 1, "Back at two")
    visit = await parts.visit(visit_id)
    assert (visit.place, visit.queue_state, visit.pause_message) == (1, QueueState.PAUSED, "Back at two")
    with pytest.raises(Refusal, match="queue_paused"):
        await parts.stand(await world.patient())
    await parts.admit(await world.pharmacist())
    resumed = await parts.counter.resume(admin, world.queue_id)
    assert (resumed.state, resumed.pause_message) == (QueueState.OPEN, None)
    assert resumed.version > paused.version
    await parts.stand(await world.patient())


async def test_a_message_is_shown_to_its_patient_and_not_to_the_log(parts: Parts, world: World) -> None:
    visit_id = await parts.wait(await world.patient())
    other_id = await parts.wait(await world.patient())
    view = await parts.counter.message(await world.technician(), visit_id, "Have your list ready")
    assert view.message == "Have your list ready"
    assert (await parts.visit(other_id)).message is None
    (body,) = await world.events("visit.messaged")
    assert "list" not in body


async def test_a_held_visit_keeps_its_place_and_is_passed_over(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    first = await parts.wait(await world.patient())
    clock.advance(seconds=1)
    second = await parts.wait(await world.patient())
    pharmacist = await world.pharmacist()
    held = await parts.counter.hold(pharmacist, first, "We are waiting for your interpreter")
    assert (held.state, held.place) == (VisitState.AWAY, 1)
    assert held.message == "We are waiting for your interpreter"
    assert (await parts.admit(pharmacist)).visit_id == second


async def test_a_running_consultation_is_held_until_its_pharmacist_joins_again(
    parts: Parts, world: World
) -> None:
    patient, pharmacist = await world.patient(), await world.pharmacist()
    visit_id = await parts.wait(patient)
    shown = await parts.admit(pharmacist)
    await parts.consultations.join(patient, shown.id, Media())
    await parts.counter.hold(pharmacist, visit_id, "One moment")
    assert (await parts.records.read(pharmacist, shown.id)).state is ConsultationState.HELD
    await parts.consultations.join(patient, shown.id, Media())
    assert (await parts.records.read(pharmacist, shown.id)).state is ConsultationState.HELD
    await parts.consultations.join(pharmacist, shown.id, Media())
    assert (await parts.records.read(pharmacist, shown.id)).state is ConsultationState.RUNNING
    names = await world.event_names()
    assert {"consultation.held", "consultation.resumed", "visit.held"} <= set(names)


async def test_a_called_visit_cannot_be_held(parts: Parts, world: World) -> None:
    visit_id = await parts.wait(await world.patient())
    pharmacist = await world.pharmacist()
    await parts.admit(pharmacist)
    with pytest.raises(Refusal, match="visit_not_ready"):
        await parts.counter.hold(pharmacist, visit_id, "One moment")


async def test_a_declined_visit_tells_what_to_do_instead(parts: Parts, world: World) -> None:
    visit_id = await parts.wait(await world.patient())
    pharmacist = await world.pharmacist()
    await parts.admit(pharmacist)
    view = await parts.counter.decline(pharmacist, visit_id, "Please see a doctor today")
    assert (view.state, view.end_reason) == (VisitState.DECLINED, EndReason.DECLINED)
    assert view.guidance == "Please see a doctor today"
    await parts.wait(await world.patient())
    await parts.admit(pharmacist)  # the declined call no longer occupies the pharmacist


async def test_a_speakers_authority_is_checked_by_somebody(parts: Parts, world: World) -> None:
    visit_id = await parts.stand(await world.patient(), speaker=MOTHER)
    technician = await world.technician()
    assert not is_checked(await parts.visit(visit_id))
    assert is_checked(await parts.counter.check_speaker(technician, visit_id, confirmed=True))
    assert not is_checked(await parts.counter.check_speaker(technician, visit_id, confirmed=False))
    assert len(await world.events("visit.speaker.checked")) == 2


async def test_who_speaks_for_themselves_has_no_speaker_to_check(parts: Parts, world: World) -> None:
    visit_id = await parts.stand(await world.patient())
    with pytest.raises(Refusal, match="not_found"):
        await parts.counter.check_speaker(await world.technician(), visit_id, confirmed=True)
    assert await world.events("visit.speaker.checked") == []


async def test_staffs_acts_on_a_visit_are_for_those_who_serve_its_queue(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    visit_id = await parts.wait(await world.patient())
    elsewhere = await World.make(world.database, clock)
    for stranger, code in (
        (await world.pharmacist(queues=[world.second_queue_id]), Code.FORBIDDEN),
        (await world.compliance(), Code.FORBIDDEN),
        (await world.patient(), Code.FORBIDDEN),
        (await elsewhere.technician(), Code.NOT_FOUND),
    ):
        acts = (
            parts.counter.message(stranger, visit_id, "x"),
            parts.counter.hold(stranger, visit_id, "x"),
            parts.counter.decline(stranger, visit_id, "x"),
            parts.counter.check_speaker(stranger, visit_id, confirmed=True),
            parts.admission.no_show(stranger, visit_id),
            parts.transfers.transfer(stranger, visit_id, world.second_queue_id),
        )
        for act in acts:
            with pytest.raises(Refusal) as refusal:
                await act
            assert refusal.value.code is code


@pytest.mark.parametrize("act", ["message", "hold", "decline"])
async def test_an_ended_visit_stays_as_it_is(parts: Parts, world: World, act: str) -> None:
    patient = await world.patient()
    visit_id: VisitId = await parts.wait(patient)
    before = await parts.stay.leave(patient, visit_id)
    with pytest.raises(Refusal, match="visit_ended"):
        await getattr(parts.counter, act)(await world.pharmacist(), visit_id, "x")
    assert await parts.visit(visit_id) == before


def is_checked(view: VisitView) -> bool:
    assert view.speaker is not None
    return view.speaker.checked


async def test_a_message_to_all_reaches_who_waits_and_who_is_called(parts: Parts, world: World) -> None:
    pharmacist = await world.pharmacist()
    called = await parts.wait(await world.patient())
    await parts.admit(pharmacist)
    patient = await world.patient()
    waiting, left = await parts.wait(await world.patient()), await parts.wait(patient)
    await parts.stay.leave(patient, left)
    told: list[object] = []
    parts.database.on_commit(told.extend)
    sent = await parts.counter.message_all(pharmacist, world.queue_id, "Ten minutes more")
    assert sent.sent == 2
    assert (await parts.visit(called)).message == "Ten minutes more"
    assert (await parts.visit(waiting)).message == "Ten minutes more"
    assert (await parts.visit(left)).message is None
    assert {notice.visit_id for notice in told if isinstance(notice, VisitChanged)} == {called, waiting}
    (event,) = await world.events("queue.messaged")
    assert '"visits":2' in event
    assert "minutes" not in event


async def test_a_hold_is_undone_by_staff(parts: Parts, world: World) -> None:
    technician = await world.technician()
    visit_id = await parts.wait(await world.patient())
    await parts.counter.hold(technician, visit_id, "The prescription is on its way")
    for _ in range(2):
        released = await parts.counter.release(technician, visit_id)
        assert (released.state, released.message) == (VisitState.WAITING, None)
    assert len(await world.events("visit.released")) == 1


async def test_the_line_says_who_is_on_duty_and_whom_one_would_call(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    polish = await parts.wait(await world.patient())
    clock.advance(seconds=1)
    vaccine = await parts.wait(await world.patient())
    clock.advance(seconds=1)
    plain = await parts.wait(await world.patient())
    technician = await world.technician()
    await parts.triage.set_needs(technician, polish, Needs(language="pl"))
    await parts.triage.set_needs(technician, vaccine, Needs(skills=("vaccines",), language="en"))
    me = await world.pharmacist(name="Ben Carter", languages=("en",))
    await parts.duty.change(me, ChangeDuty(state=DutyState.ON))
    colleague = await world.pharmacist(name="Ada Nowak", languages=("pl",), skills=("vaccines",))
    await parts.duty.change(colleague, ChangeDuty(state=DutyState.BREAK))

    alone = await parts.counter.line(me, world.queue_id)
    assert [(each.name, each.state) for each in alone.on_duty] == [
        ("Ada Nowak", "break"),
        ("Ben Carter", "on"),
    ]
    # Nobody at work speaks Polish: the one who waits longest is not kept waiting for that.
    assert [(each.matches, each.is_next) for each in alone.line] == [
        (True, True),
        (False, False),
        (True, False),
    ]
    await parts.duty.change(colleague, ChangeDuty(state=DutyState.ON))
    together = await parts.counter.line(me, world.queue_id)
    assert [each.id for each in together.line if each.is_next] == [plain]
    hers = await parts.counter.line(colleague, world.queue_id)
    assert [each.id for each in hers.line if each.matches] == [polish]
    assert all(each.matches for each in (await parts.counter.line(technician, world.queue_id)).line)
