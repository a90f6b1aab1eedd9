"""HTTP of handing a consultation over, and of holding one by telephone."""

from server.api.endpoint import Call, Endpoint, endpoint
from server.auth.policy import Action
from server.consultations.handover import Handovers
from server.consultations.phone import PhoneCalls
from server.consultations.schemas import ColleagueList, ConsultationView, HandOver
from server.errors import Code
from server.ids import ConsultationId, QueueId

TAG = "consultations"


class HandoverRoutes:
    """Colleagues, handing over, and the telephone."""

    def __init__(self, *, handovers: Handovers, phone_calls: PhoneCalls) -> None:
        self._handovers = handovers
        self._phone_calls = phone_calls

    def endpoints(self) -> list[Endpoint]:
        return [
            endpoint(
                "GET",
                "/api/v1/queues/{queue_id}/colleagues",
                self.colleagues,
                action=Action.QUEUE_ADMIT,
                summary="Who could take a consultation of this queue over",
                tag=TAG,
            ),
            endpoint(
                "POST",
                "/api/v1/consultations/{consultation_id}/handover",
                self.hand_over,
                action=Action.CONSULTATION_WRITE,
                summary="Hand the consultation over to a colleague",
                tag=TAG,
                errors=(Code.CONSULTATION_CLOSED, Code.PHARMACIST_BUSY),
            ),
            endpoint(
                "POST",
                "/api/v1/consultations/{consultation_id}/phone",
                self.phone,
                action=Action.CONSULTATION_WRITE,
                summary="The called patient is on the telephone",
                tag=TAG,
                errors=(Code.CONSULTATION_CLOSED,),
            ),
        ]

    async def colleagues(self, call: Call, queue_id: QueueId) -> ColleagueList:
        return await self._handovers.colleagues(call.caller, queue_id)

    async def hand_over(self, call: Call, consultation_id: ConsultationId, body: HandOver) -> None:
        await self._handovers.hand_over(call.caller, consultation_id, body.staff_id)

    async def phone(self, call: Call, consultation_id: ConsultationId) -> ConsultationView:
        return await self._phone_calls.start(call.caller, consultation_id)
