"""An honest stand-in for the server behind signalling: people, visits, queues and calls, kept in memory.

It decides as the real one does (`server/live/` is tested against that): own visits only, queues that are
served, rooms of consultations that one belongs to, chat stored once per key.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

from signaling.ports import Call, Joined, LeaveReason, LineNews, LineOp, Peer, VisitSight
from signaling.records import (
    ChatMessage,
    IceServer,
    Media,
    QualityReason,
    QualitySample,
    RoomEnd,
    WaitCurve,
    WaitUnknown,
)
from signaling.refusals import SignalCode, SignalRefused
from signaling.standing import moved
from tests.clock import ManualClock

Kind = Literal["patient", "pharmacist", "guest"]


def new_id() -> str:
    return str(uuid4())


@dataclass
class Person:
    kind: Kind
    name: str
    id: str = field(default_factory=new_id)
    queues: set[str] = field(default_factory=set)


@dataclass
class FakeConsultation:
    members: dict[str, str]
    """Person id to participant id."""
    path_epoch: int = 0
    ended: RoomEnd | None = None
    chat: list[ChatMessage] = field(default_factory=list)
    by_key: dict[tuple[str, str], ChatMessage] = field(default_factory=dict)
    heard: list[tuple[object, ...]] = field(default_factory=list)
    """What the hub reported: joins, leaves, media and quality."""


@dataclass
class FakeVisit:
    patient: str
    queue_id: str
    view: dict[str, object]
    call: Call | None = None
    version: int = 1


class World:
    """Everything there is, and the keys to it."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.tokens: dict[str, tuple[str, Person, datetime]] = {}
        self.ended: set[str] = set()
        self.queues: dict[str, int] = {}
        self.visits: dict[str, FakeVisit] = {}
        self.consultations: dict[str, FakeConsultation] = {}
        self.is_down = False
        self.visit_reads = 0
        self.line_reads = 0
        self.ops: dict[str, list[LineOp]] = {}
        self.kept_since: dict[str, int] = {}
        self.wait: WaitCurve | WaitUnknown = WaitUnknown(kind="unknown", reason="too_little_history")
        self.states: dict[str, tuple[Literal["open", "paused", "closed"], str | None]] = {}

    def token(self, person: Person, *, session_id: str | None = None, valid_s: float = 300) -> str:
        token = f"token-{len(self.tokens)}"
        self.tokens[token] = (
            session_id or new_id(),
            person,
            self.clock.now() + timedelta(seconds=valid_s),
        )
        return token

    def queue(self) -> str:
        queue_id = new_id()
        self.queues[queue_id] = 1
        return queue_id

    def visit(self, patient: Person, queue_id: str, place: int = 1) -> str:
        visit_id = new_id()
        view: dict[str, object] = {"id": visit_id, "state": "waiting", "place": place}
        self.visits[visit_id] = FakeVisit(patient.id, queue_id, view)
        return visit_id

    def move(self, queue_id: str, *ops: tuple[int, Literal[1, -1]]) -> int:
        """Raise the version of a queue by these ops of its line, and move who stands in it."""
        self.queues[queue_id] += 1
        version = self.queues[queue_id]
        new = [LineOp(version, rank, step) for rank, step in ops]
        self.ops.setdefault(queue_id, []).extend(new)
        for visit in self.visits.values():
            place = visit.view["place"]
            if visit.queue_id == queue_id and isinstance(place, int):
                visit.view["place"] = moved(place, new)
        return version

    def change(self, visit_id: str, **view: object) -> None:
        """Change what the patient is shown of a visit."""
        self.visits[visit_id].view.update(view)
        self.visits[visit_id].version += 1

    def call(self, visit_id: str) -> None:
        """Have a pharmacist call the one who stands first."""
        visit = self.visits[visit_id]
        self.move(visit.queue_id, (0, -1))
        visit.call = Call(consultation_id=new_id(), answer_by=self.clock.now() + timedelta(seconds=180))
        self.change(visit_id, state="called")

    def consultation(self, *people: Person) -> str:
        consultation_id = new_id()
        self.consultations[consultation_id] = FakeConsultation({p.id: new_id() for p in people})
        return consultation_id

    # Gate

    async def authenticate(self, token: str) -> Peer:
        if self.is_down:
            raise OSError("the database is away")
        if token not in self.tokens:
            raise SignalRefused(SignalCode.UNAUTHENTICATED)
        session_id, person, expires_at = self.tokens[token]
        if expires_at <= self.clock.now():
            raise SignalRefused(SignalCode.TOKEN_EXPIRED)
        if session_id in self.ended:
            raise SignalRefused(SignalCode.SESSION_ENDED)
        return FakePeer(self, session_id, person, expires_at)

    async def ended_sessions(self, peers: Collection[Peer]) -> Collection[str]:
        return [peer.session_id for peer in peers if peer.session_id in self.ended]

    # Readings

    async def read_visits(self, visit_ids: Collection[str]) -> Mapping[str, VisitSight]:
        self.visit_reads += 1
        return {id_: self.sight(id_) for id_ in visit_ids if id_ in self.visits}

    async def queue_versions(self, queue_ids: Collection[str]) -> Mapping[str, int]:
        return {id_: self.queues[id_] for id_ in queue_ids if id_ in self.queues}

    async def line(self, since: Mapping[str, int]) -> Mapping[str, LineNews]:
        self.line_reads += 1
        return {id_: self._news(id_, version) for id_, version in since.items() if id_ in self.queues}

    def _news(self, queue_id: str, since: int) -> LineNews:
        state, message = self.states.get(queue_id, ("open", None))
        return LineNews(
            version=self.queues[queue_id],
            ops=tuple(op for op in self.ops.get(queue_id, ()) if op.version > since),
            gap=since < self.kept_since.get(queue_id, 0),
            state=state,
            pause_message=message,
            wait=self.wait,
        )

    async def visit_versions(self, visit_ids: Collection[str]) -> Mapping[str, int]:
        return {id_: self.visits[id_].version for id_ in visit_ids if id_ in self.visits}

    async def endings(self, consultation_ids: Collection[str]) -> Mapping[str, RoomEnd]:
        found = {id_: self.consultations[id_].ended for id_ in consultation_ids}
        return {id_: reason for id_, reason in found.items() if reason is not None}

    def sight(self, visit_id: str) -> VisitSight:
        visit = self.visits[visit_id]
        place = visit.view["place"]
        return VisitSight(
            queue_id=visit.queue_id,
            version=visit.version,
            queue_version=self.queues[visit.queue_id],
            place=place if isinstance(place, int) else None,
            view=visit.view | {"queue_version": self.queues[visit.queue_id]},
            call=visit.call,
        )


