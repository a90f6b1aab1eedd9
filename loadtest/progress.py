"""The run while it lasts: one live line on a terminal, or a line each ten seconds in a file."""

from rich.console import Console
from rich.live import Live
from rich.table import Table

from loadtest.ledger import Ledger
from loadtest.pace import Pace, now, sleep_until
from loadtest.result import PEAK

EACH_S = 10


class Progress:
    """Shows a ledger. `watch` runs until cancelled; it fits `rehearsal.Watch`."""

    def __init__(self, console: Console, *, duration_s: float) -> None:
        self._console = console
        self._duration_s = duration_s

    async def watch(self, ledger: Ledger, pace: Pace) -> None:
        if self._console.is_terminal:
            with Live(console=self._console, refresh_per_second=4, transient=True) as live:
                await self._each_second(ledger, pace, lambda table, _: live.update(table))
        else:
            await self._each_second(ledger, pace, self._print_some)

    async def _each_second(self, ledger: Ledger, pace: Pace, show: "object") -> None:
        assert callable(show)
        second = 0
        while True:
            await sleep_until(pace.start + second)
            show(self._table(ledger, pace), second)
            second = max(second + 1, int(now() - pace.start) + 1)

    def _print_some(self, table: Table, second: int) -> None:
        if second % EACH_S == 0:
            self._console.print(table)

    def _table(self, ledger: Ledger, pace: Pace) -> Table:
        counts, gauges = ledger.result.counts, ledger.gauges
        done = 100 * min(1.0, max(0.0, pace.simulated(now())) / self._duration_s)
        cells = {
            "arrivals": f"{done:.0f} %",
            "arrived": f"{counts['patients.arrived']:,}",
            "in the line": f"{gauges['in the line']:,}",
            "connected": f"{gauges['connected']:,}",
            "in call": f"{gauges['in consultation']:,}",
            "admits": f"{counts['admits']:,}",
            "gave up": f"{counts['patients.gave_up']:,}",
            "join p99": _ms(ledger.percentile("join_s", 0.99)),
            "told p99": _ms(ledger.percentile("told_s", 0.99)),
            "news p99": _ms(ledger.percentile("staleness_s", 0.99)),
            "server CPU": _last(ledger, "server CPU (%)"),
            "own CPU": _last(ledger, "generator CPU (%)"),
        }
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
