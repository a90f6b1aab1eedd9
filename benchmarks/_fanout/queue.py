"""A queue with many patients in it, made by plain SQL, and the tickets to watch it with."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import insert

from benchmarks._fanout.crowd import Ticket
from server.accounts import tables as accounts
from server.auth import tables as auth
from server.auth.models import Session
from server.auth.principal import Role
from server.auth.tokens import AccessTokens
from server.clock import SystemClock
from server.config import Settings
from server.db.database import Database
from server.db.migrate import upgrade
from server.ids import PatientId, SessionId, VisitId, new_id
from server.keys import load_keys
from server.waiting_room import tables as waiting_room
from tests.server.world import World

AT_ONCE: Final = 500
VALID: Final = timedelta(hours=1)


@contextmanager
def crowded_queue(patients: int) -> Iterator[tuple[Path, list[Ticket]]]:
    """A data folder with a queue in its database; the tickets are in the order of the line."""
    with tempfile.TemporaryDirectory(prefix="officina-bench-") as folder:
        yield Path(folder), asyncio.run(_line_up(Path(folder), patients))


async def _line_up(folder: Path, patients: int) -> list[Ticket]:
    settings = Settings(data_dir=folder)
    await upgrade(settings.database)
    clock = SystemClock()
    database = Database(settings.database)
    tokens = AccessTokens(load_keys(settings).token, clock=clock)
    try:
        world = await World.make(database, clock)
        rows = [_Row(world, number) for number in range(patients)]
        for start in range(0, patients, AT_ONCE):
            some = rows[start : start + AT_ONCE]
            async with database.transaction() as transaction:
                for table, name in (
                    (accounts.patients, "patient"),
                    (auth.sessions, "session_values"),
                    (waiting_room.visits, "visit"),
                ):
                    await transaction.connection.execute(insert(table), [getattr(r, name) for r in some])
        await world.update_queue(world.queue_id, capacity=2 * patients, standing=patients, version=patients)
    finally:
        await database.close()
    return [
        Ticket({"token": tokens.issue(each.session, clock.now() + VALID), "protocol": 1}, each.visit_id)
        for each in rows
    ]


class _Row:
    """One patient, with a session and a place."""

    def __init__(self, world: World, number: int) -> None:
        now = world.clock.now()
        arrived_at = now - timedelta(hours=2) + timedelta(milliseconds=number)
        patient_id, self.visit_id = PatientId(new_id()), VisitId(new_id())
        self.session = Session(
            id=SessionId(new_id()),
            tenant_id=world.tenant_id,
            role=Role.PATIENT,
            subject_id=patient_id,
            consultation_id=None,
            refresh_hash=new_id(),
            rotated_at=now,
            earlier_rotated_at=None,
            device_hash="",
            created_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(hours=12),
        )
        self.patient: dict[str, Any] = {
            "id": patient_id,
            "tenant_id": world.tenant_id,
            "name": f"Patient {number}",
            "birth_date": date(1970, 1, 1),
            "language": "en",
            "access_needs": [],
            "safe_contact": {},
            "created_at": now,
        }
        self.session_values: dict[str, Any] = {
            column.name: getattr(self.session, column.name)
            for column in auth.sessions.columns
            if hasattr(self.session, column.name)
        } | {"role": "patient"}
        self.visit: dict[str, Any] = {
            "id": self.visit_id,
            "tenant_id": world.tenant_id,
            "queue_id": world.queue_id,
            "pharmacy_id": world.pharmacy_id,
            "patient_id": patient_id,
            "state": "waiting",
            "priority_class": "routine",
            "language": "en",
            "skills": [],
            "arrived_at": arrived_at,
            "stands_at": arrived_at,
            "created_at": arrived_at,
        }
