"""The command `loadtest`, with `loadtest prepare` and `loadtest merge`.

Exit codes: 0 every threshold held, 1 one did not, 2 the command or the scenario is not right, or the target
is no test organisation, 3 the target, the database or a file is not there.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer
from rich.console import Console

from server.accounts import console

if TYPE_CHECKING:
    from loadtest.conduct import Plan
    from loadtest.ports import Replay
    from loadtest.result import Result
    from loadtest.scenario import Scenario
    from server.parts import Parts

loadtest = typer.Typer(
    help="Rehearse a peak: simulated patients and pharmacists, the real protocols.",
    invoke_without_command=True,
)

WIDE = 140
"""Columns of a report that goes to a file or another program."""

ScenarioName = Annotated[str, typer.Option(help="A packaged scenario by name, or a TOML file.")]
JsonFile = Annotated[
    Path | None, typer.Option("--json", help="Write the report there; an earlier one there is compared with.")
]
HtmlFile = Annotated[Path | None, typer.Option("--html", help="Write the report there, one page with plots.")]
Data = Annotated[Path | None, typer.Option(help="Folder of the database and keys.")]


@loadtest.callback()
def run(
    context: typer.Context,
    scenario: ScenarioName = "smoke",
    *,
    target: Annotated[
        str | None, typer.Option(help="The URL of a server that is there; without, one is started.")
    ] = None,
    staff: Annotated[Path | None, typer.Option(help="The file that `prepare` wrote at the target.")] = None,
    database_url: Annotated[
        str | None,
        typer.Option(
            envvar="OFFICINA_LOADTEST_DATABASE_URL",
            help="The own server's database; or the target's, only to read.",
        ),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Play other people.")] = None,
    speed: Annotated[float | None, typer.Option(help="Simulated seconds in a real one.")] = None,
    scale: Annotated[float | None, typer.Option(help="1.5: half as many arrivals again.")] = None,
    arrivals: Annotated[
        Path | None, typer.Option(help="Play back history: CSV with a column arrived_at.")
    ] = None,
    generators: Annotated[int, typer.Option(min=1, help="Local processes that share the load.")] = 1,
    metrics_url: Annotated[
        str | None, typer.Option(help="The target's /metrics, for CPU and memory.")
    ] = None,
    server_pid: Annotated[int | None, typer.Option(help="The target's process on this machine.")] = None,
    kill_command: Annotated[str | None, typer.Option(help="What a kill phase runs.")] = None,
    against: Annotated[
        Path | None, typer.Option(help="The JSON report of an earlier run, to compare with.")
    ] = None,
    report: JsonFile = None,
    page: HtmlFile = None,
    part: Annotated[str, typer.Option(help="Which generator of how many this one is: 0/3.")] = "0/1",
    starts_at: Annotated[
        float | None, typer.Option(help="When all generators begin, seconds since 1970.")
    ] = None,
) -> None:
    """Play a scenario and report. Without --target it loads a server of its own."""
    if context.invoked_subcommand is not None:
        return
    from loadtest.conduct import Plan

    played = _scenario(scenario, seed=seed, speed=speed, scale=scale, history=arrivals)
    before = _before(report if against is None else against, needed=against is not None)
    number, parts = _part(part)
    plan = Plan(
        scenario=played,
        target=target,
        cast_file=staff,
        database_url=database_url,
        generators=generators,
        metrics_url=metrics_url,
        server_pid=server_pid,
        kill_command=kill_command,
        part=number,
        parts=parts,
        starts_at=starts_at,
    )
    _tell(_conducted(plan), played, before, report=report, page=page)


@loadtest.command("prepare")
def prepare(
    staff: Annotated[int, typer.Option(min=1, help="How many pharmacists.")] = 3,
    capacity: Annotated[int, typer.Option(help="How many may wait.")] = 20_000,
    answer_time_s: Annotated[int, typer.Option(help="How long a called patient has to answer.")] = 180,
    out: Annotated[
        Path | None, typer.Option(help="Write it there, readable by you only; otherwise print it.")
    ] = None,
    data: Data = None,
) -> None:
    """Make a test organisation on this server's database, with pharmacists, to use as --staff of a run."""
    from server.rehearsal.prepare import prepare as make

    async def work(parts: "Parts") -> Mapping[str, object]:
        return await make(parts, staff=staff, capacity=capacity, answer_time_s=answer_time_s)

    made = orjson.dumps(console.run(data, work), option=orjson.OPT_INDENT_2)
    if out is None:
        typer.echo(made)
        return
    out.touch(mode=0o600)
    out.write_bytes(made)


