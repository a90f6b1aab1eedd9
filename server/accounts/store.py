"""The SQL of tenants, pharmacies, staff, patients and links."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.hours import OpeningSpan
from server.accounts.models import Invitation, InvitationKind, Patient, Pharmacy, PoolMember, Staff, Tenant
from server.accounts.tables import (
    arrival_keys,
    invitations,
    patients,
    pharmacies,
    staff,
    staff_queues,
    tenants,
)
from server.auth.models import Account, Standing
from server.auth.principal import Role
from server.db.insert import insert_new
from server.db.pruning import prune
from server.ids import InvitationId, PatientId, PharmacyId, QueueId, StaffId, TenantId, VisitId


class Taken(Exception):
    """Something that has to be unique is in use: an e-mail address, or a name in addresses."""


# Tenants and pharmacies


async def insert_tenant(connection: AsyncConnection, tenant: Tenant, created_at: datetime) -> None:
    values = _values(tenant) | {"created_at": created_at}
    await _insert_unique(connection, insert(tenants).values(values))


async def tenant_by_slug(connection: AsyncConnection, slug: str) -> Tenant | None:
    row = (await connection.execute(select(tenants).where(tenants.c.slug == slug))).mappings().first()
    return None if row is None else _tenant(row)


async def tenant(connection: AsyncConnection, tenant_id: TenantId) -> Tenant | None:
    row = (await connection.execute(select(tenants).where(tenants.c.id == tenant_id))).mappings().first()
    return None if row is None else _tenant(row)


async def all_tenants(connection: AsyncConnection) -> tuple[Tenant, ...]:
    rows = await connection.execute(select(tenants).order_by(tenants.c.slug))
    return tuple(_tenant(row) for row in rows.mappings())


async def insert_pharmacy(connection: AsyncConnection, pharmacy: Pharmacy, created_at: datetime) -> None:
    values = _values(pharmacy) | {
        "languages": list(pharmacy.languages),
        "opening_hours": [[span.weekday, span.opens, span.closes] for span in pharmacy.opening_hours],
        "red_flags": dict(pharmacy.red_flags),
        "created_at": created_at,
    }
    await _insert_unique(connection, insert(pharmacies).values(values))


async def pharmacy(connection: AsyncConnection, pharmacy_id: PharmacyId) -> Pharmacy | None:
    return await _pharmacy_where(connection, pharmacies.c.id == pharmacy_id)


async def pharmacy_by_slug(connection: AsyncConnection, slug: str) -> Pharmacy | None:
    return await _pharmacy_where(connection, pharmacies.c.slug == slug)


async def pharmacies_of(connection: AsyncConnection, tenant_id: TenantId) -> tuple[Pharmacy, ...]:
    query = select(pharmacies).where(pharmacies.c.tenant_id == tenant_id).order_by(pharmacies.c.slug)
    return tuple(_pharmacy(row) for row in (await connection.execute(query)).mappings())


async def _pharmacy_where(connection: AsyncConnection, condition: ColumnElement[bool]) -> Pharmacy | None:
    row = (await connection.execute(select(pharmacies).where(condition))).mappings().first()
    return None if row is None else _pharmacy(row)


# Staff


async def insert_staff(
    connection: AsyncConnection, member: Staff, *, password_hash: str, created_at: datetime
) -> None:
    row = insert(staff).values(
        id=member.id,
        tenant_id=member.tenant_id,
        email=member.email,
        name=member.name,
        role=member.role.value,
        registration_number=member.registration_number,
        password_hash=password_hash,
        created_at=created_at,
        languages=list(member.languages),
        skills=list(member.skills),
    )
    await _insert_unique(connection, row)


async def set_queues(connection: AsyncConnection, staff_id: StaffId, queue_ids: Iterable[QueueId]) -> None:
    await connection.execute(delete(staff_queues).where(staff_queues.c.staff_id == staff_id))
    rows = [{"staff_id": staff_id, "queue_id": queue_id} for queue_id in sorted(set(queue_ids))]
    if rows:
        await connection.execute(insert(staff_queues), rows)


async def staff_of(connection: AsyncConnection, tenant_id: TenantId) -> tuple[Staff, ...]:
    return await _staff_where(connection, staff.c.tenant_id == tenant_id)


async def staff_by_email(connection: AsyncConnection, email: str) -> Staff | None:
    found = await _staff_where(connection, func.lower(staff.c.email) == email.lower())
    return found[0] if found else None


async def staff_names(connection: AsyncConnection, staff_ids: Collection[StaffId]) -> dict[StaffId, str]:
    query = select(staff.c.id, staff.c.name).where(staff.c.id.in_(staff_ids))
    return {StaffId(row.id): row.name for row in await connection.execute(query)}


async def account_by_email(connection: AsyncConnection, email: str) -> Account | None:
    query = select(staff).where(func.lower(staff.c.email) == email.lower())
    row = (await connection.execute(query)).mappings().first()
    return None if row is None else _account(row)


async def lock_account(connection: AsyncConnection, staff_id: StaffId) -> Account | None:
    query = select(staff).where(staff.c.id == staff_id).with_for_update()
    row = (await connection.execute(query)).mappings().first()
    return None if row is None else _account(row)


async def standing(connection: AsyncConnection, staff_id: StaffId) -> Standing | None:
    """What a member of staff who is not disabled is and may be asked for, and the queues they serve."""
    query = (
        select(staff.c.role, staff.c.languages, staff.c.skills, staff_queues.c.queue_id)
        .outerjoin(staff_queues, staff_queues.c.staff_id == staff.c.id)
        .where(staff.c.id == staff_id, staff.c.disabled_at.is_(None))
    )
    rows = (await connection.execute(query)).all()
    if not rows:
        return None
    return Standing(
        role=Role(rows[0].role),
        queue_ids=frozenset(QueueId(row.queue_id) for row in rows if row.queue_id),
        languages=frozenset(rows[0].languages),
        skills=frozenset(rows[0].skills),
    )


async def pool(
    connection: AsyncConnection, queue_ids: Collection[QueueId]
) -> dict[QueueId, tuple[PoolMember, ...]]:
    """The pharmacists who serve each queue, without disabled accounts, by name."""
    query = (
        select(staff_queues.c.queue_id, staff.c.id, staff.c.name, staff.c.languages, staff.c.skills)
        .join(staff, staff.c.id == staff_queues.c.staff_id)
        .where(
            staff_queues.c.queue_id.in_(queue_ids),
            staff.c.role == Role.PHARMACIST,
            staff.c.disabled_at.is_(None),
        )
        .order_by(staff.c.name, staff.c.id)
    )
    members: dict[QueueId, tuple[PoolMember, ...]] = dict.fromkeys(queue_ids, ())
    for row in await connection.execute(query):
        member = PoolMember(
            staff_id=StaffId(row.id),
            name=row.name,
            languages=tuple(row.languages),
            skills=tuple(row.skills),
        )
        members[QueueId(row.queue_id)] += (member,)
    return members


async def change_staff(connection: AsyncConnection, staff_id: StaffId, **changes: object) -> None:
    await connection.execute(update(staff).where(staff.c.id == staff_id).values(**changes))


async def change_password_hash(connection: AsyncConnection, staff_id: StaffId, *, old: str, new: str) -> None:
    unchanged = (staff.c.id == staff_id) & (staff.c.password_hash == old)
    await connection.execute(update(staff).where(unchanged).values(password_hash=new))


async def _staff_where(connection: AsyncConnection, condition: ColumnElement[bool]) -> tuple[Staff, ...]:
    rows = (await connection.execute(select(staff).where(condition).order_by(staff.c.email))).mappings().all()
    query = select(staff_queues).where(staff_queues.c.staff_id.in_([row["id"] for row in rows]))
    served: dict[str, list[QueueId]] = {}
    for row in await connection.execute(query.order_by(staff_queues.c.queue_id)):
        served.setdefault(row.staff_id, []).append(row.queue_id)
    return tuple(_staff(row, served.get(row["id"], [])) for row in rows)


# Patients


async def insert_patient(connection: AsyncConnection, patient: Patient, created_at: datetime) -> None:
    values = _values(patient) | {
        "access_needs": list(patient.access_needs),
        "safe_contact": dict(patient.safe_contact),
        "created_at": created_at,
    }
    await connection.execute(insert(patients).values(values))


async def patients_by_id(
    connection: AsyncConnection, patient_ids: Collection[PatientId]
) -> dict[PatientId, Patient]:
    query = select(patients).where(patients.c.id.in_(patient_ids))
    return {PatientId(row["id"]): _patient(row) for row in (await connection.execute(query)).mappings()}


# Links


async def insert_invitation(connection: AsyncConnection, invitation: Invitation) -> None:
    values = _values(invitation) | {
        "kind": invitation.kind.value,
        "details": dict(invitation.details),
    }
    await connection.execute(insert(invitations).values(values))


async def invitation(connection: AsyncConnection, invitation_id: str) -> Invitation | None:
    return await _invitation_where(connection, invitations.c.id == invitation_id)


async def invitation_by_hash(connection: AsyncConnection, token_hash: str) -> Invitation | None:
    return await _invitation_where(connection, invitations.c.token_hash == token_hash)


async def use_up(connection: AsyncConnection, invitation_id: InvitationId, now: datetime) -> bool:
    """Mark a link as used; says whether it was this call that did it."""
    unused = (invitations.c.id == invitation_id) & invitations.c.redeemed_at.is_(None)
    result = await connection.execute(update(invitations).where(unused).values(redeemed_at=now))
    return result.rowcount == 1


async def _invitation_where(connection: AsyncConnection, condition: ColumnElement[bool]) -> Invitation | None:
    row = (await connection.execute(select(invitations).where(condition))).mappings().first()
    return None if row is None else Invitation(**{**row, "kind": InvitationKind(row["kind"])})


# Arrivals that are sent again


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What a request to come in led to: a patient at a visit, or a guest by their invitation."""

    request_hash: str
    patient_id: PatientId | None
    visit_id: VisitId | None
    invitation_id: InvitationId | None
    created_at: datetime


