"""The last quality levels."""

from server.consultations.levels import MOST, LastLevels
from server.ids import ConsultationId

CALL = ConsultationId("call")


def test_a_level_differs_until_it_is_kept() -> None:
    levels = LastLevels()
    assert levels.differs(CALL, "patient", 3)
    levels.keep(CALL, "patient", 3)
    assert not levels.differs(CALL, "patient", 3)
    assert levels.differs(CALL, "pharmacist", 3)
    assert levels.differs(CALL, "patient", 4)


def test_only_so_many_levels_are_remembered_and_the_newest_are() -> None:
    levels = LastLevels()
    for number in range(MOST + 1):
        levels.keep(CALL, str(number), 3)
    assert levels.differs(CALL, "0", 3)
    assert not levels.differs(CALL, "1", 3)
