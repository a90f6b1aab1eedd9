"""How the commands of accounts run, ask for passwords, and answer."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

import orjson
import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from server.config import ConfigError, Settings, load
from server.errors import Code, Refusal

if TYPE_CHECKING:
    from server.parts import Parts

WIDE = 200
"""Columns of a table that goes to a file or another program."""

T = TypeVar("T")


def run(data: Path | None, work: Callable[["Parts"], Awaitable[T]]) -> T:
    """Do something with the parts of the server; what goes wrong ends the program with a sentence."""
    from server.db.failure import DatabaseFailure

    settings = _settings(data)
    try:
        return asyncio.run(_with_parts(settings, work))
    except Refusal as refusal:
        if refusal.code is Code.NOT_FOUND:
            refuse("There is no such user or tenant.", 1)
        faults = [f"  {at.lstrip('/')}: {reason}" for at, reason in refusal.fields]
        refuse("\n".join(["This is not right:", *faults]), 2)
    except ValidationError as error:
        entries = error.errors(include_input=False, include_url=False, include_context=False)
        faults = [f"  {'/'.join(str(part) for part in entry['loc'])}: {entry['msg']}" for entry in entries]
        refuse("\n".join(["This is not right:", *faults]), 2)
    except ValueError as error:
        refuse(f"This is not right: {error}.", 2)
    except ConfigError as error:
        refuse(f"The settings are not right:\n{error}", 2)
    except (OSError, DatabaseFailure) as error:
        refuse(f"The database is not to be had ({type(error).__name__}). Is it running, and migrated?", 3)


async def _with_parts(settings: Settings, work: Callable[["Parts"], Awaitable[T]]) -> T:
    from server.clock import SystemClock
    from server.keys import load_keys
    from server.parts import build

    parts = build(settings, load_keys(settings), SystemClock())
    try:
        return await work(parts)
    finally:
        await parts.ground.database.close()


def _settings(data: Path | None) -> Settings:
    try:
        settings = load({"data_dir": data})
    except ConfigError as error:
        refuse(f"The settings are not right:\n{error}", 2)
    if settings.database_url is None and not (settings.data_dir / "officina.db").is_file():
        refuse("There is no database in this folder: run `migrate` first.", 3)
    return settings


def password(file: Path | None) -> str:
    """The password from a file (`-`: standard input), or typed twice on the terminal."""
    if file is not None:
        try:
            text = sys.stdin.read() if str(file) == "-" else file.read_text()
        except OSError as error:
            refuse(f"Cannot read the password: {error.strerror}.", 3)
        return text.removesuffix("\n").removesuffix("\r")
    if not sys.stdin.isatty():
        refuse("Give the password with --password-file, or run this on a terminal.", 2)
    typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return typed


def show(rows: Sequence[Mapping[str, object]], *, as_json: bool) -> None:
    """Print rows as a table, or as JSON, one list."""
    if as_json:
        typer.echo(orjson.dumps(list(rows), option=orjson.OPT_INDENT_2))
        return
    if not rows:
        typer.echo("None.")
        return
    table = Table(box=None)
    for heading in rows[0]:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(value) for value in row.values()))
    Console(width=None if sys.stdout.isatty() else WIDE).print(table)


def refuse(sentence: str, code: int) -> NoReturn:
    """End the program with a sentence on standard error."""
    typer.echo(sentence, err=True)
    raise typer.Exit(code)


def _cell(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(str(item) for item in value)
        case _:
            return str(value)
