"""Colleagues: the pharmacists on duty for a queue, as consultations ask for them."""

from collections.abc import Sequence

from server.consultations.ports import PoolMember
from server.db.connection import AsyncConnection
from server.ids import QueueId


class Colleagues:
    """Fits `consultations.ports.Pool`."""

    async def on_duty(self, connection: AsyncConnection, queue_id: QueueId) -> Sequence[PoolMember]:
        """The pharmacists who serve this queue and are on duty now, busy or not."""
        return ()
