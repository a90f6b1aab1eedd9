"""The judge: right places pass, and each kind of fault shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtest.judge import Judge, Sight, double_admits
from loadtest.ports import LineChange


def change(version: int, *steps: tuple[int, int]) -> list[LineChange]:
    return [LineChange(version, part, rank, step, 100.0 + version) for part, (rank, step) in enumerate(steps)]


def sight(
    patient: int, version: int, place: int | None, *, since: int | None = None, back: bool = False
) -> Sight:
    return Sight(patient, version, place, 100.5 + version, since, back)


def judged(changes: list[list[LineChange]], *sights: Sight) -> Judge:
    judge = Judge()
    for each in sights:
        judge.see(each)
    judge.replay([part for one in changes for part in one])
    judge.finish()
    return judge


JOINS = [change(1, (0, 1)), change(2, (1, 1)), change(3, (2, 1))]


def test_places_that_follow_the_line_are_right() -> None:
    judge = judged(
        [*JOINS, change(4, (0, -1))],
        sight(7, 1, 1), sight(8, 2, 2), sight(9, 3, 3), sight(9, 4, 2), sight(7, 4, None),
    )  # fmt: skip
    assert (judge.right, judge.wrong) == (5, 0)


def test_place_that_moves_when_the_line_did_not_is_wrong() -> None:
    judge = judged(JOINS, sight(8, 2, 2), sight(8, 3, 1))
    assert (judge.right, judge.wrong) == (1, 1)


def test_two_patients_at_one_place_are_wrong() -> None:
    judge = judged(JOINS, sight(7, 3, 2), sight(8, 3, 2))
    assert (judge.right, judge.wrong) == (1, 1)


def test_place_beyond_the_line_is_wrong() -> None:
    assert judged(JOINS, sight(7, 3, 4)).wrong == 1


def test_patient_told_of_no_place_while_the_line_holds_one_is_wrong() -> None:
    judge = judged(JOINS, sight(7, 1, 1), sight(7, 3, None))
    assert judge.wrong == 1


def test_move_to_the_front_keeps_whose_place_it_is() -> None:
    moves = [*JOINS, change(4, (2, -1), (0, 1))]
    judge = judged(moves, sight(9, 3, 3), sight(9, 4, 1), sight(7, 1, 1), sight(7, 4, 2))
    assert (judge.right, judge.wrong) == (4, 0)


def test_who_returns_to_the_line_after_a_call_is_tied_anew() -> None:
    judge = judged(
        [*JOINS, change(4, (0, -1)), change(5, (0, 1))],
        sight(7, 1, 1), sight(7, 4, None), sight(7, 5, 1), sight(8, 2, 2), sight(8, 5, 2),
    )  # fmt: skip
    assert (judge.right, judge.wrong) == (5, 0)


def test_sights_after_a_reconnect_are_counted_as_kept_or_not() -> None:
    judge = judged(
        JOINS, sight(7, 1, 1), sight(7, 3, 1, back=True), sight(8, 2, 2), sight(8, 3, 3, back=True)
    )
    assert (judge.kept, judge.not_kept) == (1, 1)


def test_staleness_counts_from_the_oldest_change_that_was_news() -> None:
    judge = judged(JOINS, sight(7, 1, 1), sight(7, 3, 1, since=1))
    ((at, age),) = judge.ages_s
    assert at == 103.5
    assert age == pytest.approx(1.5)


def test_sight_of_a_version_long_past_is_late_not_wrong() -> None:
    judge = Judge()
    judge.replay([part for one in JOINS for part in one])
    judge.see(sight(7, 1, 1))
    assert (judge.late, judge.wrong) == (1, 0)


def test_line_of_before_the_run_counts() -> None:
    judge = Judge(version=5, standing=2)
    judge.see(sight(7, 6, 3))
    judge.replay(change(6, (2, 1)))
    assert (judge.finish(), judge.right) == (3, 1)


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=40))
def test_whole_line_told_at_each_version_is_right(picks: list[tuple[int, bool]]) -> None:
    judge, version, patients = Judge(), 0, 0
    line: list[int] = []
    changes = []
    for pick, comes in picks:
        if not comes and not line:
            continue
        version += 1
        if comes:
            patients += 1
            rank = pick % (len(line) + 1)
            line.insert(rank, patients)
        else:
            rank = pick % len(line)
            line.pop(rank)
        changes += change(version, (rank, 1 if comes else -1))
        for rank, patient in enumerate(line):
            judge.see(sight(patient, version, rank + 1))
    judge.replay(changes)
    assert judge.finish() == len(line)
    assert judge.wrong == judge.late == 0


def test_overlapping_calls_of_one_subject_are_double() -> None:
    assert double_admits([("a", 0, 5), ("a", 5, 9), ("b", 1, None)]) == 0
    assert double_admits([("a", 0, 5), ("a", 4, 9)]) == 1
    assert double_admits([("a", 0, None), ("a", 4, 9), ("a", 10, 11)]) == 2
