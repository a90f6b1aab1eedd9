"""The event types of the waiting room and of consultations."""

import re

from server.audit.event import EventType
from server.consultations import events as consultations
from server.waiting_room import events as waiting_room

GRAMMAR = re.compile(r"[a-z_]+(\.[a-z_]+){1,3}")


def test_every_event_type_is_listed_once_and_named_by_the_grammar() -> None:
    for module in (waiting_room, consultations):
        declared = [value for value in vars(module).values() if isinstance(value, EventType)]
        assert sorted(declared, key=id) == sorted(module.ALL, key=id)
    names = [each.name for each in (*waiting_room.ALL, *consultations.ALL)]
    assert len(names) == len(set(names))
    assert all(GRAMMAR.fullmatch(name) for name in names)
