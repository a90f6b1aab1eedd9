"""All event types of the program, gathered from the features, and the page that documents them."""

import re
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType

from server.audit.event import EventType
from server.audit.leaf import CLOSING

MODULES = (
    "server.accounts.events",
    "server.audit.events",
    "server.auth.events",
    "server.consultations.events",
    "server.notifications.events",
    "server.waiting_room.events",
)
"""Where event types are declared. A feature that declares its first ones adds its module here."""

GRAMMAR = re.compile(r"^[a-z][a-z_]*(\.[a-z][a-z_]*){1,3}$")

FILLED = {
    CLOSING: {
        "count": "how many events of the consultation came before; filled in by the sequencer",
        "last_hash": "the leaf hash of the last of them, hex; filled in by the sequencer",
    }
}


def event_types() -> Mapping[str, EventType]:
    """Every event type by its name; raises `ValueError` for a name that is taken or not in the grammar."""
    types: dict[str, EventType] = {}
    for module in MODULES:
        for event_type in declared_in(import_module(module)):
            if event_type.name in types or not GRAMMAR.match(event_type.name):
                raise ValueError(f"{module}: {event_type.name} is taken or not a name for an event")
            types[event_type.name] = event_type
    return dict(sorted(types.items()))


def declared_in(module: ModuleType) -> list[EventType]:
    return [value for value in vars(module).values() if isinstance(value, EventType)]


def fields_of(event_type: EventType) -> Mapping[str, str]:
    """The fields of its data as they are in the log, with those that the sequencer fills in."""
    return {**event_type.fields, **FILLED.get(event_type.name, {})}


def markdown() -> str:
    """The page docs/audit-events.md."""
    lines = [
        "# Audit events",
        "",
        "Made by `python -m server audit events --markdown`; a test holds this page to the program.",
        "What is in every event, and how the log is verified: [audit.md](audit.md).",
        "",
        "| event | what happened | data |",
        "|---|---|---|",
    ]
    for name, event_type in event_types().items():
        fields = "<br>".join(f"`{field}`: {says}" for field, says in fields_of(event_type).items())
        lines.append(f"| `{name}` | {_cell(event_type.meaning)} | {_cell(fields)} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
