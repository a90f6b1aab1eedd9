"""What the database's side tells the hubs after a commit: that something changed, never what.

Notices carry ids and versions only, travel on the topic `TOPIC`, and may be lost.
"""

from typing import Annotated, Final, Literal

from pydantic import Field, TypeAdapter, ValidationError

from signaling.records import Id, Record, Version

TOPIC: Final = "notices"


class QueueMoved(Record):
    kind: Literal["queue"] = "queue"
    queue_id: Id
    version: Version


class VisitMoved(Record):
    kind: Literal["visit"] = "visit"
    visit_id: Id


class ConsultationOver(Record):
    kind: Literal["consultation"] = "consultation"
    consultation_id: Id


class SessionOver(Record):
    kind: Literal["session"] = "session"
    session_id: Id


Notice = QueueMoved | VisitMoved | ConsultationOver | SessionOver
_READER: TypeAdapter[Notice] = TypeAdapter(Annotated[Notice, Field(discriminator="kind")])


def encode(notice: Notice) -> bytes:
    return notice.model_dump_json().encode()


def decode(message: bytes) -> Notice | None:
    """Read a notice; `None` for one that a newer or older process may have sent."""
    try:
        return _READER.validate_json(message)
    except ValidationError:
        return None
