"""Lines moved by ops: against a list of people, whatever happens to it."""

from hypothesis import given
from hypothesis import strategies as st

from signaling.ports import LineOp
from signaling.standing import KEPT_OPS, Changes, Seats, moved

draws = st.lists(st.tuples(st.booleans(), st.integers(0, 60)), max_size=40)


def happen(line: list[int], events: list[tuple[bool, int]]) -> list[LineOp]:
    """Let people come to and leave a line, and answer the ops that say so."""
    ops: list[LineOp] = []
    for version, (comes, where) in enumerate(events, start=1):
        if comes:
            rank = where % (len(line) + 1)
            line.insert(rank, 1_000 + version)
            ops.append(LineOp(version, rank, 1))
        elif line:
            rank = where % len(line)
            line.pop(rank)
            ops.append(LineOp(version, rank, -1))
    return ops


@given(st.integers(1, 30), draws)
def test_everybody_finds_their_own_place(people: int, events: list[tuple[bool, int]]) -> None:
    line = list(range(people))
    ops = happen(line, events)
    for person in range(people):
        place = line.index(person) + 1 if person in line else None
        assert moved(person + 1, ops) == place


@given(st.integers(1, 30), draws)
def test_seats_follow_the_line(people: int, events: list[tuple[bool, int]]) -> None:
    line = list(range(people))
    seats: Seats[int] = Seats()
    for person in line:
        seats.seat(person, person + 1)
    ops = happen(line, events)
    left = [who for op in ops if (who := seats.move(op)) is not None]
    assert seats.first(100) == [person for person in line if person < people]
    assert sorted(left) == [person for person in range(people) if person not in line]


@given(draws, st.integers(0, 40))
def test_ops_since_a_version_are_those_after_it(events: list[tuple[bool, int]], version: int) -> None:
    ops = happen(list(range(30)), events)
    changes = Changes(0)
    for op in ops:
        changes.extend(op.version, [op])
    assert changes.since(version) == tuple(op for op in ops if op.version > version)


def test_ops_that_are_too_old_are_not_known() -> None:
    changes = Changes(5)
    assert changes.since(4) is None
    for version in range(6, 6 + 2 * KEPT_OPS):
        changes.extend(version, [LineOp(version, 0, -1), LineOp(version, 3, 1)])
    assert changes.since(5) is None
    newest = changes.version
    assert changes.since(newest) == ()
    assert changes.since(newest - 1) == (LineOp(newest, 0, -1), LineOp(newest, 3, 1))
    changes.jump(90_000)
    assert changes.since(newest) is None
    assert changes.since(90_000) == ()
