"""What messages are made of: the base of all records, the types of fields, and the parts that several share.

A field with a default may be absent on the wire. Nothing else is accepted: unknown fields, strings for
numbers and over-long text are refused.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
    field_validator,
)

MAX_SIGNAL_CHARACTERS: Final = 64 * 1024

JsonObject = dict[str, Any]
"""A JSON object whose inside is not this package's business."""


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Id = Annotated[
    str, StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
]
Connection = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Moment = Annotated[AwareDatetime, PlainSerializer(_rfc3339, return_type=str, when_used="json")]
Version = Annotated[int, Field(ge=0)]
Epoch = Annotated[int, Field(ge=0, lt=2**31)]
Token = Annotated[str, Field(min_length=1, max_length=4096, repr=False)]
SignalText = Annotated[str, Field(max_length=MAX_SIGNAL_CHARACTERS, repr=False)]
VisitView = Annotated[JsonObject, Field(repr=False), WithJsonSchema({"title": "VisitView", "type": "object"})]
"""The patient's own visit, as in the HTTP API."""


class Record(BaseModel):
    """Something sent between processes or to a browser. Errors never show what people wrote."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        hide_input_in_errors=True,
        validate_by_name=True,
        validate_by_alias=True,
    )


class Message(Record):
    """A record of the protocol."""

    @field_validator("*", mode="before")
    @classmethod
    def _no_null_character(cls, value: object) -> object:
        # PostgreSQL cannot store it, and no person types it.
        if isinstance(value, str) and "\x00" in value:
            raise ValueError("null character")
        return value

    def wire(self) -> JsonObject:
        """The record as the JSON object that is sent; absent optional fields stay absent."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


# Parts


class Media(Message):
    """What a participant sends: microphone, camera, screen."""

    audio: bool
    video: bool
    screen: bool


class Participant(Message):
    """Somebody in the room. `connection` is new for each page that joined; a page that resumes keeps it."""

    id: Id
    kind: Literal["patient", "pharmacist", "guest"]
    name: Annotated[str, Field(repr=False)]
    media: Media
    connection: Connection


class ChatMessage(Message):
    id: Id
    sender: Annotated[Id, Field(alias="from")]
    text: Annotated[str, Field(repr=False)]
    sent_at: Moment


class IceServer(Message):
    """A STUN or TURN server, as `RTCPeerConnection` takes it."""

    urls: tuple[str, ...]
    username: str = ""
    credential: Annotated[str, Field(repr=False)] = ""


class Room(Message):
    """The room as it is at the moment of joining."""

    consultation_id: Id
    path_epoch: Epoch
    me: Annotated[Participant, Field(alias="self")]
    polite: bool
    peers: tuple[Participant, ...]
    ice_servers: tuple[IceServer, ...]
    chat: tuple[ChatMessage, ...]


class Description(Message):
    """An SDP offer or answer, passed on unread. What a browser may add to it is left out."""

    model_config = ConfigDict(extra="ignore")

    type: Literal["offer", "answer", "pranswer", "rollback"]
    sdp: SignalText = ""


class Candidate(Message):
    """`RTCIceCandidateInit` (WebRTC 1.0, section 4.8.1), passed on unread. Additions are left out."""

    model_config = ConfigDict(extra="ignore")

    candidate: Annotated[str, Field(max_length=4096, repr=False)] = ""
    sdp_mid: Annotated[str | None, Field(alias="sdpMid", max_length=256)] = None
    sdp_m_line_index: Annotated[int | None, Field(alias="sdpMLineIndex", ge=0, lt=2**16)] = None
    username_fragment: Annotated[str | None, Field(alias="usernameFragment", max_length=256)] = None


class DescriptionSignal(Message):
    description: Description


class CandidateSignal(Message):
    """A candidate; `null` is the end of candidates."""

    candidate: Candidate | None


Signal = DescriptionSignal | CandidateSignal
QualityLevel = Annotated[int, Field(ge=0, le=5)]
QualityReason = Literal["good", "loss", "rtt", "jitter", "bandwidth", "cpu", "unknown"]
RoomEnd = Literal[
    "joined_elsewhere",
    "completed",
    "pharmacist_hung_up",
    "patient_left",
    "unanswered",
    "transferred",
    "ended",
]
PeerEvent = Literal["joined", "left", "media"]
Measure = Annotated[float | None, Field(ge=0, le=1e9, allow_inf_nan=False)]


class QualitySample(Message):
    """What `getStats` said in the last second; `loss` is a share from 0 to 1, `null` is not known."""

    rtt_ms: Measure
    loss: Annotated[float | None, Field(ge=0, le=1, allow_inf_nan=False)]
    jitter_ms: Measure
    bitrate_kbps: Measure


# The line

Step = tuple[Annotated[int, Field(ge=0)], Literal[1, -1]]
"""Rank (from 0), and whether somebody now stands there (1) or stands there no longer (-1)."""
CurvePoint = tuple[int, int, int]
"""A place, and the minutes within which half, and nine of ten, of those who stand there are called."""


class WaitCurve(Message):
    """The wait by place, at some places: in between it runs straight."""

    kind: Literal["curve"]
    points: tuple[CurvePoint, ...]


class WaitUnknown(Message):
    """No honest forecast can be made. The reasons are those of the HTTP API."""

    kind: Literal["unknown"]
    reason: str
