"""The commands `audit verify | verify-event | keys | events`.

Exit codes: 0 it holds, 1 it does not, 2 the command or the settings are not right, 3 the database or a file
is not there.
"""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import orjson
import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from server.audit.export import verify_export
from server.audit.merkle import ProofError
from server.audit.note import NoteError, VerifierKey, verifier
from server.audit.proof import verify_proof
from server.audit.registry import event_types, fields_of, markdown
from server.audit.verify import Verdict, Verifier
from server.audit.walk import BadEntryError
from server.config import ConfigError, Settings, load
from server.db.database import Database
from server.db.failure import DatabaseFailure

audit = typer.Typer(help="Verify the audit log, and say what is logged.", no_args_is_help=True)

Data = Annotated[Path | None, typer.Option(help="Folder of the database and keys.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
KeyFile = Annotated[
    Path | None, typer.Option("--keys", help="File of verifier keys, one a line (see `audit keys`).")
]

T = TypeVar("T")


@audit.command()
def verify(
    data: Data = None,
    keys: KeyFile = None,
    export: Annotated[Path | None, typer.Option(help="Verify this export instead of the database.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compute the whole log again and name the first bad entry, if any. Works offline, changes nothing."""
    given = None if keys is None else _read_keys(keys)
    if export is not None:
        verdicts = [_verify_export(export, given)]
    else:
        settings = _settings(data)
        key_of = _keys_of(settings, given)
        verdicts = _run(settings, lambda database: _verify_all(database, key_of))
    if as_json:
        typer.echo(orjson.dumps([_as_json(verdict) for verdict in verdicts]))
    else:
        for verdict in verdicts:
            typer.echo(_sentence(verdict))
    raise typer.Exit(int(any(verdict.fault for verdict in verdicts)))


@audit.command("verify-event")
def verify_event(
    file: Annotated[Path, typer.Argument(help="A .tlog-proof, as GET audit/events/{id}/proof gives it.")],
    keys: Annotated[Path, typer.Option(help="File of verifier keys, one a line.")],
) -> None:
    """Check the proof of one event against verifier keys had from elsewhere, and print the event."""
    text = _read(file).decode(errors="replace")
    for key in _read_keys(keys).values():
        try:
            leaf = verify_proof(text, key)
        except ProofError:
            continue
        typer.echo(f"The event is in the log of {key.name}:\n{leaf.decode()}")
        return
    typer.echo("The proof does not hold for any of the keys.", err=True)
    raise typer.Exit(1)


@audit.command("keys")
def show_keys(data: Data = None) -> None:
    """Print the verifier key of each log. Keep a copy where the server's administrators cannot change it."""
    settings = _settings(data)
    signing = _signing_key(settings)
    if signing is None:
        typer.echo("There is no signing key yet: it is made when the server first starts.", err=True)
        raise typer.Exit(3)
    for log in _run(settings, lambda database: Verifier(database, lambda _: None, _ignore).logs()):
        typer.echo(str(verifier(f"{settings.audit_origin}/{log}", signing)))


@audit.command()
def events(
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print docs/audit-events.md.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the types of events that are logged, with the fields of their data."""
    if as_markdown:
        typer.echo(markdown(), nl=False)
    elif as_json:
        listed = [
            {"name": name, "meaning": kind.meaning, "fields": dict(fields_of(kind))}
            for name, kind in event_types().items()
        ]
        typer.echo(orjson.dumps(listed))
    else:
        for name, kind in event_types().items():
            typer.echo(f"{name:36} {kind.meaning}")


async def _verify_all(database: Database, key_of: Callable[[str], VerifierKey | None]) -> list[Verdict]:
    columns = (TextColumn("verifying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    with bar:
        task = bar.add_task("verify", total=None)
        verifier_ = Verifier(database, key_of, lambda count: bar.advance(task, count))
        sizes = await verifier_.logs()
        bar.update(task, total=sum(sizes.values()))
        return [await verifier_.verify(log) for log in sizes]


def _verify_export(path: Path, keys: dict[str, VerifierKey] | None) -> Verdict:
    if not path.is_file():
        _refuse("There is no such file.", 3)
    with path.open("rb") as lines:
        try:
            walk = verify_export(lines, keys)
        except BadEntryError as fault:
            return Verdict("export", fault.index or 0, 0, fault)
    return Verdict(walk.log, walk.tree.size, 1, None)


def _sentence(verdict: Verdict) -> str:
    fault = verdict.fault
    if fault is None:
        return f"{verdict.log}: {verdict.entries} entries and {verdict.checkpoints} checkpoints hold."
    until = "" if fault.until is None else f" (of {fault.index} to {fault.until - 1})"
    where = "the header" if fault.index is None else f"entry {fault.index}"
    return f"{verdict.log}: BAD: {where} {fault.reason.message}{until}."


def _as_json(verdict: Verdict) -> dict[str, object]:
    fault = verdict.fault
    return {
        "log": verdict.log,
        "holds": fault is None,
        "entries": verdict.entries,
        "checkpoints": verdict.checkpoints,
        "first_bad": None
        if fault is None
        else {"index": fault.index, "until": fault.until, "reason": fault.reason.value},
    }


def _settings(data: Path | None) -> Settings:
    try:
        settings = load({"data_dir": data})
    except ConfigError as error:
        _refuse(f"The settings are not right:\n{error}", 2)
    if settings.database_url is None and not (settings.data_dir / "officina.db").is_file():
        _refuse("There is no database in this folder.", 3)
    return settings


def _keys_of(settings: Settings, given: dict[str, VerifierKey] | None) -> Callable[[str], VerifierKey | None]:
    """Where the key of a log comes from: the file given, else the server's own key, if it is here."""
    signing = None if given is not None else _signing_key(settings)

    def key_of(log: str) -> VerifierKey | None:
        name = f"{settings.audit_origin}/{log}"
        if given is not None:
            return given.get(name)
        return None if signing is None else verifier(name, signing)

    return key_of


def _signing_key(settings: Settings) -> Ed25519PrivateKey | None:
    path = settings.data_dir / "keys" / "audit.pem"
    if settings.audit_key is not None:
        pem = settings.audit_key.get_secret_value().encode()
    elif path.is_file():
        pem = path.read_bytes()
    else:
        return None
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, Ed25519PrivateKey):
        _refuse("audit_key is not an Ed25519 key.", 2)
    return key


def _read_keys(path: Path) -> dict[str, VerifierKey]:
    try:
        keys = [VerifierKey.parse(line) for line in _read(path).decode().splitlines() if line.strip()]
    except (NoteError, UnicodeDecodeError):
        _refuse("The file of keys has a line that is not a verifier key.", 2)
    return {key.name: key for key in keys}


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        _refuse(f"Cannot read {path}: {error.strerror}.", 3)


def _run(settings: Settings, work: Callable[[Database], Coroutine[Any, Any, T]]) -> T:
    async def main() -> T:
        database = Database(settings.database, pool_size=2)
        try:
            return await work(database)
        finally:
            await database.close()

    try:
        return asyncio.run(main())
    except (OSError, DatabaseFailure) as error:
        _refuse(f"Cannot read the log: {type(error).__name__}.", 3)


def _ignore(_: int) -> None:
    """Nobody watches."""


def _refuse(sentence: str, code: int) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(code)
