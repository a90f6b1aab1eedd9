"""The command line: `python -m server COMMAND`.

Exit codes: 0 done, 1 the thing asked about does not hold (a failed verification, say), 2 the command or the
settings are not right, 3 something the command needs (the database, a port) is not there.
"""

import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.table import Table

from server import logs
from server.accounts.cli import tenants, users
from server.audit.cli import audit
from server.config import ConfigError, Settings, load, redacted
from server.rehearsal.cli import loadtest

cli = typer.Typer(
    name="server",
    help="Officina: video consultations for pharmacies, with a waiting room.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
config = typer.Typer(help="Show and check the settings.", no_args_is_help=True)
cli.add_typer(config, name="config")
cli.add_typer(users, name="user")
cli.add_typer(tenants, name="tenant")
cli.add_typer(audit, name="audit")
cli.add_typer(loadtest, name="loadtest")

Host = Annotated[str | None, typer.Option(help="Address to listen on.")]
Port = Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")]
Data = Annotated[Path | None, typer.Option(help="Folder of the database and keys.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def settings_or_exit(**flags: object) -> Settings:
    """Read the settings and set up logs; a setting that does not hold ends the program with 2."""
    try:
        settings = load(flags)
    except ConfigError as error:
        typer.echo(f"The settings are not right:\n{error}", err=True)
        raise typer.Exit(2) from None
    logs.configure(form=settings.log_format, level=settings.log_level)
    return settings


@cli.command()
def serve(host: Host = None, port: Port = None, data: Data = None) -> None:
    """Run the server. The database must be migrated (see `migrate`)."""
    from server.app import serve as run

    _run(run(settings_or_exit(host=host, port=port, data_dir=data)))


@cli.command()
def demo(host: Host = None, port: Port = None, data: Data = None) -> None:
    """Run a demonstration: seeded people, printed links, everything in one folder."""
    from server.demo import run

    _run(run(settings_or_exit(host=host, port=port, data_dir=data)))


@cli.command()
def migrate(data: Data = None) -> None:
    """Bring the database to this program's schema. Safe to run again, and by several at once."""
    from server.db.migrate import current, newest, upgrade

    settings = settings_or_exit(data_dir=data)
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def run() -> None:
        before = await current(settings.database)
        await upgrade(settings.database)
        typer.echo(f"The schema was {before or 'empty'} and is now {newest()}.")

    _run(run())


@config.command("show")
def show(
    data: Data = None,
    as_json: AsJson = False,
    redact: Annotated[bool, typer.Option("--redacted", help="Always so: secrets are never shown.")] = True,
) -> None:
    """Print every setting, secrets only as set or not."""
    del redact  # the flag states what is always true
    shown = redacted(settings_or_exit(data_dir=data))
    if as_json:
        typer.echo(orjson.dumps(shown, default=str, option=orjson.OPT_INDENT_2))
        return
    table = Table("setting", "value", "meaning", box=None)
    for name, value in shown.items():
        table.add_row(name, str(value), Settings.model_fields[name].description or "")
    Console().print(table)


@config.command("check")
def check(data: Data = None) -> None:
    """Say whether the settings hold, and whether the database answers and has this program's schema."""
    from server.db.migrate import current, newest
    from server.keys import load_keys

    settings = settings_or_exit(data_dir=data)

    async def run() -> None:
        load_keys(settings)
        revision = await current(settings.database)
        if revision != newest():
            typer.echo(f"The schema is {revision or 'empty'}, not {newest()}: run `migrate`.", err=True)
            raise typer.Exit(1)
        typer.echo("The settings are right and the database is ready.")

    _run(run())


@cli.command()
def openapi() -> None:
    """Print the OpenAPI 3.1 document of the HTTP API."""
    from server.parts import openapi_document

    typer.echo(orjson.dumps(openapi_document(), option=orjson.OPT_INDENT_2))


@cli.command()
def asyncapi() -> None:
    """Print the AsyncAPI 3 document of the signalling protocol."""
    from signaling.schema import document

    typer.echo(orjson.dumps(document(), option=orjson.OPT_INDENT_2))


def _run(main: Coroutine[Any, Any, None]) -> None:
    """Run a command's coroutine on uvloop, telling expected failures in one line."""
    import uvloop

    from server.db.failure import DatabaseFailure

    try:
        uvloop.run(main)
    except ConfigError as error:
        typer.echo(f"The settings are not right:\n{error}", err=True)
        raise typer.Exit(2) from None
    except (OSError, DatabaseFailure) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        typer.echo(f"Cannot go on: {reason or type(error).__name__}.", err=True)
        raise typer.Exit(3) from None


if __name__ == "__main__":
    sys.exit(cli())
