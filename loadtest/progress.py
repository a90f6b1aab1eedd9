"""The run while it lasts: one live line on a terminal, or a line each ten seconds in a file."""

from collections.abc import Callable

from rich.console import Console
from rich.live import Live
from rich.table import Table

from loadtest.ledger import Ledger
from loadtest.pace import Pace, now, sleep_until
from loadtest.result import PEAK

EACH_S = 10

Cells = dict[str, str]


class Progress:
    """Shows a ledger. `watch` runs until cancelled; it fits `rehearsal.Watch`."""

    def __init__(self, console: Console, *, duration_s: float) -> None:
        self._console = console
        self._duration_s = duration_s

    async def watch(self, ledger: Ledger, pace: Pace) -> None:
        if not self._console.is_terminal:
            await self._each(EACH_S, ledger, pace, self._print)
            return
        with Live(console=self._console, refresh_per_second=4, transient=True) as live:
            await self._each(1, ledger, pace, lambda cells: live.update(_table(cells)))

    async def _each(self, seconds: int, ledger: Ledger, pace: Pace, show: Callable[[Cells], None]) -> None:
        due = pace.start
        while True:
            due = max(due + seconds, now())
            await sleep_until(due)
            show(self._cells(ledger, pace))

    def _print(self, cells: Cells) -> None:
        self._console.out(", ".join(f"{name} {value}" for name, value in cells.items()), highlight=False)

    def _cells(self, ledger: Ledger, pace: Pace) -> Cells:
        counts, gauges = ledger.result.counts, ledger.gauges
        done = 100 * min(1.0, max(0.0, pace.simulated(now())) / self._duration_s)
        return {
            "played": f"{done:.0f} %",
            "arrived": f"{counts['patients.arrived']:,}",
            "in line": f"{gauges['in the line']:,}",
            "online": f"{gauges['connected']:,}",
            "in call": f"{gauges['in consultation']:,}",
            "admits": f"{counts['admits']:,}",
            "gave up": f"{counts['patients.gave_up']:,}",
            "join p99": _ms(ledger.percentile("join_s", 0.99)),
            "told p99": _ms(ledger.percentile("told_s", 0.99)),
            "news p99": _ms(ledger.percentile("staleness_s", 0.99)),
            "server": _last(ledger, "server CPU (%)"),
            "generator": _last(ledger, "generator CPU (%)"),
        }


def _table(cells: Cells) -> Table:
    table = Table(box=None, show_edge=False, pad_edge=False)
    for name in cells:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_row(*cells.values())
    return table


def _ms(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds * 1000:,.0f} ms"


def _last(ledger: Ledger, name: str) -> str:
    series = ledger.result.series.get(PEAK + name)
    return f"{series[-1]:.0f} %" if series else "-"
