"""A cluster of server processes on PostgreSQL and Valkey, set up with the command line."""

import asyncio
import json
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_bytes

from aiohttp import ClientSession
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.integration.people import Person
from tests.integration.program import Program, Server
from tests.services.postgres import fresh_database

PHARMACY = "quay"
METRICS_PORT = "OFFICINA_METRICS_PORT"
PASSWORD = "seven calm herons wade"
STAFF = ("pharmacist", "technician", "admin", "compliance", "operator")


@dataclass(frozen=True)
class Seeded:
    """A database with an organisation in it, to copy for each test, and the files of its keys."""

    server_url: str
    template: str
    key_files: dict[str, str]

    @contextmanager
    def program(self, folder: Path, redis_url: str, **settings: str) -> Iterator[Program]:
        """The program on a fresh copy of the database."""
        with fresh_database(self.server_url, template=self.template) as database_url:
            yield Program(
                {
                    **settings_of(database_url, self.key_files, folder),
                    "OFFICINA_REDIS_URL": redis_url,
                    **settings,
                },
                folder,
            )


def settings_of(database_url: str, key_files: dict[str, str], data: Path) -> dict[str, str]:
    return {
        "OFFICINA_DATABASE_URL": database_url.replace("+asyncpg", ""),
        "OFFICINA_DATA_DIR": str(data / "data"),
        "OFFICINA_LOG_FORMAT": "json",
        **key_files,
    }


def write_keys(folder: Path) -> dict[str, str]:
    """Make the keys that all processes share; answers the settings that name their files."""
    pem = {
        name: Ed25519PrivateKey.generate()
        .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        .decode()
        for name in ("TOKEN_KEY", "AUDIT_KEY")
    }
    files = {}
    for name, text in {**pem, "BUS_KEY": b64encode(token_bytes(32)).decode()}.items():
        path = folder / name.lower()
        path.write_text(text + "\n")
        files[f"OFFICINA_{name}_FILE"] = str(path)
    return files


async def seed(program: Program) -> None:
    """Set up an organisation as an operator would."""
    await program.tell("migrate")
    await program.tell("tenant", "create", "harbour", "--name", "Harbour Pharmacies")
    where = ["--address", "1 Quay", "--phone", "+34 910 123 456", "--emergency-number", "112"]
    when = ["--time-zone", "Europe/Madrid", "--country", "ES", "--language", "en"]
    await program.tell("tenant", "add-pharmacy", "harbour", PHARMACY, "--name", "Quay", *where, *when)
    await program.tell("tenant", "add-queue", "harbour", "--name", "Advice", "--pharmacy", PHARMACY)
    password = program.folder / "password"
    password.write_text(PASSWORD + "\n")
    async with asyncio.TaskGroup() as group:
        for role in STAFF:
            group.create_task(_make_user(program, role, password))


async def _make_user(program: Program, role: str, password: Path) -> None:
    serves = ["--queue", "Advice"] if role in {"pharmacist", "technician"} else []
    who = ["--tenant", "harbour", "--name", f"Sam the {role}", "--role", role]
    said = await program.tell(
        "user", "create", email_of(role), *who, *serves, "--password-file", str(password), "--json"
    )
    assert json.loads(said)[0]["role"] == role


def email_of(role: str) -> str:
    return f"{role}@harbour.example"


@dataclass(frozen=True)
class Cluster:
    """Two servers that share a database, a Valkey and keys."""

    program: Program
    first: Server
    second: Server
    http: ClientSession

    def patient(self, server: Server) -> Person:
        return Person(self.http, server.url)

    async def staff(self, role: str, server: Server) -> Person:
        person = Person(self.http, server.url)
        await person.sign_in(email_of(role), PASSWORD)
        return person


@asynccontextmanager
async def cluster(program: Program, metrics_ports: Sequence[str] = ()) -> AsyncIterator[Cluster]:
    """Start both at once."""
    each = [replace(program, settings={**program.settings, METRICS_PORT: port}) for port in metrics_ports]
    one, other = each or [program, program]
    with one.starting() as first, other.starting() as second:
        await asyncio.gather(first.ready(), second.ready())
        async with ClientSession() as http:
            yield Cluster(program, first, second, http)
