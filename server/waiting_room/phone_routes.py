"""HTTP of patients who have only a telephone."""

from server.api.endpoint import Call, Endpoint, endpoint
from server.auth.policy import Action
from server.errors import Code
from server.ids import QueueId
from server.waiting_room.phone_schemas import PhoneVisit
from server.waiting_room.phone_visits import PhoneVisits
from server.waiting_room.routes import TAKES_NOBODY
from server.waiting_room.schemas import VisitView


class PhoneRoutes:
    """Putting somebody who rang into the line."""

    def __init__(self, phone_visits: PhoneVisits) -> None:
        self._phone_visits = phone_visits

    def endpoints(self) -> list[Endpoint]:
        return [
            endpoint(
                "POST",
                "/api/v1/queues/{queue_id}/phone-visits",
                self.enter,
                action=Action.VISIT_ENTER,
                summary="Put somebody who has only a telephone into the line",
                tag="queues",
                status=201,
                idempotent=True,
                errors=(*TAKES_NOBODY, Code.SPEAKER_REQUIRED, Code.IDEMPOTENCY_KEY_REUSED),
            )
        ]

    async def enter(self, call: Call, queue_id: QueueId, body: PhoneVisit) -> VisitView:
        return await self._phone_visits.enter(call.caller, queue_id, body, key=call.key)
