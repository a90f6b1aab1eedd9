"""What must hold of a run: `"join.p99_ms" = "<= 500"`. A bare number is the most that is allowed."""

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Self

_FORM: Final = re.compile(r"^\s*(<=|>=|<|>|==)\s*(-?[0-9.]+)\s*$")
_COMPARE: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "==": operator.eq,
}


class ThresholdError(ValueError):
    """The text is no threshold."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """One figure and its limit."""

    figure: str
    sign: str
    limit: float

    @classmethod
    def parse(cls, figure: str, text: str | float) -> Self:
        if isinstance(text, int | float):
            return cls(figure, "<=", float(text))
        found = _FORM.match(text)
        if found is None:
            raise ThresholdError(f"thresholds.{figure}: {text!r} is not like '<= 500'")
        return cls(figure, found[1], float(found[2]))

    def __str__(self) -> str:
        return f"{self.sign} {self.limit:g}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A threshold against what was measured; `value` is `None` for what was not: then it does not hold."""

    threshold: Threshold
    value: float | None

    @property
    def holds(self) -> bool:
        if self.value is None:
            return False
        return _COMPARE[self.threshold.sign](self.value, self.threshold.limit)


def judged(limits: Iterable[Threshold], figures: Mapping[str, float | None]) -> tuple[Verdict, ...]:
    """Each threshold with the figure it is about. A run that did not measure something did not show it."""
    return tuple(Verdict(limit, figures.get(limit.figure)) for limit in limits)
