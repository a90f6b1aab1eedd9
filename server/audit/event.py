"""Audit events: their types, and one event as it is recorded.

An event type is declared once, in the `events.py` of the feature it belongs to, with its fields. Calling the
type makes an event; a field that is missing or not declared raises, so that no event leaves its documented
shape. Values are ids, codes, numbers and times only: nothing that describes a person (docs/compliance.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from server.auth.principal import Principal
from server.ids import ConsultationId, PatientId, QueueId, TenantId, VisitId

Scalar = str | int | bool | None
SYSTEM_LOG: Final = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who caused an event: a role (or 'system') and the id of the person or session behind it."""

    role: str
    id: str | None = None

    @classmethod
    def of(cls, principal: Principal) -> "Actor":
        return cls(principal.role.value, principal.subject_id)


SYSTEM: Final = Actor("system")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What an event is about. An event without a tenant goes to the `system` log."""

    tenant_id: TenantId | None
    consultation_id: ConsultationId | None = None
    visit_id: VisitId | None = None
    queue_id: QueueId | None = None
    patient_id: PatientId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened."""

    name: str
    actor: Actor
    subject: Subject
    data: Mapping[str, Scalar | tuple[Scalar, ...]]


@dataclass(frozen=True, slots=True)
class EventType:
    """A kind of event: `subject.verb[.outcome]`, what it means, and the fields of its data."""

    name: str
    meaning: str
    fields: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, actor: Actor, subject: Subject, **data: Scalar | tuple[Scalar, ...]) -> Event:
        """Make an event of this type; raises `TypeError` if the data is not exactly the declared fields."""
        if data.keys() != self.fields.keys():
            raise TypeError(f"{self.name} takes {sorted(self.fields)}, not {sorted(data)}")
        return Event(name=self.name, actor=actor, subject=subject, data=data)
