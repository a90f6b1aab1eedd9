"""Audit events of reading the audit log: who watches is watched."""

from server.audit.event import EventType

SEARCHED = EventType(
    "audit.searched",
    "The log was searched. What was searched for is not kept.",
    {"filters": "how many filters were set", "found": "how many events the page shows"},
)
TIMELINE_VIEWED = EventType("audit.timeline.viewed", "Somebody was shown all events of a consultation.")
PROOF_VIEWED = EventType(
    "audit.proof.viewed",
    "Somebody was given an event with the proof that it is in the log.",
    {"event_id": "the event"},
)
EXPORTED = EventType("audit.exported", "The log was exported, up to and including this event at least.")
