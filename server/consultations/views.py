"""What people are shown of a consultation. Whoever calls has decided that they may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.auth.principal import Role
from server.consultations import store
from server.consultations.models import Consent, Consultation, Participant, ParticipantKind
from server.consultations.ports import Line, People, PersonCaredFor
from server.consultations.schemas import (
    ConsentView,
    ConsultationSummary,
    ConsultationView,
    NoteView,
    ParticipantView,
)
from server.db.connection import AsyncConnection
from server.ids import ConsultationId, PatientId, StaffId, VisitId
from server.waiting_room.models import Speaker, Visit
from server.waiting_room.schemas import SpeakerView

SHOWN_NOTES = frozenset({Role.PHARMACIST, Role.COMPLIANCE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that a number of consultations is shown with."""

    people: Mapping[PatientId, PersonCaredFor]
    speakers: Mapping[VisitId, Speaker]
    staff: Mapping[StaffId, str]
    consents: Mapping[ConsultationId, Sequence[Consent]]


class Views:
    """Builds the views. Reads only; takes the connection of the caller's transaction or snapshot.

    Patients see their record without notes; a guest besides sees no birth date, telephone number, reason,
    access needs or consents of the person cared for.
    """

    def __init__(self, *, line: Line, people: People) -> None:
        self._line = line
        self._people = people

    async def consultation(
        self, connection: AsyncConnection, consultation: Consultation, role: Role
    ) -> ConsultationView:
        visit = await self._line.visit(connection, consultation.visit_id)
        if visit is None:
            raise LookupError("a consultation without its visit")
        names = await self._line.names(connection, frozenset({consultation.queue_id}))
        known = await self._look_up(connection, ((consultation, visit),))
        return _view(
            consultation,
            visit,
            known,
            queue_name=names[consultation.queue_id],
            is_guest=role is Role.GUEST,
            participants=await self._participants(connection, consultation),
            notes=await self._notes(connection, consultation) if role in SHOWN_NOTES else (),
        )

    async def opened(
        self,
        connection: AsyncConnection,
        opened: Sequence[tuple[Consultation, Visit]],
        *,
        queue_name: str,
    ) -> tuple[ConsultationView, ...]:
        """Consultations just opened, for their pharmacists: nobody was in them yet, and nothing written."""
        known = await self._look_up(connection, opened)
        return tuple(
            _view(consultation, visit, known, queue_name=queue_name) for consultation, visit in opened
        )

    async def _look_up(
        self, connection: AsyncConnection, shown: Sequence[tuple[Consultation, Visit]]
    ) -> Known:
        consultations = [consultation for consultation, _ in shown]
        patient_ids = tuple({each.patient_id for each in consultations})
        return Known(
            people=await self._people.patients(connection, patient_ids),
            speakers=await self._line.speakers(connection, [visit.id for _, visit in shown]),
            staff=await self._people.staff_names(
                connection, tuple({each.pharmacist_id for each in consultations})
            ),
            consents=await store.consents_of(connection, consultations),
        )

    async def summaries(
        self, connection: AsyncConnection, consultations: tuple[Consultation, ...]
    ) -> tuple[ConsultationSummary, ...]:
        queues = await self._line.names(connection, frozenset(each.queue_id for each in consultations))
        staff = await self._people.staff_names(
            connection, tuple({each.pharmacist_id for each in consultations})
        )
        people = await self._people.patients(connection, tuple({each.patient_id for each in consultations}))
        return tuple(
            ConsultationSummary(
                id=each.id,
                visit_id=each.visit_id,
                queue_name=queues[each.queue_id],
                state=each.state,
                pharmacist_name=staff[each.pharmacist_id],
                person_name=people[each.patient_id].name,
                created_at=each.created_at,
                closed_at=each.closed_at,
                outcome=each.outcome,
            )
            for each in consultations
        )

    async def _participants(
        self, connection: AsyncConnection, consultation: Consultation
    ) -> tuple[ParticipantView, ...]:
        return tuple(
            [
                ParticipantView(
                    id=participant.id,
                    kind=participant.kind,
                    name=await self._name(connection, participant),
                    joined_at=participant.joined_at,
                    left_at=participant.left_at,
                )
                for participant in await store.participants_of(connection, consultation.id)
            ]
        )

    async def _name(self, connection: AsyncConnection, participant: Participant) -> str:
        match participant.kind:
            case ParticipantKind.PATIENT:
                return (await self._people.patient(connection, PatientId(participant.subject_id))).name
            case ParticipantKind.PHARMACIST:
                return await self._people.staff_name(connection, StaffId(participant.subject_id))
            case ParticipantKind.GUEST:
                return await self._people.guest_name(connection, participant.subject_id)

    async def _notes(self, connection: AsyncConnection, consultation: Consultation) -> tuple[NoteView, ...]:
        notes = await store.notes_of(connection, consultation.id)
        authors = await self._people.staff_names(connection, tuple({note.author_id for note in notes}))
        return tuple(
            NoteView(
                id=note.id,
                author_name=authors[note.author_id],
                addendum=note.addendum,
                text=note.text,
                created_at=note.created_at,
            )
            for note in notes
        )


def _view(
    consultation: Consultation,
    visit: Visit,
    known: Known,
    *,
    queue_name: str,
    is_guest: bool = False,
    participants: tuple[ParticipantView, ...] = (),
    notes: tuple[NoteView, ...] = (),
) -> ConsultationView:
    person = known.people[consultation.patient_id]
    return ConsultationView(
        id=consultation.id,
        visit_id=consultation.visit_id,
        queue_id=consultation.queue_id,
        queue_name=queue_name,
        state=consultation.state,
        confidential=consultation.confidential,
        patient_id=consultation.patient_id,
        person_name=person.name,
        birth_date=person.birth_date.isoformat() if person.birth_date and not is_guest else None,
        phone=None if is_guest else person.phone,
        language=visit.language,
        access_needs=() if is_guest else tuple(person.access_needs),
        speaker=_speaker_view(known.speakers.get(visit.id)),
        reason=None if is_guest else visit.reason,
        phone_only=visit.phone_only,
        pharmacist_id=consultation.pharmacist_id,
        pharmacist_name=known.staff[consultation.pharmacist_id],
        participants=participants,
        notes=notes,
        consents=() if is_guest else tuple(map(_consent_view, known.consents[consultation.id])),
        created_at=consultation.created_at,
        running_at=consultation.running_at,
        closed_at=consultation.closed_at,
        end_reason=consultation.end_reason,
        outcome=consultation.outcome,
        next_steps=consultation.next_steps,
    )


def _consent_view(consent: Consent) -> ConsentView:
    return ConsentView(
        id=consent.id,
        subject=consent.subject,
        given=consent.given,
        text_version=consent.text_version,
        given_by=consent.given_by,
        recorded_at=consent.recorded_at,
    )


def _speaker_view(speaker: Speaker | None) -> SpeakerView | None:
    if speaker is None:
        return None
    return SpeakerView(
        name=speaker.claim.name,
        relationship=speaker.claim.relationship,
        authority=speaker.claim.authority,
        checked=speaker.checked_by is not None,
    )
