"""What is made of a result: verdicts, a table for the terminal, JSON, and one page with plots."""

from dataclasses import dataclass
from typing import Any, Final

from loadtest.figures import figures, generator_was_late
from loadtest.result import Result
from loadtest.scenario import Scenario
from loadtest.thresholds import Threshold, Verdict, judged

DOOR: Final = (
    "The target's limit on arrivals of one address bit (HTTP 429): the run shows the limit, not the server."
    " Start the target with OFFICINA_DOOR_BURST=0."
)
LATE: Final = (
    "The generator could not keep up: latencies hold its lateness too. Use more generators (--generators),"
    " or another machine."
)
NO_REPLAY: Final = (
    "Without the database, joins lost, double admits and places were not checked: give --database-url."
)
NO_VERSIONS: Final = "The server told no versions of its line, so no place could be judged."


@dataclass(frozen=True, slots=True)
class Report:
    """A result, judged: its figures, verdicts and warnings, and the figures of the run before, if there was
    one.
    """

    result: Result
    figures: dict[str, float | None]
    verdicts: tuple[Verdict, ...]
    warnings: tuple[str, ...]
    before: dict[str, float | None]

    @property
    def passed(self) -> bool:
        return all(verdict.holds for verdict in self.verdicts)

    def as_json(self) -> dict[str, Any]:
        return {
            "scenario": self.result.scenario,
            "passed": self.passed,
            "generator_was_late": LATE in self.warnings,
            "figures": self.figures,
            "verdicts": [
                {
                    "figure": verdict.threshold.figure,
                    "limit": str(verdict.threshold),
                    "value": verdict.value,
                    "holds": verdict.holds,
                }
                for verdict in self.verdicts
            ],
            "warnings": list(self.warnings),
            "before": self.before,
            "result": self.result.as_json(),
        }


def report(result: Result, limits: tuple[Threshold, ...], before: Result | None = None) -> Report:
    """Judge a result by a scenario's thresholds, and beside an earlier one."""
    found = figures(result)
    return Report(
        result=result,
        figures=found,
        verdicts=judged(limits, found),
        warnings=tuple(_warnings(result)),
        before={} if before is None else figures(before),
    )


def of_scenario(result: Result, scenario: Scenario, before: Result | None = None) -> Report:
    return report(result, scenario.limits, before)


def _warnings(result: Result) -> list[str]:
    found = list(result.notes)
    if generator_was_late(result):
        found.insert(0, LATE)
    if result.counts["refused.too_many_requests"]:
        found.insert(0, DOOR)
    if "replay" not in result.measured:
        found.append(NO_REPLAY)
    elif not result.counts["positions.right"] + result.counts["positions.wrong"]:
        found.append(NO_VERSIONS)
    return found
