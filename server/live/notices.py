"""Notices of committed transactions, on their way to every hub."""

from collections.abc import Sequence
from typing import assert_never

from server.notices import ConsultationChanged, Notice, QueueChanged, SessionRevoked, VisitChanged
from signaling import notices
from signaling.bus import Bus


class Announcer:
    """Puts notices on the bus: what `Database.on_commit` calls. Neither blocks nor raises."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def __call__(self, committed: Sequence[Notice]) -> None:
        for notice in committed:
            told = _as_told(notice)
            if told is not None:
                self._bus.publish(notices.TOPIC, notices.encode(told))


def _as_told(notice: Notice) -> notices.Notice | None:
    match notice:
        case QueueChanged():
            return notices.QueueMoved(queue_id=notice.queue_id, version=notice.version)
        case VisitChanged():
            return notices.VisitMoved(visit_id=notice.visit_id)
        case ConsultationChanged():
            over = notices.ConsultationOver(consultation_id=notice.consultation_id)
            return over if notice.ended else None
        case SessionRevoked():
            return notices.SessionOver(session_id=notice.session_id)
        case _:
            assert_never(notice)
