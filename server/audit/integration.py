"""From pending events to entries: numbering and hashing, as a pure function.

Events of one log keep their order; each gets the next index of its log and, if it belongs to a consultation,
the consultation's next number.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby

from server.audit.leaf import CLOSING, closed, leaf_bytes
from server.audit.merkle import CompactRange, leaf_hash
from server.audit.models import Advance, Batch, Entry, Head, Pending, Tail
from server.audit.tiles import is_stored
from server.ids import ConsultationId

Tails = Mapping[tuple[str, ConsultationId], Tail]
"""The last event of each consultation, by log and consultation."""

_NO_EVENT = Tail(0, b"")


def integrate(pending: Sequence[Pending], heads: Mapping[str, Head], tails: Tails, now: datetime) -> Batch:
    """Number and hash the events, in their order. A log without a head is a new one."""
    batch = Batch()
    in_logs = sorted(pending, key=lambda event: event.log)
    for log, events in groupby(in_logs, key=lambda event: event.log):
        _extend(batch, heads.get(log, Head(log)), list(events), dict(tails), now)
    return batch


def _extend(
    batch: Batch,
    head: Head,
    events: Sequence[Pending],
    tails: dict[tuple[str, ConsultationId], Tail],
    now: datetime,
) -> None:
    tree = CompactRange.from_bytes(head.size, head.frontier)
    for event in events:
        entry = _entry(event, tree.size, tails, now)
        batch.entries.append(entry)
        batch.nodes += [
            {"log": head.log, "level": node.level, "index": node.index, "hash": node.hash}
            for node in tree.append(entry.leaf_hash)
            if is_stored(node)
        ]
    after = Head(head.log, tree.size, tree.root(), tree.to_bytes())
    batch.advances.append(Advance(head, after))


def _entry(event: Pending, index: int, tails: dict[tuple[str, ConsultationId], Tail], now: datetime) -> Entry:
    body, seq = event.body.encode(), None
    consultation = event.consultation_id
    if consultation is not None:
        tail = tails.get((event.log, consultation), _NO_EVENT)
        seq = tail.seq + 1
        if event.name == CLOSING:
            body = closed(body, count=tail.seq, last_hash=tail.leaf_hash or None)
    leaf = leaf_bytes(body, log=event.log, index=index, seq=seq)
    digest = leaf_hash(leaf)
    if consultation is not None and seq is not None:
        tails[event.log, consultation] = Tail(seq, digest)
    return Entry(
        log=event.log,
        index=index,
        event_id=event.event_id,
        consultation_id=consultation,
        consultation_seq=seq,
        visit_id=event.visit_id,
        name=event.name,
        actor_id=event.actor_id,
        occurred_at=event.occurred_at,
        leaf=leaf,
        leaf_hash=digest,
        integrated_at=now,
    )
