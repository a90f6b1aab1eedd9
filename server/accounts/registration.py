"""Registering a person cared for: what is asked of them, and the row and event that result."""

from typing import Literal

from server.accounts import events, store
from server.accounts.models import Patient, Pharmacy
from server.accounts.rules import dialled, require_speaker
from server.accounts.schemas import Person, Speaker
from server.audit.event import Actor, Subject
from server.audit.outbox import Outbox
from server.clock import Clock
from server.db.database import Transaction
from server.ids import PatientId, new_id


class Registration:
    """Registers patients. Below `speaker_below_age` (a setting) somebody has to speak for them."""

    def __init__(self, outbox: Outbox, clock: Clock, *, speaker_below_age: int) -> None:
        self._outbox = outbox
        self._clock = clock
        self._speaker_below_age = speaker_below_age

    async def register(
        self,
        transaction: Transaction,
        *,
        pharmacy: Pharmacy,
        person: Person,
        speaker: Speaker | None,
        source: Literal["walk_in", "invitation", "phone"],
        actor: Actor | None = None,
    ) -> Patient:
        """Register a person; without an `actor` it is they who act. Raises `Refusal`."""
        now = self._clock.now()
        require_speaker(person, speaker, today=pharmacy.day_at(now), below_age=self._speaker_below_age)
        patient = Patient(
            id=PatientId(new_id()),
            tenant_id=pharmacy.tenant_id,
            name=person.name,
            birth_date=person.birth_date,
            phone=dialled(person.phone, country=pharmacy.country),
            email=person.email,
            language=person.language,
            access_needs=person.access_needs,
            safe_contact=person.safe_contact.model_dump(exclude_none=True),
        )
        await store.insert_patient(transaction.connection, patient, now)
        event = events.PATIENT_REGISTERED(
            actor or actor_of(patient),
            Subject(tenant_id=patient.tenant_id, patient_id=patient.id),
            source=source,
            has_speaker=speaker is not None,
        )
        await self._outbox.record(transaction, event)
        return patient


def actor_of(patient: Patient) -> Actor:
    return Actor("patient", patient.id)
