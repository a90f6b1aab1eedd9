"""Colleagues: the pharmacists on duty for a queue, as consultations ask for them."""

from collections.abc import Sequence

from server.consultations.ports import PoolMember
from server.db.connection import AsyncConnection
from server.ids import QueueId
from server.waiting_room.duty import Duty
from server.waiting_room.pool import DutyState


class Colleagues:
    """Fits `consultations.ports.Pool`."""

    def __init__(self, duty: Duty) -> None:
        self._duty = duty

    async def on_duty(self, connection: AsyncConnection, queue_id: QueueId) -> Sequence[PoolMember]:
        """The pharmacists who serve this queue and are on duty now, busy or not."""
        serving = (await self._duty.on_duty(connection, (queue_id,)))[queue_id]
        return [each for each in serving if each.state is DutyState.ON]

    async def is_served(self, connection: AsyncConnection, queue_id: QueueId) -> bool:
        """Say whether a pharmacist who serves this queue is on duty, or on a break."""
        return bool((await self._duty.on_duty(connection, (queue_id,)))[queue_id])
