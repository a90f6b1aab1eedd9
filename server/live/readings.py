"""Reading again what clients watch, for many of them in one snapshot of the database."""

from collections.abc import Collection, Mapping
from typing import Protocol

from server.consultations.models import ConsultationEnd
from server.consultations.service import Consultations
from server.db.connection import AsyncConnection
from server.db.database import Database
from server.ids import ConsultationId, QueueId, VisitId
from server.waiting_room.models import LineNews as LineNewsRead
from server.waiting_room.models import Queue, VisitState
from server.waiting_room.schemas import VisitView
from server.waiting_room.service import WaitingRoom
from signaling.ports import Call, LineNews, LineOp, VisitSight
from signaling.records import RoomEnd, WaitCurve, WaitUnknown

ROOM_ENDS: Mapping[ConsultationEnd, RoomEnd] = {
    ConsultationEnd.COMPLETED: "completed",
    ConsultationEnd.PHARMACIST_HUNG_UP: "pharmacist_hung_up",
    ConsultationEnd.PATIENT_LEFT: "patient_left",
    ConsultationEnd.UNANSWERED: "unanswered",
    ConsultationEnd.TRANSFERRED: "transferred",
}


class Curves(Protocol):
    """Where the waits by place come from."""

    async def told(
        self, connection: AsyncConnection, queue_ids: Collection[QueueId]
    ) -> Mapping[QueueId, WaitCurve | WaitUnknown]:
        """The wait by place of each queue, as it is told to those who stand there."""
        ...


def sight_of(view: VisitView) -> VisitSight:
    """A visit's view, as signalling passes it on."""
    call = None
    if view.state is VisitState.CALLED and view.consultation_id is not None:
        call = Call(consultation_id=view.consultation_id, answer_by=view.answer_by)
    return VisitSight(
        queue_id=view.queue_id,
        version=view.version,
        queue_version=view.queue_version,
        place=view.place,
        view=view.model_dump(mode="json"),
        call=call,
    )


class LiveReadings:
    """Fits `signaling.ports.Readings`."""

    def __init__(
        self,
        database: Database,
        *,
        waiting_room: WaitingRoom,
        consultations: Consultations,
        curves: Curves,
    ) -> None:
        self._database = database
        self._waiting_room = waiting_room
        self._consultations = consultations
        self._curves = curves

    async def visits(self, visit_ids: Collection[str]) -> Mapping[str, VisitSight]:
        async with self._database.snapshot() as connection:
            views = await self._waiting_room.visit_views(connection, [VisitId(id_) for id_ in visit_ids])
        return {id_: sight_of(view) for id_, view in views.items()}

    async def visit_versions(self, visit_ids: Collection[str]) -> Mapping[str, int]:
        async with self._database.snapshot() as connection:
            versions = await self._waiting_room.visit_versions(
                connection, [VisitId(id_) for id_ in visit_ids]
            )
        return {str(visit_id): version for visit_id, version in versions.items()}

    async def queue_versions(self, queue_ids: Collection[str]) -> Mapping[str, int]:
        async with self._database.snapshot() as connection:
            versions = await self._waiting_room.queue_versions(
                connection, [QueueId(id_) for id_ in queue_ids]
            )
        return {str(queue_id): version for queue_id, version in versions.items()}

    async def line(self, since: Mapping[str, int]) -> Mapping[str, LineNews]:
        known = {QueueId(queue_id): version for queue_id, version in since.items()}
        async with self._database.snapshot() as connection:
            changes = await self._waiting_room.line_changes(connection, known)
            queues = await self._waiting_room.queues(connection, list(changes))
            waits = await self._curves.told(connection, list(changes))
        return {
            str(queue_id): _news(news, queues[queue_id], waits[queue_id])
            for queue_id, news in changes.items()
        }

    async def endings(self, consultation_ids: Collection[str]) -> Mapping[str, RoomEnd]:
        async with self._database.snapshot() as connection:
            ended = await self._consultations.endings(
                connection, [ConsultationId(id_) for id_ in consultation_ids]
            )
        await self._consultations.seen([ConsultationId(id_) for id_ in consultation_ids])
        return {id_: ROOM_ENDS.get(reason, "ended") for id_, reason in ended.items()}


def _news(news: LineNewsRead, queue: Queue, wait: WaitCurve | WaitUnknown) -> LineNews:
    return LineNews(
        version=news.version,
        ops=tuple(LineOp(version, rank, 1 if step > 0 else -1) for version, rank, step in news.ops),
        gap=news.gap,
        state=queue.state.value,
        pause_message=queue.pause_message,
        wait=wait,
    )
