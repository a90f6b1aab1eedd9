"""Who is in a room, on this server process and on others.

Each process knows its own members and hears of the others on the bus: a fresh announcement when somebody
joins, repeated ones now and then, so that a lost one does no harm. Of two announcements of one participant
the newer connection wins; connections begin with the millisecond they were made in.
"""

import os
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import Field, TypeAdapter, ValidationError

from signaling.records import Connection, Id, JsonObject, Participant, Record
from signaling.sessions import Socket

CLOCK_SKEW_MS: Final = 10_000


@dataclass(slots=True)
class Member:
    """Somebody in the room; `socket` is set for those on this process, `seen_at` in monotonic seconds."""

    participant: Participant
    socket: Socket | None
    seen_at: float
    connected: bool = True


class Announcement(Record):
    """A member of another process: that they are here, and how.

    `fresh` when they have just joined; `resumed` when that was with the connection they had before.
    """

    kind: Literal["announcement"] = "announcement"
    hub: str
    fresh: bool = False
    resumed: bool = False
    connected: bool
    participant: Participant


class Departure(Record):
    """A member of another process left, or did not come back."""

    kind: Literal["departure"] = "departure"
    hub: str
    participant_id: Id
    connection: Connection


class Delivery(Record):
    """A message for one member, or for all (`to` is `None`) members of the other processes."""

    kind: Literal["delivery"] = "delivery"
    hub: str
    to: Id | None
    name: str
    payload: Annotated[JsonObject, Field(repr=False)]


News = Announcement | Departure | Delivery
_READER: TypeAdapter[News] = TypeAdapter(Annotated[News, Field(discriminator="kind")])


def encode(news: News) -> bytes:
    return news.model_dump_json(by_alias=True).encode()


def decode(message: bytes) -> News | None:
    """Read news; `None` for those that a newer or older process may have sent."""
    try:
        return _READER.validate_json(message)
    except ValidationError:
        return None


def new_connection(now_ms: int, after: str | None) -> str:
    """Make a connection id that is newer than `after`: 48 bits of time, 80 bits of chance."""
    made_ms = max(now_ms, _made_ms(after) + 1) if after is not None else now_ms
    return f"{made_ms:012x}{os.urandom(10).hex()}"


def may_resume(connection: str, now_ms: int) -> bool:
    """Say whether a page may go on with this connection id: it was made before now, give or take."""
    return _made_ms(connection) <= now_ms + CLOCK_SKEW_MS


def supersedes(theirs: str, ours: str, *, newly_made: bool, now_ms: int) -> bool:
    """Say whether a connection elsewhere takes the place of ours.

    The newer one does. One that was made just now does so whatever its clock said, unless ours is hardly
    older: then both processes compare, and agree.
    """
    ours_is_young = now_ms - _made_ms(ours) <= CLOCK_SKEW_MS
    return theirs > ours or (newly_made and not ours_is_young)


def _made_ms(connection: str) -> int:
    return int(connection[:12], 16)