async def claim_arrival(
    connection: AsyncConnection, key_hash: str, request_hash: str, now: datetime
) -> Arrival | None:
    """Claim a key for this request; if it was claimed before, what that request led to.

    A concurrent request with the same key waits here until the first one is decided.
    """
    claim = insert_new(connection, arrival_keys).values(
        key_hash=key_hash, request_hash=request_hash, created_at=now
    )
    if (await connection.execute(claim)).rowcount == 1:
        return None
    query = select(arrival_keys).where(arrival_keys.c.key_hash == key_hash)
    row = dict((await connection.execute(query)).mappings().one())
    del row["key_hash"]
    return Arrival(**row)


async def settle_arrival(connection: AsyncConnection, key_hash: str, **led_to: str | None) -> None:
    await connection.execute(update(arrival_keys).where(arrival_keys.c.key_hash == key_hash).values(**led_to))


async def forget_arrival(connection: AsyncConnection, key_hash: str, before: datetime) -> None:
    """Free a key that was claimed before a moment."""
    is_old = (arrival_keys.c.key_hash == key_hash, arrival_keys.c.created_at < before)
    await connection.execute(delete(arrival_keys).where(*is_old))


async def forget_arrivals(connection: AsyncConnection, before: datetime) -> int:
    return await prune(connection, arrival_keys, "created_at", before)


