"""The commands `user create | list | disable | password | totp | queues | set` and `tenant create | list |
add-pharmacy | add-queue`.

Exit codes: 0 done, 1 there is no such user, tenant or pharmacy, 2 the command or the settings are not right,
3 the database is not there.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.accounts import console
from server.ids import QueueId, TenantId

if TYPE_CHECKING:
    from server.parts import Parts

users = typer.Typer(help="Keep the accounts of staff.", no_args_is_help=True)
tenants = typer.Typer(help="Set up organisations, their pharmacies and queues.", no_args_is_help=True)

Data = Annotated[Path | None, typer.Option(help="Folder of the database and keys.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Email = Annotated[str, typer.Argument(help="The e-mail address of the account.")]
TenantSlug = Annotated[str, typer.Argument(help="The tenant's short name.")]
PasswordFile = Annotated[
    Path | None, typer.Option(help="File that holds the password; - is standard input. Asked for otherwise.")
]
Queues = Annotated[list[str] | None, typer.Option("--queue", help="A queue they serve, by name or id.")]
Words = list[str] | None
Languages = Annotated[
    Words, typer.Option("--language", help="A language they consult in: en, es; any without.")
]
Skills = Annotated[Words, typer.Option("--skill", help="What they may be asked for, such as travel.")]


@users.command("create")
def create_user(
    email: Email,
    *,
    tenant: Annotated[str, typer.Option(help="The tenant's short name.")],
    name: Annotated[str, typer.Option(help="The person's name, as patients see it.")],
    role: Annotated[str, typer.Option(help="pharmacist, technician, admin, compliance or operator.")],
    registration_number: Annotated[
        str | None, typer.Option(help="Number in the professional register.")
    ] = None,
    queue: Queues = None,
    language: Languages = None,
    skill: Skills = None,
    password_file: PasswordFile = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make an account for a member of staff."""
    from server.accounts.schemas import NewStaff

    password = console.password(password_file)

    async def run(parts: "Parts") -> Mapping[str, object]:
        organisation = await parts.accounts.organisations.tenant(tenant)
        details = {
            "email": email,
            "name": name,
            "role": role,
            "registration_number": registration_number,
            "queue_ids": await _queue_ids(parts, organisation.id, queue or []),
            "languages": language or [],
            "skills": skill or [],
        }
        new = NewStaff.model_validate(details)
        member = await parts.accounts.staff.create(organisation, new, password=password)
        return {"id": member.id, "email": member.email, "role": member.role.value}

    console.show([console.run(data, run)], as_json=as_json)


