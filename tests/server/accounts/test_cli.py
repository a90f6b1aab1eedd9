"""The commands that set up tenants and keep accounts."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from server.accounts.cli import tenants, users
from server.auth.passwords import Passwords
from server.db.migrate import upgrade
from tests.server.accounts.desk import CHEAP

PASSWORD = "correct horse battery"


class Shell:
    """Runs commands on a database of their own, as a terminal would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.password = folder / "password"
        self.password.write_text(f"{PASSWORD}\n")

    def tenant(self, *arguments: str) -> Result:
        return CliRunner().invoke(tenants, [*arguments, "--data", str(self.folder)])

    def user(self, *arguments: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(users, [*arguments, "--data", str(self.folder)], input=typed)

    def create(self, email: str = "maria@example.org", **options: str) -> Result:
        given = {"tenant": "acme", "name": "Maria Lopez", "role": "pharmacist"} | options
        words = [word for name, value in given.items() for word in (f"--{name}", value)]
        return self.user("create", email, *words, "--password-file", str(self.password))

    def listed(self) -> list[Any]:
        rows: list[Any] = json.loads(self.user("list", "--tenant", "acme", "--json").stdout)
        return rows

    def events(self) -> list[str]:
        with sqlite3.connect(self.folder / "officina.db") as connection:
            found = [name for (name,) in connection.execute("SELECT name FROM audit_outbox")]
        connection.close()
        return found


@pytest.fixture
async def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setattr("server.parts.Passwords", lambda: Passwords(CHEAP))
    await upgrade(f"sqlite+aiosqlite:///{tmp_path / 'officina.db'}")
    return Shell(tmp_path)


@pytest.fixture
def shell(empty: Shell) -> Shell:
    """A shell with a tenant, a pharmacy and a queue."""
    pharmacy = [
        *("--name", "Mill Lane", "--address", "1 Mill Lane", "--phone", "+44 1632 960000"),
        *("--emergency-number", "999", "--time-zone", "Europe/London", "--country", "GB"),
        *("--hours", "mon-fri 09:00-18:00", "--hours", "sat 10:00-13:00"),
    ]
    for result in (
        empty.tenant("create", "acme", "--name", "Acme Pharmacies"),
        empty.tenant("add-pharmacy", "acme", "mill-lane", *pharmacy),
        empty.tenant("add-queue", "acme", "--name", "Advice", "--pharmacy", "mill-lane"),
    ):
        assert result.exit_code == 0, result.output
    return empty


def test_tenant_pharmacy_and_queue_are_set_up(shell: Shell) -> None:
    (acme,) = json.loads(shell.tenant("list", "--json").stdout)
    assert (acme["slug"], acme["pharmacies"], acme["queues"]) == ("acme", ["mill-lane"], ["Advice"])
    assert shell.events() == ["tenant.created", "pharmacy.created", "queue.created"]


def test_staff_are_created_and_listed(shell: Shell) -> None:
    assert shell.create(queue="Advice").exit_code == 0
    (maria,) = shell.listed()
    assert (maria["email"], maria["role"], maria["queues"]) == (
        "maria@example.org",
        "pharmacist",
        ["Advice"],
    )
    assert "maria@example.org" in shell.user("list", "--tenant", "acme").stdout


def test_account_is_kept_in_order(shell: Shell) -> None:
    shell.create()
    assert shell.user("totp", "maria@example.org").stdout.startswith("otpauth://totp/Officina:")
    assert shell.listed()[0]["second_factor"] is True
    assert shell.user("totp", "maria@example.org", "--remove").exit_code == 0
    new = shell.user("password", "maria@example.org", "--password-file", "-", typed="another horse battery\n")
    assert new.exit_code == 0
    queues = shell.user("queues", "maria@example.org", "--tenant", "acme", "--queue", "Advice")
    assert "1 queue" in queues.stdout
    assert shell.user("disable", "maria@example.org").exit_code == 0
    (maria,) = shell.listed()
    assert (maria["second_factor"], maria["disabled"], maria["queues"]) == (False, True, ["Advice"])


@pytest.mark.parametrize(
    "options, code, reason",
    [
        ({"role": "king"}, 2, "role"),
        ({"email": "nobody"}, 2, "email"),
        ({"tenant": "nowhere"}, 1, "no such user or tenant"),
        ({"queue": "Nothing"}, 1, "no such queue"),
    ],
    ids=str,
)
def test_what_is_not_right_is_named(shell: Shell, options: dict[str, str], code: int, reason: str) -> None:
    result = shell.create(**options)
    assert result.exit_code == code
    assert reason in result.stderr
    assert shell.listed() == []


def test_trivial_password_is_refused(shell: Shell) -> None:
    shell.password.write_text("123456789012")
    result = shell.create()
    assert (result.exit_code, "too_simple" in result.stderr) == (2, True)
    assert "123456789012" not in result.output


def test_name_in_addresses_belongs_to_one_tenant(shell: Shell) -> None:
    result = shell.tenant("create", "acme", "--name", "Another")
    assert (result.exit_code, "taken" in result.stderr) == (2, True)


def test_hours_that_are_none_are_refused(shell: Shell) -> None:
    arguments = ["--name", "X", "--address", "X", "--phone", "123", "--emergency-number", "112"]
    arguments += ["--time-zone", "Europe/Madrid", "--country", "ES"]
    for hours in ("sometimes", "mon 9-17", "mon-xyz 09:00-17:00", "mon 09:00-25:00"):
        result = shell.tenant("add-pharmacy", "acme", "other", *arguments, "--hours", hours)
        assert result.exit_code == 2, hours


def test_password_is_not_awaited_where_nobody_types(shell: Shell) -> None:
    result = shell.user("password", "maria@example.org", typed="")
    assert (result.exit_code, "--password-file" in result.stderr) == (2, True)


def test_folder_without_a_database_is_told(tmp_path: Path) -> None:
    result = Shell(tmp_path).user("list", "--tenant", "acme")
    assert (result.exit_code, "migrate" in result.stderr) == (3, True)
