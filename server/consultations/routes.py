"""HTTP of consultations."""

from server.accounts.schemas import InvitationLink
from server.api.endpoint import Call, Endpoint, endpoint
from server.auth.policy import Action
from server.consultations.record import Records
from server.consultations.schemas import (
    AddNote,
    Complete,
    ConsentView,
    ConsultationPage,
    ConsultationView,
    GiveConsent,
    InviteGuest,
    NoteView,
    PageQuery,
    RecordingRequest,
)
from server.consultations.writing import Writing
from server.errors import Code
from server.ids import ConsultationId

ONE = "/api/v1/consultations/{consultation_id}"


class ConsultationRoutes:
    """Consultations: reading them, writing into them, closing them."""

    def __init__(self, *, records: Records, writing: Writing) -> None:
        self._records = records
        self._writing = writing

    def endpoints(self) -> list[Endpoint]:
        return [*self._reading(), *self._changing(), *self._recording()]

    def _reading(self) -> list[Endpoint]:
        return [
            endpoint(
                "GET",
                "/api/v1/consultations",
                self.page,
                action=Action.CONSULTATION_LIST,
                summary="The consultations in the caller's reach, newest first",
                tag="consultations",
            ),
            endpoint(
                "GET",
                ONE,
                self.read,
                action=Action.CONSULTATION_READ,
                summary="The record of a consultation",
                tag="consultations",
            ),
        ]

    def _changing(self) -> list[Endpoint]:
        return [
            endpoint(
                "POST",
                f"{ONE}/notes",
                self.add_note,
                action=Action.CONSULTATION_WRITE,
                summary="Add a note, or an addendum after closing",
                tag="consultations",
                status=201,
                idempotent=True,
                errors=(Code.IDEMPOTENCY_KEY_REUSED,),
            ),
            endpoint(
                "POST",
                f"{ONE}/consents",
                self.give_consent,
                action=Action.CONSENT_GIVE,
                summary="Give, refuse or take back a consent",
                tag="consultations",
                status=201,
                errors=(Code.CONSULTATION_CLOSED,),
            ),
            endpoint(
                "POST",
                f"{ONE}/invitations",
                self.invite_guest,
                action=Action.CONSULTATION_WRITE,
                summary="Make a link for an interpreter, carer or chaperone",
                tag="consultations",
                status=201,
                errors=(Code.CONSULTATION_CLOSED,),
            ),
            endpoint(
                "POST",
                f"{ONE}/complete",
                self.complete,
                action=Action.CONSULTATION_WRITE,
                summary="Close the consultation",
                tag="consultations",
                idempotent=True,
                errors=(
                    Code.CONSULTATION_CLOSED,
                    Code.CONSULTATION_NOT_RUNNING,
                    Code.IDEMPOTENCY_KEY_REUSED,
                ),
            ),
        ]

    def _recording(self) -> list[Endpoint]:
        return [
            endpoint(
                "POST",
                f"{ONE}/recording",
                self.start_recording,
                action=Action.RECORDING_CONTROL,
                summary="Start recording (this version has no recorder)",
                tag="recordings",
                errors=(Code.RECORDING_UNAVAILABLE,),
            ),
            endpoint(
                "DELETE",
                f"{ONE}/recording",
                self.stop_recording,
                action=Action.RECORDING_CONTROL,
                summary="Stop recording (this version has no recorder)",
                tag="recordings",
                errors=(Code.RECORDING_UNAVAILABLE,),
            ),
        ]

    async def page(self, call: Call, query: PageQuery) -> ConsultationPage:
        return await self._records.page(call.caller, query)

    async def read(self, call: Call, consultation_id: ConsultationId) -> ConsultationView:
        return await self._records.read(call.caller, consultation_id)

    async def add_note(self, call: Call, consultation_id: ConsultationId, body: AddNote) -> NoteView:
        return await self._writing.add_note(call.caller, consultation_id, body.text, key=call.key)

    async def give_consent(
        self, call: Call, consultation_id: ConsultationId, body: GiveConsent
    ) -> ConsentView:
        return await self._writing.give_consent(call.caller, consultation_id, body)

    async def invite_guest(
        self, call: Call, consultation_id: ConsultationId, body: InviteGuest
    ) -> InvitationLink:
        return await self._writing.invite_guest(call.caller, consultation_id, body)

    async def complete(self, call: Call, consultation_id: ConsultationId, body: Complete) -> ConsultationView:
        return await self._writing.complete(call.caller, consultation_id, body, key=call.key)

    async def start_recording(
        self, call: Call, consultation_id: ConsultationId, body: RecordingRequest
    ) -> None:
        await self._writing.refuse_recording(call.caller, consultation_id)

    async def stop_recording(self, call: Call, consultation_id: ConsultationId) -> None:
        await self._writing.refuse_recording(call.caller, consultation_id)
