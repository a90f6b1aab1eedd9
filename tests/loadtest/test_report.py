"""Results add up, are judged, compared and shown."""

import re
from io import StringIO

import orjson
import pytest
from rich.console import Console

from loadtest.figures import BY_NAME, figures
from loadtest.ledger import Ledger, ServerClock
from loadtest.report import DOOR, LATE, NO_REPLAY, report
from loadtest.report.page import page
from loadtest.report.plot import nice_step
from loadtest.report.terminal import show
from loadtest.result import PEAK, Result, ResultError, merged
from loadtest.thresholds import Threshold, judged


def result(**counts: float) -> Result:
    made = Result("smoke", 1, 1.0, "2026-11-22T03:00:00+00:00")
    made.measured |= {"replay", "server"}
    for name, number in counts.items():
        made.count(name.replace("__", "."), number)
    for value in (0.1, 0.2, 0.4):
        made.spread("join_s", value)
        made.spread("wait.routine_s", 600 * value)
    made.mark("in the line", 2, 5)
    made.mark(f"{PEAK}server CPU (%)", 1, 50)
    made.promises.append((60.0, 120.0, 90.0))
    return made


def test_result_survives_json() -> None:
    made = result(joins__acknowledged=3)
    again = Result.from_json(orjson.loads(orjson.dumps(made.as_json())))
    assert again.as_json() == made.as_json()
    assert figures(again) == figures(made)


@pytest.mark.parametrize("values", [{}, {"format": 1}, {"format": 99}])
def test_what_is_no_result_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ResultError):
        Result.from_json(values)


def test_generators_add_up_and_the_one_server_does_not() -> None:
    whole = merged([result(joins__acknowledged=3), result(joins__acknowledged=4)])
    assert (whole.generators, whole.counts["joins.acknowledged"]) == (2, 7)
    assert whole.spreads["join_s"].count == 6
    assert whole.series["in the line"] == [0, 0, 10]
    assert whole.series[f"{PEAK}server CPU (%)"] == [0, 50]


def test_runs_of_different_scenarios_are_not_merged() -> None:
    other = result()
    other.scenario = "storm"
    with pytest.raises(ResultError):
        merged([result(), other])
    with pytest.raises(ResultError):
        merged([])


def test_threshold_holds_up_to_its_limit() -> None:
    limits = [Threshold.parse("a", 5), Threshold.parse("b", ">= 2"), Threshold.parse("c", "< 1")]
    verdicts = judged(limits, {"a": 5.0, "b": 1.9, "c": 1.0})
    assert [verdict.holds for verdict in verdicts] == [True, False, False]


def test_what_was_not_measured_does_not_hold() -> None:
    assert not judged([Threshold.parse("positions.wrong", 0)], {"positions.wrong": None})[0].holds


def test_places_nobody_judged_are_not_zero_faults() -> None:
    assert figures(result())["positions.wrong"] is None
    assert figures(result(positions__right=5))["positions.wrong"] == 0
    assert figures(result(places__lost=1))["places.lost"] == 1


def test_replay_that_was_not_there_measures_nothing() -> None:
    made = result(joins__lost=0)
    made.measured.clear()
    assert figures(made)["joins.lost"] is None
    assert NO_REPLAY in report(made, ()).warnings


def test_door_limit_and_a_late_generator_are_said_first() -> None:
    made = result(refused__too_many_requests=2)
    made.spread("generator.lag_s", 0.5)
    assert report(made, ()).warnings[:2] == (DOOR, LATE)


def test_terminal_shows_verdicts_and_the_run_before() -> None:
    said = StringIO()
    limits = (Threshold.parse("joins.acknowledged", ">= 5"), Threshold.parse("join.p99_ms", 1000))
    before = result(joins__acknowledged=6)
    show(report(result(joins__acknowledged=3), limits, before), Console(file=said, width=160))
    text = said.getvalue()
    assert re.search(r"joins\.acknowledged .* 3 +6 +-50 %", text)
    assert "BROKEN joins.acknowledged >= 5: 3" in text
    assert "held   join.p99_ms" in text
    assert "The run failed." in text


def test_page_is_whole_in_itself_and_shows_plots() -> None:
    made = result(joins__acknowledged=3)
    made.note("<script>alert(1)</script>")
    text = page(report(made, (Threshold.parse("joins.lost", 0),), before=result()))
    assert not re.search(r"<script|https?://|<link|@import|\bsrc=|url\(", text)
    assert text.count("<svg") >= 4
    assert "&lt;script&gt;" in text


def test_every_figure_has_its_own_name() -> None:
    assert len(BY_NAME) == len(figures(result()))


def test_steps_of_an_axis_are_round() -> None:
    assert [nice_step(rough) for rough in (0.012, 0.2, 3, 7, 10)] == [0.02, 0.2, 5, 10, 10]


def test_promise_is_held_to_the_wait() -> None:
    ledger = Ledger(Result("smoke", 1, 1.0, ""))
    ledger.promise_kept((60, 120), 100)
    ledger.promise_kept((60, 120), 200)
    ledger.jumped(30)
    ledger.jumped(300)
    found = figures(ledger.result)
    assert found["forecast.coverage"] == 50
    assert found["forecast.mae_min"] == pytest.approx((40 + 140) / 2 / 60)
    assert found["forecast.bias_min"] == pytest.approx(-(40 + 140) / 2 / 60)
    assert found["forecast.jumped"] == 50


def test_clock_of_a_server_elsewhere_is_bounded_by_round_trips() -> None:
    clock = ServerClock()
    assert clock.ahead_s == 0
    clock.note(sent=100, stamped=105.5, received=101)
    clock.note(sent=200, stamped=205.2, received=200.4)
    assert clock.ahead_s == pytest.approx((4.8 + 5.2) / 2)
    same = ServerClock()
    same.note(sent=100, stamped=100.2, received=101)
    assert same.ahead_s == 0
