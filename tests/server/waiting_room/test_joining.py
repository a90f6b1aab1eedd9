"""Taking a place."""

from datetime import date

import pytest

from server.accounts.tables import pharmacies
from server.audit.event import SYSTEM
from server.consultations.tables import consents
from server.db.database import Database
from server.errors import Code, Refusal
from server.ids import PatientId, new_id
from server.waiting_room.models import SpeakerClaim, VisitState
from server.waiting_room.schemas import JoinQueue
from server.waiting_room.tables import visits
from tests.clock import ManualClock
from tests.server.parts import Parts
from tests.server.world import World


def wish(world: World, **changes: object) -> JoinQueue:
    return JoinQueue.model_validate(
        {"pharmacy_id": world.pharmacy_id, "video_consent": True, "consent_version": "1", **changes}
    )


async def test_a_place_is_taken_before_the_device_check(parts: Parts, world: World) -> None:
    patient = await world.patient(name="Ines Prado")
    view = await parts.waiting_room.join(patient, world.queue_id, wish(world), key="a")
    assert view.state is VisitState.CHECKING
    assert view.place == 1
    assert view.person_name == "Ines Prado"
    assert view.pharmacy.red_flags["en"] == "Chest pain? Call 999."
    assert set(await world.event_names()) == {
        "visit.joined",
        "visit.wait.promised",
        "consent.given",
    }


async def test_joining_twice_gives_the_same_place(parts: Parts, world: World) -> None:
    patient = await world.patient()
    first = await parts.waiting_room.join(patient, world.queue_id, wish(world), key="a")
    second = await parts.waiting_room.join(patient, world.queue_id, wish(world), key="b")
    assert second.id == first.id
    assert len(await world.events("visit.joined")) == 1


async def test_the_same_key_finds_the_same_visit_even_after_it_ended(parts: Parts, world: World) -> None:
    patient = await world.patient()
    first = await parts.waiting_room.join(patient, world.queue_id, wish(world), key="a")
    await parts.stay.leave(patient, first.id)
    again = await parts.waiting_room.join(patient, world.queue_id, wish(world), key="a")
    assert (again.id, again.state) == (first.id, VisitState.LEFT)
    assert await world.count(visits) == 1


async def test_a_key_used_for_another_request_is_refused(parts: Parts, world: World) -> None:
    patient = await world.patient()
    await parts.waiting_room.join(patient, world.queue_id, wish(world), key="a")
    with pytest.raises(Refusal, match="idempotency_key_reused"):
        await parts.waiting_room.join(patient, world.queue_id, wish(world, reason="Cough"), key="a")
    with pytest.raises(Refusal, match="idempotency_key_reused"):
        await parts.waiting_room.join(patient, world.second_queue_id, wish(world), key="a")


async def test_without_consent_nobody_joins(parts: Parts, world: World) -> None:
    patient = await world.patient()
    with pytest.raises(Refusal) as refusal:
        await parts.waiting_room.join(patient, world.queue_id, wish(world, video_consent=False), key="a")
    assert refusal.value.code is Code.CONSENT_REQUIRED
    assert await world.count(consents) == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"state": "closed"}, Code.QUEUE_CLOSED),
        ({"state": "paused"}, Code.QUEUE_PAUSED),
        ({"capacity": 1}, Code.QUEUE_FULL),
    ],
)
async def test_a_queue_that_takes_nobody_says_why_and_keeps_who_is_in(
    parts: Parts, world: World, changes: dict[str, object], code: Code
) -> None:
    inside, outside = await world.patient(), await world.patient()
    visit_id = await parts.stand(inside)
    await world.update_queue(world.queue_id, **changes)
    with pytest.raises(Refusal) as refusal:
        await parts.stand(outside)
    assert refusal.value.code is code
    assert await parts.stand(inside) == visit_id


