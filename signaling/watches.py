"""What clients watch: visits and queues, read again when they may have changed.

A notice or a moved queue version marks what is to be read again; a pump reads all that is marked in one go
and then rests, so that a busy queue is read at most once per rest. Versions are polled anyway, because
notices may be lost, and every visit is read again now and then, because a forecast changes with time alone.
"""

import asyncio
from dataclasses import dataclass, field

import orjson

from signaling.messages import QueueChanged, VisitCalled, VisitChanged
from signaling.ports import Readings, VisitSight
from signaling.sessions import Socket
from signaling.tasks import supervised


@dataclass(slots=True)
class WatchedVisit:
    """A visit that somebody watches, as it was last told."""

    queue_id: str
    sight: VisitSight
    encoded: bytes
    sockets: set[Socket] = field(default_factory=set)


@dataclass(slots=True)
class WatchedQueue:
    """A queue that staff watch, or in which a watched visit stands."""

    version: int | None = None
    sockets: set[Socket] = field(default_factory=set)
    visits: set[str] = field(default_factory=set)


class Watches:
    """All watches of this process."""

    def __init__(self, readings: Readings, *, rest_s: float) -> None:
        self._readings = readings
        self._rest_s = rest_s
        self._visits: dict[str, WatchedVisit] = {}
        self._queues: dict[str, WatchedQueue] = {}
        self._stale_visits: set[str] = set()
        self._moved_queues: set[str] = set()
        self._wake = asyncio.Event()

    def watch_visit(self, socket: Socket, visit_id: str, sight: VisitSight) -> None:
        """Watch a visit that was just read."""
        watched = self._visits.get(visit_id)
        if watched is None:
            watched = self._visits[visit_id] = WatchedVisit(sight.queue_id, sight, orjson.dumps(sight.view))
            self._queue(sight.queue_id).visits.add(visit_id)
        else:
            self._tell_visit(visit_id, sight)
        watched.sockets.add(socket)
        socket.visits.add(visit_id)

    def unwatch_visit(self, socket: Socket, visit_id: str) -> None:
        socket.visits.discard(visit_id)
        watched = self._visits.get(visit_id)
        if watched is None:
            return
        watched.sockets.discard(socket)
        if not watched.sockets:
            self._forget_visit(visit_id)

    def watch_queue(self, socket: Socket, queue_id: str, version: int) -> None:
        """Watch a queue whose version was just read."""
        queue = self._queue(queue_id)
        queue.sockets.add(socket)
        socket.queues.add(queue_id)
        self.queue_moved(queue_id, version)

    def unwatch_queue(self, socket: Socket, queue_id: str) -> None:
        socket.queues.discard(queue_id)
        queue = self._queues.get(queue_id)
        if queue is not None:
            queue.sockets.discard(socket)
            self._forget_queue_if_idle(queue_id)

    def drop(self, socket: Socket) -> None:
        """Forget all watches of a socket."""
        for visit_id in tuple(socket.visits):
            self.unwatch_visit(socket, visit_id)
        for queue_id in tuple(socket.queues):
            self.unwatch_queue(socket, queue_id)

    def queue_moved(self, queue_id: str, version: int) -> None:
        """A queue has this version: tell its watchers and read its visits again, if that is news."""
        queue = self._queues.get(queue_id)
        if queue is None or (queue.version is not None and version <= queue.version):
            return
        known, queue.version = queue.version, version
        self._stale_visits |= queue.visits
        if known is not None:
            self._moved_queues.add(queue_id)
        self._wake.set()

    def visit_moved(self, visit_id: str) -> None:
        if visit_id in self._visits:
            self._stale_visits.add(visit_id)
            self._wake.set()

    async def pump(self) -> None:
        """Tell and read again what is marked, at most once per rest. Runs until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            await supervised(self._catch_up)
            await asyncio.sleep(self._rest_s)

    async def poll(self) -> None:
        """Compare the versions of all queues that matter here with the database."""
        if self._stale_visits:
            self._wake.set()
        if self._queues:
            for queue_id, version in (await self._readings.queue_versions(tuple(self._queues))).items():
                self.queue_moved(queue_id, version)

    async def reread(self) -> None:
        """Mark every visit, so that nothing that changes without a version stays untold."""
        self._stale_visits |= self._visits.keys()
        self._wake.set()

    async def _catch_up(self) -> None:
        moved, self._moved_queues = self._moved_queues, set()
        for queue_id in moved:
            self._tell_queue(queue_id)
        stale, self._stale_visits = self._stale_visits & self._visits.keys(), set()
        if not stale:
            return
        try:
            sights = await self._readings.visits(tuple(stale))
        except Exception:
            self._stale_visits |= stale  # the next poll wakes the pump again
            raise
        for visit_id, sight in sights.items():
            self._tell_visit(visit_id, sight)

    def _tell_queue(self, queue_id: str) -> None:
        queue = self._queues.get(queue_id)
        if queue is not None and queue.version is not None:
            message = QueueChanged(queue_id=queue_id, version=queue.version)
            for socket in queue.sockets:
                socket.push(message)

    def _tell_visit(self, visit_id: str, sight: VisitSight) -> None:
        watched = self._visits.get(visit_id)
        if watched is None:
            return
        encoded, called = orjson.dumps(sight.view), _is_called_anew(watched.sight, sight)
        changed = encoded != watched.encoded
        watched.sight, watched.encoded = sight, encoded
        for socket in watched.sockets:
            if changed:
                socket.push(VisitChanged(visit=sight.view))
            if called and sight.call is not None:
                socket.push(
                    VisitCalled(
                        visit_id=visit_id,
                        consultation_id=sight.call.consultation_id,
                        answer_by=sight.call.answer_by,
                    )
                )

    def _queue(self, queue_id: str) -> WatchedQueue:
        return self._queues.setdefault(queue_id, WatchedQueue())

    def _forget_visit(self, visit_id: str) -> None:
        queue_id = self._visits.pop(visit_id).queue_id
        queue = self._queues.get(queue_id)
        if queue is not None:
            queue.visits.discard(visit_id)
            self._forget_queue_if_idle(queue_id)

    def _forget_queue_if_idle(self, queue_id: str) -> None:
        queue = self._queues.get(queue_id)
        if queue is not None and not queue.sockets and not queue.visits:
            del self._queues[queue_id]


def _is_called_anew(before: VisitSight, after: VisitSight) -> bool:
    return after.call is not None and (
        before.call is None or before.call.consultation_id != after.call.consultation_id
    )
