"""Closing time."""

import pytest

from server.accounts.pharmacies import PharmacyLookup
from server.errors import Refusal
from server.ids import QueueId
from server.waiting_room import closing
from server.waiting_room.closing import Closing
from server.waiting_room.models import EndReason, VisitState
from server.waiting_room.schemas import Needs
from tests.clock import ManualClock
from tests.server.parts import Parts
from tests.server.world import World

MORNING = [[0, "09:00", "12:00"]]
"""The clock of the tests stands at ten on a Monday."""


class Duty:
    """Says whether the queues are served."""

    def __init__(self, *, served: bool) -> None:
        self.served = served

    async def is_served(self, connection: object, queue_id: QueueId) -> bool:
        return self.served


@pytest.fixture
def duty() -> Duty:
    return Duty(served=True)


@pytest.fixture
def closes(parts: Parts, duty: Duty) -> Closing:
    return Closing(
        parts.database,
        parts.clock,
        visits=parts.visits,
        pharmacies=PharmacyLookup(),
        duty=duty,
        grace_s=3_600,
    )


async def test_places_are_kept_for_an_hour_after_closing(
    parts: Parts, world: World, clock: ManualClock, closes: Closing
) -> None:
    await world.update_queue(world.queue_id, opening_hours=MORNING)
    visit_id = await parts.wait(await world.patient())
    clock.advance(hours=2, minutes=59)
    assert await closes.expire() == 0
    with pytest.raises(Refusal, match="queue_closed"):
        await parts.stand(await world.patient())
    clock.advance(minutes=1)
    assert await closes.expire() == 1
    assert await closes.expire() == 0
    view = await parts.visit(visit_id)
    assert (view.state, view.end_reason) == (VisitState.EXPIRED, EndReason.CLOSED)
    assert view.guidance is not None
    assert "+44 1632 960000" in view.guidance
    (event,) = await world.events("visit.expired")
    assert '"by":"closing_time"' in event


async def test_a_line_that_nobody_serves_any_more_ends_at_closing_time(
    parts: Parts, world: World, clock: ManualClock, closes: Closing, duty: Duty
) -> None:
    duty.served = False
    await world.update_queue(world.queue_id, opening_hours=MORNING)
    visit_id = await parts.wait(await world.patient())
    await parts.triage.set_needs(await world.technician(), visit_id, Needs(language="es"))
    clock.advance(hours=1, minutes=59)
    assert await closes.expire() == 0
    clock.advance(minutes=1)
    assert await closes.expire() == 1
    view = await parts.visit(visit_id)
    assert view.guidance is not None
    assert "Llame al +44 1632 960000" in view.guidance
    (event,) = await world.events("visit.expired")
    assert '"by":"nobody_on_duty"' in event


async def test_who_is_called_or_in_a_consultation_is_not_sent_away(
    parts: Parts, world: World, clock: ManualClock, closes: Closing
) -> None:
    await world.update_queue(world.queue_id, opening_hours=MORNING)
    visit_id = await parts.wait(await world.patient())
    await parts.admit(await world.pharmacist())
    clock.advance(hours=10)
    assert await closes.expire() == 0
    assert (await parts.visit(visit_id)).state is VisitState.CALLED


async def test_a_hub_goes_on_while_one_of_its_pharmacies_is_open(
    parts: Parts, world: World, clock: ManualClock, closes: Closing
) -> None:
    await world.update_pharmacy(world.pharmacy_id, opening_hours=MORNING)
    visit_id = await parts.stand(await world.patient(), queue_id=world.second_queue_id)
    clock.advance(hours=10)
    assert await closes.expire() == 0
    await world.update_pharmacy(world.second_pharmacy_id, opening_hours=MORNING)
    assert await closes.expire() == 1
    assert (await parts.visit(visit_id)).state is VisitState.EXPIRED


async def test_a_queue_without_hours_never_closes(
    parts: Parts, world: World, clock: ManualClock, closes: Closing, duty: Duty
) -> None:
    duty.served = False
    await parts.wait(await world.patient())
    clock.advance(days=3)
    assert await closes.expire() == 0


async def test_a_long_line_ends_in_steps(
    parts: Parts, world: World, clock: ManualClock, closes: Closing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "MOST_PER_STEP", 2)
    await world.update_queue(world.queue_id, opening_hours=MORNING)
    for _ in range(3):
        await parts.stand(await world.patient())
    clock.advance(hours=4)
    assert [await closes.expire() for _ in range(3)] == [2, 1, 0]
