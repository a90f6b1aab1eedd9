"""The hub of a server process: it owns the sockets, what they watch, and the rooms they sit in.

Requests of one socket are handled one after the other. A hub is an `async with` object; when it ends, every
client is told to connect again.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Self, assert_never

import structlog
from pydantic import ValidationError

from signaling import messages, notices
from signaling.bus import Bus
from signaling.calls import Calls
from signaling.ports import Gate, Peer, Readings
from signaling.records import JsonObject, Message
from signaling.refusals import SignalCode, SignalRefused, refusal_data
from signaling.room import RoomTimes, Surroundings
from signaling.rooms import Rooms
from signaling.sessions import Closing, Line, Sessions, Socket, close
from signaling.tasks import Tasks, every, supervised
from signaling.watches import Watches

log = structlog.get_logger("officina.signaling")


@dataclass(frozen=True, slots=True, kw_only=True)
class HubTimes:
    """Seconds between the hub's regular works, and the times of rooms and sessions.

    `poll_s` is the tick of the lines, `rest_s` that of their first places.
    """

    tick_s: float = 1
    poll_s: float = 1
    rest_s: float = 0.25
    again_s: float = 2
    recheck_s: float = 5
    warn_before_s: float = 60
    rooms: RoomTimes = field(default_factory=RoomTimes)


@dataclass(frozen=True, slots=True, kw_only=True)
class HubClocks:
    """Where the hub reads the time: of day, and for durations."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    monotonic: Callable[[], float] = time.monotonic


