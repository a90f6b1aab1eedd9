"""Scenario files: the packaged ones hold, and mistakes are named."""

import pytest

from loadtest.scenario import ScenarioError, changed, load, packaged, parse

LEAST = """
name = "least"
duration_s = 60
[arrivals]
at_once = 1
[[pharmacists]]
number = 1
"""


@pytest.mark.parametrize("name", ["smoke", "flu-week", "storm"])
def test_packaged_scenario_holds(name: str) -> None:
    scenario = load(name)
    assert scenario.name == name
    assert scenario.limits


def test_packaged_scenarios_are_listed() -> None:
    assert packaged() == ["flu-week", "smoke", "storm"]


@pytest.mark.parametrize(
    ("added", "named"),
    [
        ("velocity = 2\n", "velocity"),
        ('[thresholds]\n"joins.lots" = 0\n', "joins.lots"),
        ('[thresholds]\n"joins.lost" = "about 5"\n', "about 5"),
        ('[[phases]]\nkind = "flood"\nat_s = 1\n', "phases"),
        ('[patients]\nanswer_s = { law = "normal", mean = 3 }\n', "answer_s"),
        ("[patients]\nno_answer = 1.5\n", "no_answer"),
    ],
)
def test_mistake_in_a_scenario_is_named(added: str, named: str) -> None:
    text = added + LEAST if "[" not in added else LEAST + added
    with pytest.raises(ScenarioError, match=named):
        parse(text)


def test_unknown_scenario_says_which_there_are() -> None:
    with pytest.raises(ScenarioError, match="flu-week, smoke, storm"):
        load("hurricane")


def test_command_line_changes_what_it_names_and_no_more() -> None:
    scenario = load("flu-week")
    other = changed(scenario, seed=99, scale=1.5)
    assert (other.seed, other.arrivals.scale, other.speed) == (99, 1.5, scenario.speed)
    assert other.arrivals.rate_per_hour == scenario.arrivals.rate_per_hour
    assert changed(scenario) == scenario
