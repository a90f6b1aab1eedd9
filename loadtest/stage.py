"""What all simulated people share: the target, the pace, the ledger, the judge, and what befalls them
together.
"""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import orjson
from aiohttp import ClientSession

from loadtest.judge import Judge, Sight
from loadtest.ledger import Ledger
from loadtest.pace import Pace, now, wall
from loadtest.place import Page
from loadtest.wire import Shared

MEDIA = {"audio": True, "video": True, "screen": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Where a rehearsal plays: the door, the queue, and the accounts of its pharmacists (`loadtest prepare`
    makes it).
    """

    pharmacy: str
    queue_id: str
    answer_time_s: int
    staff: tuple[tuple[str, str], ...] = field(repr=False)
    """E-mail and password."""

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the file that `prepare` wrote; raises `ValueError`, `OSError`."""
        try:
            return cls.from_json(orjson.loads(path.read_bytes()))
        except (orjson.JSONDecodeError, KeyError, TypeError):
            raise ValueError("not a file of `loadtest prepare`") from None

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        return cls(
            pharmacy=values["pharmacy"],
            queue_id=values["queue_id"],
            answer_time_s=values["answer_time_s"],
            staff=tuple((one["email"], one["password"]) for one in values["staff"]),
        )


@dataclass(frozen=True, slots=True)
class Disaster:
    """Something that took everybody's connection: what it was, and the loop's time."""

    kind: str
    at: float


@dataclass(slots=True, kw_only=True)
class Stage:
    """The surroundings of everybody in a run."""

    http: ClientSession
    url: str
    cast: Cast
    pace: Pace
    ledger: Ledger
    judge: Judge
    seed: str
    consent_version: str
    shared: Shared = field(default_factory=Shared)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the run is over: everybody goes home."""
    disaster: Disaster | None = None
    known_visits: dict[str, int] = field(default_factory=dict)
    """Visits that were acknowledged, with the patient's number."""
    urgent: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    """Visits that staff should make urgent."""

    def account_for_ages(self) -> None:
        """Take over from the judge how old news was, each at the second of the run when it was shown."""
        result, started_at = self.ledger.result, wall() - now() + self.pace.start + self.ledger.clock.ahead_s
        for at, age in self.judge.ages_s:
            result.spread("staleness_s", age)
            result.peak("oldest news (s)", max(0, int(at - started_at)), age)
        self.judge.ages_s.clear()

    def see(self, number: int, page: Page, *, at: float, since: int | None, is_return: bool = False) -> None:
        """Hand what a page shows to the judge, where the server tells versions."""
        if page.version is not None:
            moment = at + self.ledger.clock.ahead_s
            self.judge.see(Sight(number, page.version, page.place, moment, since, is_return))
