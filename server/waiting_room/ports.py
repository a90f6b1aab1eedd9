"""What the waiting room needs of other features."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from server.accounts.hours import OpeningSpan
from server.accounts.schemas import InvitationLink
from server.audit.event import Actor
from server.auth.principal import Principal
from server.consultations.models import Consultation, ConsultationEnd
from server.consultations.schemas import ConsultationView
from server.db.connection import AsyncConnection
from server.db.database import Transaction
from server.ids import ConsultationId, PatientId, PharmacyId, QueueId, StaffId, TenantId, VisitId
from server.notifications.models import MessageKind
from server.notifications.reach import Reach
from server.waiting_room.models import CallOfVisit, Opening, Queue, Service, Visit
from server.waiting_room.pool import Member


class PersonCaredFor(Protocol):
    """A patient, as far as the line shows one."""

    @property
    def name(self) -> str: ...
    @property
    def birth_date(self) -> date | None: ...
    @property
    def phone(self) -> str | None: ...
    @property
    def email(self) -> str | None: ...
    @property
    def language(self) -> str: ...
    @property
    def access_needs(self) -> Sequence[str]: ...
    @property
    def safe_contact(self) -> Mapping[str, bool]: ...


class People(Protocol):
    """Where patients are looked up."""

    async def patient(self, connection: AsyncConnection, patient_id: PatientId) -> PersonCaredFor: ...

    async def patients(
        self, connection: AsyncConnection, patient_ids: tuple[PatientId, ...]
    ) -> Mapping[PatientId, PersonCaredFor]: ...


class Location(Protocol):
    """A pharmacy, as far as a visit shows it."""

    @property
    def id(self) -> PharmacyId: ...
    @property
    def tenant_id(self) -> TenantId: ...
    @property
    def time_zone(self) -> str: ...
    @property
    def country(self) -> str: ...
    @property
    def opening_hours(self) -> Sequence[OpeningSpan]: ...
    @property
    def slug(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def emergency_number(self) -> str: ...
    @property
    def red_flags(self) -> Mapping[str, str]: ...

    def is_open_at(self, moment: datetime) -> bool: ...


class Pharmacies(Protocol):
    """Where pharmacies are looked up."""

    async def pharmacy(self, connection: AsyncConnection, pharmacy_id: PharmacyId) -> Location: ...

    async def at(self, connection: AsyncConnection, slug: str) -> Location:
        """The pharmacy of this address; raises `Refusal(not_found)`."""
        ...


class ReturnLinks(Protocol):
    """Where links back to a visit are made."""

    async def back_to(self, transaction: Transaction, visit: Visit, *, actor: Actor) -> InvitationLink:
        """Make a link by which the patient of a visit comes back to it, on any device."""
        ...


class Notifier(Protocol):
    """Where patients are told of things outside the page. The messages leave after the commit."""

    async def tell(self, transaction: Transaction, *, visit: Visit, kind: MessageKind) -> object:
        """Queue a message; `visit` is as it was before the change that is told."""
        ...


class OnDutyOf(Protocol):
    """Where it is known whether anybody serves a queue."""

    async def is_served(self, connection: AsyncConnection, queue_id: QueueId) -> bool:
        """Say whether a pharmacist who serves this queue is on duty, or on a break."""
        ...


class Reaching(Protocol):
    """Who knows how people may be reached."""

    def reach(self, person: PersonCaredFor, *, confidential: bool = False) -> Reach:
        """How this server can reach a person, with what they agreed to."""
        ...


class Calls(Protocol):
    """The consultations behind the visits. All that change something run under the queue's lock."""

    async def open(self, transaction: Transaction, openings: Sequence[Opening]) -> tuple[Consultation, ...]:
        """Call the patients of visits; raises `Refusal(pharmacist_busy)` if one of the pharmacists is."""
        ...

    async def end_call(
        self, transaction: Transaction, *, actor: Actor, visit: Visit, reason: ConsultationEnd
    ) -> ConsultationId | None:
        """End the visit's consultation, if it has one that has not ended; answers its id."""
        ...

    async def hold(self, transaction: Transaction, *, actor: Actor, visit: Visit) -> ConsultationId | None:
        """Put the visit's running consultation on hold, if it has one."""
        ...

    async def of_visits(
        self, connection: AsyncConnection, visit_ids: tuple[VisitId, ...]
    ) -> Mapping[VisitId, CallOfVisit]: ...

    async def services(
        self,
        connection: AsyncConnection,
        queue_ids: Collection[QueueId],
        staff_ids: Collection[StaffId],
        since: datetime,
    ) -> Sequence[Service]:
        """Those of these queues, or by these pharmacists, that run, or ended since."""
        ...

    async def past_services(
        self, connection: AsyncConnection, queue_id: QueueId, since: datetime, limit: int
    ) -> Sequence[Service]:
        """The newest of a queue that began since then and are over, in any order."""
        ...

    async def held_by(
        self, connection: AsyncConnection, staff_ids: Collection[StaffId]
    ) -> Mapping[StaffId, ConsultationId]:
        """The consultations that these pharmacists hold now."""
        ...

    async def active_since(
        self, connection: AsyncConnection, staff_ids: Collection[StaffId], since: datetime
    ) -> Collection[StaffId]:
        """Those who opened or closed a consultation since."""
        ...


class Roster(Protocol):
    """Where it is known who serves a queue."""

    async def pool(
        self, connection: AsyncConnection, queue_ids: Collection[QueueId]
    ) -> Mapping[QueueId, Sequence[Member]]:
        """The pharmacists who serve each queue; one that nobody serves has an empty pool."""
        ...


class Consents(Protocol):
    """Where consents are kept."""

    async def record_consent(
        self,
        transaction: Transaction,
        *,
        actor: Actor,
        tenant_id: TenantId,
        patient_id: PatientId,
        visit_id: VisitId | None,
        subject: str,
        given: bool,
        text_version: str,
        given_by: str,
    ) -> str:
        """Note a consent of the person cared for; answers its id."""
        ...


class Records(Protocol):
    """Where the record of a consultation is shown."""

    async def reveal(
        self, transaction: Transaction, *, principal: Principal, consultation_id: ConsultationId
    ) -> ConsultationView:
        """Show the record to somebody who may read it, and note in this transaction that it was shown."""
        ...

    async def note_opened(
        self, transaction: Transaction, *, principal: Principal, consultation: Consultation
    ) -> None:
        """Note, in the transaction that opens a consultation, that its pharmacist is shown the record."""
        ...

    async def opened(
        self, opened: Sequence[tuple[Consultation, Visit]], *, queue: Queue
    ) -> tuple[ConsultationView, ...]:
        """Show the records of consultations just opened to those who opened them, once that is committed."""
        ...
