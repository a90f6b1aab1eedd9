"""Checking in: the place is taken, the consent noted, and a session opened."""

from dataclasses import dataclass, field
from datetime import datetime

from server.accounts.invitations import Invitations
from server.accounts.models import Invitation, Patient, Pharmacy
from server.accounts.ports import Consents, Line
from server.accounts.registration import actor_of
from server.accounts.schemas import Speaker
from server.auth.models import OpenedSession
from server.auth.principal import Role
from server.auth.sessions import Sessions
from server.db.database import Transaction
from server.errors import Code, Refusal
from server.ids import ConsultationId, QueueId, VisitId
from server.waiting_room.models import SpeakerClaim
from server.waiting_room.schemas import VisitView


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """Somebody who came in: a patient at a visit, or a guest at a consultation."""

    session: OpenedSession
    visit: VisitView | None = field(repr=False, default=None)
    consultation_id: ConsultationId | None = None
    return_link: str | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The place that a patient asks for."""

    queue_id: QueueId
    speaker: Speaker | None = field(repr=False, default=None)
    reason: str | None = field(repr=False, default=None)
    confidential: bool
    appointment_at: datetime | None = None


class CheckIn:
    """Checks people in. `consent_version` is the version of the consent text that is shown now."""

    def __init__(
        self,
        *,
        line: Line,
        consents: Consents,
        sessions: Sessions,
        invitations: Invitations,
        consent_version: str,
    ) -> None:
        self._line = line
        self._consents = consents
        self._sessions = sessions
        self._invitations = invitations
        self._consent_version = consent_version

    def require_consent(self, *, given: bool, version: str | None) -> None:
        """Raise `Refusal` unless consent to video was given, to the text shown now."""
        if not given:
            raise Refusal(Code.CONSENT_REQUIRED)
        if version != self._consent_version:
            raise Refusal(Code.INVALID_REQUEST, fields=(("/consent_version", "not_the_present_version"),))

    async def take_place(
        self, transaction: Transaction, patient: Patient, pharmacy: Pharmacy, place: Place
    ) -> VisitId:
        """Put the patient into the line, with their consent; raises `Refusal` if it does not take anybody."""
        visit_id = await self._line.take_place(
            transaction,
            actor=actor_of(patient),
            tenant_id=pharmacy.tenant_id,
            queue_id=place.queue_id,
            pharmacy_id=pharmacy.id,
            patient_id=patient.id,
            speaker=_claim(place.speaker),
            language=patient.language,
            reason=place.reason,
            confidential=place.confidential,
            appointment_at=place.appointment_at,
        )
        await self._consents.record_consent(
            transaction,
            actor=actor_of(patient),
            tenant_id=pharmacy.tenant_id,
            patient_id=patient.id,
            visit_id=visit_id,
            subject="video_consultation",
            given=True,
            text_version=self._consent_version,
            given_by="speaker" if place.speaker else "self",
        )
        return visit_id

    async def enter(
        self,
        transaction: Transaction,
        patient: Patient,
        pharmacy: Pharmacy,
        visit_id: VisitId,
        device: str,
    ) -> Entered:
        """Open a patient's session, and make the link by which they come back."""
        entered = await self.enter_again(transaction, patient, visit_id, device)
        link = await self._invitations.return_link(
            transaction, patient=patient, pharmacy=pharmacy, visit_id=visit_id
        )
        return Entered(
            session=entered.session,
            visit=entered.visit,
            consultation_id=entered.consultation_id,
            return_link=link,
        )

    async def enter_again(
        self, transaction: Transaction, patient: Patient, visit_id: VisitId, device: str
    ) -> Entered:
        """Open one more session of a patient who is checked in."""
        session = await self._sessions.open(
            transaction,
            role=Role.PATIENT,
            subject_id=patient.id,
            tenant_id=patient.tenant_id,
            device=device,
        )
        visit = await self._invitations.present_visit(transaction.connection, visit_id)
        return Entered(session=session, visit=visit, consultation_id=visit.consultation_id)

    async def enter_as_guest(self, transaction: Transaction, invitation: Invitation, device: str) -> Entered:
        """Open a guest's session; it reaches the one consultation of the invitation."""
        session = await self._sessions.open(
            transaction,
            role=Role.GUEST,
            subject_id=invitation.id,
            tenant_id=invitation.tenant_id,
            device=device,
            consultation_id=invitation.consultation_id,
        )
        return Entered(session=session, consultation_id=invitation.consultation_id)


def _claim(speaker: Speaker | None) -> SpeakerClaim | None:
    if speaker is None:
        return None
    return SpeakerClaim(
        name=speaker.name, relationship=speaker.relationship.value, authority=speaker.authority.value
    )
