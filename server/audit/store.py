"""The SQL of the audit log."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from server.audit.models import Batch, Entry, Filters, Head, LostRaceError, Pending, SignedHead, Tail
from server.audit.tables import checkpoints, entries, logs, nodes, outbox
from server.audit.tiles import Run
from server.db.database import Transaction
from server.db.insert import insert_new
from server.ids import ConsultationId, EventId, VisitId

# The outbox


def add_pending(transaction: Transaction, pending: Pending) -> None:
    """Put the event into the outbox when the transaction commits."""
    values = {name: getattr(pending, name) for name in pending.__slots__ if name != "position"}
    transaction.insert_last(outbox, values)


async def take_pending(connection: AsyncConnection, limit: int) -> list[Pending]:
    """Remove the first events from the outbox and return them, in order.

    Exactly the rows returned are removed, whatever commits meanwhile. On PostgreSQL a second sequencer waits
    here for the first, so that no event overtakes an earlier one.
    """
    # A CTE that locks rows is evaluated once; a plain subquery may be evaluated again and take more rows.
    in_order = select(outbox.c.position).order_by(outbox.c.position).limit(limit)
    first = in_order.with_for_update().cte("first")
    statement = delete(outbox).where(outbox.c.position.in_(select(first.c.position))).returning(outbox)
    rows = (await connection.execute(statement)).mappings()
    taken = [Pending(**row) for row in rows]
    return sorted(taken, key=lambda pending: pending.position or 0)


async def has_pending(connection: AsyncConnection) -> bool:
    """Say whether any event waits for the sequencer."""
    return (await connection.execute(select(outbox.c.position).limit(1))).first() is not None


async def count_pending(connection: AsyncConnection, log: str | None = None) -> int:
    """How many committed events wait for the sequencer, in one log or in all."""
    statement = select(func.count()).select_from(outbox)
    if log is not None:
        statement = statement.where(outbox.c.log == log)
    return await connection.scalar(statement) or 0


# The log


async def heads(connection: AsyncConnection, names: Iterable[str] | None = None) -> list[Head]:
    """The heads of these logs, or of all; a log that has no entry has none."""
    statement = select(logs).order_by(logs.c.log)
    if names is not None:
        statement = statement.where(logs.c.log.in_(list(names)))
    return [Head(**row) for row in (await connection.execute(statement)).mappings()]


async def tails(
    connection: AsyncConnection, consultations: Iterable[tuple[str, ConsultationId]]
) -> dict[tuple[str, ConsultationId], Tail]:
    """The last event of each of these consultations, given with their logs."""
    wanted = list(consultations)
    if not wanted:
        return {}
    key = (entries.c.log, entries.c.consultation_id)
    of_these = and_(
        entries.c.log.in_({log for log, _ in wanted}),
        entries.c.consultation_id.in_({consultation for _, consultation in wanted}),
    )
    last = (
        select(*key, func.max(entries.c.consultation_seq).label("seq"))
        .where(of_these)
        .group_by(*key)
        .subquery()
    )
    statement = select(entries.c.log, entries.c.consultation_id, last.c.seq, entries.c.leaf_hash).join(
        last,
        and_(
            entries.c.log == last.c.log,
            entries.c.consultation_id == last.c.consultation_id,
            entries.c.consultation_seq == last.c.seq,
        ),
    )
    rows = await connection.execute(statement)
    return {(log, consultation): Tail(seq, digest) for log, consultation, seq, digest in rows}


async def add_batch(connection: AsyncConnection, batch: Batch) -> None:
    """Append to the logs and move their heads; raises `LostRaceError` if a head is not what it was."""
    for advance in batch.advances:
        after = {"size": advance.after.size, "root": advance.after.root, "frontier": advance.after.frontier}
        if advance.before.size:
            moved = await connection.execute(
                update(logs)
                .where(logs.c.log == advance.before.log, logs.c.size == advance.before.size)
                .values(after)
            )
        else:
            new = insert_new(connection, logs).values(log=advance.before.log, **after)
            moved = await connection.execute(new)
        if moved.rowcount != 1:
            raise LostRaceError(advance.before.log)
    await connection.execute(insert(entries), [_values(entry) for entry in batch.entries])
    if batch.nodes:
        await connection.execute(insert(nodes), batch.nodes)


def _values(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in entry.__slots__}


async def hashes(connection: AsyncConnection, log: str, runs: Iterable[Run]) -> dict[tuple[int, int], bytes]:
    """The stored hashes of these runs, by level and index."""
    wanted = sorted(runs)
    found: dict[tuple[int, int], bytes] = {}
    leaves = [run for run in wanted if run.level == 0]
    inner = [run for run in wanted if run.level]
    if leaves:
        of_leaves = select(entries.c.index, entries.c.leaf_hash).where(
            entries.c.log == log, or_(*(_within(entries.c.index, run) for run in leaves))
        )
        found |= {(0, index): digest for index, digest in await connection.execute(of_leaves)}
    if inner:
        of_nodes = select(nodes.c.level, nodes.c.index, nodes.c.hash).where(
            nodes.c.log == log,
            or_(*(and_(nodes.c.level == run.level, _within(nodes.c.index, run)) for run in inner)),
        )
        found |= {(level, index): digest for level, index, digest in await connection.execute(of_nodes)}
    return found


def _within(index: Column[int], run: Run) -> ColumnElement[bool]:
    return and_(index >= run.start, index < run.end)


async def entry(connection: AsyncConnection, log: str, event_id: EventId) -> Entry | None:
    statement = select(entries).where(entries.c.log == log, entries.c.event_id == event_id)
    row = (await connection.execute(statement)).mappings().one_or_none()
    return None if row is None else Entry(**row)


async def page(connection: AsyncConnection, log: str, start: int, end: int, limit: int) -> list[Entry]:
    """The entries with index from `start` up to, not including, `end`, at most `limit` of them."""
    return await _entries(
        connection,
        select(entries)
        .where(entries.c.log == log, entries.c.index >= start, entries.c.index < end)
        .order_by(entries.c.index)
        .limit(limit),
    )


# Reading


async def search(
    connection: AsyncConnection, log: str, filters: Filters, *, before: int | None, limit: int
) -> list[Entry]:
    """The newest entries that fit all filters, newest first, with an index under `before`."""
    statement = select(entries).where(entries.c.log == log, *_conditions(filters))
    if before is not None:
        statement = statement.where(entries.c.index < before)
    return await _entries(connection, statement.order_by(entries.c.index.desc()).limit(limit))


def _conditions(filters: Filters) -> Iterable[ColumnElement[bool]]:
    if filters.consultation_id is not None:
        yield entries.c.consultation_id == filters.consultation_id
    if filters.visit_id is not None:
        yield entries.c.visit_id == filters.visit_id
    if filters.actor_id is not None:
        yield entries.c.actor_id == filters.actor_id
    if filters.name is not None:
        # Names are lower-case ASCII: everything with the prefix sorts before the prefix and a '~'.
        yield entries.c.name.between(filters.name, filters.name + "~")
    if filters.since is not None:
        yield entries.c.occurred_at >= filters.since
    if filters.until is not None:
        yield entries.c.occurred_at < filters.until


async def is_known(connection: AsyncConnection, log: str, consultation_id: ConsultationId) -> bool:
    """Say whether this log has, or will have, an event of the consultation."""
    found = union(
        *(
            select(table.c.consultation_id).where(
                table.c.log == log, table.c.consultation_id == consultation_id
            )
            for table in (entries, outbox)
        )
    )
    return (await connection.execute(found)).first() is not None


async def visits_of(connection: AsyncConnection, log: str, consultation_id: ConsultationId) -> list[VisitId]:
    """The visits that events of this consultation name."""
    rows = await connection.scalars(
        select(entries.c.visit_id)
        .where(
            entries.c.log == log,
            entries.c.consultation_id == consultation_id,
            entries.c.visit_id.is_not(None),
        )
        .distinct()
    )
    return sorted(VisitId(visit_id) for visit_id in rows)


async def timeline(
    connection: AsyncConnection,
    log: str,
    consultation_id: ConsultationId,
    visit_ids: Sequence[VisitId],
    limit: int,
) -> list[Entry]:
    """The events of a consultation, and those of its visits that belong to no consultation, in log order."""
    of_consultation = entries.c.consultation_id == consultation_id
    of_visits = and_(entries.c.visit_id.in_(visit_ids), entries.c.consultation_id.is_(None))
    return await _entries(
        connection,
        select(entries)
        .where(entries.c.log == log, or_(of_consultation, of_visits))
        .order_by(entries.c.index)
        .limit(limit),
    )


async def _entries(connection: AsyncConnection, statement: Select[Any]) -> list[Entry]:
    return [Entry(**row) for row in (await connection.execute(statement)).mappings()]


# Checkpoints


async def add_checkpoint(connection: AsyncConnection, signed: SignedHead) -> None:
    """Keep a signed head. The first for a size stays: signing one size again gives the same note."""
    await connection.execute(insert_new(connection, checkpoints).values(**asdict(signed)))


async def latest_checkpoint(connection: AsyncConnection, log: str) -> SignedHead | None:
    statement = (
        select(checkpoints).where(checkpoints.c.log == log).order_by(checkpoints.c.size.desc()).limit(1)
    )
    row = (await connection.execute(statement)).mappings().one_or_none()
    return None if row is None else SignedHead(**row)


async def checkpoints_between(
    connection: AsyncConnection, log: str, start: int, end: int
) -> list[SignedHead]:
    """Checkpoints of a log with a size over `start`, up to and including `end`."""
    rows = await connection.execute(
        select(checkpoints).where(
            checkpoints.c.log == log, checkpoints.c.size > start, checkpoints.c.size <= end
        )
    )
    return [SignedHead(**row) for row in rows.mappings()]


async def unsigned_heads(connection: AsyncConnection) -> list[Head]:
    """The heads of logs that grew since their last checkpoint."""
    signed = (
        select(func.coalesce(func.max(checkpoints.c.size), 0))
        .where(checkpoints.c.log == logs.c.log)
        .scalar_subquery()
    )
    rows = await connection.execute(select(logs).where(logs.c.size > signed).order_by(logs.c.log))
    return [Head(**row) for row in rows.mappings()]


# Verifying


async def log_sizes(connection: AsyncConnection) -> dict[str, int]:
    """Every log that has a head, an entry or a checkpoint, with the size its head says (0 without one)."""
    named = union(*(select(table.c.log) for table in (logs, entries, checkpoints))).subquery()
    statement = (
        select(named.c.log, func.coalesce(logs.c.size, 0).label("size"))
        .join(logs, logs.c.log == named.c.log, isouter=True)
        .order_by(named.c.log)
    )
    rows = await connection.execute(statement)
    return {row.log: row.size for row in rows}


async def last_index(connection: AsyncConnection, log: str) -> int | None:
    statement = select(func.max(entries.c.index)).where(entries.c.log == log)
    last: int | None = await connection.scalar(statement)
    return last
