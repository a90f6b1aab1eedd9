"""Reading and writing the clinical record."""

import asyncio
import json
from collections import Counter

import pytest

from server.accounts.tables import invitations
from server.auth.principal import Principal, Role
from server.consultations.models import ConsultationEnd, ConsultationState, Outcome
from server.consultations.schemas import Complete, GiveConsent, InviteGuest, PageQuery
from server.consultations.tables import notes
from server.errors import Code, Refusal
from server.ids import ConsultationId, VisitId
from server.notices import ConsultationChanged
from server.waiting_room.models import EndReason, SpeakerClaim, VisitState
from tests.clock import ManualClock
from tests.server.parts import GOOD_DEVICES, Media, Parts
from tests.server.world import World


class Scene:
    """A running consultation."""

    def __init__(self, parts: Parts, world: World) -> None:
        self.parts = parts
        self.world = world
        self.patient: Principal
        self.pharmacist: Principal
        self.id: ConsultationId
        self.visit_id: VisitId

    async def set_up(self, *, confidential: bool = False, speaker: SpeakerClaim | None = None) -> "Scene":
        self.patient = await self.world.patient(name="Ines Prado")
        self.pharmacist = await self.world.pharmacist(name="Dr Hale")
        self.visit_id = await self.parts.stand(self.patient, confidential=confidential, speaker=speaker)
        await self.parts.stay.check_devices(self.patient, self.visit_id, GOOD_DEVICES)
        self.id = (await self.parts.admit(self.pharmacist, self.visit_id)).id
        await self.parts.consultations.join(self.patient, self.id, Media())
        return self


@pytest.fixture
async def scene(parts: Parts, world: World) -> Scene:
    return await Scene(parts, world).set_up()


async def test_the_pharmacist_sees_the_whole_record(scene: Scene, parts: Parts) -> None:
    await parts.note(scene.pharmacist, scene.id, "Uses ibuprofen")
    view = await parts.records.read(scene.pharmacist, scene.id)
    assert (view.person_name, view.birth_date, view.reason) == ("Ines Prado", "1944-05-17", "A rash")
    assert [(note.text, note.author_name, note.addendum) for note in view.notes] == [
        ("Uses ibuprofen", "Dr Hale", False)
    ]
    assert view.queue_name == "Advice"


async def test_patients_and_guests_are_shown_no_notes(scene: Scene, parts: Parts, world: World) -> None:
    await parts.note(scene.pharmacist, scene.id, "Uses ibuprofen")
    guest = await world.guest(scene.id)
    assert (await parts.records.read(scene.patient, scene.id)).notes == ()
    shown = await parts.records.read(guest, scene.id)
    assert (shown.notes, shown.birth_date, shown.phone, shown.reason, shown.consents) == (
        (),
        None,
        None,
        None,
        (),
    )
    assert len((await parts.records.read(await world.compliance(), scene.id)).notes) == 1


async def readings(world: World, who: Principal) -> int:
    """How often somebody's reading is in the log."""
    bodies = await world.events("consultation.viewed")
    return sum(json.loads(body)["actor"]["id"] == who.subject_id for body in bodies)


async def test_a_session_reading_a_live_record_is_in_the_log_once(
    scene: Scene, parts: Parts, world: World
) -> None:
    for _ in range(3):
        await parts.records.read(scene.pharmacist, scene.id)
        await parts.records.read(scene.patient, scene.id)
    assert await readings(world, scene.pharmacist) == 1  # by admitting
    assert await readings(world, scene.patient) == 1


async def test_another_session_of_the_same_person_is_in_the_log_again(
    scene: Scene, parts: Parts, world: World
) -> None:
    again = await world.session(Role.PHARMACIST, scene.pharmacist.subject_id)
    await parts.records.read(again, scene.id)
    assert await readings(world, scene.pharmacist) == 2


async def test_another_consultation_of_the_same_session_is_in_the_log(
    scene: Scene, parts: Parts, world: World
) -> None:
    await parts.complete(scene.pharmacist, scene.id)
    await parts.wait(scene.patient)
    other = await parts.admit(scene.pharmacist)
    (*_, newest) = await world.events("consultation.viewed")
    assert json.loads(newest)["consultation"] == other.id


async def test_five_readings_at_once_are_in_the_log_once(scene: Scene, parts: Parts, world: World) -> None:
    await asyncio.gather(*(parts.records.read(scene.patient, scene.id) for _ in range(5)))
    assert await readings(world, scene.patient) == 1


