"""Reading again what clients watch, for many of them in one snapshot of the database."""

from collections.abc import Collection, Mapping

from server.consultations.models import ConsultationEnd
from server.consultations.service import Consultations
from server.db.database import Database
from server.ids import ConsultationId, QueueId, VisitId
from server.waiting_room.models import VisitState
from server.waiting_room.schemas import VisitView
from server.waiting_room.service import WaitingRoom
from signaling.ports import Call, VisitSight
from signaling.records import RoomEnd

ROOM_ENDS: Mapping[ConsultationEnd, RoomEnd] = {
    ConsultationEnd.COMPLETED: "completed",
    ConsultationEnd.PHARMACIST_HUNG_UP: "pharmacist_hung_up",
    ConsultationEnd.PATIENT_LEFT: "patient_left",
    ConsultationEnd.UNANSWERED: "unanswered",
    ConsultationEnd.TRANSFERRED: "transferred",
}


def sight_of(view: VisitView) -> VisitSight:
    """A visit's view, as signalling passes it on."""
    call = None
    if view.state is VisitState.CALLED and view.consultation_id is not None:
        call = Call(consultation_id=view.consultation_id, answer_by=view.answer_by)
    return VisitSight(queue_id=view.queue_id, view=view.model_dump(mode="json"), call=call)


class LiveReadings:
    """Fits `signaling.ports.Readings`."""

    def __init__(
        self, database: Database, *, waiting_room: WaitingRoom, consultations: Consultations
    ) -> None:
        self._database = database
        self._waiting_room = waiting_room
        self._consultations = consultations

    async def visits(self, visit_ids: Collection[str]) -> Mapping[str, VisitSight]:
        async with self._database.snapshot() as connection:
            views = await self._waiting_room.visit_views(connection, [VisitId(id_) for id_ in visit_ids])
        return {id_: sight_of(view) for id_, view in views.items()}

    async def queue_versions(self, queue_ids: Collection[str]) -> Mapping[str, int]:
        async with self._database.snapshot() as connection:
            versions = await self._waiting_room.queue_versions(
                connection, [QueueId(id_) for id_ in queue_ids]
            )
        return {str(queue_id): version for queue_id, version in versions.items()}

    async def endings(self, consultation_ids: Collection[str]) -> Mapping[str, RoomEnd]:
        async with self._database.snapshot() as connection:
            ended = await self._consultations.endings(
                connection, [ConsultationId(id_) for id_ in consultation_ids]
            )
        return {id_: ROOM_ENDS[reason] for id_, reason in ended.items()}
