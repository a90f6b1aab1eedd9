"""The ticks of one queue: what its line became, encoded once, and written to everybody who stands in it.

Everybody who keeps up has been told the same version. Those who have not (who just came, who are near the
front and are told sooner, who do not read) are kept apart with the version that they know, until they have
caught up.
"""

import asyncio
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from signaling.frames import event_frame
from signaling.messages import PUSH_NAMES, QueueTick
from signaling.ports import LineNews
from signaling.sessions import Socket
from signaling.standing import Changes, Seats, moved, steps

NEAR: Final = 20
"""So many places from the front are told sooner."""
AT_ONCE: Final = 500
"""So many clients are written to before anything else may run."""
UNKNOWN: Final = sys.maxsize
"""The version of a client whose visit is being read anew."""


@dataclass(eq=False, slots=True)
class Onlookers:
    """Who watches one visit."""

    visit_id: str
    sockets: set[Socket] = field(default_factory=set)


class QueueTicks:
    """Who stands in a queue's line as far as it is watched here, and what they have been told."""

    def __init__(self, queue_id: str, version: int) -> None:
        self._queue_id = queue_id
        self._changes = Changes(version)
        self._seats: Seats[Onlookers] = Seats()
        self._arriving: list[tuple[Onlookers, int, int]] = []
        self._members: set[Socket] = set()
        self._apart: dict[Socket, int] = {}
        self._told = version
        self._news: LineNews | None = None
        self._told_news: LineNews | None = None
        self.skipped = 0

    @property
    def version(self) -> int:
        return self._changes.version

    # Who is told

    def add(self, who: Onlookers, socket: Socket, place: int, version: int) -> None:
        """A client knows its visit's place at this version: tell it what comes after."""
        self._members.add(socket)
        self._apart[socket] = version
        self._seat(who, place, version)

    def remove(self, socket: Socket) -> None:
        """A client is gone, or its visit has left the line."""
        self._members.discard(socket)
        self._apart.pop(socket, None)

    # What is told

    def take(self, news: LineNews) -> list[Onlookers]:
        """Come to the version of the news; answers who was moved or taken away by it, and is to be read."""
        if news.version < self.version:
            return []
        self._news = news
        if news.gap:
            self._jump(news.version)
            return []
        ops = [op for op in news.ops if op.version > self.version]
        self._changes.extend(news.version, ops)
        left = [who for op in ops if (who := self._seats.move(op)) is not None]
        arriving, self._arriving = self._arriving, []
        for who, place, version in arriving:
            self._seat(who, place, version)
        return left

    async def tell_all(self) -> list[Socket]:
        """Tell everybody; answers those whose visit must be read anew, because they missed too much."""
        news, told = self._news, self._told
        if news is None:
            return []
        self._told = self.version
        if self._told != told or not _is_same(news, self._told_news):
            self._told_news = news
            await self._write(self._frame(news, told), told)
        return self._tell_apart(news, list(self._apart))

    def tell_near(self) -> list[Socket]:
        """Tell those near the front, if there is anything to tell."""
        if self._news is None or self._told == self.version:
            return []
        sockets = [socket for who in self._seats.first(NEAR) for socket in who.sockets]
        behind = [socket for socket in sockets if self._apart.get(socket, self._told) < self.version]
        for socket in behind:
            self._apart.setdefault(socket, self._told)
        return self._tell_apart(self._news, behind, together=False)

    # Inside

    def _seat(self, who: Onlookers, place: int, version: int) -> None:
        if version > self.version:  # the place is newer than what is known here of the line
            self._arriving.append((who, place, version))
            return
        ops = self._changes.since(version)
        now = None if ops is None else moved(place, ops)
        if now is not None:
            self._seats.seat(who, now)

    def _jump(self, version: int) -> None:
        """What happened in between is not known: whoever is behind will have missed too much."""
        if version != self.version:
            self._changes.jump(version)
            self._seats.clear()

    def _frame(self, news: LineNews, version: int) -> bytes | None:
        """The tick from a version to the present one, if what happened in between is known."""
        ops = self._changes.since(version)
        if ops is None:
            return None
        tick = QueueTick(
            queue_id=self._queue_id,
            from_version=version,
            to_version=self.version,
            ops=steps(ops),
            state=news.state,
            pause_message=news.pause_message,
            wait=news.wait,
        )
        return event_frame(PUSH_NAMES[QueueTick], tick.wire())

    async def _write(self, frame: bytes | None, told: int) -> None:
        """Write to all who were told this version, or set them apart."""
        apart = self._apart
        for number, socket in enumerate(tuple(self._members), start=1):
            if socket in apart or socket not in self._members:
                continue
            if frame is None:
                apart[socket] = told
            elif not socket.line.cast(frame):
                apart[socket] = told
                self.skipped += 1
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)

    def _tell_apart(
        self, news: LineNews, sockets: Iterable[Socket], *, together: bool = True
    ) -> list[Socket]:
        """Bring these up to date one by one; `together`: from then on they are told with all others."""
        frames: dict[int, bytes | None] = {}
        lost: list[Socket] = []
        for socket in sockets:
            version = self._apart[socket]
            if version > self.version:
                continue
            if version not in frames:
                frames[version] = self._frame(news, version)
            frame = frames[version]
            if frame is None:
                self._apart[socket] = UNKNOWN
                lost.append(socket)
            elif not socket.line.cast(frame):
                self.skipped += 1
            elif together:
                del self._apart[socket]
            else:
                self._apart[socket] = self.version
        return lost


def _is_same(news: LineNews, before: LineNews | None) -> bool:
    """Say whether the news would show the same, the place apart."""
    return (
        before is not None
        and news.state == before.state
        and news.pause_message == before.pause_message
        and news.wait == before.wait
    )
