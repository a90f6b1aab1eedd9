"""What signalling needs from above; `server/live/` has the objects that fit.

Every method may raise `SignalRefused`; those of `Peer` decide for that caller, on every call.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol

from signaling.records import (
    ChatMessage,
    IceServer,
    JsonObject,
    Media,
    QualityLevel,
    QualityReason,
    QualitySample,
    RoomEnd,
    WaitCurve,
    WaitUnknown,
)

LeaveReason = Literal["hang_up", "page_closed", "connection_lost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The call that a visit waits to be answered: which consultation, and until when."""

    consultation_id: str
    answer_by: datetime | None


SHARED: Final = frozenset({"place", "wait", "queue_version", "queue_state", "pause_message", "kept"})
"""The fields of a visit's view that change with its queue. Their news come in ticks, the same for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitSight:
    """A visit as its patient sees it. `call` is set while it is called.

    `version` is the visit's own. `place` counts from 1, and is set while the visit stands in the line; it is
    the place at the queue's `queue_version`.
    """

    queue_id: str
    version: int
    queue_version: int
    place: int | None
    view: JsonObject
    call: Call | None


@dataclass(frozen=True, slots=True)
class LineOp:
    """What a version of a queue did to its line.

    `step` 1: somebody now stands at `rank` (from 0); -1: the one at `rank` stands there no longer.
    """

    version: int
    rank: int
    step: Literal[1, -1]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineNews:
    """What became of a line since a version: every op after it, in order, unless there is a `gap`.

    State and wait are those at `version`.
    """

    version: int
    ops: tuple[LineOp, ...]
    gap: bool
    state: Literal["open", "paused", "closed"]
    pause_message: str | None
    wait: WaitCurve | WaitUnknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A participant who was let into a consultation's room."""

    participant_id: str
    kind: Literal["patient", "pharmacist", "guest"]
    name: str
    path_epoch: int
    ice_servers: tuple[IceServer, ...]
    chat: tuple[ChatMessage, ...]


class Peer(Protocol):
    """An authenticated caller, and what they may do. Valid until `expires_at`, when their token expires."""

    @property
    def session_id(self) -> str: ...

    @property
    def expires_at(self) -> datetime: ...

    async def visit(self, visit_id: str) -> VisitSight:
        """Read the caller's own visit."""
        ...

    async def queue_version(self, queue_id: str) -> int:
        """Read the version of a queue that the caller may see."""
        ...

    async def join(self, consultation_id: str, media: Media) -> Joined: ...

    async def leave(self, consultation_id: str, reason: LeaveReason) -> None: ...

    async def media_changed(self, consultation_id: str, before: Media, after: Media) -> None: ...

    async def chat(self, consultation_id: str, client_key: str, text: str) -> ChatMessage:
        """Store a message; the same key again answers the message that was stored first."""
        ...

    async def quality(
        self,
        consultation_id: str,
        level: QualityLevel,
        reason: QualityReason,
        sample: QualitySample,
    ) -> None: ...


class Gate(Protocol):
    """Lets callers in."""

    async def authenticate(self, token: str) -> Peer: ...

    async def ended(self, peers: Collection[Peer]) -> Collection[str]:
        """The ids of those of the peers' sessions that are no longer valid."""
        ...


class Readings(Protocol):
    """Reads again what is watched, for many watchers at once. What is gone is left out of the answer."""

    async def visits(self, visit_ids: Collection[str]) -> Mapping[str, VisitSight]: ...

    async def visit_versions(self, visit_ids: Collection[str]) -> Mapping[str, int]:
        """The visits' own versions: cheap, to find out which of many changed."""
        ...

    async def queue_versions(self, queue_ids: Collection[str]) -> Mapping[str, int]: ...

    async def line(self, since: Mapping[str, int]) -> Mapping[str, LineNews]:
        """The news of queues, each since the version named. Version, ops and wait belong together."""
        ...

    async def endings(self, consultation_ids: Collection[str]) -> Mapping[str, RoomEnd]:
        """Those of the consultations whose call is over, and why."""
        ...
