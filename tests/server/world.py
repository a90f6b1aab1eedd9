"""A small world for tests: a tenant with two pharmacies, two queues, staff of each role, patients.

    world = await World.make(database, clock)
    pharmacist = await world.pharmacist()            # serves both queues
    patient = await world.patient(name="Ines Prado")
    elsewhere = await World.make(database, clock)    # another tenant

`patient()`, `pharmacist()`, `technician()` and their kin insert the person and a session, and answer the
`Principal` that a request of that session carries. All rows are real; ids and slugs differ from world to
world.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Table, func, insert, select

from server.accounts import tables as accounts
from server.audit import tables as audit
from server.auth.principal import Principal, Role
from server.auth.tables import sessions
from server.clock import Clock
from server.db.database import Database
from server.ids import (
    ConsultationId,
    PatientId,
    PharmacyId,
    QueueId,
    SessionId,
    StaffId,
    TenantId,
    new_id,
)
from server.waiting_room import tables as waiting_room

NO_PASSWORD = "!"
"""A password hash that no password has."""


@dataclass(frozen=True, slots=True)
class World:
    """One tenant and what belongs to it: `queue` is of the first pharmacy, `second_queue` of both."""

    database: Database
    clock: Clock
    tenant_id: TenantId
    pharmacy_id: PharmacyId
    second_pharmacy_id: PharmacyId
    queue_id: QueueId
    second_queue_id: QueueId

    @classmethod
    async def make(cls, database: Database, clock: Clock) -> World:
        """Insert a tenant with two pharmacies and two queues."""
        world = cls(
            database,
            clock,
            TenantId(new_id()),
            PharmacyId(new_id()),
            PharmacyId(new_id()),
            QueueId(new_id()),
            QueueId(new_id()),
        )
        await world._insert(
            accounts.tenants,
            id=world.tenant_id,
            slug=world._slug("tenant", world.tenant_id),
            name="Example Pharmacies",
            is_test=True,
            created_at=clock.now(),
        )
        await world._pharmacy(world.pharmacy_id, "Mill Lane Pharmacy")
        await world._pharmacy(world.second_pharmacy_id, "Station Pharmacy")
        await world._queue(world.queue_id, "Advice", world.pharmacy_id)
        await world._queue(world.second_queue_id, "Travel", world.pharmacy_id, world.second_pharmacy_id)
        return world

    @property
    def slug(self) -> str:
        """The address of the first pharmacy."""
        return self._slug("pharmacy", self.pharmacy_id)

    async def pharmacist(self, **details: Any) -> Principal:
        return await self.staff(Role.PHARMACIST, **details)

    async def technician(self, **details: Any) -> Principal:
        return await self.staff(Role.TECHNICIAN, **details)

    async def admin(self, **details: Any) -> Principal:
        return await self.staff(Role.ADMIN, queues=(), **details)

    async def compliance(self, **details: Any) -> Principal:
        return await self.staff(Role.COMPLIANCE, queues=(), **details)

    async def operator(self, **details: Any) -> Principal:
        return await self.staff(Role.OPERATOR, queues=(), **details)

    async def staff(
        self,
        role: Role,
        *,
        queues: Sequence[QueueId] | None = None,
        name: str = "Alex Reyes",
        email: str | None = None,
        password_hash: str = NO_PASSWORD,
        languages: Sequence[str] = (),
        skills: Sequence[str] = (),
    ) -> Principal:
        """A member of staff, with a session; serves both queues unless told otherwise."""
        staff_id = StaffId(new_id())
        served = (self.queue_id, self.second_queue_id) if queues is None else tuple(queues)
        await self._insert(
            accounts.staff,
            id=staff_id,
            tenant_id=self.tenant_id,
            email=email or f"{staff_id}@example.org",
            name=name,
            role=role.value,
            password_hash=password_hash,
            languages=list(languages),
            skills=list(skills),
            created_at=self.clock.now(),
        )
        for queue_id in served:
            await self._insert(accounts.staff_queues, staff_id=staff_id, queue_id=queue_id)
        principal = await self.session(role, staff_id, queue_ids=frozenset(served))
        return replace(principal, languages=frozenset(languages), skills=frozenset(skills))

    async def patient(
        self,
        *,
        name: str = "Ines Prado",
        birth_date: date | None = date(1944, 5, 17),
        phone: str | None = "+34 600 000 000",
        email: str | None = None,
        language: str = "en",
        access_needs: Sequence[str] = (),
        safe_contact: Mapping[str, bool] | None = None,
    ) -> Principal:
        """A person cared for, with a session."""
        patient_id = PatientId(new_id())
        await self._insert(
            accounts.patients,
            id=patient_id,
            tenant_id=self.tenant_id,
            name=name,
            birth_date=birth_date,
            phone=phone,
            email=email,
            language=language,
            access_needs=list(access_needs),
            safe_contact=safe_contact or {"ring": True, "text": False, "voicemail": False},
            created_at=self.clock.now(),
        )
        return await self.session(Role.PATIENT, patient_id)

    async def guest(
        self, consultation_id: ConsultationId, *, name: str = "Sam Okoro", kind: str = "interpreter"
    ) -> Principal:
        """Somebody invited to one consultation, who has used the link."""
        invitation_id = new_id()
        await self._insert(
            accounts.invitations,
            id=invitation_id,
            tenant_id=self.tenant_id,
            kind="guest",
            token_hash=new_id(),
            pharmacy_id=self.pharmacy_id,
            consultation_id=consultation_id,
            details={"kind": kind, "language": None, "name": name},
            created_at=self.clock.now(),
            expires_at=self.clock.now() + timedelta(hours=1),
            redeemed_at=self.clock.now(),
        )
        return await self.session(Role.GUEST, invitation_id, consultation_id=consultation_id)

    async def session(
        self,
        role: Role,
        subject_id: str,
        *,
        queue_ids: frozenset[QueueId] = frozenset(),
        consultation_id: ConsultationId | None = None,
    ) -> Principal:
        """One more session of a person."""
        session_id = SessionId(new_id())
        now = self.clock.now()
        await self._insert(
            sessions,
            id=session_id,
            tenant_id=self.tenant_id,
            role=role.value,
            subject_id=subject_id,
            consultation_id=consultation_id,
            refresh_hash="0" * 64,
            rotated_at=now,
            device_hash="0" * 64,
            created_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(hours=12),
        )
        return Principal(
            subject_id=subject_id,
            role=role,
            tenant_id=self.tenant_id,
            session_id=session_id,
            queue_ids=queue_ids,
            consultation_id=consultation_id,
        )

    async def events(self, name: str | None = None) -> list[str]:
        """The bodies of this tenant's events that wait in the outbox, in the order they were written."""
        query = select(audit.outbox.c.body).where(audit.outbox.c.log == self.tenant_id)
        if name is not None:
            query = query.where(audit.outbox.c.name == name)
        async with self.database.snapshot() as connection:
            return list(await connection.scalars(query.order_by(audit.outbox.c.position)))

    async def event_names(self) -> list[str]:
        """The names of this tenant's events that wait in the outbox, in the order they were written."""
        query = select(audit.outbox.c.name).where(audit.outbox.c.log == self.tenant_id)
        async with self.database.snapshot() as connection:
            return list(await connection.scalars(query.order_by(audit.outbox.c.position)))

    async def count(self, table: Table) -> int:
        """How many rows a table has."""
        async with self.database.snapshot() as connection:
            return await connection.scalar(select(func.count()).select_from(table)) or 0

    async def update_queue(self, queue_id: QueueId, **changes: Any) -> None:
        """Set columns of a queue: its capacity, answer time, state."""
        queues = waiting_room.queues
        async with self.database.transaction() as transaction:
            await transaction.connection.execute(
                queues.update().where(queues.c.id == queue_id).values(**changes)
            )

    async def update_pharmacy(self, pharmacy_id: PharmacyId, **changes: Any) -> None:
        """Set columns of a pharmacy: its opening hours."""
        pharmacies = accounts.pharmacies
        async with self.database.transaction() as transaction:
            await transaction.connection.execute(
                pharmacies.update().where(pharmacies.c.id == pharmacy_id).values(**changes)
            )

    async def _pharmacy(self, pharmacy_id: PharmacyId, name: str) -> None:
        await self._insert(
            accounts.pharmacies,
            id=pharmacy_id,
            tenant_id=self.tenant_id,
            slug=self._slug("pharmacy", pharmacy_id),
            name=name,
            address="1 Mill Lane",
            phone="+44 1632 960000",
            emergency_number="999",
            time_zone="Europe/London",
            country="GB",
            languages=["en", "es"],
            opening_hours=[],
            red_flags={"en": "Chest pain? Call 999.", "es": "¿Dolor en el pecho? Llame al 999."},
            created_at=self.clock.now(),
        )

    async def _queue(self, queue_id: QueueId, name: str, *pharmacies: PharmacyId) -> None:
        await self._insert(
            waiting_room.queues,
            id=queue_id,
            tenant_id=self.tenant_id,
            name=name,
            languages=["en", "es"],
            created_at=self.clock.now(),
        )
        for pharmacy_id in pharmacies:
            await self._insert(waiting_room.queue_pharmacies, queue_id=queue_id, pharmacy_id=pharmacy_id)

    async def _insert(self, table: Table, **values: Any) -> None:
        async with self.database.transaction() as transaction:
            await transaction.connection.execute(insert(table).values(**values))

    @staticmethod
    def _slug(kind: str, row_id: str) -> str:
        return f"{kind}-{row_id[-12:]}"