@dataclass(frozen=True)
class WorldGate:
    world: World

    async def authenticate(self, token: str) -> Peer:
        return await self.world.authenticate(token)

    async def ended(self, peers: Collection[Peer]) -> Collection[str]:
        return await self.world.ended_sessions(peers)


@dataclass(frozen=True)
class WorldReadings:
    world: World

    async def visits(self, visit_ids: Collection[str]) -> Mapping[str, VisitSight]:
        return await self.world.read_visits(visit_ids)

    async def queue_versions(self, queue_ids: Collection[str]) -> Mapping[str, int]:
        return await self.world.queue_versions(queue_ids)

    async def visit_versions(self, visit_ids: Collection[str]) -> Mapping[str, int]:
        return await self.world.visit_versions(visit_ids)

    async def line(self, since: Mapping[str, int]) -> Mapping[str, LineNews]:
        return await self.world.line(since)

    async def endings(self, consultation_ids: Collection[str]) -> Mapping[str, RoomEnd]:
        return await self.world.endings(consultation_ids)


@dataclass(frozen=True)
class FakePeer:
    world: World
    session_id: str
    person: Person
    expires_at: datetime

    async def visit(self, visit_id: str) -> VisitSight:
        visit = self.world.visits.get(visit_id)
        if visit is None:
            raise SignalRefused(SignalCode.NOT_FOUND)
        if visit.patient != self.person.id:
            raise SignalRefused(SignalCode.FORBIDDEN)
        return self.world.sight(visit_id)

    async def queue_version(self, queue_id: str) -> int:
        if queue_id not in self.world.queues:
            raise SignalRefused(SignalCode.NOT_FOUND)
        if queue_id not in self.person.queues:
            raise SignalRefused(SignalCode.FORBIDDEN)
        return self.world.queues[queue_id]

    async def join(self, consultation_id: str, media: Media) -> Joined:
        consultation = self._consultation(consultation_id)
        if consultation.ended:
            raise SignalRefused(SignalCode.CONSULTATION_CLOSED)
        consultation.heard.append(("join", self.person.name))
        return Joined(
            participant_id=consultation.members[self.person.id],
            kind=self.person.kind,
            name=self.person.name,
            path_epoch=consultation.path_epoch,
            ice_servers=(IceServer(urls=("stun:127.0.0.1:3478",)),),
            chat=tuple(consultation.chat),
        )

    async def leave(self, consultation_id: str, reason: LeaveReason) -> None:
        self._consultation(consultation_id).heard.append(("leave", self.person.name, reason))

    async def media_changed(self, consultation_id: str, before: Media, after: Media) -> None:
        self._consultation(consultation_id).heard.append(("media", self.person.name, before, after))

    async def chat(self, consultation_id: str, client_key: str, text: str) -> ChatMessage:
        consultation = self._consultation(consultation_id)
        participant_id = consultation.members[self.person.id]
        known = consultation.by_key.get((participant_id, client_key))
        if known is not None:
            return known
        message = ChatMessage(id=new_id(), sender=participant_id, text=text, sent_at=self.world.clock.now())
        consultation.chat.append(message)
        consultation.by_key[participant_id, client_key] = message
        return message

    async def quality(
        self, consultation_id: str, level: int, reason: QualityReason, sample: QualitySample
    ) -> None:
        self._consultation(consultation_id).heard.append(("quality", self.person.name, level, reason))

    def _consultation(self, consultation_id: str) -> FakeConsultation:
        consultation = self.world.consultations.get(consultation_id)
        if consultation is None:
            raise SignalRefused(SignalCode.NOT_FOUND)
        if self.person.id not in consultation.members:
            raise SignalRefused(SignalCode.FORBIDDEN)
        return consultation


def is_id(text: object) -> bool:
    return isinstance(text, str) and str(UUID(text)) == text
