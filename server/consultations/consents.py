"""Consents: they follow the person cared for, whoever gives them."""

from server.audit.event import Actor
from server.audit.outbox import Outbox
from server.clock import Clock
from server.consultations import events, store
from server.db.database import Transaction
from server.ids import ConsultationId, PatientId, TenantId, VisitId, new_id


class Consents:
    """Keeps consents. A withdrawal is a later row; nothing is changed or taken out."""

    def __init__(self, outbox: Outbox, clock: Clock) -> None:
        self._outbox = outbox
        self._clock = clock

    async def record_consent(
        self,
        transaction: Transaction,
        *,
        actor: Actor,
        tenant_id: TenantId,
        patient_id: PatientId,
        visit_id: VisitId | None,
        subject: str,
        given: bool,
        text_version: str,
        given_by: str,
        consultation_id: ConsultationId | None = None,
    ) -> str:
        """Note a consent of the person cared for, or that it was refused or taken back; answers its id."""
        consent_id = new_id()
        await store.insert_consent(
            transaction.connection,
            id=consent_id,
            tenant_id=tenant_id,
            patient_id=patient_id,
            visit_id=visit_id,
            consultation_id=consultation_id,
            subject=subject,
            given=given,
            text_version=text_version,
            given_by=given_by,
            giver_id=actor.id,
            recorded_at=self._clock.now(),
        )
        kind = events.CONSENT_GIVEN if given else events.CONSENT_WITHDRAWN
        about = events.about_person(tenant_id, patient_id, visit_id, consultation_id)
        await self._outbox.record(
            transaction,
            kind(
                actor,
                about,
                consent_id=consent_id,
                what=subject,
                text_version=text_version,
                given_by=given_by,
            ),
        )
        return consent_id
