"""People whom the line did not take, and who asked to be rung."""

import pytest

from server.errors import Refusal
from server.waiting_room import tables
from server.waiting_room.call_back_schemas import AskCallBack
from server.waiting_room.models import CallBackOutcome
from tests.clock import ManualClock
from tests.server.parts import Parts
from tests.server.world import World

PHONE = "020 7946 0018"


def asked(world: World, *, phone: str = PHONE) -> AskCallBack:
    return AskCallBack(queue_id=world.queue_id, name="Ana Ruiz", phone=phone, language="es")


async def test_staff_see_who_asked_and_why(parts: Parts, world: World) -> None:
    await world.update_queue(world.queue_id, capacity=0)
    await parts.call_backs.ask(world.slug, asked(world))
    technician = await world.technician()
    (shown,) = (await parts.call_backs.waiting(technician, world.queue_id)).call_backs
    assert (shown.name, shown.phone, shown.language) == ("Ana Ruiz", "+442079460018", "es")
    assert (shown.reason, shown.pharmacy_name) == ("full", "Mill Lane Pharmacy")
    assert (await parts.counter.line(technician, world.queue_id)).call_backs == 1


async def test_a_closed_queue_is_said_to_be_the_reason(parts: Parts, world: World) -> None:
    await world.update_queue(world.queue_id, opening_hours=[[6, "09:00", "10:00"]])
    await parts.call_backs.ask(world.slug, asked(world))
    (shown,) = (await parts.call_backs.waiting(await world.technician(), world.queue_id)).call_backs
    assert shown.reason == "closed"


async def test_the_same_number_within_an_hour_is_the_same_call_back(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    first = await parts.call_backs.ask(world.slug, asked(world))
    assert await parts.call_backs.ask(world.slug, asked(world, phone="+44 20 7946 0018")) == first
    assert await parts.call_backs.ask(world.slug, asked(world, phone="020 7946 0019")) != first
    clock.advance(hours=1, seconds=1)
    assert await parts.call_backs.ask(world.slug, asked(world)) != first


async def test_who_was_rung_may_ask_again(parts: Parts, world: World) -> None:
    technician = await world.technician()
    first = await parts.call_backs.ask(world.slug, asked(world))
    await parts.call_backs.done(technician, first, CallBackOutcome.REACHED)
    assert (await parts.call_backs.waiting(technician, world.queue_id)).call_backs == ()
    assert await parts.call_backs.ask(world.slug, asked(world)) != first


async def test_done_twice_is_done_once(parts: Parts, world: World) -> None:
    technician = await world.technician()
    call_back_id = await parts.call_backs.ask(world.slug, asked(world))
    await parts.call_backs.done(technician, call_back_id, CallBackOutcome.NO_ANSWER)
    await parts.call_backs.done(technician, call_back_id, CallBackOutcome.REACHED)
    (event,) = await world.events("call_back.done")
    assert '"outcome":"no_answer"' in event


@pytest.mark.parametrize("phone", ["12345", "not a number", "+34 600"])
async def test_a_number_that_cannot_be_dialled_is_refused(parts: Parts, world: World, phone: str) -> None:
    with pytest.raises(Refusal, match="invalid_request"):
        await parts.call_backs.ask(world.slug, asked(world, phone=phone))


async def test_unknown_places_and_foreign_queues_are_not_found(parts: Parts, world: World) -> None:
    elsewhere = await World.make(world.database, world.clock)
    with pytest.raises(Refusal, match="not_found"):
        await parts.call_backs.ask("nowhere", asked(world))
    with pytest.raises(Refusal, match="not_found"):
        await parts.call_backs.ask(world.slug, asked(elsewhere))


async def test_events_name_nobody(parts: Parts, world: World) -> None:
    technician = await world.technician()
    call_back_id = await parts.call_backs.ask(world.slug, asked(world))
    await parts.call_backs.waiting(technician, world.queue_id)
    await parts.call_backs.done(technician, call_back_id, CallBackOutcome.NOT_NEEDED)
    events = await world.events()
    assert [name for name in await world.event_names() if name.startswith("call_back")] == [
        "call_back.asked",
        "call_back.viewed",
        "call_back.done",
    ]
    assert not [event for event in events if "7946" in event or "Ana" in event]


async def test_a_list_that_nobody_works_through_takes_no_more(
    parts: Parts, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.waiting_room.call_backs.MOST_OPEN", 1)
    await parts.call_backs.ask(world.slug, asked(world))
    with pytest.raises(Refusal, match="queue_full"):
        await parts.call_backs.ask(world.slug, asked(world, phone="020 7946 0019"))
    assert await world.count(tables.call_backs) == 1
