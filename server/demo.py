"""The demonstration: a seeded tenant in one folder, and the links to try it with.

The demo's own notes (`demo.json` in the data folder, readable by its user only) keep the passwords it made,
so that a second start prints the same ones. All is seeded through the services that real use goes through.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import typer

from server.accounts.models import Pharmacy, Tenant
from server.accounts.repeats import Request
from server.accounts.schemas import (
    Authority,
    Invite,
    NewPharmacy,
    NewStaff,
    NewTenant,
    Person,
    Relationship,
    SafeContact,
    Speaker,
    WalkIn,
)
from server.app import listen, running, stop_on_signals
from server.auth.principal import Principal, Role
from server.config import Settings
from server.db.migrate import upgrade
from server.ids import QueueId, SessionId, new_id
from server.memory import settle
from server.parts import Parts
from server.waiting_room.provision import NewQueue
from server.waiting_room.schemas import DeviceCheck

DEVICE = "demo"
DEVICE_CHECK = DeviceCheck(camera="ok", microphone="ok", network="good")
WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron", "iris", "juniper", "maple")

RED_FLAGS = {
    "en": "Chest pain, trouble breathing, a face or arm that droops, or heavy bleeding? Call {number} now.",
    "es": "¿Dolor en el pecho, falta de aire, cara o brazo caídos, o mucha sangre? Llame ya al {number}.",
}

PHARMACIES = (
    NewPharmacy(
        slug="mill-lane",
        name="Mill Lane Pharmacy",
        address="1 Mill Lane, Anytown",
        phone="+44 1632 960001",
        emergency_number="999",
        time_zone="Europe/London",
        country="GB",
        languages=("en", "es"),
        red_flags={language: text.format(number="999") for language, text in RED_FLAGS.items()},
    ),
    NewPharmacy(
        slug="farmacia-del-puerto",
        name="Farmacia del Puerto",
        address="Calle del Puerto 7, Cualquiera",
        phone="+34 910 123 456",
        emergency_number="112",
        time_zone="Europe/Madrid",
        country="ES",
        languages=("es", "en"),
        red_flags={language: text.format(number="112") for language, text in RED_FLAGS.items()},
    ),
)

STAFF = (
    ("Priya Nair", "priya@demo.example", Role.PHARMACIST),
    ("Tomás Vidal", "tomas@demo.example", Role.PHARMACIST),
    ("Lena Fischer", "lena@demo.example", Role.TECHNICIAN),
    ("Omar Haddad", "omar@demo.example", Role.ADMIN),
    ("Carla Reis", "carla@demo.example", Role.COMPLIANCE),
    ("Jo Park", "jo@demo.example", Role.OPERATOR),
)

COMPETENCE: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "priya@demo.example": {"languages": ("en", "es"), "skills": ("travel", "vaccines")},
    "tomas@demo.example": {"languages": ("es", "en"), "skills": ("smoking",)},
}

WAITING = (
    (
        Person(name="Edith Moore", birth_date=date(1941, 3, 2), language="en", phone="+44 7911 123456"),
        None,
        "A rash since Tuesday",
    ),
    (
        Person(
            name="Mateo Ruiz",
            birth_date=date(2019, 6, 11),
            language="es",
            safe_contact=SafeContact(ring=False, text=True),
        ),
        Speaker(name="Lucía Ruiz", relationship=Relationship.PARENT, authority=Authority.PARENTAL),
        "Jarabe y dosis",
    ),
    (
        Person(
            name="Arthur Bell", birth_date=date(1938, 9, 30), language="en", access_needs=("hard_of_hearing",)
        ),
        None,
        None,
    ),
)


async def run(settings: Settings) -> None:
    """Seed if the folder is new, serve, and print where to go, until a signal comes."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with listen(settings) as listener:
        url = settings.public_url or f"http://localhost:{listener.getsockname()[1]}"
        settings = settings.model_copy(update={"public_url": url})
        stop = stop_on_signals()
        await upgrade(settings.database)
        async with running(settings, listener) as parts:
            notes = await _notes(parts, settings.data_dir / "demo.json", url)
            settle()
            _print(url, notes)
            await stop.wait()


async def _notes(parts: Parts, path: Path, url: str) -> Mapping[str, Any]:
    """Read what an earlier start seeded, or seed now; links are made anew at each start."""
    notes = _kept(path) or await _seed(parts)
    notes["walk_in"] = [f"{url}/p/{new.slug}" for new in PHARMACIES]
    notes["invitation"] = await _invitation(parts, notes)
    notes["staff_page"] = f"{url}/staff"
    _keep(path, notes)
    return notes


