"""HTTP of insights."""

from server.api.endpoint import Call, Endpoint, endpoint
from server.auth.policy import Action
from server.ids import QueueId
from server.insights.schemas import QueueInsights
from server.insights.service import Insights


class InsightRoutes:
    """How the queues do."""

    def __init__(self, insights: Insights) -> None:
        self._insights = insights

    def endpoints(self) -> list[Endpoint]:
        return [
            endpoint(
                "GET",
                "/api/v1/queues/{queue_id}/insights",
                self.queue,
                action=Action.QUEUE_LIST,
                summary="How good the forecasts of a queue are",
                tag="insights",
            )
        ]

    async def queue(self, call: Call, queue_id: QueueId) -> QueueInsights:
        return await self._insights.queue(call.caller, queue_id)
