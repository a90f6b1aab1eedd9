"""People looked up for the views of other features."""

from __future__ import annotations

from datetime import date

import pytest

from server.accounts.people import People
from server.db.database import Database
from server.ids import PatientId, StaffId, new_id
from tests.server.world import World


async def test_patient_is_whole(database: Database, world: World) -> None:
    principal = await world.patient(name="Ines Prado", language="es", access_needs=["signs"])
    assert principal.patient_id is not None
    async with database.snapshot() as connection:
        patient = await People().patient(connection, principal.patient_id)
    assert (patient.name, patient.birth_date, patient.language) == ("Ines Prado", date(1944, 5, 17), "es")
    assert patient.access_needs == ("signs",)
    assert patient.safe_contact["ring"] is True


async def test_many_are_found_at_once_and_strangers_left_out(database: Database, world: World) -> None:
    staff = [await world.pharmacist(name=name) for name in ("Maria", "Omar")]
    ids = [StaffId(each.subject_id) for each in staff]
    async with database.snapshot() as connection:
        names = await People().staff_names(connection, [*ids, StaffId(new_id())])
        nobody = await People().patients(connection, [])
    assert names == dict(zip(ids, ("Maria", "Omar"), strict=True))
    assert nobody == {}


async def test_unknown_id_is_an_error(database: Database, world: World) -> None:
    async with database.snapshot() as connection:
        with pytest.raises(LookupError):
            await People().patient(connection, PatientId(new_id()))
        with pytest.raises(LookupError):
            await People().guest_name(connection, new_id())


async def test_names_are_not_shown_when_a_patient_is_printed(database: Database, world: World) -> None:
    principal = await world.patient(name="Ines Prado")
    assert principal.patient_id is not None
    async with database.snapshot() as connection:
        patient = await People().patient(connection, principal.patient_id)
    assert "Ines" not in repr(patient)
    assert "600" not in repr(patient)
