"""The sequencer: order, numbers, and nothing lost or doubled."""

import asyncio
import json
import random
from collections import defaultdict
from itertools import pairwise

import pytest

from server.audit import store
from server.audit.event import Actor
from server.audit.leadership import Leadership, leadership_of
from server.audit.merkle import CompactRange, leaf_hash
from server.audit.models import LostRaceError
from server.audit.outbox import Outbox
from server.audit.sequencer import Sequencer
from server.db.database import Database
from server.ids import ConsultationId, new_id
from tests.clock import ManualClock
from tests.server.audit.conftest import CLOSED, Pharmacy, drain, execute


def numbers(log: list[dict[str, object]]) -> list[int]:
    """The `n` of each event of a log."""
    return [json.loads(bytes(entry["leaf"]))["event"]["data"]["n"] for entry in log]  # type: ignore[call-overload]  # rows are untyped


async def test_events_are_indexed_in_the_order_they_committed(
    pharmacy: Pharmacy, sequencer: Sequencer
) -> None:
    for n in range(10):
        await pharmacy.record(n)
    assert await sequencer.run_once() == 10
    log = await pharmacy.log()
    assert [entry["index"] for entry in log] == list(range(10))
    assert numbers(log) == list(range(10))
    assert await sequencer.run_once() == 0


async def test_the_leaf_says_where_it_is_and_hashes_to_the_root(
    database: Database, pharmacy: Pharmacy, sequencer: Sequencer
) -> None:
    consultation = ConsultationId(new_id())
    tree = CompactRange()
    for n in range(5):
        await pharmacy.record(n, consultation_id=consultation)
        await sequencer.run_once()
    for entry in await pharmacy.log():
        leaf = entry["leaf"]
        assert isinstance(leaf, bytes)
        said = json.loads(leaf)
        assert (said["log"], said["index"], said["seq"]) == (
            pharmacy.tenant_id,
            entry["index"],
            entry["consultation_seq"],
        )
        assert entry["leaf_hash"] == leaf_hash(leaf)
        tree.append(leaf_hash(leaf))
    async with database.snapshot() as connection:
        (head,) = await store.heads(connection)
    assert (head.log, head.size, head.root) == (pharmacy.tenant_id, 5, tree.root())


async def test_each_tenant_has_a_log_of_its_own(
    database: Database, outbox: Outbox, sequencer: Sequencer
) -> None:
    first, second = Pharmacy(database, outbox), Pharmacy(database, outbox)
    for n in range(4):
        await first.record(n)
        await second.record(n + 10)
    await sequencer.run_once()
    assert numbers(await first.log()) == [0, 1, 2, 3]
    assert numbers(await second.log()) == [10, 11, 12, 13]
    assert [entry["index"] for entry in await second.log()] == [0, 1, 2, 3]


async def test_a_batch_is_bounded_and_the_next_goes_on(
    database: Database, pharmacy: Pharmacy, clock: ManualClock, leadership: Leadership
) -> None:
    sequencer = Sequencer(
        database=database, outbox=pharmacy.outbox, clock=clock, leadership=leadership, batch=3
    )
    consultation = ConsultationId(new_id())
    for n in range(7):
        await pharmacy.record(n, consultation_id=consultation)
    assert [await sequencer.run_once() for _ in range(4)] == [3, 3, 1, 0]
    log = await pharmacy.log()
    assert [entry["consultation_seq"] for entry in log] == [1, 2, 3, 4, 5, 6, 7]


async def test_closing_a_consultation_counts_its_events_and_names_the_last(
    pharmacy: Pharmacy, sequencer: Sequencer
) -> None:
    consultation = ConsultationId(new_id())
    await pharmacy.record(1, consultation_id=consultation)
    await sequencer.run_once()
    await pharmacy.record(2, consultation_id=consultation)
    await pharmacy.record(3)
    await pharmacy.record(kind=CLOSED, consultation_id=consultation)
    await pharmacy.record(4, consultation_id=consultation)
    await sequencer.run_once()
    log = await pharmacy.log()
    of_consultation = [entry for entry in log if entry["consultation_id"] == consultation]
    assert [entry["consultation_seq"] for entry in of_consultation] == [1, 2, 3, 4]
    closing = json.loads(bytes(of_consultation[2]["leaf"]))  # type: ignore[call-overload]  # as above
    assert closing["event"]["data"] == {
        "count": 2,
        "last_hash": bytes(of_consultation[1]["leaf_hash"]).hex(),  # type: ignore[call-overload]  # as above
    }


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer
async def test_an_event_that_commits_late_is_not_missed(
    database: Database, pharmacy: Pharmacy, sequencer: Sequencer
) -> None:
    async with database.transaction() as late:
        await pharmacy.outbox.record(late, pharmacy.event(1))
        await late.flush()
        await pharmacy.record(2)
        await sequencer.run_once()
    await sequencer.run_once()
    assert numbers(await pharmacy.log()) == [2, 1]


async def test_numbering_has_no_gaps_under_twenty_writers_that_roll_back(
    database: Database, pharmacy: Pharmacy, sequencer: Sequencer
) -> None:
    chance = random.Random(7)
    consultations = [ConsultationId(new_id()) for _ in range(6)]
    actors = [new_id() for _ in range(20)]
    kept: dict[str, list[int]] = defaultdict(list)

    async def write(writer: str) -> None:
        for n in range(12):
            fails = chance.random() < 0.3
            try:
                async with database.transaction() as transaction:
                    event = pharmacy.event(
                        n, consultation_id=chance.choice(consultations), actor=Actor("guest", writer)
                    )
                    await pharmacy.outbox.record(transaction, event)
                    if fails:
                        raise RuntimeError
                kept[writer].append(n)
            except RuntimeError:
                pass

    async with asyncio.TaskGroup() as group:
        writers = [group.create_task(write(actor)) for actor in actors]
        while not all(writer.done() for writer in writers):
            await sequencer.run_once()
            await asyncio.sleep(0)
    await drain(sequencer)

    log = await pharmacy.log()
    assert [entry["index"] for entry in log] == list(range(sum(map(len, kept.values()))))
    for actor in actors:
        of_writer = [entry for entry in log if entry["actor_id"] == actor]
        assert numbers(of_writer) == kept[actor]
    for consultation in consultations:
        seqs = [entry["consultation_seq"] for entry in log if entry["consultation_id"] == consultation]
        assert seqs == list(range(1, len(seqs) + 1))


