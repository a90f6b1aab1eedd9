"""What consultations need of other features."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Literal, Protocol

from server.accounts.schemas import InvitationLink
from server.audit.event import Actor, Event
from server.auth.policy import Facts
from server.auth.principal import Principal
from server.db.connection import AsyncConnection
from server.db.database import Transaction
from server.ids import ConsultationId, PatientId, PharmacyId, QueueId, StaffId, VisitId
from server.waiting_room.models import Queue, Speaker, Visit


class Line(Protocol):
    """The visits behind the consultations.

    The state of a consultation changes only while its queue is locked: `lock` comes first.
    """

    async def lock(self, transaction: Transaction, queue_id: QueueId) -> Queue: ...

    async def answered(
        self,
        transaction: Transaction,
        *,
        actor: Actor,
        visit_id: VisitId,
        consultation_id: ConsultationId,
    ) -> None:
        """The called patient has come."""
        ...

    async def finished(
        self,
        transaction: Transaction,
        *,
        actor: Actor,
        visit_id: VisitId,
        consultation_id: ConsultationId,
    ) -> None:
        """The consultation was completed, and the visit with it."""
        ...

    async def line_changed(self, transaction: Transaction, visit_id: VisitId, event: Event) -> None:
        """Record an event that changes what the line or the patient is shown."""
        ...

    async def visit(self, connection: AsyncConnection, visit_id: VisitId) -> Visit | None: ...

    async def speaker(self, connection: AsyncConnection, visit_id: VisitId) -> Speaker | None: ...

    async def speakers(
        self, connection: AsyncConnection, visit_ids: Collection[VisitId]
    ) -> Mapping[VisitId, Speaker]: ...

    async def names(
        self, connection: AsyncConnection, queue_ids: frozenset[QueueId]
    ) -> Mapping[QueueId, str]: ...

    async def queue_facts(self, connection: AsyncConnection, queue_id: QueueId) -> Facts | None: ...

    async def holds_a_place(self, connection: AsyncConnection, subject_id: str) -> bool: ...


class PoolMember(Protocol):
    """A pharmacist who serves a queue and is on duty."""

    @property
    def staff_id(self) -> StaffId: ...
    @property
    def name(self) -> str: ...
    @property
    def languages(self) -> tuple[str, ...]: ...
    @property
    def skills(self) -> tuple[str, ...]: ...


class Pool(Protocol):
    """Where it is known who is on duty."""

    async def on_duty(self, connection: AsyncConnection, queue_id: QueueId) -> Sequence[PoolMember]:
        """The pharmacists who serve this queue and are on duty now, busy or not."""
        ...


class PersonCaredFor(Protocol):
    """A patient, as far as the record shows one."""

    @property
    def name(self) -> str: ...
    @property
    def birth_date(self) -> date | None: ...
    @property
    def phone(self) -> str | None: ...
    @property
    def access_needs(self) -> Sequence[str]: ...


class People(Protocol):
    """Where people are looked up."""

    async def patient(self, connection: AsyncConnection, patient_id: PatientId) -> PersonCaredFor: ...

    async def patients(
        self, connection: AsyncConnection, patient_ids: tuple[PatientId, ...]
    ) -> Mapping[PatientId, PersonCaredFor]: ...

    async def staff_name(self, connection: AsyncConnection, staff_id: StaffId) -> str: ...

    async def staff_names(
        self, connection: AsyncConnection, staff_ids: tuple[StaffId, ...]
    ) -> Mapping[StaffId, str]: ...

    async def guest_name(self, connection: AsyncConnection, subject_id: str) -> str: ...


class Invitations(Protocol):
    """Where links are made."""

    async def invite_guest(
        self,
        transaction: Transaction,
        *,
        principal: Principal,
        pharmacy_id: PharmacyId,
        consultation_id: ConsultationId,
        kind: Literal["interpreter", "carer", "chaperone"],
        name: str,
        language: str | None,
    ) -> InvitationLink: ...