class Hub:
    """Answers what clients ask, and tells them what changed. `hub_id` is this process's own."""

    def __init__(
        self,
        *,
        hub_id: str,
        gate: Gate,
        readings: Readings,
        bus: Bus,
        times: HubTimes | None = None,
        clocks: HubClocks | None = None,
        sockets_per_session: int = 8,
    ) -> None:
        times = times or HubTimes()
        self._times = times
        self._clocks = clocks or HubClocks()
        self._gate = gate
        self._readings = readings
        self._bus = bus
        self._tasks = Tasks()
        self.sessions = Sessions(
            warn_before=timedelta(seconds=times.warn_before_s), sockets_per_session=sockets_per_session
        )
        self.watches = Watches(readings, rest_s=times.rest_s)
        around = Surroundings(
            hub_id=hub_id,
            bus=bus,
            times=times.rooms,
            monotonic=self._clocks.monotonic,
            now_ms=lambda: int(self._clocks.now().timestamp() * 1000),
        )
        self.rooms = Rooms(around, self._tasks)
        self._calls = Calls(self.rooms)

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        self._bus.subscribe(notices.TOPIC, self._hear)
        self._tasks.start(self.watches.pump())
        self._tasks.start(every(self._times.poll_s, self.watches.poll))
        self._tasks.start(every(self._times.poll_s, self.watches.check))
        self._tasks.start(every(self._times.again_s, self.watches.again))
        self._tasks.start(every(self._times.tick_s, self.tick))
        self._tasks.start(every(self._times.recheck_s, self.recheck))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._bus.unsubscribe(notices.TOPIC, self._hear)
        for socket in self.sessions.all():
            close(socket, Closing.RESTART)
        await self._tasks.__aexit__()

    # What the socket server calls

    async def connect(self, line: Line, auth: object) -> Socket:
        """Let a client in by the `auth` of its connect packet; raises `SignalRefused`."""
        try:
            handshake = messages.Handshake.model_validate(auth)
        except ValidationError:
            raise SignalRefused(SignalCode.UNAUTHENTICATED) from None
        if handshake.protocol != messages.PROTOCOL:
            raise SignalRefused(SignalCode.PROTOCOL_UNSUPPORTED)
        peer = await self._authenticate(handshake.token)
        if not self.sessions.has_room_for(peer):
            raise SignalRefused(SignalCode.OVERLOADED)
        socket = Socket(line, peer)
        self.sessions.add(socket)
        return socket

    async def request(self, socket: Socket, name: object, arguments: list[object]) -> JsonObject:
        """Answer a client's message with `{"ok": ...}` or `{"error": ...}`, whatever it holds."""
        try:
            if not socket.open:
                raise SignalRefused(SignalCode.SESSION_ENDED)
            ok = await self._handle(socket, messages.decode(name, arguments))
            return {"ok": ok.wire()}
        except SignalRefused as refused:
            return refusal(refused.code)
        except Exception as error:  # the supervisor of requests
            log.error("signal failed", error=type(error).__name__, exc_info=True)
            return refusal(SignalCode.INTERNAL)

    def acknowledged(self, socket: Socket, number: int) -> None:
        """The client has received what it was to acknowledge."""
        self.watches.ringing.acknowledged(socket, number)

    def disconnected(self, socket: Socket) -> None:
        """The connection is gone, however it ended."""
        self.sessions.remove(socket)
        self.watches.drop(socket)
        for consultation_id in tuple(socket.rooms):
            room = self.rooms.get(consultation_id)
            room.post(room.room.lose, socket)

    # Regular works

    async def tick(self) -> None:
        """Let time pass for sessions and rooms."""
        self.sessions.check_expiry(self._clocks.now())
        self.rooms.tick()

    async def recheck(self) -> None:
        """Ask again what a lost notice would have said: which sessions and consultations are over."""
        peers = self.sessions.peers()
        if peers:
            self.sessions.end(await self._gate.ended(peers))
        if self.rooms.ids:
            await self._end_rooms(self.rooms.ids)

    # Inside

    async def _authenticate(self, token: str) -> Peer:
        try:
            return await self._gate.authenticate(token)
        except SignalRefused:
            raise
        except Exception as error:  # the supervisor of connecting
            log.error("connect failed", error=type(error).__name__, exc_info=True)
            raise SignalRefused(SignalCode.INTERNAL) from None

    async def _handle(self, socket: Socket, message: Message) -> Message:
        match message:
            case messages.WatchVisit():
                return await self._watch_visit(socket, message.visit_id)
            case messages.UnwatchVisit():
                self.watches.unwatch_visit(socket, message.visit_id)
            case messages.WatchQueue():
                return await self._watch_queue(socket, message.queue_id)
            case messages.UnwatchQueue():
                self.watches.unwatch_queue(socket, message.queue_id)
            case messages.RefreshToken():
                return await self._refresh(socket, message.token)
            case _:
                return await self._calls.answer(socket, message)
        return messages.Done()

    async def _watch_visit(self, socket: Socket, visit_id: str) -> Message:
        sight = await socket.peer.visit(visit_id)
        if socket.open:
            self.watches.watch_visit(socket, visit_id, sight)
        return messages.VisitWatched(visit=sight.view)

    async def _watch_queue(self, socket: Socket, queue_id: str) -> Message:
        version = await socket.peer.queue_version(queue_id)
        if socket.open:
            self.watches.watch_queue(socket, queue_id, version)
        return messages.QueueWatched(version=version)

    async def _refresh(self, socket: Socket, token: str) -> Message:
        peer = await self._authenticate(token)
        if peer.session_id != socket.peer.session_id:
            raise SignalRefused(SignalCode.UNAUTHENTICATED)
        self.sessions.refresh(socket, peer)
        for queue_id in tuple(socket.queues):
            await self._keep_queue(socket, queue_id)
        return messages.TokenRefreshed(expires_at=peer.expires_at)

    async def _keep_queue(self, socket: Socket, queue_id: str) -> None:
        """Staff may have been taken off a queue since they began to watch it."""
        try:
            await socket.peer.queue_version(queue_id)
        except SignalRefused:
            self.watches.unwatch_queue(socket, queue_id)

    def _hear(self, message: bytes) -> None:
        notice = notices.decode(message)
        match notice:
            case notices.QueueMoved():
                self.watches.queue_moved(notice.queue_id, notice.version)
            case notices.VisitMoved():
                self.watches.visit_moved(notice.visit_id)
            case notices.SessionOver():
                self.sessions.end([notice.session_id])
            case notices.ConsultationOver():
                if notice.consultation_id in self.rooms.ids:
                    end = partial(self._end_rooms, (notice.consultation_id,))
                    self._tasks.start(supervised(end))
            case None:
                pass
            case _:
                assert_never(notice)

    async def _end_rooms(self, consultation_ids: tuple[str, ...]) -> None:
        for consultation_id, reason in (await self._readings.endings(consultation_ids)).items():
            self.rooms.end(consultation_id, reason)


def refusal(code: SignalCode) -> JsonObject:
    """The `error` that a client is answered with."""
    return {"error": refusal_data(code)}