async def test_outside_opening_hours_the_queue_is_closed(
    parts: Parts, world: World, database: Database, clock: ManualClock
) -> None:
    async with database.transaction() as transaction:
        await transaction.connection.execute(
            pharmacies.update().values(opening_hours=[[clock.now().weekday(), "13:00", "17:00"]])
        )
    with pytest.raises(Refusal, match="queue_closed"):
        await parts.stand(await world.patient())
    async with database.snapshot() as connection:
        queues = await parts.waiting_room.public_queues(connection, world.pharmacy_id)
    assert {queue.state for queue in queues} == {"closed"}
    clock.advance(hours=4)
    await parts.stand(await world.patient())


async def test_a_queue_that_the_pharmacy_does_not_serve_is_not_found(parts: Parts, world: World) -> None:
    with pytest.raises(Refusal, match="not_found"):
        await parts.stand(await world.patient(), pharmacy_id=world.second_pharmacy_id)


async def test_a_queue_of_another_tenant_is_not_found(
    parts: Parts, world: World, database: Database, clock: ManualClock
) -> None:
    elsewhere = await World.make(database, clock)
    patient = await world.patient()
    with pytest.raises(Refusal, match="not_found"):
        await parts.waiting_room.join(patient, elsewhere.queue_id, wish(elsewhere), key="a")
    with pytest.raises(Refusal, match="not_found"):
        await parts.stand(patient, queue_id=elsewhere.queue_id, pharmacy_id=elsewhere.pharmacy_id)


async def test_a_child_alone_needs_somebody_to_speak(parts: Parts, world: World) -> None:
    child = await world.patient(birth_date=date(2018, 3, 1))
    with pytest.raises(Refusal, match="speaker_required"):
        await parts.waiting_room.join(child, world.queue_id, wish(world), key="a")


async def test_who_spoke_last_time_speaks_again_unchecked(parts: Parts, world: World) -> None:
    child = await world.patient(birth_date=date(2018, 3, 1))
    mother = SpeakerClaim(name="Rosa Prado", relationship="parent", authority="parental")
    first = await parts.stand(child, speaker=mother)
    technician = await world.technician()
    checked = await parts.counter.check_speaker(technician, first, confirmed=True)
    assert checked.speaker is not None
    assert checked.speaker.checked
    second = await parts.waiting_room.join(child, world.second_queue_id, wish(world), key="a")
    assert second.speaker is not None
    assert (second.speaker.name, second.speaker.checked) == ("Rosa Prado", False)


async def test_a_join_that_is_rolled_back_leaves_no_visit_and_no_event(
    parts: Parts, world: World, database: Database
) -> None:
    patient = await world.patient()

    async def join_and_fail() -> None:
        async with database.transaction() as transaction:
            await parts.waiting_room.take_place(
                transaction,
                actor=SYSTEM,
                tenant_id=world.tenant_id,
                queue_id=world.queue_id,
                pharmacy_id=world.pharmacy_id,
                patient_id=PatientId(patient.subject_id),
                speaker=None,
                language="en",
                reason=None,
                confidential=False,
            )
            raise RuntimeError("the power went out")

    with pytest.raises(RuntimeError):
        await join_and_fail()
    assert await world.count(visits) == 0
    assert await world.event_names() == []


async def test_the_current_visit_is_the_one_that_has_not_ended(
    parts: Parts, world: World, database: Database
) -> None:
    patient = await world.patient()
    assert patient.patient_id is not None
    visit_id = await parts.stand(patient)
    async with database.snapshot() as connection:
        assert await parts.waiting_room.current_visit(connection, patient.patient_id) == visit_id
        assert await parts.consultations.busy(connection, patient.subject_id)
    await parts.stay.leave(patient, visit_id)
    async with database.snapshot() as connection:
        assert await parts.waiting_room.current_visit(connection, patient.patient_id) is None
        assert not await parts.consultations.busy(connection, patient.subject_id)
        assert not await parts.consultations.busy(connection, new_id())
