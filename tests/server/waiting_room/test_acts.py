"""Whatever staff do with a visit or a queue has its event, and is told to whoever watches."""

from collections.abc import Awaitable, Callable

import pytest

from server.auth.principal import Principal
from server.ids import VisitId
from server.notices import QueueChanged, VisitChanged
from server.waiting_room.models import PriorityClass
from server.waiting_room.schemas import ChangeClass, Needs
from tests.server.parts import Parts
from tests.server.world import World

URGENT = ChangeClass(priority_class=PriorityClass.URGENT, reason="Short of breath")
Act = Callable[[Parts, Principal, VisitId], Awaitable[object]]

WAITING: dict[str, Act] = {
    "visit.messaged": lambda parts, who, visit: parts.counter.message(who, visit, "Soon"),
    "visit.held": lambda parts, who, visit: parts.counter.hold(who, visit, "The telephone"),
    "visit.declined": lambda parts, who, visit: parts.counter.decline(who, visit, "See your doctor"),
    "visit.transferred": lambda parts, who, visit: parts.transfers.transfer(
        who, visit, parts.world.second_queue_id
    ),
    "visit.class.changed": lambda parts, who, visit: parts.triage.change_class(who, visit, URGENT),
    "visit.needs.changed": lambda parts, who, visit: parts.triage.set_needs(who, visit, Needs(language="es")),
    "visit.admitted": lambda parts, who, visit: parts.admit(who, visit),
    "queue.messaged": lambda parts, who, visit: parts.counter.message_all(who, parts.world.queue_id, "Soon"),
}


async def done(parts: Parts, act: Act, who: Principal, visit_id: VisitId) -> set[object]:
    """What watchers were told of it."""
    told: list[object] = []
    parts.database.on_commit(told.extend)
    await act(parts, who, visit_id)
    return {
        notice.visit_id if isinstance(notice, VisitChanged) else notice.queue_id
        for notice in told
        if isinstance(notice, VisitChanged | QueueChanged)
    }


@pytest.mark.parametrize("event", WAITING)
async def test_what_is_done_with_one_who_waits_is_told(parts: Parts, world: World, event: str) -> None:
    visit_id = await parts.wait(await world.patient())
    told = await done(parts, WAITING[event], await world.pharmacist(), visit_id)
    assert {visit_id, world.queue_id} <= told
    assert len(await world.events(event)) == 1


async def test_a_no_show_is_told(parts: Parts, world: World) -> None:
    pharmacist = await world.pharmacist()
    visit_id = await parts.wait(await world.patient())
    for event in ("visit.call.unanswered", "visit.no_show"):
        await parts.admit(pharmacist)
        told = await done(
            parts, lambda parts, who, visit: parts.admission.no_show(who, visit), pharmacist, visit_id
        )
        assert told == {visit_id, world.queue_id}
        assert len(await world.events(event)) == 1


async def test_a_pause_and_its_end_are_told(parts: Parts, world: World) -> None:
    technician = await world.technician()
    visit_id = await parts.wait(await world.patient())
    pause: Act = lambda parts, who, _: parts.counter.pause(who, parts.world.queue_id, "Back at two")  # noqa: E731  # one of a kind with the table above
    resume: Act = lambda parts, who, _: parts.counter.resume(who, parts.world.queue_id)  # noqa: E731  # as above
    for act, event in ((pause, "queue.paused"), (resume, "queue.resumed")):
        assert world.queue_id in await done(parts, act, technician, visit_id)
        assert len(await world.events(event)) == 1
