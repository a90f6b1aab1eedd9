"""Consultations by telephone."""

import pytest

from server.consultations.models import ConsultationState
from server.errors import Refusal
from server.waiting_room.models import VisitState
from tests.server.parts import Media, Parts
from tests.server.world import World


async def test_the_patient_on_the_telephone_starts_the_consultation(parts: Parts, world: World) -> None:
    pharmacist = await world.pharmacist()
    visit_id = await parts.wait(await world.patient())
    consultation = await parts.admit(pharmacist)
    for _ in range(2):
        running = await parts.phone_calls.start(pharmacist, consultation.id)
        assert running.state is ConsultationState.RUNNING
    visit = await parts.visit(visit_id)
    assert (visit.state, visit.answer_by) == (VisitState.IN_CONSULTATION, None)
    assert len(await world.events("room.phone.started")) == 1
    assert len(await world.events("consultation.started")) == 1


async def test_it_is_completed_like_any_other(parts: Parts, world: World) -> None:
    pharmacist = await world.pharmacist()
    visit_id = await parts.wait(await world.patient())
    consultation = await parts.admit(pharmacist)
    await parts.phone_calls.start(pharmacist, consultation.id)
    assert (await parts.complete(pharmacist, consultation.id)).state is ConsultationState.CLOSED
    assert (await parts.visit(visit_id)).state is VisitState.COMPLETED


async def test_a_call_that_is_over_cannot_go_on_by_telephone(parts: Parts, world: World) -> None:
    pharmacist = await world.pharmacist()
    visit_id = await parts.wait(await world.patient())
    consultation = await parts.admit(pharmacist)
    await parts.admission.no_show(pharmacist, visit_id)
    with pytest.raises(Refusal, match="consultation_closed"):
        await parts.phone_calls.start(pharmacist, consultation.id)


async def test_a_patient_may_come_to_the_room_of_a_telephone_call(parts: Parts, world: World) -> None:
    pharmacist, patient = await world.pharmacist(), await world.patient()
    await parts.wait(patient)
    consultation = await parts.admit(pharmacist)
    await parts.phone_calls.start(pharmacist, consultation.id)
    await parts.consultations.join(patient, consultation.id, Media())
    assert len(await world.events("consultation.started")) == 1
