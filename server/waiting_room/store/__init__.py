"""The SQL of the waiting room, by what it is about."""

from server.waiting_room.store.duties import duties_of, put_duty
from server.waiting_room.store.line import (
    first_stands_at,
    line_news,
    places,
    prune_changes,
    record_change,
)
from server.waiting_room.store.marks import Marks, marks, pharmacy_ids_of
from server.waiting_room.store.queues import (
    counts,
    insert_queue,
    is_served_at,
    locked_queue,
    queue,
    queue_versions,
    queues_by_id,
    queues_of_pharmacy,
    queues_of_tenant,
)
from server.waiting_room.store.reveals import reveal, revealed
from server.waiting_room.store.speakers import (
    check_speaker,
    copy_speaker,
    insert_speaker,
    last_claim,
    speakers_of,
)
from server.waiting_room.store.visits import (
    active_visit,
    change_visit,
    insert_visit,
    overdue_calls,
    standings,
    visit,
    visit_versions,
    visits_by_id,
    visits_in,
)

__all__ = [
    "Marks",
    "active_visit",
    "change_visit",
    "check_speaker",
    "copy_speaker",
    "counts",
    "duties_of",
    "first_stands_at",
    "insert_queue",
    "insert_speaker",
    "insert_visit",
    "is_served_at",
    "last_claim",
    "line_news",
    "locked_queue",
    "marks",
    "overdue_calls",
    "pharmacy_ids_of",
    "places",
    "prune_changes",
    "put_duty",
    "queue",
    "queue_versions",
    "queues_by_id",
    "queues_of_pharmacy",
    "queues_of_tenant",
    "record_change",
    "reveal",
    "revealed",
    "speakers_of",
    "standings",
    "visit",
    "visit_versions",
    "visits_by_id",
    "visits_in",
]
