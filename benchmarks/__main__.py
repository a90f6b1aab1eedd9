"""Runs the benchmarks: `python -m benchmarks [NAME] [--json FILE]`.

It reports and never judges: a goal that is missed, and a benchmark that breaks, leave the exit code at 0.
An unknown name is a mistake of the caller: 2.
"""

import argparse
import pkgutil
import sys
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import cast

from rich.console import Console

import benchmarks
from benchmarks.report import Row, show, write

Measure = Callable[[], Iterable[Row]]

GROUPS = {"waiting-room": ("admission", "forecast", "fanout")}
"""Benchmarks that are asked for together."""


def names() -> list[str]:
    """Every module here but the harness itself."""
    found = [module.name for module in pkgutil.iter_modules(benchmarks.__path__)]
    return sorted(name for name in found if name not in {"__main__", "report"} and name[0] != "_")


def run(name: str, console: Console) -> list[Row]:
    """The rows of one benchmark; none, and a word why, if it breaks."""
    started = time.monotonic()
    try:
        measure = cast("Measure", import_module(f"benchmarks.{name}").measure)
        with console.status(f"{name} ..."):
            rows = list(measure())
    except Exception as problem:  # noqa: BLE001  # one broken benchmark must not hide the others
        console.print(f"{name}: broken ({type(problem).__name__}: {problem})", markup=False)
        return []
    console.print(f"{name}: {len(rows)} figures in {time.monotonic() - started:.1f} s")
    return rows


def main(arguments: list[str]) -> int:
    known = [*names(), *GROUPS]
    parser = argparse.ArgumentParser(prog="./bench", description="Measures Officina.")
    parser.add_argument("name", nargs="?", help=f"one of: {', '.join(known)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there, too")
    options = parser.parse_args(arguments)
    if options.name and options.name not in known:
        parser.error(f"no benchmark is called {options.name}; there are: {', '.join(known)}")
    console = Console()
    asked = GROUPS.get(options.name, [options.name]) if options.name else names()
    rows = [each for name in asked for each in run(name, console)]
    show(rows, console)
    if options.json:
        write(rows, options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
