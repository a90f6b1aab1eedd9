"""HTTP of call-backs."""

from server.api.endpoint import Call, Endpoint, endpoint
from server.auth.door import Door
from server.auth.policy import Action
from server.errors import Code
from server.ids import QueueId
from server.waiting_room.call_back_schemas import AskCallBack, CallBackAsked, CallBackDone, CallBackList
from server.waiting_room.call_backs import CallBacks
from server.waiting_room.models import CallBackOutcome

TAG = "call-backs"


class CallBackRoutes:
    """Asking to be rung, for anybody; working through those who asked, for staff."""

    def __init__(self, *, call_backs: CallBacks, door: Door) -> None:
        self._call_backs = call_backs
        self._door = door

    def endpoints(self) -> list[Endpoint]:
        return [
            endpoint(
                "POST",
                "/api/v1/pharmacies/{slug}/call-backs",
                self.ask,
                action=None,
                summary="Ask to be rung, when a queue is full or closed",
                tag=TAG,
                status=201,
                errors=(Code.QUEUE_FULL, Code.ORIGIN_REFUSED),
            ),
            endpoint(
                "GET",
                "/api/v1/queues/{queue_id}/call-backs",
                self.waiting,
                action=Action.CALL_BACK_CONTROL,
                summary="Those who wait to be rung",
                tag=TAG,
            ),
            endpoint(
                "POST",
                "/api/v1/call-backs/{call_back_id}/done",
                self.done,
                action=Action.CALL_BACK_CONTROL,
                summary="Somebody was rung, or need not be",
                tag=TAG,
            ),
        ]

    async def ask(self, call: Call, slug: str, body: AskCallBack) -> CallBackAsked:
        self._door.enter(call.request)
        return CallBackAsked(id=await self._call_backs.ask(slug, body))

    async def waiting(self, call: Call, queue_id: QueueId) -> CallBackList:
        return await self._call_backs.waiting(call.caller, queue_id)

    async def done(self, call: Call, call_back_id: str, body: CallBackDone) -> None:
        await self._call_backs.done(call.caller, call_back_id, CallBackOutcome(body.outcome))