@loadtest.command("merge")
def merge(
    files: Annotated[list[Path], typer.Argument(help="JSON reports of generators of one run.")],
    scenario: ScenarioName = "smoke",
    report: JsonFile = None,
    page: HtmlFile = None,
) -> None:
    """Add up what several generators measured, and judge the whole by the scenario's thresholds."""
    from loadtest.result import ResultError, merged, read

    try:
        whole = merged(read(file) for file in files)
    except ResultError as error:
        console.refuse(f"This cannot be merged: {error}.", 2)
    except OSError as error:
        console.refuse(f"Cannot read {error.filename}: {error.strerror}.", 3)
    _tell(whole, _scenario(scenario), None, report=report, page=page)


def _scenario(
    name: str,
    *,
    seed: int | None = None,
    speed: float | None = None,
    scale: float | None = None,
    history: Path | None = None,
) -> "Scenario":
    from loadtest.scenario import ScenarioError, changed, load

    try:
        return changed(load(name), seed=seed, speed=speed, scale=scale, history=history)
    except ScenarioError as error:
        console.refuse(f"The scenario is not right: {error}.", 2)


def _part(text: str) -> tuple[int, int]:
    number, _, parts = text.partition("/")
    if not (number.isdecimal() and parts.isdecimal() and int(number) < int(parts)):
        console.refuse("--part is like 0/3: the first of three.", 2)
    return int(number), int(parts)


def _before(path: Path | None, *, needed: bool) -> "Result | None":
    """The earlier run to compare with. One that was only going to be overwritten may be missing."""
    from loadtest.result import ResultError, read

    if path is None or (not needed and not path.exists()):
        return None
    try:
        return read(path)
    except ResultError as error:
        if needed:
            console.refuse(f"Nothing to compare with: {error}.", 2)
    except OSError as error:
        console.refuse(f"Cannot read {path}: {error.strerror}.", 3)
    return None


def _conducted(plan: "Plan") -> "Result":
    """Run the plan; what goes wrong ends the program with a sentence and a code."""
    try:
        return _run(plan)
    except (asyncio.CancelledError, KeyboardInterrupt):
        console.refuse("Stopped.", 3)


def _run(plan: "Plan") -> "Result":
    import uvloop

    from loadtest.conduct import conduct
    from loadtest.scenario import ScenarioError
    from loadtest.target import TargetError
    from server.db.failure import DatabaseFailure

    try:
        return uvloop.run(conduct(plan, _replay, Console(stderr=True)))
    except* TargetError as group:
        error = group.exceptions[0]
        console.refuse(
            f"The load test does not run: {error}", 2 if getattr(error, "is_refusal", False) else 3
        )
    except* (ScenarioError, ValueError) as group:
        console.refuse(f"This is not right: {group.exceptions[0]}.", 2)
    except* (OSError, DatabaseFailure) as group:
        console.refuse(
            f"Something the load test needs is not there ({type(group.exceptions[0]).__name__}).", 3
        )
    raise AssertionError("unreachable")


@asynccontextmanager
async def _replay(url: str) -> "AsyncIterator[Replay]":
    from pydantic import SecretStr

    from server.config import Settings
    from server.db.database import Database
    from server.rehearsal.replay import DatabaseReplay

    database = Database(Settings(database_url=SecretStr(url)).database, pool_size=2)
    try:
        yield DatabaseReplay(database)
    finally:
        await database.close()


def _tell(
    result: "Result", scenario: "Scenario", before: "Result | None", *, report: Path | None, page: Path | None
) -> None:
    """Show the report, write it where asked, and end with the exit code that the thresholds set."""
    from loadtest.report import of_scenario
    from loadtest.report.page import page as html
    from loadtest.report.terminal import show

    judged = of_scenario(result, scenario, before)
    show(judged, Console(width=None if sys.stdout.isatty() else WIDE))
    if report is not None:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_bytes(orjson.dumps(judged.as_json(), option=orjson.OPT_INDENT_2))
    if page is not None:
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(html(judged))
    raise typer.Exit(0 if judged.passed else 1)
