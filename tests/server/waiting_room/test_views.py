"""The forecast, as patients and passers-by are shown it."""

from server.waiting_room.schemas import WaitRange, WaitUnknown
from tests.clock import ManualClock
from tests.server.parts import Media, Parts
from tests.server.world import World


async def serve(parts: Parts, world: World, clock: ManualClock, *, minutes: int) -> None:
    """A patient comes, is admitted and served."""
    patient, pharmacist = await world.patient(), await world.pharmacist()
    await parts.wait(patient)
    shown = await parts.admit(pharmacist)
    await parts.consultations.join(patient, shown.id, Media())
    clock.advance(minutes=minutes)
    await parts.complete(pharmacist, shown.id)


async def test_without_anybody_on_duty_the_wait_is_unknown(parts: Parts, world: World) -> None:
    visit_id = await parts.wait(await world.patient())
    assert (await parts.visit(visit_id)).wait == WaitUnknown(reason="nobody_on_duty")


async def test_passers_by_see_how_long_a_newcomer_would_wait(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    for _ in range(3):
        await serve(parts, world, clock, minutes=10)
    async with parts.database.snapshot() as connection:
        (queue, other) = await parts.waiting_room.public_queues(connection, world.pharmacy_id)
    assert (queue.waiting, queue.state) == (0, "open")
    assert isinstance(queue.wait, WaitRange)
    assert queue.wait.to_minutes <= 2
    # The same pharmacists serve the other queue, too, and nobody waits there.
    assert isinstance(other.wait, WaitRange)


async def test_a_full_queue_says_so_to_passers_by(parts: Parts, world: World) -> None:
    await parts.stand(await world.patient())
    await world.update_queue(world.queue_id, capacity=1)
    async with parts.database.snapshot() as connection:
        (queue, _) = await parts.waiting_room.public_queues(connection, world.pharmacy_id)
    assert (queue.state, queue.waiting) == ("full", 1)
