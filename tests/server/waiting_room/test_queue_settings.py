"""What an administrator sets of a queue."""

import pytest

from server.errors import Refusal
from server.waiting_room.settings_schemas import ChangeQueue, OpeningSpanText
from tests.server.parts import Parts
from tests.server.world import World

SUNDAY = OpeningSpanText(weekday=6, opens="10:00", closes="14:00")


async def test_what_is_left_out_stays(parts: Parts, world: World) -> None:
    admin = await world.admin()
    before = await parts.settings.read(admin, world.queue_id)
    after = await parts.settings.change(admin, world.queue_id, ChangeQueue(capacity=7))
    assert after == before.model_copy(update={"capacity": 7})
    assert await parts.settings.read(admin, world.queue_id) == after


async def test_each_setting_that_differs_has_its_event(parts: Parts, world: World) -> None:
    admin = await world.admin()
    asked = ChangeQueue(
        capacity=7,
        answer_time_s=180,
        languages=("en", "pl"),
        opening_hours=(SUNDAY,),
        urgent_head_start_s=600,
    )
    view = await parts.settings.change(admin, world.queue_id, asked)
    assert (view.languages, view.opening_hours) == (("en", "pl"), (SUNDAY,))
    assert (view.urgent_head_start_s, view.scheduled_head_start_s) == (600, 3600)
    events = await world.events("queue.setting.changed")
    assert len(events) == 4  # the answer time was 180 s before
    assert '"after":"7","before":"200","setting":"capacity"' in events[0]
    assert any('"before":"en, es"' in event for event in events)
    assert any('"after":"6, 10:00, 14:00"' in event for event in events)
    assert any('"after":"urgent=600"' in event for event in events)


@pytest.mark.parametrize("name", ["Mars/Olympus", "../etc/passwd", "/etc/localtime", "Europe", ""])
async def test_a_time_zone_that_is_none_is_refused(parts: Parts, world: World, name: str) -> None:
    with pytest.raises(Refusal, match="invalid_request"):
        await parts.settings.change(await world.admin(), world.queue_id, ChangeQueue(time_zone=name))


async def test_own_hours_count_for_joining_and_for_the_public(parts: Parts, world: World) -> None:
    asked = ChangeQueue(opening_hours=(SUNDAY,), time_zone="Europe/Madrid")
    await parts.settings.change(await world.admin(), world.queue_id, asked)
    with pytest.raises(Refusal, match="queue_closed"):
        await parts.stand(await world.patient())
    async with world.database.snapshot() as connection:
        shown = await parts.waiting_room.public_queues(connection, world.pharmacy_id)
    advice = next(queue for queue in shown if queue.id == world.queue_id)
    assert advice.state == "closed"
    assert advice.opens_at is not None
    assert advice.opens_at.isoformat() == "2026-11-08T09:00:00+00:00"
