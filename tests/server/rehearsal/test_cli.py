"""The command's mistakes, and what `prepare` makes."""

import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from server.auth.passwords import Passwords
from server.db.migrate import upgrade
from server.rehearsal.cli import loadtest
from tests.server.accounts.desk import CHEAP


def run(*arguments: str) -> Result:
    return CliRunner().invoke(loadtest, list(arguments))


@pytest.fixture
async def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("server.parts.Passwords", lambda: Passwords(CHEAP))
    await upgrade(f"sqlite+aiosqlite:///{tmp_path / 'officina.db'}")
    return tmp_path


def test_prepare_makes_a_test_organisation_and_a_file_only_the_user_can_read(
    database: Path, tmp_path: Path
) -> None:
    cast = tmp_path / "cast.json"
    made = run("prepare", "--staff", "2", "--capacity", "50", "--out", str(cast), "--data", str(database))
    assert made.exit_code == 0, made.output
    assert cast.stat().st_mode & 0o777 == 0o600
    told = json.loads(cast.read_text())
    assert len({one["password"] for one in told["staff"]}) == 2
    with sqlite3.connect(database / "officina.db") as connection:
        tenants = connection.execute("SELECT slug, is_test FROM tenants").fetchall()
        capacities = connection.execute("SELECT capacity FROM queues").fetchall()
    connection.close()
    assert tenants == [(told["tenant"], 1)]
    assert capacities == [(50,)]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--scenario", "hurricane"], 2, "no scenario 'hurricane'"),
        (["--part", "3/3"], 2, "--part is like 0/3"),
        (["--target", "http://127.0.0.1:9"], 3, "needs --staff"),
        (["--against", "/nonexistent.json"], 3, "Cannot read"),
        (["--arrivals", "/nonexistent.csv"], 2, "cannot read"),
        (["merge", "/nonexistent.json"], 3, "Cannot read"),
    ],
)
def test_mistake_ends_with_its_code_and_a_sentence(arguments: list[str], code: int, sentence: str) -> None:
    said = run(*arguments)
    assert said.exit_code == code, said.output
    assert sentence in said.output


def test_target_that_is_not_there_ends_with_three(tmp_path: Path) -> None:
    cast = tmp_path / "cast.json"
    staff = [{"email": f"{number}@example.org", "password": "x"} for number in range(3)]
    cast.write_text(json.dumps({"pharmacy": "quay", "queue_id": "1", "answer_time_s": 180, "staff": staff}))
    said = run("--target", "http://127.0.0.1:9", "--staff", str(cast))
    assert said.exit_code == 3, said.output
    assert "does not answer" in said.output


def test_file_that_is_no_report_is_not_merged(tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text("{}")
    said = run("merge", str(other))
    assert said.exit_code == 2
    assert "no result of a load test" in said.output
