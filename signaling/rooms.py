"""The rooms of live calls on this process: one task and one bounded inbox for each.

Everything that happens to a room goes through its inbox, so that its state is only ever touched by its task.
What asks the database is done before it is posted; a room itself waits for nothing but the farewell of
somebody who did not come back.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, ParamSpec, TypeVar

import structlog

from signaling.records import RoomEnd
from signaling.refusals import SignalCode, SignalRefused
from signaling.room import Room, Surroundings
from signaling.tasks import Tasks, supervised

INBOX: Final = 512

P = ParamSpec("P")
T = TypeVar("T")

log = structlog.get_logger("officina.signaling")


@dataclass(frozen=True, slots=True)
class Posted:
    """Something to do with the room. Whoever waits for it has a way to be told that it will not be done."""

    work: Callable[[], None]
    abandon: Callable[[], None] | None = None


class RoomTask:
    """A room's inbox, and the task that empties it until nobody is in the room any more."""

    def __init__(self, room: Room, around: Surroundings, forget: Callable[[], object]) -> None:
        self.room = room
        self._around = around
        self._forget = forget
        self._inbox: asyncio.Queue[Posted] = asyncio.Queue(INBOX)
        self._is_ticking = False
        self.dropped = 0

    async def ask(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Have the room do something and answer; raises what it raises, or `SignalRefused` if busy."""
        reply: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        posted = Posted(partial(_answer, reply, partial(work, *args, **kwargs)), partial(_refuse, reply))
        try:
            self._inbox.put_nowait(posted)
        except asyncio.QueueFull:
            raise SignalRefused(SignalCode.TOO_MANY_MESSAGES) from None
        return await reply

    def post(self, work: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        """Have the room do something, some time soon; dropped when it is too busy."""
        try:
            self._inbox.put_nowait(Posted(partial(_do, partial(work, *args, **kwargs))))
        except asyncio.QueueFull:
            self.dropped += 1

    def tick(self) -> None:
        self._is_ticking = True
        self.post(lambda: None)

    async def run(self) -> None:
        """Work through the inbox. Ends when the room is empty; the next to join opens a new one."""
        self._around.bus.subscribe(self.room.topic, self._hear)
        try:
            while True:
                (await self._inbox.get()).work()
                if self._is_ticking:
                    self._is_ticking = False
                    await self._pass_time()
                if self.room.is_empty and self._inbox.empty():
                    return
        finally:
            self._forget()
            self._around.bus.unsubscribe(self.room.topic, self._hear)
            while not self._inbox.empty():
                abandon = self._inbox.get_nowait().abandon
                if abandon is not None:
                    abandon()

    def _hear(self, message: bytes) -> None:
        self.post(self.room.hear, message)

    async def _pass_time(self) -> None:
        for peer in self.room.tick():
            await supervised(partial(peer.leave, self.room.consultation_id, "connection_lost"))


class Rooms:
    """All rooms with somebody on this process in them."""

    def __init__(self, around: Surroundings, tasks: Tasks) -> None:
        self._around = around
        self._tasks = tasks
        self._rooms: dict[str, RoomTask] = {}

    def __len__(self) -> int:
        return len(self._rooms)

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self._rooms)

    def get(self, consultation_id: str) -> RoomTask:
        """The room; raises `SignalRefused(not_in_room)` when nobody here is in it."""
        room = self._rooms.get(consultation_id)
        if room is None:
            raise SignalRefused(SignalCode.NOT_IN_ROOM)
        return room

    def open(self, consultation_id: str) -> RoomTask:
        """The room, opened if need be: the caller must enter at once."""
        task = self._rooms.get(consultation_id)
        if task is None:
            forget = partial(self._rooms.pop, consultation_id)
            task = RoomTask(Room(consultation_id, self._around), self._around, forget)
            self._rooms[consultation_id] = task
            self._tasks.start(task.run())
        return task

    def end(self, consultation_id: str, reason: RoomEnd) -> None:
        task = self._rooms.get(consultation_id)
        if task is not None:
            task.post(task.room.end, reason)

    def tick(self) -> None:
        for task in self._rooms.values():
            task.tick()


def _answer(reply: "asyncio.Future[T]", work: Callable[[], T]) -> None:
    if reply.done():  # whoever asked was cancelled
        return
    try:
        reply.set_result(work())
    except Exception as error:  # noqa: BLE001  # it is raised where it was asked
        reply.set_exception(error)


def _refuse(reply: "asyncio.Future[T]") -> None:
    if not reply.done():
        reply.set_exception(SignalRefused(SignalCode.OVERLOADED))


def _do(work: Callable[[], object]) -> None:
    try:
        work()
    except SignalRefused:
        pass  # the member has left meanwhile
    except Exception as error:  # the supervisor of what nobody waits for
        log.error("room event failed", error=type(error).__name__, exc_info=True)
