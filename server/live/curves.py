"""The waits by place, as ticks tell them: in whole minutes, rounded outward."""

from collections.abc import Collection, Mapping

from server.db.connection import AsyncConnection
from server.ids import QueueId
from server.waiting_room.forecast import WaitCurve as Forecast
from server.waiting_room.forecasting import Forecasts, in_minutes
from server.waiting_room.service import WaitingRoom
from signaling.records import CurvePoint, WaitCurve, WaitUnknown


class QueueCurves:
    """Fits `server.live.readings.Curves`."""

    def __init__(self, *, waiting_room: WaitingRoom, forecasts: Forecasts) -> None:
        self._waiting_room = waiting_room
        self._forecasts = forecasts

    async def told(
        self, connection: AsyncConnection, queue_ids: Collection[QueueId]
    ) -> Mapping[QueueId, WaitCurve | WaitUnknown]:
        queues = await self._waiting_room.queues(connection, queue_ids)
        curves = await self._forecasts.curves(connection, list(queues.values()))
        return {queue_id: _wire(curve) for queue_id, curve in curves.items()}


def _wire(curve: Forecast) -> WaitCurve | WaitUnknown:
    if not curve.points:
        return WaitUnknown(kind="unknown", reason=curve.reason or "nobody_on_duty")
    return WaitCurve(kind="curve", points=tuple(_points(curve)))


def _points(curve: Forecast) -> list[CurvePoint]:
    shown = [(each.place, in_minutes(each.p50_s, each.p90_s)) for each in curve.points]
    return [(place, wait.from_minutes, wait.to_minutes) for place, wait in shown]