@users.command("list")
def list_users(
    tenant: Annotated[str, typer.Option(help="The tenant's short name.")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List the staff of a tenant."""

    async def run(parts: "Parts") -> list[Mapping[str, object]]:
        organisation = await parts.accounts.organisations.tenant(tenant)
        names = {queue.id: queue.name for queue in await parts.line.provision.of_tenant(organisation.id)}
        return [
            {
                "id": member.id,
                "email": member.email,
                "name": member.name,
                "role": member.role.value,
                "queues": [names.get(queue_id, queue_id) for queue_id in member.queue_ids],
                "languages": list(member.languages),
                "skills": list(member.skills),
                "second_factor": member.second_factor,
                "disabled": member.disabled,
            }
            for member in await parts.accounts.staff.of_tenant(organisation)
        ]

    console.show(console.run(data, run), as_json=as_json)


@users.command("disable")
def disable_user(email: Email, data: Data = None) -> None:
    """Close an account and end its sessions."""
    console.run(data, lambda parts: parts.accounts.staff.disable(email))
    typer.echo("The account is closed; its sessions end within 15 seconds.")


@users.command("password")
def set_password(email: Email, password_file: PasswordFile = None, data: Data = None) -> None:
    """Give an account a new password, unlock it and end its sessions."""
    password = console.password(password_file)
    console.run(data, lambda parts: parts.accounts.staff.set_password(email, password))
    typer.echo("The password is set; older sessions end within 15 seconds.")


@users.command("totp")
def second_factor(
    email: Email,
    remove: Annotated[bool, typer.Option("--remove", help="Take the second factor away.")] = False,
    data: Data = None,
) -> None:
    """Give an account a second factor, and print its otpauth:// address for the authenticator, once."""
    if remove:
        console.run(data, lambda parts: parts.accounts.staff.remove_second_factor(email))
        typer.echo("The account has no second factor now.")
    else:
        typer.echo(console.run(data, lambda parts: parts.accounts.staff.enrol(email)))


@users.command("queues")
def set_queues(
    email: Email,
    tenant: Annotated[str, typer.Option(help="The tenant's short name.")],
    queue: Queues = None,
    data: Data = None,
) -> None:
    """Say which queues somebody serves; all others they serve no longer."""

    async def run(parts: "Parts") -> int:
        organisation = await parts.accounts.organisations.tenant(tenant)
        queue_ids = await _queue_ids(parts, organisation.id, queue or [])
        await parts.accounts.staff.set_queues(email, queue_ids)
        return len(queue_ids)

    typer.echo(f"Serves {console.run(data, run)} queues now.")


@users.command("set")
def set_competence(email: Email, language: Languages = None, skill: Skills = None, data: Data = None) -> None:
    """Say which languages somebody consults in and which skills they have; what is left out is none.

    Somebody without a language is asked for patients of any. It holds within 10 seconds.
    """
    from server.accounts.schemas import Competence

    competence = Competence.model_validate({"languages": language or [], "skills": skill or []})
    console.run(data, lambda parts: parts.accounts.staff.set_competence(email, competence))
    typer.echo(
        f"Consults in {', '.join(competence.languages) or 'any language'}; "
        f"skills: {', '.join(competence.skills) or 'none'}."
    )


@tenants.command("create")
def create_tenant(
    slug: TenantSlug,
    name: Annotated[str, typer.Option(help="The organisation's name.")],
    test: Annotated[bool, typer.Option("--test", help="No real patients: for rehearsals.")] = False,
    neutral_name: Annotated[
        str | None, typer.Option(help="What messages to patients are signed with; must not tell of health.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Set up an organisation."""
    from server.accounts.schemas import NewTenant

    async def run(parts: "Parts") -> Mapping[str, object]:
        details = {"slug": slug, "name": name, "is_test": test, "neutral_name": neutral_name}
        new = NewTenant.model_validate(details)
        made = await parts.accounts.organisations.create(new)
        return {"id": made.id, "slug": made.slug, "name": made.name}

    console.show([console.run(data, run)], as_json=as_json)


@tenants.command("list")
def list_tenants(data: Data = None, as_json: AsJson = False) -> None:
    """List the organisations, with their pharmacies and queues."""

    async def run(parts: "Parts") -> list[Mapping[str, object]]:
        organisations = parts.accounts.organisations
        return [
            {
                "id": tenant.id,
                "slug": tenant.slug,
                "name": tenant.name,
                "pharmacies": [each.slug for each in await organisations.pharmacies(tenant)],
                "queues": [each.name for each in await parts.line.provision.of_tenant(tenant.id)],
            }
            for tenant in await organisations.tenants()
        ]

    console.show(console.run(data, run), as_json=as_json)


@tenants.command("add-pharmacy")
def add_pharmacy(
    tenant: TenantSlug,
    slug: Annotated[str, typer.Argument(help="The pharmacy's name in addresses: /p/SLUG.")],
    *,
    name: Annotated[str, typer.Option(help="The name patients read.")],
    address: Annotated[str, typer.Option(help="Where it is.")],
    phone: Annotated[str, typer.Option(help="The number to call when video does not work.")],
    emergency_number: Annotated[str, typer.Option(help="The emergency number there: 112, 999, 911.")],
    time_zone: Annotated[str, typer.Option(help="Such as Europe/Madrid.")],
    country: Annotated[str, typer.Option(help="Two letters, such as ES.")],
    language: Annotated[Words, typer.Option(help="A language spoken there: en, es.")] = None,
    hours: Annotated[Words, typer.Option(help='Such as "mon-fri 09:00-14:00"; always open without.')] = None,
    red_flags: Annotated[
        Path | None, typer.Option(help="JSON file: the urgent-care text by language.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Set up a pharmacy."""
    from server.accounts.hours import parse_hours
    from server.accounts.schemas import NewPharmacy

    async def run(parts: "Parts") -> Mapping[str, object]:
        organisation = await parts.accounts.organisations.tenant(tenant)
        details = {
            "slug": slug,
            "name": name,
            "address": address,
            "phone": phone,
            "emergency_number": emergency_number,
            "time_zone": time_zone,
            "country": country,
            "languages": language or ["en"],
            "opening_hours": [span for text in hours or [] for span in parse_hours(text)],
            "red_flags": json.loads(red_flags.read_text()) if red_flags else {},
        }
        made = await parts.accounts.organisations.add_pharmacy(
            organisation, NewPharmacy.model_validate(details)
        )
        return {"id": made.id, "slug": made.slug, "path": f"/p/{made.slug}"}

    console.show([console.run(data, run)], as_json=as_json)


@tenants.command("add-queue")
def add_queue(
    tenant: TenantSlug,
    *,
    name: Annotated[str, typer.Option(help="The queue's name, as patients read it.")],
    pharmacy: Annotated[list[str], typer.Option(help="A pharmacy it is for, by its name in addresses.")],
    language: Annotated[Words, typer.Option(help="A language spoken there: en, es.")] = None,
    capacity: Annotated[int, typer.Option(help="How many may wait.")] = 200,
    answer_time_s: Annotated[int, typer.Option(help="How long a called patient has to answer.")] = 180,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Set up a queue, for one pharmacy or several."""
    from server.waiting_room.provision import NewQueue

    async def run(parts: "Parts") -> Mapping[str, object]:
        organisation = await parts.accounts.organisations.tenant(tenant)
        known = {each.slug: each.id for each in await parts.accounts.organisations.pharmacies(organisation)}
        if not known.keys() >= set(pharmacy):
            console.refuse("The tenant has no such pharmacy.", 1)
        new = NewQueue(
            name=name,
            pharmacy_ids=tuple(known[each] for each in dict.fromkeys(pharmacy)),
            languages=tuple(language or ["en"]),
            capacity=capacity,
            answer_time_s=answer_time_s,
        )
        made = await parts.line.provision.create(organisation.id, new)
        return {"id": made.id, "name": made.name}

    console.show([console.run(data, run)], as_json=as_json)


async def _queue_ids(parts: "Parts", tenant_id: TenantId, wanted: Sequence[str]) -> list[QueueId]:
    """The ids of queues given by name or id."""
    queues = await parts.line.provision.of_tenant(tenant_id)
    known: dict[str, QueueId] = {queue.name: queue.id for queue in queues}
    known |= {queue.id: queue.id for queue in queues}
    if not known.keys() >= set(wanted):
        console.refuse("The tenant has no such queue.", 1)
    return [known[each] for each in dict.fromkeys(wanted)]
