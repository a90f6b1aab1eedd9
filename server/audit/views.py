"""From entries to what a reader is shown."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from server.audit.models import Entry
from server.audit.ports import Names
from server.audit.schemas import EventView
from server.auth.principal import STAFF_ROLES
from server.db.connection import AsyncConnection
from server.ids import StaffId

_STAFF = frozenset(role.value for role in STAFF_ROLES)


async def event_views(
    connection: AsyncConnection, entries: Sequence[Entry], names: Names
) -> tuple[EventView, ...]:
    """Show entries, with the present names of the staff in them; patients and guests are not named."""
    leaves = [orjson.loads(entry.leaf) for entry in entries]
    actors = [leaf["event"]["actor"] for leaf in leaves]
    staff = {StaffId(actor["id"]) for actor in actors if actor["role"] in _STAFF and actor["id"]}
    known = await names.staff_names(connection, staff) if staff else {}
    return tuple(_view(entry, leaf["event"], known) for entry, leaf in zip(entries, leaves, strict=True))


def _view(entry: Entry, event: Mapping[str, Any], names: Mapping[StaffId, str]) -> EventView:
    actor = event["actor"]
    return EventView.model_validate(
        {
            "id": entry.event_id,
            "index": entry.index,
            "seq": entry.consultation_seq,
            "time": entry.occurred_at,
            "name": entry.name,
            "actor_role": actor["role"],
            "actor_id": actor["id"],
            "actor_name": names.get(StaffId(actor["id"] or ""), actor["role"]),
            "consultation_id": entry.consultation_id,
            "visit_id": entry.visit_id,
            "queue_id": event["queue"],
            "patient_id": event["patient"],
            "data": event["data"],
        }
    )
