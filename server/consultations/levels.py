"""The last quality level of each participant, on this process: only to tell a change from a repeat."""

from collections import OrderedDict

from server.ids import ConsultationId

MOST = 10_000


class LastLevels:
    """Remembers the newest `MOST` levels. Forgetting one costs an event that says what was known."""

    def __init__(self) -> None:
        self._levels: OrderedDict[tuple[ConsultationId, str], int] = OrderedDict()

    def differs(self, consultation_id: ConsultationId, subject_id: str, level: int) -> bool:
        return self._levels.get((consultation_id, subject_id)) != level

    def keep(self, consultation_id: ConsultationId, subject_id: str, level: int) -> None:
        self._levels[consultation_id, subject_id] = level
        self._levels.move_to_end((consultation_id, subject_id))
        if len(self._levels) > MOST:
            self._levels.popitem(last=False)