def _kept(path: Path) -> dict[str, Any] | None:
    return json.loads(path.read_text()) if path.exists() else None


def _keep(path: Path, notes: Mapping[str, Any]) -> None:
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(notes, indent=2, ensure_ascii=False))
    fresh.replace(path)


async def _seed(parts: Parts) -> dict[str, Any]:
    tenant = await parts.accounts.organisations.create(NewTenant(slug="demo", name="Demo Pharmacies"))
    first, second = [await parts.accounts.organisations.add_pharmacy(tenant, new) for new in PHARMACIES]
    queues = await _queues(parts, tenant, first, second)
    staff = [await _member(parts, tenant, queues, *one) for one in STAFF]
    for person, speaker, reason in WAITING:
        await _stand_in_line(parts, first, queues[0], person, speaker, reason)
    return {
        "tenant": tenant.id,
        "pharmacies": [first.id, second.id],
        "queues": list(queues),
        "staff": staff,
    }


async def _invitation(parts: Parts, notes: Mapping[str, Any]) -> str:
    """Make a magic link, as the admin would; the server keeps only its digest, so each start makes one."""
    admin = next(one for one in notes["staff"] if one["role"] == Role.ADMIN.value)
    principal = Principal(
        subject_id=admin["id"],
        role=Role.ADMIN,
        tenant_id=notes["tenant"],
        session_id=SessionId(new_id()),
    )
    invite = Invite(
        queue_id=notes["queues"][0],
        pharmacy_id=notes["pharmacies"][0],
        person=Person(name="Rosa Weiss", birth_date=date(1957, 12, 4)),
    )
    return (await parts.accounts.invitations.invite(principal, invite)).link


async def _queues(parts: Parts, tenant: Tenant, first: Pharmacy, second: Pharmacy) -> tuple[QueueId, QueueId]:
    provision = parts.line.provision
    advice = NewQueue(name="Advice", pharmacy_ids=(first.id,), languages=("en", "es"))
    consejo = NewQueue(name="Consejo", pharmacy_ids=(second.id,), languages=("es", "en"))
    one, other = await provision.create(tenant.id, advice), await provision.create(tenant.id, consejo)
    return one.id, other.id


async def _member(
    parts: Parts, tenant: Tenant, queues: tuple[QueueId, ...], name: str, email: str, role: Role
) -> dict[str, str]:
    password = "-".join(secrets.choice(WORDS) for _ in range(4)) + f"-{secrets.randbelow(100):02}"
    serves = queues if role in {Role.PHARMACIST, Role.TECHNICIAN} else ()
    details = {"email": email, "name": name, "role": role.value, "queue_ids": serves}
    new = NewStaff.model_validate({**details, **COMPETENCE.get(email, {})})
    member = await parts.accounts.staff.create(tenant, new, password=password)
    return {"id": member.id, "role": role.value, "name": name, "email": email, "password": password}


async def _stand_in_line(
    parts: Parts,
    pharmacy: Pharmacy,
    queue_id: QueueId,
    person: Person,
    speaker: Speaker | None,
    reason: str | None,
) -> None:
    body = WalkIn(
        queue_id=queue_id,
        person=person,
        speaker=speaker,
        reason=reason,
        video_consent=True,
        consent_version=parts.ground.settings.consent_version,
    )
    entered = await parts.accounts.arrivals.walk_in(pharmacy.slug, body, Request(device=DEVICE))
    assert entered.visit is not None
    patient = await parts.accounts.sessions.authenticate(entered.session.access_token)
    await parts.line.stay.check_devices(patient, entered.visit.id, DEVICE_CHECK)


def _print(url: str, notes: Mapping[str, Any]) -> None:
    lines = [
        "",
        f"Officina is ready at {url}",
        "",
        "Patients (any browser window on this machine):",
        *(f"  {link}" for link in notes["walk_in"]),
        f"  {notes['invitation']}   (a personal link, good once)",
        "",
        f"Staff: {notes['staff_page']}",
        *(f"  {one['role']:<11} {one['email']:<20} {one['password']}" for one in notes["staff"]),
        "",
        f"API: {url}/api/docs     Stop with Ctrl+C.",
    ]
    for line in lines:
        typer.echo(line)
