"""Making a test organisation to rehearse in: a pharmacy that never closes, a queue, and pharmacists."""

import secrets
from collections.abc import Mapping
from typing import Final

from server.accounts.models import Tenant
from server.accounts.schemas import NewPharmacy, NewStaff, NewTenant
from server.ids import QueueId
from server.parts import Parts
from server.waiting_room.provision import NewQueue

LANGUAGES: Final = ("en", "es")


async def prepare(parts: Parts, *, staff: int, capacity: int, answer_time_s: int) -> Mapping[str, object]:
    """Make the organisation, marked as a test; answers what the load test needs, passwords included."""
    name = f"rehearsal-{secrets.token_hex(4)}"
    tenant = await parts.accounts.organisations.create(
        NewTenant(slug=name, name="Rehearsal Pharmacies", is_test=True)
    )
    pharmacy = await parts.accounts.organisations.add_pharmacy(tenant, _pharmacy(name))
    queue = await parts.line.provision.create(
        tenant.id,
        NewQueue(
            name="Rehearsal",
            pharmacy_ids=(pharmacy.id,),
            languages=LANGUAGES,
            capacity=capacity,
            answer_time_s=answer_time_s,
        ),
    )
    return {
        "tenant": tenant.slug,
        "pharmacy": pharmacy.slug,
        "queue_id": queue.id,
        "answer_time_s": answer_time_s,
        "staff": [await _pharmacist(parts, tenant, queue.id, number) for number in range(staff)],
    }


def _pharmacy(slug: str) -> NewPharmacy:
    return NewPharmacy(
        slug=slug,
        name="Rehearsal Pharmacy",
        address="Nowhere",
        phone="+44 1632 960000",
        emergency_number="112",
        time_zone="UTC",
        country="GB",
        languages=LANGUAGES,
    )


async def _pharmacist(parts: Parts, tenant: Tenant, queue_id: QueueId, number: int) -> dict[str, str]:
    email, password = f"pharmacist-{number}@{tenant.slug}.example", secrets.token_urlsafe(18)
    new = NewStaff(
        email=email, name=f"Rehearsal Pharmacist {number}", role="pharmacist", queue_ids=(queue_id,)
    )
    await parts.accounts.staff.create(tenant, new, password=password)
    return {"email": email, "password": password}
