"""The staff of a tenant: their accounts, passwords, second factors and queues."""

from collections.abc import Collection

from server.accounts import events, store
from server.accounts.models import Staff, Tenant
from server.accounts.ports import Queues
from server.accounts.schemas import Competence, NewStaff, StaffList, StaffView
from server.audit.event import SYSTEM, Event, Subject
from server.audit.outbox import Outbox
from server.auth import policy, second_factor
from server.auth.endings import SessionEndings
from server.auth.models import SessionEnd
from server.auth.passwords import Passwords, require_strong
from server.auth.policy import Action, Facts
from server.auth.principal import Principal, Role
from server.clock import Clock
from server.db.connection import AsyncConnection
from server.db.database import Database, Transaction
from server.errors import Code, Refusal
from server.ids import QueueId, StaffId, new_id


class StaffRoster:
    """Keeps the accounts of staff. An operator's command is recorded as done by the system."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        clock: Clock,
        *,
        passwords: Passwords,
        endings: SessionEndings,
        queues: Queues,
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._passwords = passwords
        self._endings = endings
        self._queues = queues

    async def create(self, tenant: Tenant, new: NewStaff, *, password: str) -> Staff:
        """Make an account; raises `Refusal(invalid_request)` naming the field."""
        require_strong(password, email=new.email)
        password_hash = await self._passwords.hash(password)
        member = Staff(
            id=StaffId(new_id()),
            tenant_id=tenant.id,
            email=new.email.lower(),
            name=new.name,
            role=Role(new.role),
            registration_number=new.registration_number,
            queue_ids=new.queue_ids,
            disabled=False,
            second_factor=False,
            languages=new.languages,
            skills=new.skills,
        )
        async with self._database.transaction() as transaction:
            await self._insert(transaction, member, password_hash)
            role = member.role.value
            await self._record(
                transaction, events.STAFF_CREATED(SYSTEM, _subject(member), staff=member.id, role=role)
            )
            if new.queue_ids:
                await self._serve(transaction, member, new.queue_ids)
        return member

    async def set_queues(self, email: str, queue_ids: Collection[QueueId]) -> None:
        """Say which queues somebody serves; all others they serve no longer."""
        async with self._database.transaction() as transaction:
            member = await self._member(transaction.connection, email)
            await self._serve(transaction, member, queue_ids)

    async def set_competence(self, email: str, competence: Competence) -> None:
        """Say which languages somebody consults in (none: any), and which skills they have."""
        async with self._database.transaction() as transaction:
            member = await self._member(transaction.connection, email)
            await store.change_staff(
                transaction.connection,
                member.id,
                languages=list(competence.languages),
                skills=list(competence.skills),
            )
            event = events.STAFF_COMPETENCE_SET(
                SYSTEM,
                _subject(member),
                staff=member.id,
                languages=competence.languages,
                skills=competence.skills,
            )
            await self._record(transaction, event)

    async def disable(self, email: str) -> None:
        """Close an account and end its sessions."""
        async with self._database.transaction() as transaction:
            member = await self._member(transaction.connection, email)
            now = self._clock.now()
            await store.change_staff(transaction.connection, member.id, disabled_at=now)
            await self._endings.revoke_all(transaction, member.id, reason=SessionEnd.DISABLED)
            await self._record(transaction, events.STAFF_DISABLED(SYSTEM, _subject(member), staff=member.id))

    async def set_password(self, email: str, password: str) -> None:
        """Give an account a new password, unlock it and end its sessions."""
        require_strong(password, email=email)
        password_hash = await self._passwords.hash(password)
        async with self._database.transaction() as transaction:
            member = await self._member(transaction.connection, email)
            await store.change_staff(
                transaction.connection,
                member.id,
                password_hash=password_hash,
                failed_logins=0,
                locked_until=None,
            )
            await self._endings.revoke_all(transaction, member.id, reason=SessionEnd.PASSWORD_SET)
            event = events.STAFF_PASSWORD_SET(SYSTEM, _subject(member), staff=member.id)
            await self._record(transaction, event)

    async def enrol(self, email: str) -> str:
        """Give an account a new second factor; answers the `otpauth://` address to show once."""
        secret = second_factor.new_secret()
        await self._set_second_factor(email, secret)
        return second_factor.provisioning_uri(secret, account=email)

    async def remove_second_factor(self, email: str) -> None:
        await self._set_second_factor(email, None)

    async def read(self, principal: Principal) -> StaffList:
        """The staff of the caller's tenant."""
        facts = Facts(tenant_id=principal.tenant_id)
        policy.require(principal, Action.STAFF_READ, facts)
        async with self._database.snapshot() as connection:
            members = await store.staff_of(connection, principal.tenant_id)
        return StaffList(staff=tuple(_view(member) for member in members))

    async def of_tenant(self, tenant: Tenant) -> tuple[Staff, ...]:
        async with self._database.snapshot() as connection:
            return await store.staff_of(connection, tenant.id)

    async def _set_second_factor(self, email: str, secret: str | None) -> None:
        async with self._database.transaction() as transaction:
            member = await self._member(transaction.connection, email)
            await store.change_staff(
                transaction.connection, member.id, totp_secret=secret, totp_last_step=None
            )
            event = events.STAFF_SECOND_FACTOR_SET(
                SYSTEM, _subject(member), staff=member.id, enabled=secret is not None
            )
            await self._record(transaction, event)

    async def _insert(self, transaction: Transaction, member: Staff, password_hash: str) -> None:
        now = self._clock.now()
        try:
            await store.insert_staff(
                transaction.connection, member, password_hash=password_hash, created_at=now
            )
        except store.Taken:
            raise Refusal(Code.INVALID_REQUEST, fields=(("/email", "taken"),)) from None

    async def _member(self, connection: AsyncConnection, email: str) -> Staff:
        member = await store.staff_by_email(connection, email)
        if member is None:
            raise Refusal(Code.NOT_FOUND)
        return member

    async def _serve(self, transaction: Transaction, member: Staff, queue_ids: Collection[QueueId]) -> None:
        for queue_id in queue_ids:
            facts = await self._queues.queue_facts(transaction.connection, queue_id)
            if facts is None or facts.tenant_id != member.tenant_id:
                raise Refusal(Code.INVALID_REQUEST, fields=(("/queue_ids", "unknown_queue"),))
        await store.set_queues(transaction.connection, member.id, queue_ids)
        event = events.STAFF_QUEUES_SET(
            SYSTEM, _subject(member), staff=member.id, queues=tuple(sorted(set(queue_ids)))
        )
        await self._record(transaction, event)

    async def _record(self, transaction: Transaction, event: Event) -> None:
        await self._outbox.record(transaction, event)


def _subject(member: Staff) -> Subject:
    return Subject(tenant_id=member.tenant_id)


def _view(member: Staff) -> StaffView:
    return StaffView(
        id=member.id,
        name=member.name,
        email=member.email,
        role=member.role.value,
        registration_number=member.registration_number,
        queues=member.queue_ids,
        disabled=member.disabled,
        languages=member.languages,
        skills=member.skills,
    )
