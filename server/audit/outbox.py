"""The outbox: where a business transaction leaves its events.

An event is inserted in the transaction that makes the change, so that both are committed or neither is. There
is no chain and no global lock here: the sequencer orders, numbers and hashes the rows afterwards.
"""

import rfc8785
from sqlalchemy import insert

from server.audit.event import SYSTEM_LOG, Event
from server.audit.tables import outbox
from server.clock import Clock
from server.db.database import Transaction
from server.ids import new_id

MAX_BODY_BYTES = 16 * 1024


class Outbox:
    """Records events. A business service has one and calls it inside its transaction."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def record(self, transaction: Transaction, event: Event) -> None:
        """Insert the event; raises `ValueError` if its canonical form is over 16 KiB."""
        event_id = new_id()
        occurred_at = self._clock.now()
        subject = event.subject
        body = rfc8785.dumps(
            {
                "id": event_id,
                "name": event.name,
                "time": occurred_at.isoformat(timespec="microseconds"),
                "actor": {"role": event.actor.role, "id": event.actor.id},
                "tenant": subject.tenant_id,
                "consultation": subject.consultation_id,
                "visit": subject.visit_id,
                "queue": subject.queue_id,
                "patient": subject.patient_id,
                "data": {key: list(v) if isinstance(v, tuple) else v for key, v in event.data.items()},
            }
        )
        if len(body) > MAX_BODY_BYTES:
            raise ValueError(f"{event.name} is {len(body)} bytes long")
        await transaction.connection.execute(
            insert(outbox).values(
                event_id=event_id,
                log=subject.tenant_id or SYSTEM_LOG,
                consultation_id=subject.consultation_id,
                name=event.name,
                occurred_at=occurred_at,
                body=body.decode(),
            )
        )
