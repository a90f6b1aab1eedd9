"""Every message of PROTOCOL.md, as a record, and the tables from a name to its record.

`REQUESTS` holds what a client may send, with the shape of the answer; `PUSHES` what the server sends by
itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import Field, ValidationError

from signaling.records import (
    ChatMessage,
    Connection,
    Epoch,
    Id,
    Media,
    Message,
    Moment,
    Participant,
    PeerEvent,
    QualityLevel,
    QualityReason,
    QualitySample,
    Room,
    RoomEnd,
    Signal,
    Step,
    Token,
    Version,
    VisitView,
    WaitCurve,
    WaitUnknown,
)
from signaling.refusals import SignalCode, SignalRefused

PROTOCOL: Final = 1

# Client to server


class WatchVisit(Message):
    visit_id: Id


class UnwatchVisit(Message):
    visit_id: Id


class WatchQueue(Message):
    queue_id: Id


class UnwatchQueue(Message):
    queue_id: Id


class JoinRoom(Message):
    """Enter the room. A page that was in it and still has its peer connections names its `connection`."""

    consultation_id: Id
    media: Media
    connection: Connection | None = None


class SendSignal(Message):
    consultation_id: Id
    to: Id
    path_epoch: Epoch
    signal: Signal


class SetMedia(Message):
    consultation_id: Id
    media: Media


class ReportQuality(Message):
    consultation_id: Id
    level: QualityLevel
    reason: QualityReason
    sample: QualitySample


class SendChat(Message):
    consultation_id: Id
    client_key: Annotated[str, Field(min_length=1, max_length=64)]
    text: Annotated[str, Field(min_length=1, max_length=2_000, repr=False)]


class LeaveRoom(Message):
    consultation_id: Id
    reason: Literal["hang_up", "page_closed"]


class RefreshToken(Message):
    token: Token


# Answers


class Done(Message):
    """It was done, and there is nothing to say about it."""


class VisitWatched(Message):
    visit: VisitView


class QueueWatched(Message):
    version: Version


class RoomJoined(Message):
    room: Room


class ChatStored(Message):
    message: ChatMessage


class TokenRefreshed(Message):
    expires_at: Moment


# Server to client


class VisitChanged(Message):
    """The patient's own visit, whole."""

    visit: VisitView


class QueueTick(Message):
    """What became of a line, the same for all who stand in it.

    `ops` turn the line of `from_version` into that of `to_version`, one after the other: `[rank, 1]`,
    somebody now stands at that rank (from 0); `[rank, -1]`, the one there stands there no longer. `wait` is
    the wait by place.
    """

    queue_id: Id
    from_version: Version
    to_version: Version
    ops: tuple[Step, ...]
    state: Literal["open", "paused", "closed"]
    pause_message: Annotated[str | None, Field(repr=False)]
    wait: WaitCurve | WaitUnknown


class VisitCalled(Message):
    """A pharmacist is ready for this visit. To be acknowledged; sent again until it is."""

    visit_id: Id
    consultation_id: Id
    answer_by: Moment | None


class QueueChanged(Message):
    """A hint that the line changed: read it over HTTP."""

    queue_id: Id
    version: Version


class RoomPeer(Message):
    """Somebody else in the room joined (or joined again), left, or changed what they send."""

    consultation_id: Id
    event: PeerEvent
    participant: Participant


class RoomSignal(Message):
    consultation_id: Id
    sender: Annotated[Id, Field(alias="from")]
    path_epoch: Epoch
    signal: Signal


class RoomChat(Message):
    consultation_id: Id
    message: ChatMessage


class RoomQuality(Message):
    consultation_id: Id
    sender: Annotated[Id, Field(alias="from")]
    level: QualityLevel
    reason: QualityReason


class RoomPath(Message):
    """Media takes another path: new peer connections with this epoch."""

    consultation_id: Id
    path_epoch: Epoch
    path: Literal["peer", "relay"]


class RoomEnded(Message):
    """The room is over, or over on this device."""

    consultation_id: Id
    reason: RoomEnd


class SessionExpiring(Message):
    """Send `auth.refresh` before this moment, or be disconnected."""

    expires_at: Moment


class Handshake(Message):
    """The `auth` payload of the connect packet."""

    token: Token
    protocol: int


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a client may ask, and the `ok` it is answered with."""

    payload: type[Message]
    ok: type[Message]


REQUESTS: Final[Mapping[str, Exchange]] = {
    "visit.watch": Exchange(WatchVisit, VisitWatched),
    "visit.unwatch": Exchange(UnwatchVisit, Done),
    "queue.watch": Exchange(WatchQueue, QueueWatched),
    "queue.unwatch": Exchange(UnwatchQueue, Done),
    "room.join": Exchange(JoinRoom, RoomJoined),
    "room.signal": Exchange(SendSignal, Done),
    "room.media": Exchange(SetMedia, Done),
    "room.quality": Exchange(ReportQuality, Done),
    "room.chat": Exchange(SendChat, ChatStored),
    "room.leave": Exchange(LeaveRoom, Done),
    "auth.refresh": Exchange(RefreshToken, TokenRefreshed),
}

PUSHES: Final[Mapping[str, type[Message]]] = {
    "queue.tick": QueueTick,
    "visit.changed": VisitChanged,
    "visit.called": VisitCalled,
    "queue.changed": QueueChanged,
    "room.peer": RoomPeer,
    "room.signal": RoomSignal,
    "room.chat": RoomChat,
    "room.quality": RoomQuality,
    "room.path": RoomPath,
    "room.ended": RoomEnded,
    "session.expiring": SessionExpiring,
}

PUSH_NAMES: Final[Mapping[type[Message], str]] = {model: name for name, model in PUSHES.items()}


def decode(name: object, arguments: list[object]) -> Message:
    """Read a client's message; raises `SignalRefused` (`malformed`, `unknown_message`, `invalid`)."""
    exchange = REQUESTS.get(name) if isinstance(name, str) else None
    if exchange is None:
        raise SignalRefused(SignalCode.UNKNOWN_MESSAGE)
    if len(arguments) != 1 or not isinstance(arguments[0], dict):
        raise SignalRefused(SignalCode.MALFORMED)
    try:
        return exchange.payload.model_validate(arguments[0])
    except ValidationError:
        raise SignalRefused(SignalCode.INVALID) from None
