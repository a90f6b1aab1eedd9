"""The waits by place, as ticks tell them: read off the forecast of each queue."""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from server.clock import Clock
from server.consultations.calls import Calls
from server.db.connection import AsyncConnection
from server.ids import QueueId
from server.waiting_room.forecast import HISTORY, ON_DUTY, forecast
from server.waiting_room.models import QueueState, ServiceHistory
from server.waiting_room.schemas import WaitUnknown as Unknown
from server.waiting_room.service import WaitingRoom
from signaling.records import CurvePoint, WaitCurve, WaitUnknown

EACH_PLACE: Final = 20
LAST_PLACE: Final = 10_000


class QueueCurves:
    """Fits `server.live.readings.Curves`."""

    def __init__(self, *, waiting_room: WaitingRoom, calls: Calls, clock: Clock) -> None:
        self._waiting_room = waiting_room
        self._calls = calls
        self._clock = clock

    async def told(
        self, connection: AsyncConnection, queue_ids: Collection[QueueId]
    ) -> Mapping[QueueId, WaitCurve | WaitUnknown]:
        now = self._clock.now()
        queues = await self._waiting_room.queues(connection, queue_ids)
        histories = await self._calls.service_histories(
            connection, tuple(queues), finished_since=now - HISTORY, on_duty_since=now - ON_DUTY
        )
        return {id_: _curve(queue.state, histories[id_]) for id_, queue in queues.items()}


def _curve(state: QueueState, history: ServiceHistory) -> WaitCurve | WaitUnknown:
    points: list[CurvePoint] = []
    for place in _places():
        wait = forecast(place=place, state=state, history=history)
        if isinstance(wait, Unknown):
            return WaitUnknown(kind="unknown", reason=wait.reason)
        points.append((place, wait.from_minutes, wait.to_minutes))
    return WaitCurve(kind="curve", points=tuple(points))


def _places() -> Iterator[int]:
    place = 1
    while place < LAST_PLACE:
        yield place
        place = place + 1 if place < EACH_PLACE else place * 5 // 4
    yield LAST_PLACE