# Rows


async def _insert_unique(connection: AsyncConnection, statement: Any) -> None:
    try:
        await connection.execute(statement)
    except IntegrityError:
        raise Taken from None


def _values(record: Tenant | Pharmacy | Patient | Invitation) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in fields(record)}


def _tenant(row: RowMapping) -> Tenant:
    return Tenant(**{name: row[name] for name in Tenant.__dataclass_fields__})


def _pharmacy(row: RowMapping) -> Pharmacy:
    values: dict[str, Any] = {name: row[name] for name in Pharmacy.__dataclass_fields__}
    values["languages"] = tuple(row["languages"])
    values["opening_hours"] = tuple(OpeningSpan(*span) for span in row["opening_hours"])
    return Pharmacy(**values)


def _staff(row: RowMapping, queue_ids: Iterable[QueueId]) -> Staff:
    return Staff(
        id=row["id"],
        tenant_id=row["tenant_id"],
        email=row["email"],
        name=row["name"],
        role=Role(row["role"]),
        registration_number=row["registration_number"],
        queue_ids=tuple(queue_ids),
        disabled=row["disabled_at"] is not None,
        second_factor=row["totp_secret"] is not None,
        languages=tuple(row["languages"]),
        skills=tuple(row["skills"]),
    )


def _account(row: RowMapping) -> Account:
    return Account(
        staff_id=row["id"],
        tenant_id=row["tenant_id"],
        role=Role(row["role"]),
        disabled=row["disabled_at"] is not None,
        password_hash=row["password_hash"],
        totp_secret=row["totp_secret"],
        totp_last_step=row["totp_last_step"],
        failed_logins=row["failed_logins"],
        locked_until=row["locked_until"],
    )


def _patient(row: RowMapping) -> Patient:
    values: dict[str, Any] = {name: row[name] for name in Patient.__dataclass_fields__}
    return Patient(**values | {"access_needs": tuple(row["access_needs"])})
