"""HTTP of queues and visits."""

from server.accounts.schemas import InvitationLink
from server.api.endpoint import Call, Endpoint, Handler, endpoint
from server.auth.policy import Action
from server.consultations.schemas import ConsultationView
from server.errors import Code
from server.ids import QueueId, VisitId
from server.waiting_room.admission import Admission
from server.waiting_room.counter import Counter
from server.waiting_room.schemas import (
    Admit,
    ChangeClass,
    CheckSpeaker,
    Decline,
    DeviceCheck,
    Hold,
    JoinQueue,
    Message,
    MessageToAll,
    Needs,
    Pause,
    QueueList,
    QueueSummary,
    QueueView,
    Transfer,
    VisitView,
)
from server.waiting_room.service import WaitingRoom
from server.waiting_room.stay import Stay
from server.waiting_room.transfer import Transfers
from server.waiting_room.triage import Triage

TAKES_NOBODY = (Code.QUEUE_CLOSED, Code.QUEUE_PAUSED, Code.QUEUE_FULL)
NOT_NOW = (Code.VISIT_ENDED, Code.VISIT_NOT_READY)

Act = tuple[str, Handler, str, tuple[Code, ...]]
"""The last part of a path, its handler, its summary, and the codes it may refuse with."""


class QueueRoutes:
    """Queues: the line, joining it, admitting from it, pausing it."""

    def __init__(self, *, waiting_room: WaitingRoom, counter: Counter, admission: Admission) -> None:
        self._waiting_room = waiting_room
        self._counter = counter
        self._admission = admission

    def endpoints(self) -> list[Endpoint]:
        return [*self._looking(), *self._acting()]

    def _looking(self) -> list[Endpoint]:
        return [
            endpoint(
                "GET",
                "/api/v1/queues",
                self.queues,
                action=Action.QUEUE_LIST,
                summary="The queues of the caller's organisation, and which of them the caller serves",
                tag="queues",
            ),
            endpoint(
                "GET",
                "/api/v1/queues/{queue_id}",
                self.line,
                action=Action.QUEUE_READ,
                summary="The line of a queue",
                tag="queues",
            ),
        ]

    def _acting(self) -> list[Endpoint]:
        return [
            endpoint(
                "POST",
                "/api/v1/queues/{queue_id}/visits",
                self.join,
                action=Action.VISIT_JOIN,
                summary="Stand in a queue",
                tag="queues",
                idempotent=True,
                errors=(
                    *TAKES_NOBODY,
                    Code.CONSENT_REQUIRED,
                    Code.SPEAKER_REQUIRED,
                    Code.IDEMPOTENCY_KEY_REUSED,
                ),
            ),
            endpoint(
                "POST",
                "/api/v1/queues/{queue_id}/admit",
                self.admit,
                action=Action.QUEUE_ADMIT,
                summary="Call the next patient, or the one named",
                tag="queues",
                idempotent=True,
                errors=(
                    *NOT_NOW,
                    Code.QUEUE_EMPTY,
                    Code.PHARMACIST_BUSY,
                    Code.IDEMPOTENCY_KEY_REUSED,
                ),
            ),
            endpoint(
                "POST",
                "/api/v1/queues/{queue_id}/pause",
                self.pause,
                action=Action.QUEUE_CONTROL,
                summary="Take no new patients for now",
                tag="queues",
            ),
            endpoint(
                "POST",
                "/api/v1/queues/{queue_id}/resume",
                self.resume,
                action=Action.QUEUE_CONTROL,
                summary="Take new patients again",
                tag="queues",
            ),
            endpoint(
                "POST",
                "/api/v1/queues/{queue_id}/message",
                self.message,
                action=Action.QUEUE_CONTROL,
                summary="Send everybody who waits a line of text",
                tag="queues",
            ),
        ]

    async def queues(self, call: Call) -> QueueList:
        return await self._counter.queues(call.caller)

    async def line(self, call: Call, queue_id: QueueId) -> QueueView:
        return await self._counter.line(call.caller, queue_id)

    async def join(self, call: Call, queue_id: QueueId, body: JoinQueue) -> VisitView:
        return await self._waiting_room.join(call.caller, queue_id, body, key=call.key)

    async def admit(self, call: Call, queue_id: QueueId, body: Admit) -> ConsultationView:
        return await self._admission.admit(call.caller, queue_id, body.visit_id, key=call.key)

    async def pause(self, call: Call, queue_id: QueueId, body: Pause) -> QueueSummary:
        return await self._counter.pause(call.caller, queue_id, body.message)

    async def resume(self, call: Call, queue_id: QueueId) -> QueueSummary:
        return await self._counter.resume(call.caller, queue_id)

    async def message(self, call: Call, queue_id: QueueId, body: Message) -> MessageToAll:
        return await self._counter.message_all(call.caller, queue_id, body.text)


