"""Lines as a hub knows them: what lately changed, and who of the watched stands where.

Both are moved by the ops of a queue's versions; nothing here is read from a database.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Final, Generic, Literal, TypeVar

from signaling.ports import LineOp

KEPT_OPS: Final = 2_000

Who = TypeVar("Who")


class Changes:
    """The newest ops of a line: what turns any version of late into the present one."""

    def __init__(self, version: int) -> None:
        self.version = version
        self._since = version
        self._ops: deque[LineOp] = deque()

    def extend(self, version: int, ops: Iterable[LineOp]) -> None:
        """Come to a later version by these ops."""
        self._ops.extend(ops)
        self.version = version
        while len(self._ops) > KEPT_OPS:
            self._since = self._ops[0].version
            self._drop_version(self._since)

    def jump(self, version: int) -> None:
        """Come to a version without knowing how."""
        self._ops.clear()
        self.version = self._since = version

    def since(self, version: int) -> tuple[LineOp, ...] | None:
        """The ops after a version, or `None` if they are not known (any more)."""
        if version < self._since:
            return None
        found: list[LineOp] = []
        for op in reversed(self._ops):
            if op.version <= version:
                break
            found.append(op)
        return tuple(reversed(found))

    def _drop_version(self, version: int) -> None:
        while self._ops and self._ops[0].version <= version:
            self._ops.popleft()


class Seats(Generic[Who]):
    """The watched of a line by their rank. Those who left unseen may stay on their seat for a while."""

    def __init__(self) -> None:
        self._ranks: list[Who | None] = []

    def seat(self, who: Who, place: int) -> None:
        """Note who stands at a place (from 1) now."""
        missing = place - len(self._ranks)
        if missing > 0:
            self._ranks.extend([None] * missing)
        self._ranks[place - 1] = who

    def move(self, op: LineOp) -> Who | None:
        """Move everybody as the op says; answers who stands there no longer, if they are watched."""
        if op.rank >= len(self._ranks):
            return None
        if op.step == -1:
            return self._ranks.pop(op.rank)
        self._ranks.insert(op.rank, None)
        return None

    def first(self, places: int) -> list[Who]:
        """The watched at the first places, in order."""
        return [who for who in self._ranks[:places] if who is not None]

    def clear(self) -> None:
        self._ranks.clear()


def moved(place: int, ops: Sequence[LineOp]) -> int | None:
    """Where somebody at this place (from 1) stands after the ops; `None` if one of them took them away."""
    for op in ops:
        match op.step:
            case 1 if op.rank < place:
                place += 1
            case -1 if op.rank < place - 1:
                place -= 1
            case -1 if op.rank == place - 1:
                return None
    return place


def steps(ops: Iterable[LineOp]) -> tuple[tuple[int, Literal[1, -1]], ...]:
    """The ops as a tick carries them."""
    return tuple((op.rank, op.step) for op in ops)
