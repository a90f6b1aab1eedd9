"""The order of the line."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from server.ids import VisitId
from server.waiting_room.line import (
    ANY_LANGUAGE,
    HEAD_STARTS,
    Asker,
    Next,
    Rule,
    Standing,
    Why,
    at_the_front,
    in_order,
    mismatch,
    next_for,
    obstacle,
    places,
    stands_at,
)
from server.waiting_room.models import IN_LINE, PriorityClass, VisitState

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def standing(
    name: str,
    minute: int = 0,
    *,
    state: VisitState = VisitState.WAITING,
    priority_class: PriorityClass = PriorityClass.ROUTINE,
    calls: int = 0,
    stands: int | None = None,
    language: str = "en",
    skills: Sequence[str] = (),
    elsewhere: bool = False,
) -> Standing:
    arrived_at = NOON + timedelta(minutes=minute)
    by_class = stands_at(priority_class, arrived_at=arrived_at, appointment_at=None, head_starts={})
    return Standing(
        id=VisitId(name),
        state=state,
        priority_class=priority_class,
        arrived_at=arrived_at,
        stands_at=by_class if stands is None else NOON + timedelta(minutes=stands),
        language=language,
        calls=calls,
        skills=frozenset(skills),
        elsewhere=elsewhere,
    )


ANYBODY = Asker()


def who(line: Sequence[Standing]) -> tuple[str, Rule, int] | None:
    """Who is next for a pharmacist who takes everybody: the visit, the rule, and its place."""
    found = next_for(ANYBODY, line, spoken=ANY_LANGUAGE)
    return (found.standing.id, found.why.rule, found.why.place) if isinstance(found, Next) else None


def names(line: tuple[Standing, ...]) -> list[str]:
    return [each.id for each in line]


def test_who_arrives_first_stands_first() -> None:
    line = in_order([standing("late", 5), standing("early", 1), standing("middle", 3)])
    assert names(line) == ["early", "middle", "late"]
    assert who(line) == ("early", "arrival", 1)


def test_a_higher_class_goes_before_an_earlier_arrival() -> None:
    line = in_order(
        [
            standing("routine", 1),
            standing("scheduled", 2, priority_class=PriorityClass.SCHEDULED),
            standing("urgent", 3, priority_class=PriorityClass.URGENT),
        ]
    )
    assert names(line) == ["urgent", "scheduled", "routine"]
    assert who(line) == ("urgent", "priority_class", 1)


def test_a_head_start_is_bounded_so_that_nobody_starves() -> None:
    four_hours = HEAD_STARTS["urgent"] // 60
    line = in_order(
        [
            standing("urgent", four_hours + 2, priority_class=PriorityClass.URGENT),
            standing("waited longer than the head start", 1),
            standing("waited less", 3),
        ]
    )
    assert names(line) == ["waited longer than the head start", "urgent", "waited less"]
    assert who(line[1:]) == ("urgent", "priority_class", 1)


def test_an_appointment_counts_from_its_hour_and_a_queue_may_set_the_head_start() -> None:
    at = stands_at(
        PriorityClass.SCHEDULED,
        arrived_at=NOON,
        appointment_at=NOON + timedelta(minutes=10),
        head_starts={"scheduled": 1800},
    )
    assert at == NOON - timedelta(minutes=20)


def test_who_did_not_answer_returns_to_the_front() -> None:
    line = in_order([standing("first", 1), standing("urgent", 9, priority_class=PriorityClass.URGENT)])
    front = at_the_front(NOON + timedelta(minutes=9), line[0].stands_at)
    back = replace(standing("called before", 9, calls=1), stands_at=front)
    assert names(in_order([*line, back])) == ["called before", "urgent", "first"]
    assert who(in_order([*line, back])) == ("called before", "unanswered_call", 1)


def test_who_stands_before_all_others_anyhow_keeps_their_own_time() -> None:
    assert at_the_front(NOON, None) == NOON
    assert at_the_front(NOON, NOON + timedelta(minutes=1)) == NOON


def test_who_is_not_ready_keeps_the_place_and_is_passed_over() -> None:
    line = in_order(
        [
            standing("away", 1, state=VisitState.AWAY),
            standing("checking", 2, state=VisitState.CHECKING),
            standing("ready", 3),
        ]
    )
    assert who(line) == ("ready", "arrival", 3)
    assert places(line) == {"away": 1, "checking": 2, "ready": 3}


def test_who_is_passed_over_is_counted_by_what_kept_them() -> None:
    line = in_order(
        [
            standing("away", 1, state=VisitState.AWAY),
            standing("checking", 2, state=VisitState.CHECKING),
            standing("in another call", 3, elsewhere=True),
            standing("travel", 4, skills=("travel",)),
            standing("spanish", 5, language="es"),
            standing("another away", 6, state=VisitState.AWAY),
            standing("fits", 7),
        ]
    )
    found = next_for(Asker(languages=frozenset({"en"})), line, spoken=frozenset({"en", "es"}))
    assert isinstance(found, Next)
    assert found.standing.id == "fits"
    assert found.why.passed == {"away": 2, "checking": 1, "elsewhere": 1, "skills": 1, "language": 1}
    assert found.why.place == 7


def test_a_line_read_in_pieces_gives_what_it_gives_at_once() -> None:
    line = in_order([standing("away", 1, state=VisitState.AWAY), standing("first", 2), standing("second", 3)])
    passed = next_for(ANYBODY, line[:1], spoken=ANY_LANGUAGE)
    assert passed == {"away": 1}
    assert next_for(ANYBODY, line[1:], spoken=ANY_LANGUAGE, passed=passed) == next_for(
        ANYBODY, line, spoken=ANY_LANGUAGE
    )


def test_every_required_skill_is_needed() -> None:
    visit = standing("both", skills=("travel", "smoking"))
    assert mismatch(Asker(skills=frozenset({"travel"})), visit, ANY_LANGUAGE) == "skills"
    assert mismatch(Asker(skills=frozenset({"travel", "smoking", "more"})), visit, ANY_LANGUAGE) is None


def test_a_language_is_asked_of_those_who_speak_it_while_somebody_at_work_does() -> None:
    visit, english = standing("spanish", language="es"), Asker(languages=frozenset({"en"}))
    assert mismatch(Asker(), visit, frozenset({"en"})) is None
    assert mismatch(english, visit, frozenset({"en", "es"})) == "language"
    assert mismatch(english, visit, ANY_LANGUAGE) == "language"
    assert mismatch(english, visit, frozenset({"en"})) is None
    found = next_for(english, [visit], spoken=frozenset({"en"}))
    assert isinstance(found, Next)
    assert found.why == Why(rule="arrival", language_waived=True)


def test_who_is_in_another_call_is_passed_over_before_anything_else_is_asked() -> None:
    assert obstacle(ANYBODY, standing("elsewhere", skills=("x",), elsewhere=True), None) == "elsewhere"


def test_nobody_ready_is_nobody_next() -> None:
    assert who(in_order([standing("away", state=VisitState.AWAY)])) is None
    assert who(()) is None


lines = st.lists(
    st.builds(
        Standing,
        id=st.uuids().map(lambda each: VisitId(str(each))),
        state=st.sampled_from(VisitState),
        priority_class=st.sampled_from(PriorityClass),
        arrived_at=st.integers(0, 20).map(lambda minute: NOON + timedelta(minutes=minute)),
        stands_at=st.integers(-20, 20).map(lambda minute: NOON + timedelta(minutes=minute)),
        language=st.sampled_from(["en", "es"]),
        calls=st.integers(0, 2),
    ),
    unique_by=lambda each: each.id,
    max_size=30,
)


@given(lines, st.randoms())
def test_the_order_does_not_depend_on_how_the_rows_come(standings: list[Standing], random: object) -> None:
    shuffled = list(standings)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis' Random
    assert in_order(shuffled) == in_order(standings)


@given(lines)
def test_nobody_is_lost_or_doubled(standings: list[Standing]) -> None:
    held = {each.id for each in standings if each.state in IN_LINE}
    line = in_order(standings)
    assert {each.id for each in line} == held
    assert sorted(places(line).values()) == list(range(1, len(held) + 1))


@given(lines)
def test_somebody_is_next_exactly_when_somebody_is_ready(standings: list[Standing]) -> None:
    line = in_order(standings)
    found = next_for(ANYBODY, line, spoken=ANY_LANGUAGE)
    ready = [each for each in line if each.state is VisitState.WAITING]
    if not ready:
        assert not isinstance(found, Next)
        return
    assert isinstance(found, Next)
    assert found.standing == ready[0]
    assert line[found.why.place - 1] == ready[0]


@given(lines)
def test_the_effective_arrival_alone_decides(standings: list[Standing]) -> None:
    assert all(
        (one.stands_at, one.id) < (next_.stands_at, next_.id) for one, next_ in pairwise(in_order(standings))
    )


@given(lines, st.data())
def test_one_leaving_moves_nobody_past_another(standings: list[Standing], data: st.DataObject) -> None:
    line = in_order(standings)
    if not line:
        return
    leaver = data.draw(st.sampled_from(line))
    rest = in_order([each for each in standings if each.id != leaver.id])
    assert names(rest) == [name for name in names(line) if name != leaver.id]
