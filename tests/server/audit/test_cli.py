"""The commands, on a SQLite database in a folder."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.audit import store
from server.audit.checkpoints import Checkpoints
from server.audit.cli import audit
from server.audit.export import Export
from server.audit.leadership import FileLeadership
from server.audit.outbox import Outbox
from server.audit.proof import prove
from server.audit.sequencer import Sequencer
from server.config import load
from server.db.database import Database
from server.db.migrate import upgrade
from server.keys import load_keys
from tests.clock import ManualClock
from tests.server.audit.conftest import Pharmacy, execute

ROOT = Path(__file__).parents[3]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with a log of ten entries, an export and a proof."""
    asyncio.run(_fill(tmp_path))
    return tmp_path


async def _fill(folder: Path) -> None:
    settings, clock = load({"data_dir": folder}), ManualClock()
    await upgrade(settings.database)
    database = Database(settings.database)
    outbox = Outbox(clock)
    pharmacy = Pharmacy(database, outbox)
    sequencer = Sequencer(
        database=database, outbox=outbox, clock=clock, leadership=FileLeadership(folder / "lock")
    )
    key = load_keys(settings).audit
    checkpoints = Checkpoints(database=database, clock=clock, key=key, origin=settings.audit_origin)
    for n in range(10):
        await pharmacy.record(n)
    await sequencer.run_once()
    signed = await checkpoints.current(pharmacy.tenant_id)
    export = Export(database, signed, checkpoints.verifier(pharmacy.tenant_id))
    content = b"".join([part async for part in export.lines()])
    (folder / "audit.jsonl").write_bytes(content)
    async with database.snapshot() as connection:
        (entry, *_) = await store.page(connection, pharmacy.tenant_id, 0, 1, 1)
        (folder / "event.tlog-proof").write_text((await prove(connection, entry, signed)).text())
    await database.close()


async def _tamper(folder: Path) -> None:
    database = Database(load({"data_dir": folder}).database)
    await execute(database, 'DELETE FROM audit_entries WHERE "index" = 4')
    await database.close()


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(audit, [str(argument) for argument in arguments])
    return result.exit_code, result.output


def test_verify_says_that_the_log_holds(folder: Path) -> None:
    code, said = run("verify", "--data", folder)
    assert code == 0
    assert "10 entries and 1 checkpoints hold" in said


def test_verify_names_the_first_bad_entry(folder: Path) -> None:
    asyncio.run(_tamper(folder))
    code, said = run("verify", "--data", folder)
    assert code == 1
    assert "entry 4 is missing" in said
    code, said = run("verify", "--data", folder, "--json")
    assert code == 1
    (verdict,) = json.loads(said)
    assert not verdict["holds"]
    assert verdict["first_bad"] == {"index": 4, "until": None, "reason": "missing"}


def test_keys_kept_elsewhere_verify_log_export_and_event(folder: Path) -> None:
    code, keys = run("keys", "--data", folder)
    assert code == 0
    kept = folder / "kept.txt"
    kept.write_text(keys)
    assert run("verify", "--data", folder, "--keys", kept)[0] == 0
    assert run("verify", "--export", folder / "audit.jsonl", "--keys", kept)[0] == 0
    code, said = run("verify-event", folder / "event.tlog-proof", "--keys", kept)
    assert code == 0
    assert '"name":"test.noted"' in said
    (folder / "audit.jsonl").write_bytes((folder / "audit.jsonl").read_bytes()[:-300])
    assert run("verify", "--export", folder / "audit.jsonl", "--keys", kept)[0] == 1
    proof = folder / "event.tlog-proof"
    proof.write_text(proof.read_text().replace("index 0", "index 1"))
    assert run("verify-event", proof, "--keys", kept)[0] == 1


@pytest.mark.parametrize("content", [b"", b"not a proof", b"\xff\xfe"])
def test_a_file_that_is_no_proof_or_export_does_not_hold(folder: Path, content: bytes) -> None:
    kept = folder / "kept.txt"
    kept.write_text(run("keys", "--data", folder)[1])
    other = folder / "other"
    other.write_bytes(content)
    assert run("verify-event", other, "--keys", kept)[0] == 1
    assert run("verify", "--export", other)[0] == 1
    if content:
        assert run("verify-event", folder / "event.tlog-proof", "--keys", other)[0] == 2


def test_without_a_database_nothing_is_made(tmp_path: Path) -> None:
    code, said = run("verify", "--data", tmp_path)
    assert code == 3
    assert "no database" in said
    assert run("verify", "--export", tmp_path / "none.jsonl")[0] == 3
    assert list(tmp_path.iterdir()) == []


def test_events_lists_the_registry() -> None:
    code, said = run("events")
    assert code == 0
    assert "audit.timeline.viewed" in said
    code, said = run("events", "--json")
    assert {"name", "meaning", "fields"} == json.loads(said)[0].keys()


def test_verify_runs_as_a_program(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from server.audit.cli import audit; audit()", "verify", "--data", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
