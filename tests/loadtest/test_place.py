"""What a page knows of its place, from snapshots and ticks."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from loadtest.place import Page, moved, promised

CURVE = {"kind": "curve", "points": [[1, 2, 4], [3, 6, 12], [11, 14, 28]]}


def visit(**changes: Any) -> dict[str, Any]:
    return {"state": "waiting", "version": 3, "queue_version": 10, "place": 4, "wait": None, **changes}


def tick(start: int, end: int, *ops: list[int]) -> dict[str, Any]:
    return {"from_version": start, "to_version": end, "ops": list(ops), "wait": CURVE}


def test_arrivals_before_push_back_and_departures_before_move_up() -> None:
    assert moved(4, [[3, 1]]) == 5
    assert moved(4, [[4, 1]]) == 4
    assert moved(4, [[2, -1]]) == 3
    assert moved(4, [[4, -1]]) == 4
    assert moved(4, [[3, -1]]) is None
    assert moved(None, [[0, 1]]) is None


@given(
    length=st.integers(1, 12),
    mine=st.integers(0, 11),
    picks=st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=30),
)
def test_place_by_operations_is_the_place_in_the_line(
    length: int, mine: int, picks: list[tuple[int, bool]]
) -> None:
    me = min(mine, length - 1)
    line: list[object] = [object() for _ in range(length)]
    myself = line[me]
    ops = []
    for pick, comes in picks:
        if comes:
            ops.append([pick % (len(line) + 1), 1])
            line.insert(ops[-1][0], object())
        elif line:
            ops.append([pick % len(line), -1])
            line.pop(ops[-1][0])
    expected = line.index(myself) + 1 if myself in line else None
    assert moved(me + 1, ops) == expected


def test_ticks_that_follow_are_applied_and_old_ones_ignored() -> None:
    page = Page()
    page.snapshot(visit())
    assert page.tick(tick(8, 9, [0, -1]))
    assert (page.place, page.version) == (4, 10)
    assert page.tick(tick(10, 12, [0, -1], [0, -1]))
    assert (page.place, page.version) == (2, 12)


def test_gap_and_overlap_ask_for_a_snapshot_and_change_nothing() -> None:
    page = Page()
    assert not page.tick(tick(0, 1))
    page.snapshot(visit())
    assert not page.tick(tick(11, 12, [0, -1]))
    assert not page.tick(tick(9, 11, [0, -1]))
    assert (page.place, page.version) == (4, 10)


def test_tick_up_to_the_version_shown_brings_only_the_wait() -> None:
    page = Page()
    page.snapshot(visit())
    assert page.tick(tick(7, 10, [0, -1]))
    assert (page.place, page.promise) == (4, (7 * 60, 14 * 60))


def test_older_snapshot_moves_no_place_but_tells_of_the_visit() -> None:
    page = Page()
    page.snapshot(visit())
    page.snapshot(visit(queue_version=9, version=4, place=6, state="away"))
    assert (page.place, page.version, page.visit and page.visit["state"]) == (4, 10, "away")
    page.snapshot(visit(queue_version=9, version=5, place=None, state="called"))
    assert page.place is None


def test_promise_is_read_off_the_curve_by_straight_lines() -> None:
    assert promised(CURVE, 2) == (4 * 60, 8 * 60)
    assert promised(CURVE, 7) == (10 * 60, 20 * 60)
    assert promised(CURVE, 12) is None
    assert promised({"kind": "unknown", "reason": "paused"}, 1) is None
    assert promised({"kind": "range", "from_minutes": 3, "to_minutes": 5}, None) == (180, 300)
