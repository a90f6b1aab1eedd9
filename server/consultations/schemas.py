"""Wire shapes of consultations."""

from typing import Annotated, Literal

from pydantic import Field

from server.api.endpoint import Payload, Shown
from server.api.fields import IdText, LanguageTag, LongText, Moment, PersonName
from server.consultations.models import ConsultationEnd, ConsultationState, Outcome, ParticipantKind
from server.ids import ConsultationId, ParticipantId, PatientId, QueueId, StaffId, VisitId
from server.waiting_room.schemas import SpeakerView


class ParticipantView(Shown):
    id: ParticipantId
    kind: ParticipantKind
    name: str
    joined_at: Moment
    left_at: Moment | None


class NoteView(Shown):
    id: str
    author_name: str
    addendum: bool
    text: str
    created_at: Moment


class ConsentView(Shown):
    id: str
    subject: str
    given: bool
    text_version: str
    given_by: str
    recorded_at: Moment


class ConsultationView(Shown):
    """The record of a consultation. Patients and guests are shown no notes."""

    id: ConsultationId
    visit_id: VisitId
    queue_id: QueueId
    queue_name: str
    state: ConsultationState
    confidential: bool
    patient_id: PatientId
    person_name: str
    birth_date: str | None
    phone: str | None
    language: str
    access_needs: tuple[str, ...]
    speaker: SpeakerView | None
    reason: str | None
    phone_only: bool
    pharmacist_id: StaffId
    pharmacist_name: str
    participants: tuple[ParticipantView, ...]
    notes: tuple[NoteView, ...]
    consents: tuple[ConsentView, ...]
    created_at: Moment
    running_at: Moment | None
    closed_at: Moment | None
    end_reason: ConsultationEnd | None
    outcome: Outcome | None
    next_steps: str | None


class ConsultationSummary(Shown):
    id: ConsultationId
    visit_id: VisitId
    queue_name: str
    state: ConsultationState
    pharmacist_name: str
    person_name: str
    created_at: Moment
    closed_at: Moment | None
    outcome: Outcome | None


class ConsultationPage(Shown):
    consultations: tuple[ConsultationSummary, ...]
    next_cursor: str | None


class PageQuery(Payload):
    """Cursor pagination: pass `next_cursor` of the last page as `cursor`."""

    cursor: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class AddNote(Payload):
    text: LongText


class GiveConsent(Payload):
    subject: Literal["video_consultation", "recording"]
    given: bool
    text_version: Annotated[str, Field(min_length=1, max_length=16)]


class InviteGuest(Payload):
    """Make a one-consultation link for an interpreter, carer or chaperone."""

    kind: Literal["interpreter", "carer", "chaperone"]
    name: PersonName
    language: LanguageTag | None = None


class Complete(Payload):
    """Close the consultation. `next_steps` is what the patient reads on their last page."""

    outcome: Outcome
    next_steps: Annotated[str, Field(max_length=2_000)] | None = None


class Colleague(Shown):
    """A pharmacist who could take a consultation over: serves its queue, is on duty, holds no other one."""

    staff_id: StaffId
    name: str
    languages: tuple[str, ...]
    skills: tuple[str, ...]


class ColleagueList(Shown):
    colleagues: tuple[Colleague, ...]


class HandOver(Payload):
    """Hand a consultation over to a colleague."""

    staff_id: Annotated[StaffId, IdText]


class RecordingRequest(Payload):
    audio_only: bool = False


class RecordingRef(Shown):
    id: str
    consultation_id: Annotated[ConsultationId, IdText]


class RecordingPage(Shown):
    recordings: tuple[RecordingRef, ...]
    next_cursor: str | None
