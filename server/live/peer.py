"""A caller on a socket: the services, as this principal may use them."""

from dataclasses import dataclass
from datetime import datetime

from media.turn import IceServer, IceServers
from server.auth import policy
from server.auth.policy import Action, Facts
from server.auth.principal import Principal
from server.consultations.models import ChatMessage
from server.consultations.models import Joined as JoinedRoom
from server.consultations.service import Consultations
from server.db.database import Database
from server.db.together import Together
from server.errors import Code, Refusal
from server.ids import ConsultationId, QueueId, VisitId
from server.live.found_visits import FoundVisit
from server.live.refusals import translated
from server.waiting_room.service import WaitingRoom
from signaling import records
from signaling.ports import Joined, LeaveReason, VisitSight
from signaling.records import Media, QualityLevel, QualityReason, QualitySample


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What peers use."""

    database: Database
    visits: Together[VisitId, FoundVisit]
    waiting_room: WaitingRoom
    consultations: Consultations
    ice_servers: IceServers


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePeer:
    """Fits `signaling.ports.Peer`."""

    services: Services
    principal: Principal
    expires_at: datetime

    @property
    def session_id(self) -> str:
        return self.principal.session_id

    async def visit(self, visit_id: str) -> VisitSight:
        """The caller's own visit. Staff see visits over HTTP, where it is noted what they were shown."""
        with translated():
            found = await self.services.visits.get(VisitId(visit_id))
            if found is None:
                raise Refusal(Code.NOT_FOUND)
            policy.require(self.principal, Action.VISIT_OWN, found.facts)
        return found.sight

    async def queue_version(self, queue_id: str) -> int:
        waiting_room = self.services.waiting_room
        with translated():
            async with self.services.database.snapshot() as connection:
                self._require(
                    Action.QUEUE_READ, await waiting_room.queue_facts(connection, QueueId(queue_id))
                )
                versions = await waiting_room.queue_versions(connection, [QueueId(queue_id)])
            return versions[QueueId(queue_id)]

    async def join(self, consultation_id: str, media: Media) -> Joined:
        with translated():
            joined = await self.services.consultations.join(
                self.principal, ConsultationId(consultation_id), media
            )
        return _as_told(joined, self.services.ice_servers.for_one_call())

    async def leave(self, consultation_id: str, reason: LeaveReason) -> None:
        with translated():
            await self.services.consultations.leave(self.principal, ConsultationId(consultation_id), reason)

    async def media_changed(self, consultation_id: str, before: Media, after: Media) -> None:
        with translated():
            await self.services.consultations.media_changed(
                self.principal, ConsultationId(consultation_id), before, after
            )

    async def chat(self, consultation_id: str, client_key: str, text: str) -> records.ChatMessage:
        with translated():
            stored = await self.services.consultations.chat(
                self.principal, ConsultationId(consultation_id), client_key, text
            )
        return _chat_message(stored)

    async def quality(
        self,
        consultation_id: str,
        level: QualityLevel,
        reason: QualityReason,
        sample: QualitySample,  # nothing is kept of it until there are quality reports
    ) -> None:
        with translated():
            await self.services.consultations.quality(
                self.principal, ConsultationId(consultation_id), level, reason
            )

    def _require(self, action: Action, facts: Facts | None) -> None:
        if facts is None:
            raise Refusal(Code.NOT_FOUND)
        policy.require(self.principal, action, facts)


def _as_told(joined: JoinedRoom, servers: tuple[IceServer, ...]) -> Joined:
    return Joined(
        participant_id=joined.participant_id,
        kind=joined.kind.value,
        name=joined.name,
        path_epoch=joined.path_epoch,
        ice_servers=tuple(map(_ice_server, servers)),
        chat=tuple(map(_chat_message, joined.chat)),
    )


def _ice_server(server: IceServer) -> records.IceServer:
    if server.username is None or server.credential is None:
        return records.IceServer(urls=server.urls)
    return records.IceServer(urls=server.urls, username=server.username, credential=server.credential)


def _chat_message(message: ChatMessage) -> records.ChatMessage:
    return records.ChatMessage(
        id=message.id, sender=message.participant_id, text=message.text, sent_at=message.sent_at
    )
