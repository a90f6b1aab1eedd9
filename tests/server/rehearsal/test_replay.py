"""The replay reads the truth of a line, on both databases."""

from datetime import timedelta

from loadtest.judge import Judge, Sight, double_admits
from server.db.database import Database
from server.rehearsal.replay import DatabaseReplay
from tests.clock import ManualClock
from tests.server.parts import Parts
from tests.server.world import World


async def test_replayed_line_ends_as_the_visits_stand(
    parts: Parts, world: World, database: Database, clock: ManualClock
) -> None:
    replay = DatabaseReplay(database)
    patients = [await world.patient() for _ in range(4)]
    for patient in patients:
        await parts.wait(patient)
        clock.advance(seconds=1)
    await parts.admit(await world.pharmacist())
    version, standing = await replay.standing(world.queue_id)
    judge = Judge()
    changes = await replay.changes(world.queue_id, 0)
    judge.replay(changes)
    assert (judge.version, judge.finish(), standing) == (version, 3, 3)
    assert changes[-1].changed_at == clock.now().timestamp()


async def test_places_that_patients_are_told_are_right(
    parts: Parts, world: World, database: Database, clock: ManualClock
) -> None:
    judge = Judge()
    waiting = []
    for _ in range(4):
        waiting.append(await parts.wait(await world.patient()))
        clock.advance(seconds=1)
        for number, visit_id in enumerate(waiting):
            view = await parts.visit(visit_id)
            judge.see(Sight(number, view.queue_version, view.place, 0.0, None))
    judge.replay(await DatabaseReplay(database).changes(world.queue_id, 0))
    judge.finish()
    assert (judge.right, judge.wrong) == (10, 0)


async def test_changes_go_on_from_a_version(parts: Parts, world: World, database: Database) -> None:
    replay = DatabaseReplay(database)
    await parts.wait(await world.patient())
    before, _ = await replay.standing(world.queue_id)
    await parts.wait(await world.patient())
    later = await replay.changes(world.queue_id, before)
    assert [(change.rank, change.step) for change in later if change.step] == [(1, 1)]
    assert all(change.version > before for change in later)


async def test_visits_and_calls_of_the_run_are_read_and_those_before_it_are_not(
    parts: Parts, world: World, database: Database, clock: ManualClock
) -> None:
    replay = DatabaseReplay(database)
    await parts.wait(await world.patient())
    clock.advance(minutes=1)
    began = clock.now() - timedelta(seconds=5)
    visit_id = await parts.wait(await world.patient())
    pharmacist = await world.pharmacist()
    consultation = await parts.admit(pharmacist, visit_id)
    assert [visit.id for visit in await replay.visits(world.queue_id, began)] == [visit_id]
    (call,) = await replay.calls(world.queue_id, began)
    assert (call.id, call.visit_id, call.pharmacist_id) == (consultation.id, visit_id, pharmacist.subject_id)
    assert (call.closed_at, call.answered) == (None, False)
    assert double_admits([(call.visit_id, call.opened_at.timestamp(), None)]) == 0
