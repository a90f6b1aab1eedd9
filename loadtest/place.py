"""What a patient's page knows of its place: a snapshot, then the operations of each tick (PROTOCOL.md).

Pure. A tick begins at `from_version` and ends at `to_version`; a page whose version is neither, nor past the
end, has missed something and asks for a snapshot.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

STANDING: Final = frozenset({"checking", "waiting", "away"})
ENDED: Final = frozenset({"completed", "left", "no_show", "expired", "declined", "transferred"})

Json = dict[str, Any]


def moved(place: int | None, ops: Sequence[Sequence[int]]) -> int | None:
    """A place (from 1) after operations `[rank, step]`; `None` once the one who stands there has left."""
    for rank, step in ops:
        if place is None:
            return None
        if step > 0 and rank < place:
            place += 1
        elif step < 0 and rank < place - 1:
            place -= 1
        elif step < 0 and rank == place - 1:
            place = None
    return place


def promised(wait: Mapping[str, Any] | None, place: int | None) -> tuple[float, float] | None:
    """The P50 and P90 in seconds that a page shows for a place: a range, or read off a curve by straight
    lines.
    """
    if wait is None:
        return None
    if wait["kind"] == "range":
        return wait["from_minutes"] * 60.0, wait["to_minutes"] * 60.0
    if wait["kind"] != "curve" or place is None or not wait["points"]:
        return None
    return _on_curve(wait["points"], place)


def _on_curve(points: Sequence[Sequence[float]], place: int) -> tuple[float, float] | None:
    """Straight lines between the points; beyond the last there is no forecast."""
    before = points[0]
    for point in points:
        if point[0] >= place:
            span = point[0] - before[0]
            part = (place - before[0]) / span if span else 0.0
            return (
                (before[1] + part * (point[1] - before[1])) * 60.0,
                (before[2] + part * (point[2] - before[2])) * 60.0,
            )
        before = point
    return None


@dataclass(slots=True)
class Page:
    """The state of one patient's page. `version` is `None` where the server does not tell it."""

    version: int | None = None
    place: int | None = None
    visit: Json | None = None
    wait: Json | None = None

    def snapshot(self, visit: Json) -> None:
        """Take a whole visit, from `visit.watch`, `visit.changed` or HTTP; one older than what is shown is
        ignored.
        """
        version = visit.get("queue_version")
        if version is not None and self.version is not None and version < self.version:
            if self.visit is None or visit["version"] <= self.visit["version"]:
                return
            # The visit itself is news, its place is not: the ticks since then know better.
            self.visit = visit
            if visit["state"] not in STANDING:
                self.place = None
            return
        self.visit, self.version, self.place = visit, version, visit["place"]
        self.wait = visit["wait"]

    def tick(self, tick: Json) -> bool:
        """Take a tick; answers `False` on a gap, when a snapshot is needed."""
        if self.version is None or tick["from_version"] > self.version:
            return False
        if tick["to_version"] < self.version:
            return True
        if tick["from_version"] < self.version < tick["to_version"]:
            return False
        if tick["from_version"] == self.version:
            self.place = moved(self.place, tick["ops"])
            self.version = tick["to_version"]
        self.wait = tick["wait"]
        return True

    @property
    def promise(self) -> tuple[float, float] | None:
        return promised(self.wait, self.place)