async def test_two_sequencers_at_once_keep_one_order(
    database: Database, pharmacy: Pharmacy, clock: ManualClock, leadership: Leadership
) -> None:
    # Both run, as if the one that was declared dead came back.
    rivals = [
        Sequencer(database=database, outbox=pharmacy.outbox, clock=clock, leadership=leadership, batch=4)
        for _ in range(2)
    ]
    for n in range(60):
        await pharmacy.record(n)

    async def work(sequencer: Sequencer) -> None:
        while True:
            try:
                if not await sequencer.run_once():
                    return
            except LostRaceError:
                continue

    await asyncio.gather(*map(work, rivals))
    log = await pharmacy.log()
    assert [entry["index"] for entry in log] == list(range(60))
    assert all(before < after for before, after in pairwise(numbers(log)))


async def test_a_sequencer_with_an_outdated_head_is_fenced(
    database: Database, pharmacy: Pharmacy, sequencer: Sequencer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await pharmacy.record(1)
    async with database.snapshot() as connection:
        outdated = await store.heads(connection)
    await sequencer.run_once()
    await pharmacy.record(2)

    async def heads(*_: object) -> list[object]:
        return list(outdated)

    with monkeypatch.context() as patch:
        patch.setattr(store, "heads", heads)
        with pytest.raises(LostRaceError):
            await sequencer.run_once()
    await sequencer.run_once()
    assert numbers(await pharmacy.log()) == [1, 2]


async def test_flushing_brings_in_what_was_committed(
    pharmacy: Pharmacy, database: Database, clock: ManualClock, leadership: Leadership
) -> None:
    sequencer = Sequencer(
        database=database, outbox=pharmacy.outbox, clock=clock, leadership=leadership, batch=2
    )
    for n in range(5):
        await pharmacy.record(n)
    assert await sequencer.flush(pharmacy.tenant_id) == 0
    assert numbers(await pharmacy.log()) == [0, 1, 2, 3, 4]


async def wait_until_logged(pharmacy: Pharmacy, count: int) -> None:
    async with asyncio.timeout(10):
        while len(await pharmacy.log()) < count:  # noqa: ASYNC110  # awaits a row of the database
            await asyncio.sleep(0.01)


async def test_a_commit_wakes_the_running_sequencer(
    database: Database, pharmacy: Pharmacy, clock: ManualClock, leadership: Leadership
) -> None:
    async with Sequencer(
        database=database,
        outbox=pharmacy.outbox,
        clock=clock,
        leadership=leadership,
        poll_s=3_600,
        linger_s=0,
    ):
        for count in range(1, 4):
            await pharmacy.record(count)
            await wait_until_logged(pharmacy, count)


async def test_events_of_other_processes_are_found_by_polling(
    database: Database, pharmacy: Pharmacy, clock: ManualClock, leadership: Leadership
) -> None:
    async with Sequencer(
        database=database, outbox=Outbox(clock), clock=clock, leadership=leadership, poll_s=0.02
    ):
        await pharmacy.record(1)
        await wait_until_logged(pharmacy, 1)


class Watched:
    """A leadership that lets a test wait until it was asked for."""

    def __init__(self, inner: Leadership) -> None:
        self._inner = inner
        self._asked = asyncio.Semaphore(0)

    async def acquire(self) -> bool:
        self._asked.release()
        return await self._inner.acquire()

    async def release(self) -> None:
        await self._inner.release()

    async def asked(self, times: int) -> None:
        for _ in range(times):
            await asyncio.wait_for(self._asked.acquire(), 10)


async def test_only_the_leader_sequences_and_the_standby_takes_over(
    database: Database, pharmacy: Pharmacy, clock: ManualClock, leadership: Leadership
) -> None:
    standby = Watched(leadership_of(database))
    assert await leadership.acquire()
    async with Sequencer(
        database=database,
        outbox=pharmacy.outbox,
        clock=clock,
        leadership=standby,
        poll_s=0.02,
        linger_s=0,
    ):
        await pharmacy.record(1)
        await standby.asked(3)
        assert await pharmacy.log() == []
        await leadership.release()
        await wait_until_logged(pharmacy, 1)


async def test_the_running_sequencer_outlives_errors(
    database: Database, pharmacy: Pharmacy, clock: ManualClock, leadership: Leadership
) -> None:
    await execute(database, "ALTER TABLE audit_nodes RENAME TO mislaid")
    await execute(database, "ALTER TABLE audit_entries RENAME TO audit_mislaid")
    watched = Watched(leadership)
    async with Sequencer(
        database=database,
        outbox=pharmacy.outbox,
        clock=clock,
        leadership=watched,
        poll_s=0.02,
        linger_s=0,
    ):
        await pharmacy.record(1)
        await watched.asked(3)
        await execute(database, "ALTER TABLE audit_mislaid RENAME TO audit_entries")
        await execute(database, "ALTER TABLE mislaid RENAME TO audit_nodes")
        await wait_until_logged(pharmacy, 1)
    assert numbers(await pharmacy.log()) == [1]