class VisitRoutes:
    """Visits: what a patient does with their own, and what staff do with one."""

    def __init__(
        self,
        *,
        waiting_room: WaitingRoom,
        stay: Stay,
        counter: Counter,
        triage: Triage,
        admission: Admission,
        transfers: Transfers,
    ) -> None:
        self._waiting_room = waiting_room
        self._stay = stay
        self._counter = counter
        self._triage = triage
        self._admission = admission
        self._transfers = transfers

    def endpoints(self) -> list[Endpoint]:
        return [*self._own_endpoints(), *self._staff_endpoints()]

    def _own_endpoints(self) -> list[Endpoint]:
        acts: list[Act] = [
            ("device-check", self.device_check, "Say what the device check found", NOT_NOW),
            ("away", self.away, "Keep my place while I am away", NOT_NOW),
            ("return", self.come_back, "I am back", NOT_NOW),
            ("leave", self.leave, "Give up my place", NOT_NOW),
            ("coming", self.coming, "I am coming: once per call, more time to answer", NOT_NOW),
            ("worse", self.worse, "I feel worse: the counter is told at once", NOT_NOW),
            ("return-link", self.return_link, "A fresh link to this visit, for another device", NOT_NOW),
        ]
        return [
            endpoint(
                "GET",
                "/api/v1/visits/{visit_id}",
                self.read,
                action=Action.VISIT_READ,
                summary="A visit, as its patient sees it",
                tag="visits",
            ),
            *(
                endpoint(
                    "POST",
                    f"/api/v1/visits/{{visit_id}}/{name}",
                    handler,
                    action=Action.VISIT_OWN,
                    summary=summary,
                    tag="visits",
                    errors=errors,
                )
                for name, handler, summary, errors in acts
            ),
        ]

    def _staff_endpoints(self) -> list[Endpoint]:
        acts: list[Act] = [
            ("message", self.message, "Send the patient a line of text", NOT_NOW),
            ("hold", self.hold, "Ask the patient to hold on", NOT_NOW),
            (
                "transfer",
                self.transfer,
                "Move the visit to another queue",
                (*NOT_NOW, *TAKES_NOBODY),
            ),
            ("decline", self.decline, "Say that video cannot help, and what to do", NOT_NOW),
            ("no-show", self.no_show, "The called patient did not answer", NOT_NOW),
            ("speaker", self.speaker, "Confirm that the speaker may speak", NOT_NOW),
            ("release", self.release, "Let a visit on hold wait again", NOT_NOW),
            ("class", self.change_class, "Put the visit into another priority class", NOT_NOW),
            ("worse-seen", self.worse_seen, "Somebody has seen to the one who feels worse", NOT_NOW),
            ("needs", self.needs, "Say which skills and language the visit needs", NOT_NOW),
        ]
        return [
            endpoint(
                "POST",
                f"/api/v1/visits/{{visit_id}}/{name}",
                handler,
                action=Action.VISIT_CONTROL,
                summary=summary,
                tag="visits",
                errors=errors,
            )
            for name, handler, summary, errors in acts
        ]

    async def read(self, call: Call, visit_id: VisitId) -> VisitView:
        return await self._waiting_room.read(call.caller, visit_id)

    async def device_check(self, call: Call, visit_id: VisitId, body: DeviceCheck) -> VisitView:
        return await self._stay.check_devices(call.caller, visit_id, body)

    async def away(self, call: Call, visit_id: VisitId) -> VisitView:
        return await self._stay.go_away(call.caller, visit_id)

    async def come_back(self, call: Call, visit_id: VisitId) -> VisitView:
        return await self._stay.come_back(call.caller, visit_id)

    async def leave(self, call: Call, visit_id: VisitId) -> VisitView:
        return await self._stay.leave(call.caller, visit_id)

    async def message(self, call: Call, visit_id: VisitId, body: Message) -> VisitView:
        return await self._counter.message(call.caller, visit_id, body.text)

    async def hold(self, call: Call, visit_id: VisitId, body: Hold) -> VisitView:
        return await self._counter.hold(call.caller, visit_id, body.reason)

    async def transfer(self, call: Call, visit_id: VisitId, body: Transfer) -> VisitView:
        return await self._transfers.transfer(call.caller, visit_id, body.queue_id)

    async def decline(self, call: Call, visit_id: VisitId, body: Decline) -> VisitView:
        return await self._counter.decline(call.caller, visit_id, body.guidance)

    async def no_show(self, call: Call, visit_id: VisitId) -> VisitView:
        return await self._admission.no_show(call.caller, visit_id)

    async def speaker(self, call: Call, visit_id: VisitId, body: CheckSpeaker) -> VisitView:
        return await self._counter.check_speaker(call.caller, visit_id, confirmed=body.confirmed)

    async def coming(self, call: Call, visit_id: VisitId) -> VisitView:
        return await self._stay.say_coming(call.caller, visit_id)

    async def worse(self, call: Call, visit_id: VisitId) -> VisitView:
        return await self._stay.say_worse(call.caller, visit_id)

    async def return_link(self, call: Call, visit_id: VisitId) -> InvitationLink:
        return await self._stay.return_link(call.caller, visit_id)

    async def release(self, call: Call, visit_id: VisitId) -> VisitView:
        return await self._counter.release(call.caller, visit_id)

    async def change_class(self, call: Call, visit_id: VisitId, body: ChangeClass) -> VisitView:
        return await self._triage.change_class(call.caller, visit_id, body)

    async def worse_seen(self, call: Call, visit_id: VisitId) -> VisitView:
        return await self._triage.worse_seen(call.caller, visit_id)

    async def needs(self, call: Call, visit_id: VisitId, body: Needs) -> VisitView:
        return await self._triage.set_needs(call.caller, visit_id, body)
