"""Organisations and their pharmacies, as an operator sets them up."""

from zoneinfo import available_timezones

import phonenumbers

from server.accounts import events, store
from server.accounts.hours import OpeningSpan
from server.accounts.models import Pharmacy, Tenant
from server.accounts.schemas import NewPharmacy, NewTenant
from server.audit.event import SYSTEM, Subject
from server.audit.outbox import Outbox
from server.clock import Clock
from server.db.database import Database
from server.errors import Code, Refusal
from server.ids import PharmacyId, TenantId, new_id


class Organisations:
    """Sets up tenants and pharmacies."""

    def __init__(self, database: Database, outbox: Outbox, clock: Clock) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock

    async def create(self, new: NewTenant) -> Tenant:
        """Make a tenant; raises `Refusal(invalid_request)` if the name in addresses is taken."""
        tenant = Tenant(
            id=TenantId(new_id()),
            slug=new.slug,
            name=new.name,
            is_test=new.is_test,
            neutral_name=new.neutral_name,
        )
        async with self._database.transaction() as transaction:
            try:
                await store.insert_tenant(transaction.connection, tenant, self._clock.now())
            except store.Taken:
                raise Refusal(Code.INVALID_REQUEST, fields=(("/slug", "taken"),)) from None
            event = events.TENANT_CREATED(SYSTEM, Subject(tenant_id=tenant.id), tenant=tenant.id)
            await self._outbox.record(transaction, event)
        return tenant

    async def add_pharmacy(self, tenant: Tenant, new: NewPharmacy) -> Pharmacy:
        """Make a pharmacy; raises `Refusal(invalid_request)` naming the field."""
        pharmacy = _pharmacy(tenant, new)
        async with self._database.transaction() as transaction:
            try:
                await store.insert_pharmacy(transaction.connection, pharmacy, self._clock.now())
            except store.Taken:
                raise Refusal(Code.INVALID_REQUEST, fields=(("/slug", "taken"),)) from None
            event = events.PHARMACY_CREATED(SYSTEM, Subject(tenant_id=tenant.id), pharmacy=pharmacy.id)
            await self._outbox.record(transaction, event)
        return pharmacy

    async def tenant(self, slug: str) -> Tenant:
        """The tenant of this name; raises `Refusal(not_found)`."""
        async with self._database.snapshot() as connection:
            found = await store.tenant_by_slug(connection, slug)
        if found is None:
            raise Refusal(Code.NOT_FOUND)
        return found

    async def tenants(self) -> tuple[Tenant, ...]:
        async with self._database.snapshot() as connection:
            return await store.all_tenants(connection)

    async def pharmacies(self, tenant: Tenant) -> tuple[Pharmacy, ...]:
        async with self._database.snapshot() as connection:
            return await store.pharmacies_of(connection, tenant.id)


def _pharmacy(tenant: Tenant, new: NewPharmacy) -> Pharmacy:
    if new.time_zone not in available_timezones():
        raise Refusal(Code.INVALID_REQUEST, fields=(("/time_zone", "unknown_time_zone"),))
    if new.country not in phonenumbers.SUPPORTED_REGIONS:
        raise Refusal(Code.INVALID_REQUEST, fields=(("/country", "unknown_country"),))
    try:
        spans = tuple(OpeningSpan(*span) for span in new.opening_hours)
    except ValueError:
        raise Refusal(Code.INVALID_REQUEST, fields=(("/opening_hours", "not_a_span_of_a_week"),)) from None
    return Pharmacy(
        id=PharmacyId(new_id()),
        tenant_id=tenant.id,
        slug=new.slug,
        name=new.name,
        address=new.address,
        phone=new.phone,
        emergency_number=new.emergency_number,
        time_zone=new.time_zone,
        country=new.country,
        languages=new.languages,
        opening_hours=spans,
        red_flags=new.red_flags,
    )