async def test_every_reading_of_a_closed_record_is_in_the_log(
    scene: Scene, parts: Parts, world: World
) -> None:
    await parts.complete(scene.pharmacist, scene.id)
    before = await readings(world, scene.pharmacist)
    for _ in range(2):
        await parts.records.read(scene.pharmacist, scene.id)
    assert await readings(world, scene.pharmacist) == before + 2


async def test_every_reading_by_compliance_is_in_the_log(scene: Scene, parts: Parts, world: World) -> None:
    officer = await world.compliance()
    for _ in range(2):
        await parts.records.read(officer, scene.id)
    assert await readings(world, officer) == 2


async def test_a_reading_that_failed_is_told_the_next_time(
    scene: Scene, parts: Parts, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise OSError("the outbox is full")

    with monkeypatch.context() as broken:
        broken.setattr(parts.outbox, "record", fails)
        with pytest.raises(OSError, match="outbox"):
            await parts.records.read(scene.patient, scene.id)
    await parts.records.read(scene.patient, scene.id)
    assert await readings(world, scene.patient) == 1


async def test_no_event_no_record(scene: Scene, parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*_: object) -> None:
        raise OSError("the outbox is full")

    monkeypatch.setattr(parts.outbox, "record", fails)
    with pytest.raises(OSError, match="outbox"):
        await parts.records.read(scene.patient, scene.id)


async def test_a_pharmacist_who_is_not_assigned_is_forbidden(
    scene: Scene, parts: Parts, world: World, clock: ManualClock
) -> None:
    elsewhere = await World.make(world.database, clock)
    for stranger, code in (
        (await world.pharmacist(), Code.FORBIDDEN),
        (await world.patient(), Code.FORBIDDEN),
        (await world.technician(), Code.FORBIDDEN),
        (await world.admin(), Code.FORBIDDEN),
        (await elsewhere.pharmacist(), Code.NOT_FOUND),
        (await elsewhere.compliance(), Code.NOT_FOUND),
    ):
        acts = (
            parts.records.read(stranger, scene.id),
            parts.note(stranger, scene.id, "x"),
            parts.complete(stranger, scene.id),
            parts.writing.refuse_recording(stranger, scene.id),
        )
        for act in acts:
            with pytest.raises(Refusal) as refusal:
                await act
            assert refusal.value.code is code


async def test_a_note_sent_again_is_one_note(scene: Scene, parts: Parts, world: World) -> None:
    first = await parts.note(scene.pharmacist, scene.id, "Uses ibuprofen", key="once")
    again = await parts.note(scene.pharmacist, scene.id, "Uses ibuprofen", key="once")
    assert again == first
    assert (await parts.records.read(scene.pharmacist, scene.id)).notes == (first,)
    assert len(await world.events("consultation.note.added")) == 1


async def test_a_note_sent_five_times_at_once_is_one_note(scene: Scene, parts: Parts, world: World) -> None:
    answers = await asyncio.gather(
        *(parts.note(scene.pharmacist, scene.id, "Uses ibuprofen", key="once") for _ in range(5))
    )
    assert len(set(answers)) == 1
    assert await world.count(notes) == 1


async def test_the_same_words_under_another_key_are_another_note(scene: Scene, parts: Parts) -> None:
    first = await parts.note(scene.pharmacist, scene.id, "No change", key="one")
    second = await parts.note(scene.pharmacist, scene.id, "No change", key="two")
    assert first.id != second.id


async def test_a_note_whose_answer_was_lost_before_closing_is_no_addendum_after_it(
    scene: Scene, parts: Parts
) -> None:
    first = await parts.note(scene.pharmacist, scene.id, "Uses ibuprofen", key="once")
    await parts.complete(scene.pharmacist, scene.id)
    assert await parts.note(scene.pharmacist, scene.id, "Uses ibuprofen", key="once") == first


async def test_a_key_that_has_added_other_words_is_refused(scene: Scene, parts: Parts, world: World) -> None:
    await parts.note(scene.pharmacist, scene.id, "Uses ibuprofen", key="once")
    with pytest.raises(Refusal, match="idempotency_key_reused"):
        await parts.note(scene.pharmacist, scene.id, "Uses paracetamol", key="once")
    assert await world.count(notes) == 1


async def test_completing_again_answers_the_closed_record(scene: Scene, parts: Parts, world: World) -> None:
    first = await parts.complete(scene.pharmacist, scene.id, key="once")
    assert await parts.complete(scene.pharmacist, scene.id, key="once") == first
    assert len(await world.events("consultation.closed")) == 1
    other = Complete(outcome=Outcome.REFERRED)
    with pytest.raises(Refusal, match="idempotency_key_reused"):
        await parts.writing.complete(scene.pharmacist, scene.id, other, key="once")
    assert (await parts.records.read(scene.pharmacist, scene.id)).outcome is Outcome.ADVICE_GIVEN


async def test_a_refused_completion_leaves_its_key_free(parts: Parts, world: World) -> None:
    patient, pharmacist = await world.patient(), await world.pharmacist()
    await parts.wait(patient)
    shown = await parts.admit(pharmacist)
    with pytest.raises(Refusal, match="consultation_not_running"):
        await parts.complete(pharmacist, shown.id, key="once")
    await parts.consultations.join(patient, shown.id, Media())
    assert (await parts.complete(pharmacist, shown.id, key="once")).state is ConsultationState.CLOSED


async def test_completing_closes_the_record_and_the_visit(scene: Scene, parts: Parts, world: World) -> None:
    told: list[object] = []
    parts.database.on_commit(told.extend)
    view = await parts.complete(scene.pharmacist, scene.id)
    assert (view.state, view.outcome) == (ConsultationState.CLOSED, Outcome.ADVICE_GIVEN)
    assert view.end_reason is ConsultationEnd.COMPLETED
    assert all(participant.left_at is not None for participant in view.participants)
    assert ConsultationChanged(scene.id, ended=True) in told
    visit = await parts.waiting_room.read(scene.patient, scene.visit_id)
    assert (visit.state, visit.end_reason) == (VisitState.COMPLETED, EndReason.COMPLETED)
    assert (visit.next_steps, visit.consultation_id) == ("Rest, and drink enough", scene.id)
    assert {"visit.completed", "consultation.closed"} <= set(await world.event_names())
    with pytest.raises(Refusal, match="consultation_closed"):
        await parts.complete(scene.pharmacist, scene.id)


async def test_the_log_tells_the_story_in_order(scene: Scene, parts: Parts, world: World) -> None:
    await parts.consultations.join(scene.pharmacist, scene.id, Media(audio=False, video=False))
    await parts.consultations.leave(scene.pharmacist, scene.id, "hang_up")
    await parts.note(scene.pharmacist, scene.id, "Uses ibuprofen")
    await parts.complete(scene.pharmacist, scene.id)
    assert await world.event_names() == [
        "visit.joined",
        "visit.wait.promised",
        "visit.device_check.completed",
        "consultation.opened",
        "visit.admitted",
        "consultation.viewed",
        "staff.duty.changed",
        "room.participant.joined",
        "consultation.started",
        "visit.answered",
        "room.camera.on",
        "room.microphone.on",
        "room.participant.joined",
        "room.participant.left",
        "consultation.wrap_up",
        "consultation.note.added",
        "visit.completed",
        "consultation.closed",
        "consultation.viewed",
    ]


async def test_after_hanging_up_the_pharmacist_still_completes(scene: Scene, parts: Parts) -> None:
    await parts.consultations.join(scene.pharmacist, scene.id, Media())
    await parts.consultations.leave(scene.pharmacist, scene.id, "hang_up")
    view = await parts.complete(scene.pharmacist, scene.id)
    assert (view.state, view.end_reason) == (ConsultationState.CLOSED, ConsultationEnd.PHARMACIST_HUNG_UP)


async def test_a_call_nobody_answered_cannot_be_completed(parts: Parts, world: World) -> None:
    pharmacist = await world.pharmacist()
    await parts.wait(await world.patient())
    shown = await parts.admit(pharmacist)
    with pytest.raises(Refusal, match="consultation_not_running"):
        await parts.complete(pharmacist, shown.id)


async def test_a_completed_consultation_frees_pharmacist_and_patient(scene: Scene, parts: Parts) -> None:
    await parts.complete(scene.pharmacist, scene.id)
    again = await parts.wait(scene.patient)
    assert (await parts.admit(scene.pharmacist)).visit_id == again


async def test_after_closing_a_note_is_an_addendum_and_the_event_says_so(
    scene: Scene, parts: Parts, world: World
) -> None:
    await parts.complete(scene.pharmacist, scene.id)
    note = await parts.note(scene.pharmacist, scene.id, "She rang: better")
    assert note.addendum
    (body,) = await world.events("consultation.note.added")
    assert '"addendum":true' in body
    assert "better" not in body


async def test_a_confidential_consultation_leaves_its_patient_no_history(parts: Parts, world: World) -> None:
    scene = await Scene(parts, world).set_up(confidential=True)
    assert (await parts.records.read(scene.patient, scene.id)).confidential
    await parts.complete(scene.pharmacist, scene.id)
    with pytest.raises(Refusal, match="not_found"):
        await parts.records.read(scene.patient, scene.id)
    assert (await parts.records.page(scene.patient, PageQuery())).consultations == ()
    assert (await parts.records.read(scene.pharmacist, scene.id)).state is ConsultationState.CLOSED


async def test_a_guest_sees_nothing_once_it_is_over(scene: Scene, parts: Parts, world: World) -> None:
    guest = await world.guest(scene.id)
    await parts.complete(scene.pharmacist, scene.id)
    with pytest.raises(Refusal, match="not_found"):
        await parts.records.read(guest, scene.id)


async def test_each_role_is_listed_what_is_in_its_reach(
    scene: Scene, parts: Parts, world: World, clock: ManualClock
) -> None:
    await parts.complete(scene.pharmacist, scene.id)
    other = await Scene(parts, world).set_up()
    elsewhere = await World.make(world.database, clock)
    reach = [
        (scene.patient, [scene.id]),
        (scene.pharmacist, [scene.id]),
        (await world.compliance(), [other.id, scene.id]),
        (await elsewhere.compliance(), []),
        (await world.patient(), []),
    ]
    for caller, expected in reach:
        page = await parts.records.page(caller, PageQuery())
        assert [each.id for each in page.consultations] == expected
    assert len(await world.events("consultation.listed")) == 2  # the pharmacist's and the officer's
    with pytest.raises(Refusal, match="forbidden"):
        await parts.records.page(await world.admin(), PageQuery())


async def test_pages_follow_each_other_without_gap_or_repeat(parts: Parts, world: World) -> None:
    ids = [(await Scene(parts, world).set_up()).id for _ in range(5)]
    officer = await world.compliance()
    seen: list[str] = []
    cursor = None
    for _ in range(3):
        page = await parts.records.page(officer, PageQuery(cursor=cursor, limit=2))
        seen += [each.id for each in page.consultations]
        cursor = page.next_cursor
    assert seen == list(reversed(ids))
    assert cursor is None
    with pytest.raises(Refusal, match="invalid_request"):
        await parts.records.page(officer, PageQuery(cursor="x' OR 1=1"))


async def test_consents_follow_the_person_and_say_who_gave_them(parts: Parts, world: World) -> None:
    scene = await Scene(parts, world).set_up(
        speaker=SpeakerClaim(name="Rosa Prado", relationship="parent", authority="parental")
    )
    guest = await world.guest(scene.id)
    yes = GiveConsent(subject="recording", given=True, text_version="1")
    no = GiveConsent(subject="recording", given=False, text_version="1")
    assert (await parts.writing.give_consent(scene.patient, scene.id, yes)).given_by == "speaker"
    assert (await parts.writing.give_consent(guest, scene.id, yes)).given_by == "guest"
    assert (await parts.writing.give_consent(scene.pharmacist, scene.id, no)).given_by == "pharmacist"
    view = await parts.records.read(scene.pharmacist, scene.id)
    assert sorted((each.given_by, each.given) for each in view.consents) == [
        ("guest", True),
        ("pharmacist", False),
        ("speaker", True),
    ]
    names = Counter(await world.event_names())
    assert (names["consent.given"], names["consent.withdrawn"]) == (2, 1)
    await parts.complete(scene.pharmacist, scene.id)
    with pytest.raises(Refusal, match="consultation_closed"):
        await parts.writing.give_consent(scene.patient, scene.id, yes)


async def test_a_guest_is_invited_to_an_open_consultation_only(
    scene: Scene, parts: Parts, world: World
) -> None:
    request = InviteGuest(kind="interpreter", name="Sam Okoro", language="es")
    link = await parts.writing.invite_guest(scene.pharmacist, scene.id, request)
    assert link.link
    assert await world.count(invitations) == 1
    with pytest.raises(Refusal, match="forbidden"):
        await parts.writing.invite_guest(scene.patient, scene.id, request)
    await parts.complete(scene.pharmacist, scene.id)
    with pytest.raises(Refusal, match="consultation_closed"):
        await parts.writing.invite_guest(scene.pharmacist, scene.id, request)


async def test_recording_is_refused_to_those_who_might_and_forbidden_to_others(
    scene: Scene, parts: Parts
) -> None:
    with pytest.raises(Refusal, match="recording_unavailable"):
        await parts.writing.refuse_recording(scene.pharmacist, scene.id)
    with pytest.raises(Refusal, match="forbidden"):
        await parts.writing.refuse_recording(scene.patient, scene.id)
