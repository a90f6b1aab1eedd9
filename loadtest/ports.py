"""What the load test needs of the database behind the server it loads: a way to read the truth again.

`server/rehearsal/` has the object that fits. Without one a run still works, and says what it could not check.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class LineChange:
    """What one version did to the ranks of the line (from 0): `step` +1 came, -1 left, 0 nothing."""

    version: int
    part: int
    rank: int
    step: int
    changed_at: float
    """Seconds since 1970, on the server's clock."""


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit as the database has it at the end."""

    id: str
    state: str
    end_reason: str | None
    patient_id: str


@dataclass(frozen=True, slots=True)
class CallRow:
    """One consultation: whom it occupied from when to when."""

    id: str
    visit_id: str
    pharmacist_id: str
    opened_at: datetime
    closed_at: datetime | None
    answered: bool


class Replay(Protocol):
    """Reads the queue of the rehearsal. Never writes."""

    async def changes(self, queue_id: str, after_version: int) -> Sequence[LineChange]:
        """The changes after a version, in order."""
        ...

    async def standing(self, queue_id: str) -> tuple[int, int]:
        """The version of the queue, and how many stand in its line."""
        ...

    async def visits(self, queue_id: str, since: datetime) -> Sequence[VisitRow]: ...

    async def calls(self, queue_id: str, since: datetime) -> Sequence[CallRow]: ...
