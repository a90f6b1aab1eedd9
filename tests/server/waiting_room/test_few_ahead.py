"""Those who come near the front are told once, unless they look at the page."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from server.audit.outbox import Outbox
from server.db.database import Database, Transaction
from server.ids import VisitId
from server.notifications.models import MessageKind
from server.waiting_room.few_ahead import FewAhead
from server.waiting_room.models import Visit
from tests.clock import ManualClock
from tests.server.parts import Parts
from tests.server.world import World


@dataclass
class Heard:
    """Keeps what is told."""

    told: list[tuple[VisitId, MessageKind]] = field(default_factory=list)

    async def tell(self, transaction: Transaction, *, visit: Visit, kind: MessageKind) -> None:
        self.told.append((visit.id, kind))


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def few_ahead(database: Database, clock: ManualClock, heard: Heard) -> FewAhead:
    return FewAhead(database, clock, notifier=heard)


async def waiting(parts: Parts, number: int) -> list[VisitId]:
    return [await parts.wait(await parts.world.patient()) for _ in range(number)]


async def test_the_first_of_a_line_are_told_once(
    parts: Parts, few_ahead: FewAhead, heard: Heard, clock: ManualClock
) -> None:
    await parts.world.update_queue(parts.world.queue_id, notify_ahead=2)
    visit_ids = await waiting(parts, 4)
    clock.advance(minutes=3)
    assert await few_ahead.tell() == 2
    assert await few_ahead.tell() == 0
    assert sorted(heard.told) == sorted((visit_id, MessageKind.FEW_AHEAD) for visit_id in visit_ids[:2])
    await parts.admit(await parts.world.pharmacist())
    assert await few_ahead.tell() == 1
    assert heard.told[-1][0] == visit_ids[2]


async def test_who_has_just_come_in_is_not_told_and_who_went_away_is(
    parts: Parts, few_ahead: FewAhead, heard: Heard, world: World
) -> None:
    patient = await world.patient()
    visit_id = await parts.wait(patient)
    assert await few_ahead.tell() == 0
    await parts.stay.go_away(patient, visit_id)
    assert await few_ahead.tell() == 1


async def test_who_still_checks_the_devices_is_not_told(
    parts: Parts, few_ahead: FewAhead, world: World, clock: ManualClock
) -> None:
    await parts.stand(await world.patient())
    clock.advance(minutes=10)
    assert await few_ahead.tell() == 0


async def test_queue_that_tells_nobody(parts: Parts, few_ahead: FewAhead, clock: ManualClock) -> None:
    await parts.world.update_queue(parts.world.queue_id, notify_ahead=0)
    await waiting(parts, 1)
    clock.advance(minutes=10)
    assert await few_ahead.tell() == 0


async def test_several_processes_tell_each_patient_once(
    parts: Parts, few_ahead: FewAhead, heard: Heard, clock: ManualClock
) -> None:
    await waiting(parts, 3)
    clock.advance(minutes=3)
    counts = await asyncio.gather(*(few_ahead.tell() for _ in range(4)))
    assert sum(counts) == 3
    assert len(heard.told) == 3


async def test_mark_and_message_are_there_or_neither(
    parts: Parts, database: Database, heard: Heard, clock: ManualClock, outbox: Outbox
) -> None:
    class Failing(Heard):
        async def tell(self, transaction: Transaction, *, visit: Visit, kind: MessageKind) -> None:
            raise KeyError

    await waiting(parts, 1)
    clock.advance(minutes=3)
    with pytest.raises(KeyError):
        await FewAhead(database, clock, notifier=Failing()).tell()
    assert await FewAhead(database, clock, notifier=heard).tell() == 1
