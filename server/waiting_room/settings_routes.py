"""HTTP of the settings of queues."""

from server.api.endpoint import Call, Endpoint, endpoint
from server.auth.policy import Action
from server.ids import QueueId
from server.waiting_room.queue_settings import QueueSettings
from server.waiting_room.settings_schemas import ChangeQueue, QueueSettingsView


class SettingsRoutes:
    """What an administrator can set of a queue."""

    def __init__(self, settings: QueueSettings) -> None:
        self._settings = settings

    def endpoints(self) -> list[Endpoint]:
        return [
            endpoint(
                "GET",
                "/api/v1/queues/{queue_id}/settings",
                self.settings,
                action=Action.QUEUE_SETTINGS,
                summary="The settings of a queue",
                tag="queues",
            ),
            endpoint(
                "PATCH",
                "/api/v1/queues/{queue_id}",
                self.change_settings,
                action=Action.QUEUE_SETTINGS,
                summary="Change settings of a queue",
                tag="queues",
            ),
        ]

    async def settings(self, call: Call, queue_id: QueueId) -> QueueSettingsView:
        return await self._settings.read(call.caller, queue_id)

    async def change_settings(self, call: Call, queue_id: QueueId, body: ChangeQueue) -> QueueSettingsView:
        return await self._settings.change(call.caller, queue_id, body)
