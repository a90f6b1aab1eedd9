"""What a committed transaction tells those who watch: that something changed, never what.

A notice carries ids and versions only, so that it may travel through Redis (DESIGN: nothing personal there)
and may be lost: whoever watches reads the database, on a notice and at intervals anyway.
"""

from dataclasses import dataclass

from server.ids import ConsultationId, QueueId, SessionId, VisitId


@dataclass(frozen=True, slots=True)
class QueueChanged:
    """The line of a queue has a new version."""

    queue_id: QueueId
    version: int


@dataclass(frozen=True, slots=True)
class VisitChanged:
    """A visit changed its state or what its patient is shown."""

    visit_id: VisitId


@dataclass(frozen=True, slots=True)
class ConsultationChanged:
    """A consultation changed; when it is over, `ended` is set and its room closes."""

    consultation_id: ConsultationId
    ended: bool = False


@dataclass(frozen=True, slots=True)
class SessionRevoked:
    """A session is no longer valid: its sockets close."""

    session_id: SessionId


Notice = QueueChanged | VisitChanged | ConsultationChanged | SessionRevoked
