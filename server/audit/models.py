"""What the audit log consists of: pending events, entries, heads."""

from dataclasses import dataclass, field
from datetime import datetime

from server.audit.merkle import EMPTY_ROOT
from server.ids import ConsultationId, EventId, VisitId


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An event in the outbox. `position` is `None` before it is stored."""

    position: int | None = None
    event_id: EventId
    log: str
    consultation_id: ConsultationId | None
    visit_id: VisitId | None
    actor_id: str | None
    name: str
    occurred_at: datetime
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event in its log."""

    log: str
    index: int
    event_id: EventId
    consultation_id: ConsultationId | None
    consultation_seq: int | None
    visit_id: VisitId | None
    name: str
    actor_id: str | None
    occurred_at: datetime
    leaf: bytes
    leaf_hash: bytes
    integrated_at: datetime


@dataclass(frozen=True, slots=True)
class Head:
    """The state of a log: its size, root, and the hashes of its compact range, joined."""

    log: str
    size: int = 0
    root: bytes = EMPTY_ROOT
    frontier: bytes = b""


@dataclass(frozen=True, slots=True)
class Tail:
    """The last event of a consultation: its number and leaf hash."""

    seq: int
    leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A checkpoint as it is stored."""

    log: str
    size: int
    note: str
    signed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a search looks for; `None` is not looked at. `name` is a prefix, `until` is not included."""

    consultation_id: ConsultationId | None = None
    visit_id: VisitId | None = None
    name: str | None = None
    actor_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def used(self) -> int:
        """How many filters are set."""
        return sum(getattr(self, part) is not None for part in self.__slots__)


class LostRaceError(Exception):
    """Another sequencer moved a log on in between; this one's transaction must not commit."""


@dataclass(frozen=True, slots=True)
class Advance:
    """A log's move from one head to the next."""

    before: Head
    after: Head


@dataclass(slots=True)
class Batch:
    """What one run of the sequencer adds to the logs."""

    entries: list[Entry] = field(default_factory=list)
    nodes: list[dict[str, object]] = field(default_factory=list)
    advances: list[Advance] = field(default_factory=list)
