"""Pharmacies: what anybody may know of one, and the lookup for other features."""

from server.accounts import store
from server.accounts.models import Pharmacy, Tenant
from server.accounts.ports import Line
from server.accounts.schemas import OpeningHours, PharmacyView
from server.accounts.slugs import is_slug
from server.clock import Clock
from server.db.connection import AsyncConnection
from server.db.database import Database
from server.errors import Code, Refusal
from server.ids import PharmacyId, TenantId


class PharmacyLookup:
    """Finds pharmacies, and the organisations they belong to."""

    async def tenant(self, connection: AsyncConnection, tenant_id: TenantId) -> Tenant:
        """The organisation with this id; raises `LookupError` like `pharmacy`."""
        found = await store.tenant(connection, tenant_id)
        if found is None:
            raise LookupError("no such tenant")
        return found

    async def pharmacy(self, connection: AsyncConnection, pharmacy_id: PharmacyId) -> Pharmacy:
        """The pharmacy with this id. Ids come from rows: one that is no pharmacy's raises `LookupError`."""
        found = await store.pharmacy(connection, pharmacy_id)
        if found is None:
            raise LookupError("no such pharmacy")
        return found

    async def at(self, connection: AsyncConnection, slug: str) -> Pharmacy:
        """The pharmacy at `/p/{slug}`; raises `Refusal(not_found)`."""
        found = await store.pharmacy_by_slug(connection, slug) if is_slug(slug) else None
        if found is None:
            raise Refusal(Code.NOT_FOUND)
        return found


class Pharmacies(PharmacyLookup):
    """Shows pharmacies to the public. `speaker_below_age` and `consent_version` are settings."""

    def __init__(
        self, database: Database, clock: Clock, *, line: Line, speaker_below_age: int, consent_version: str
    ) -> None:
        self._database = database
        self._clock = clock
        self._line = line
        self._speaker_below_age = speaker_below_age
        self._consent_version = consent_version

    async def public(self, slug: str) -> PharmacyView:
        """The page of a pharmacy; raises `Refusal(not_found)`."""
        async with self._database.snapshot() as connection:
            return await self.view(connection, await self.at(connection, slug))

    async def phone(self, slug: str) -> tuple[str, str] | None:
        """Name and phone number, for a page that can show nothing else; `None` for an unknown one."""
        async with self._database.snapshot() as connection:
            found = await store.pharmacy_by_slug(connection, slug) if is_slug(slug) else None
        return None if found is None else (found.name, found.phone)

    async def view(self, connection: AsyncConnection, pharmacy: Pharmacy) -> PharmacyView:
        tenant = await store.tenant(connection, pharmacy.tenant_id)
        return PharmacyView(
            id=pharmacy.id,
            slug=pharmacy.slug,
            name=pharmacy.name,
            address=pharmacy.address,
            phone=pharmacy.phone,
            emergency_number=pharmacy.emergency_number,
            time_zone=pharmacy.time_zone,
            country=pharmacy.country,
            languages=pharmacy.languages,
            opening_hours=tuple(
                OpeningHours(weekday=span.weekday, opens=span.opens, closes=span.closes)
                for span in pharmacy.opening_hours
            ),
            open_now=pharmacy.is_open_at(self._clock.now()),
            red_flags=dict(pharmacy.red_flags),
            speaker_below_age=self._speaker_below_age,
            consent_version=self._consent_version,
            is_test=tenant is not None and tenant.is_test,
            queues=await self._line.public_queues(connection, pharmacy.id),
        )
