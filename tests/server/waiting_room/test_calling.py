"""Pharmacists who admit at the same moment: one transaction, and to each what they would get alone."""

import asyncio
from collections.abc import Iterator, Sequence

import pytest
from structlog.testing import capture_logs

from server.auth.principal import Principal
from server.consultations.schemas import ConsultationView
from server.errors import Code, Refusal
from server.ids import VisitId, new_id
from tests.clock import ManualClock
from tests.server.parts import Parts
from tests.server.world import World


@pytest.fixture(autouse=True)
def _no_turn_falls_apart() -> Iterator[None]:
    """Those of a turn that fails are served one by one, which would hide that they were not together."""
    with capture_logs() as logs:
        yield
    assert logs == []


async def line_of(parts: Parts, world: World, clock: ManualClock, number: int) -> list[VisitId]:
    """So many who wait, in the order of their arrival."""
    visits = []
    for _ in range(number):
        visits.append(await parts.wait(await world.patient()))
        clock.advance(seconds=1)
    return visits


async def admitted(
    parts: Parts, pharmacists: Sequence[Principal], keys: Sequence[str] | None = None
) -> list[ConsultationView | Code]:
    """What each is answered who asks at the same moment as the others."""
    each = zip(pharmacists, keys or [new_id() for _ in pharmacists], strict=True)
    asked = [parts.admit(pharmacist, key=key) for pharmacist, key in each]
    answers: list[ConsultationView | Code] = []
    for answer in await asyncio.gather(*asked, return_exceptions=True):
        assert isinstance(answer, ConsultationView | Refusal), answer
        answers.append(answer.code if isinstance(answer, Refusal) else answer)
    return answers


def visits_of(answers: Sequence[ConsultationView | Code]) -> list[VisitId | Code]:
    return [answer if isinstance(answer, Code) else answer.visit_id for answer in answers]


async def test_each_gets_the_next_in_the_order_of_asking(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    line = await line_of(parts, world, clock, 5)
    pharmacists = [await world.pharmacist() for _ in range(4)]
    assert visits_of(await admitted(parts, pharmacists)) == line[:4]
    assert (await parts.visit(line[4])).place == 1


async def test_when_the_line_is_shorter_the_last_to_ask_get_nobody(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    line = await line_of(parts, world, clock, 2)
    pharmacists = [await world.pharmacist() for _ in range(4)]
    assert visits_of(await admitted(parts, pharmacists)) == [*line, Code.QUEUE_EMPTY, Code.QUEUE_EMPTY]


async def test_one_who_is_busy_costs_nobody_their_turn(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    line = await line_of(parts, world, clock, 4)
    pharmacists = [await world.pharmacist() for _ in range(4)]
    await parts.admit(pharmacists[1])
    assert visits_of(await admitted(parts, pharmacists)) == [line[1], Code.PHARMACIST_BUSY, line[2], line[3]]


async def test_a_request_sent_twice_at_once_is_answered_alike(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    line = await line_of(parts, world, clock, 3)
    first, second = await world.pharmacist(), await world.pharmacist()
    key = new_id()
    answers = await admitted(parts, [first, second, second, second], [new_id(), key, key, key])
    assert visits_of(answers) == [line[0], line[1], line[1], line[1]]
    assert len(await world.events("visit.admitted")) == 2


async def test_the_key_of_a_refused_request_may_be_used_again(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    pharmacists, keys = [await world.pharmacist() for _ in range(3)], [new_id() for _ in range(3)]
    assert await admitted(parts, pharmacists, keys) == [Code.QUEUE_EMPTY] * 3
    line = await line_of(parts, world, clock, 3)
    assert visits_of(await admitted(parts, pharmacists, keys)) == line


async def test_one_who_chooses_and_others_who_take_the_next_never_get_the_same(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    line = await line_of(parts, world, clock, 4)
    pharmacists = [await world.pharmacist() for _ in range(4)]
    chosen, *rest = await asyncio.gather(
        parts.admit(pharmacists[0], line[2]), *(parts.admit(each) for each in pharmacists[1:])
    )
    assert chosen.visit_id == line[2]
    assert [each.visit_id for each in rest] == [line[0], line[1], line[3]]


async def test_every_version_says_who_left_the_line_and_where(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    await line_of(parts, world, clock, 4)
    async with parts.database.snapshot() as connection:
        before = (await parts.waiting_room.queue_versions(connection, [world.queue_id]))[world.queue_id]
    await admitted(parts, [await world.pharmacist() for _ in range(3)])
    async with parts.database.snapshot() as connection:
        news = (await parts.waiting_room.line_changes(connection, {world.queue_id: before}))[world.queue_id]
    taken = [op for op in news.ops if op[2] == -1]
    assert [(rank, step) for _, rank, step in taken] == [(0, -1)] * 3
    assert not news.gap
