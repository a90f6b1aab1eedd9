"""What a benchmark says: rows, as a table for people and as JSON for programs."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.table import Table

Better = Literal["lower", "higher"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measured figure; `ratio` is it over `against`, the same figure of something to compare with."""

    bench: str
    metric: str
    value: float
    unit: str
    against: float | None = None
    ratio: float | None = None
    goal: str | None = None
    met: bool | None = None


def row(
    bench: str,
    metric: str,
    value: float,
    unit: str,
    *,
    against: float | None = None,
    goal: float | None = None,
    better: Better = "lower",
) -> Row:
    """A row whose ratio and verdict are worked out; `goal` is in `unit`, a limit in the better direction."""
    sign = "<=" if better == "lower" else ">="
    met = None if goal is None else (value <= goal if better == "lower" else value >= goal)
    return Row(
        bench=bench,
        metric=metric,
        value=value,
        unit=unit,
        against=against,
        ratio=None if not against else value / against,
        goal=None if goal is None else f"{sign} {goal:g} {unit}",
        met=met,
    )


def show(rows: Iterable[Row], console: Console) -> None:
    table = Table("bench", "metric", "value", "against", "ratio", "goal", "met")
    for column in table.columns[2:5]:
        column.justify = "right"
    for each in rows:
        table.add_row(
            each.bench,
            each.metric,
            f"{each.value:,.4g} {each.unit}",
            "" if each.against is None else f"{each.against:,.4g} {each.unit}",
            "" if each.ratio is None else f"{each.ratio:.2f}",
            each.goal or "",
            {None: "", True: "yes", False: "NO"}[each.met],
        )
    console.print(table)


def write(rows: Iterable[Row], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(each) for each in rows], indent=2) + "\n")
