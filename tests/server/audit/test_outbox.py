"""Events enter the outbox with their transaction, or not at all."""

from datetime import UTC, datetime

import pytest
import rfc8785
from sqlalchemy import select

from server.audit.event import Actor, EventType, Subject
from server.audit.leaf import MAX_LEAF_BYTES, leaf_bytes
from server.audit.outbox import Outbox, canonical_body
from server.audit.sequencer import Sequencer
from server.audit.tables import outbox as table
from server.db.database import Database
from server.ids import ConsultationId, EventId, TenantId, VisitId, new_id
from tests.server.audit.conftest import NOTED, Pharmacy

LISTED = EventType("test.listed", "A list was shown.", {"ids": "what was on it"})


async def bodies(database: Database) -> list[str]:
    async with database.snapshot() as connection:
        return list(await connection.scalars(select(table.c.body).order_by(table.c.position)))


async def test_an_event_is_there_only_if_its_transaction_commits(
    database: Database, pharmacy: Pharmacy, outbox: Outbox
) -> None:
    async def fail() -> None:
        async with database.transaction() as transaction:
            await outbox.record(transaction, pharmacy.event(1))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await bodies(database) == []
    assert not outbox.hint.is_set()


async def test_a_commit_hints_the_sequencer(pharmacy: Pharmacy) -> None:
    assert not pharmacy.outbox.hint.is_set()
    await pharmacy.record()
    assert pharmacy.outbox.hint.is_set()


async def test_events_of_one_transaction_keep_their_order(
    database: Database, pharmacy: Pharmacy, outbox: Outbox
) -> None:
    async with database.transaction() as transaction:
        for n in range(20):
            await outbox.record(transaction, pharmacy.event(n))
    numbers = [f'"data":{{"n":{n}}}' in body for n, body in enumerate(await bodies(database))]
    assert numbers == [True] * 20


async def test_an_event_without_tenant_goes_to_the_system_log(database: Database, outbox: Outbox) -> None:
    async with database.transaction() as transaction:
        await outbox.record(transaction, NOTED(Actor("system"), Subject(tenant_id=None), n=1))
    async with database.snapshot() as connection:
        assert list(await connection.scalars(select(table.c.log))) == ["system"]


async def test_the_largest_event_makes_a_leaf_of_16_kib_and_one_byte_more_is_refused(
    database: Database, pharmacy: Pharmacy, outbox: Outbox, sequencer: Sequencer
) -> None:
    def listed(size: int) -> tuple[str, ...]:
        return ("x" * size,)

    subject = Subject(tenant_id=pharmacy.tenant_id, consultation_id=ConsultationId(new_id()))
    actor = Actor("compliance", new_id())
    empty = canonical_body(
        LISTED(actor, subject, ids=listed(0)), EventId(new_id()), datetime(2026, 1, 1, tzinfo=UTC)
    )
    room = MAX_LEAF_BYTES - 512 - len(empty)
    async with database.transaction() as transaction:
        with pytest.raises(ValueError, match="bytes long"):
            await outbox.record(transaction, LISTED(actor, subject, ids=listed(room + 1)))
        await outbox.record(transaction, LISTED(actor, subject, ids=listed(room)))
    await sequencer.run_once()
    (entry,) = await pharmacy.log()
    leaf = entry["leaf"]
    assert isinstance(leaf, bytes)
    assert room < len(leaf) <= MAX_LEAF_BYTES


def test_the_canonical_form_is_stable() -> None:
    event = LISTED(
        Actor("patient", "019af000-0000-7000-8000-000000000001"),
        Subject(
            tenant_id=TenantId("019af000-0000-7000-8000-000000000002"),
            visit_id=VisitId("019af000-0000-7000-8000-000000000003"),
        ),
        ids=("b", "a", 'ü"\n', 7, True, None),
    )
    moment = datetime(2026, 11, 2, 10, 0, 0, 250, tzinfo=UTC)
    body = canonical_body(event, EventId("019af000-0000-7000-8000-000000000004"), moment)
    assert body.decode() == (
        '{"actor":{"id":"019af000-0000-7000-8000-000000000001","role":"patient"},"consultation":null,'
        '"data":{"ids":["b","a","ü\\"\\n",7,true,null]},"id":"019af000-0000-7000-8000-000000000004",'
        '"name":"test.listed","patient":null,"queue":null,'
        '"tenant":"019af000-0000-7000-8000-000000000002","time":"2026-11-02T10:00:00.000250Z",'
        '"visit":"019af000-0000-7000-8000-000000000003"}'
    )


@pytest.mark.parametrize("seq", [None, 1, 12])
def test_a_leaf_is_the_canonical_json_of_event_and_numbers(seq: int | None) -> None:
    event = rfc8785.dumps({"name": "test.noted", "data": {"n": 1}})
    leaf = leaf_bytes(event, log="system", index=7, seq=seq)
    assert leaf == rfc8785.dumps(
        {
            "seq": seq,
            "log": "system",
            "index": 7,
            "event": {"name": "test.noted", "data": {"n": 1}},
        }
    )
