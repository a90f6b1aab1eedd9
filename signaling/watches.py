"""What clients watch: visits and queues.

What a whole line has in common (who moved up, whether it is paused, how long it takes) comes to all who
stand in it in ticks (`signaling.ticks`), read from the changes of the queue's versions. A visit itself is
read again when a notice says that it changed, when its line says that it moved, and when its version is found
to be another: then its patient is told personally. Notices may be lost; everything is asked for anyway.
"""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from typing import Final

import orjson

from signaling.messages import QueueChanged, VisitChanged
from signaling.ports import SHARED, Readings, VisitSight
from signaling.ringing import Ringing
from signaling.sessions import Socket
from signaling.tasks import supervised
from signaling.ticks import Onlookers, QueueTicks

READ_AT_ONCE: Final = 500
CHECKED_AT_ONCE: Final = 1_000


@dataclass(eq=False, slots=True)
class WatchedVisit(Onlookers):
    """A visit that somebody watches; `shown` tells what its patient was last shown of it, the line apart."""

    queue_id: str = ""
    version: int = 0
    shown: bytes = b""
    called: str | None = None


@dataclass(slots=True)
class WatchedQueue:
    """A queue that staff watch, or in which a watched visit stands."""

    version: int | None = None
    sockets: set[Socket] = field(default_factory=set)
    visits: int = 0
    ticks: QueueTicks | None = None


