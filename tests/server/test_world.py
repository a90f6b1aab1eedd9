"""The world that other tests stand on."""

from server.accounts.tables import patients, staff
from server.auth.tables import sessions
from server.db.database import Database
from tests.clock import ManualClock
from tests.server.world import World


async def test_people_of_a_world_are_rows_with_sessions(world: World) -> None:
    pharmacist = await world.pharmacist()
    patient = await world.patient()
    assert pharmacist.queue_ids == {world.queue_id, world.second_queue_id}
    assert patient.patient_id is not None
    assert [await world.count(table) for table in (staff, patients, sessions)] == [1, 1, 2]


async def test_two_worlds_live_in_one_database(world: World, database: Database, clock: ManualClock) -> None:
    elsewhere = await World.make(database, clock)
    assert elsewhere.tenant_id != world.tenant_id
    await elsewhere.compliance()