class Watches:
    """All watches of this process."""

    def __init__(self, readings: Readings, *, rest_s: float) -> None:
        self._readings = readings
        self._rest_s = rest_s
        self._visits: dict[str, WatchedVisit] = {}
        self._queues: dict[str, WatchedQueue] = {}
        self._stale_visits: set[str] = set()
        self._untold: set[str] = set()
        self._moved_queues: set[str] = set()
        self._hinted_lines: set[str] = set()
        self._line_lock = asyncio.Lock()
        self._unchecked: Iterator[str] = iter(())
        self._wake = asyncio.Event()
        self._skipped = 0
        self.ringing = Ringing()

    @property
    def skipped(self) -> int:
        """How many ticks clients were spared because they did not read."""
        return self._skipped + sum(queue.ticks.skipped for queue in self._queues.values() if queue.ticks)

    # What clients ask

    def watch_visit(self, socket: Socket, visit_id: str, sight: VisitSight) -> None:
        """Watch a visit that was just read."""
        watched = self._visits.get(visit_id)
        if watched is None:
            watched = WatchedVisit(visit_id, queue_id=sight.queue_id)
            self._visits[visit_id] = watched
            self._queue(sight.queue_id).visits += 1
            self._note(watched, sight)
        else:
            self._tell_visit(watched, sight)
        watched.sockets.add(socket)
        socket.visits.add(visit_id)
        self._stand(watched, socket, sight)
        if sight.call is not None:
            self.ringing.ring(socket, visit_id, sight.call)

    def unwatch_visit(self, socket: Socket, visit_id: str) -> None:
        socket.visits.discard(visit_id)
        self.ringing.stop(socket, visit_id)
        watched = self._visits.get(visit_id)
        if watched is None:
            return
        watched.sockets.discard(socket)
        ticks = self._queue(watched.queue_id).ticks
        if ticks is not None and not self._watched_in(socket, watched.queue_id):
            ticks.remove(socket)
        if not watched.sockets:
            del self._visits[visit_id]
            self._queue(watched.queue_id).visits -= 1
            self._forget_queue_if_idle(watched.queue_id)

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
        self.ringing.drop(socket)

    # What may have changed

    def queue_moved(self, queue_id: str, version: int) -> None:
        """A queue has this version: tell its watchers, if that is news."""
        queue = self._queues.get(queue_id)
        if queue is None or (queue.version is not None and version <= queue.version):
            return
        if queue.version is not None:
            self._moved_queues.add(queue_id)
            self._wake.set()
        if queue.ticks is not None and version > queue.ticks.version:
            self._hinted_lines.add(queue_id)
            self._wake.set()
        queue.version = version

    def visit_moved(self, visit_id: str) -> None:
        if visit_id in self._visits:
            self._stale_visits.add(visit_id)
            self._wake.set()

    # Regular works

    async def pump(self) -> None:
        """Tell and read again what is marked, at most once per rest. Runs until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            await supervised(self._catch_up)
            await asyncio.sleep(self._rest_s)

    async def poll(self) -> None:
        """Ask for the news of all queues and tell all who watch, whether or not a hint came."""
        if self._queues:
            for queue_id, version in (await self._readings.queue_versions(tuple(self._queues))).items():
                self.queue_moved(queue_id, version)
        async with self._line_lock:
            for ticks in await self._read_lines(tuple(self._queues)):
                self._mark_untold(await ticks.tell_all())
        if self._stale_visits:
            self._wake.set()

    async def check(self) -> None:
        """Look for visits that changed without a notice: some of them each time, in turn."""
        some = tuple(islice(self._unchecked, CHECKED_AT_ONCE))
        if not some:
            self._unchecked = iter(tuple(self._visits))
            some = tuple(islice(self._unchecked, CHECKED_AT_ONCE))
        if some:
            for visit_id, version in (await self._readings.visit_versions(some)).items():
                watched = self._visits.get(visit_id)
                if watched is not None and watched.version != version:
                    self.visit_moved(visit_id)

    async def again(self) -> None:
        """Ring again those who have not acknowledged that they are called."""
        self.ringing.again()

    # Inside

    async def _catch_up(self) -> None:
        moved, self._moved_queues = self._moved_queues, set()
        for queue_id in moved:
            self._tell_queue(queue_id)
        hinted, self._hinted_lines = self._hinted_lines, set()
        async with self._line_lock:
            for ticks in await self._read_lines(hinted):
                self._mark_untold(ticks.tell_near())
        await self._read_visits()

    async def _read_lines(self, queue_ids: Iterable[str]) -> list[QueueTicks]:
        """Bring the lines that are watched up to date; answers those that were."""
        since = {id_: ticks.version for id_ in queue_ids if (ticks := self._ticks(id_)) is not None}
        if not since:
            return []
        news_by_queue = await self._readings.line(since)
        read: list[QueueTicks] = []
        for queue_id, news in news_by_queue.items():
            ticks = self._ticks(queue_id)
            if ticks is not None:
                self._mark_visits(who.visit_id for who in ticks.take(news) if who.sockets)
                read.append(ticks)
        return read

    async def _read_visits(self) -> None:
        while stale := tuple(islice(self._stale_visits & self._visits.keys(), READ_AT_ONCE)):
            self._stale_visits.difference_update(stale)
            try:
                sights = await self._readings.visits(stale)
            except Exception:
                self._stale_visits.update(stale)  # the next poll wakes the pump again
                raise
            for visit_id, sight in sights.items():
                watched = self._visits.get(visit_id)
                if watched is not None:
                    self._tell_visit(watched, sight)
        self._stale_visits &= self._visits.keys()
        self._untold &= self._visits.keys()

    def _tell_queue(self, queue_id: str) -> None:
        queue = self._queues.get(queue_id)
        if queue is not None and queue.version is not None:
            message = QueueChanged(queue_id=queue_id, version=queue.version)
            for socket in queue.sockets:
                socket.push(message)

    def _tell_visit(self, watched: WatchedVisit, sight: VisitSight) -> None:
        """Tell the patient what their visit became, if it became anything that the line does not say."""
        was_called = watched.called
        is_untold = watched.visit_id in self._untold
        self._untold.discard(watched.visit_id)
        if not self._note(watched, sight) and not is_untold:
            return
        message = VisitChanged(visit=sight.view)
        for socket in watched.sockets:
            socket.push(message)
            self._stand(watched, socket, sight)
            if watched.called is None:
                self.ringing.stop(socket, watched.visit_id)
            elif watched.called != was_called and sight.call is not None:
                self.ringing.ring(socket, watched.visit_id, sight.call)

    def _note(self, watched: WatchedVisit, sight: VisitSight) -> bool:
        """Remember what is shown now; says whether that is another thing than before."""
        own = {name: value for name, value in sight.view.items() if name not in SHARED}
        shown = blake2b(orjson.dumps([own, sight.place is None]), digest_size=16).digest()
        changed, watched.shown = shown != watched.shown, shown
        watched.version = sight.version
        watched.called = sight.call.consultation_id if sight.call else None
        return changed

    def _stand(self, watched: WatchedVisit, socket: Socket, sight: VisitSight) -> None:
        """Have the client told of its line from here on, while it stands in it."""
        queue = self._queue(sight.queue_id)
        if sight.place is not None:
            if queue.ticks is None:
                queue.ticks = QueueTicks(sight.queue_id, sight.queue_version)
            queue.ticks.add(watched, socket, sight.place, sight.queue_version)
        elif queue.ticks is not None:
            queue.ticks.remove(socket)

    def _mark_untold(self, sockets: Iterable[Socket]) -> None:
        """These clients missed too much of their lines."""
        for socket in sockets:
            self._mark_visits(socket.visits)

    def _mark_visits(self, visit_ids: Iterable[str]) -> None:
        """These visits are to be read, and told whatever became of them: their place is not known."""
        for visit_id in visit_ids:
            self._untold.add(visit_id)
            self.visit_moved(visit_id)

    def _watched_in(self, socket: Socket, queue_id: str) -> bool:
        return any(self._visits[visit_id].queue_id == queue_id for visit_id in socket.visits)

    def _queue(self, queue_id: str) -> WatchedQueue:
        return self._queues.setdefault(queue_id, WatchedQueue())

    def _ticks(self, queue_id: str) -> QueueTicks | None:
        queue = self._queues.get(queue_id)
        return None if queue is None else queue.ticks

    def _forget_queue_if_idle(self, queue_id: str) -> None:
        queue = self._queues.get(queue_id)
        if queue is None or queue.visits:
            return
        if queue.ticks is not None:
            self._skipped += queue.ticks.skipped
            queue.ticks = None
        if not queue.sockets:
            del self._queues[queue_id]
