"""Signing in with a password, and a one-time code where the account has a second factor.

Guessing is bounded twice: an account is locked for 15 min after 10 failures in a row, and an address has a
budget. Whether an account exists shows neither in the answer, nor in its time, nor in the lock.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from server.audit.event import Actor, Subject
from server.audit.outbox import Outbox
from server.auth import events
from server.auth.attempts import Attempts, UnknownAccounts
from server.auth.models import Account, OpenedSession
from server.auth.passwords import Passwords
from server.auth.ports import Credentials
from server.auth.second_factor import matching_step
from server.auth.sessions import Sessions
from server.clock import Clock
from server.db.database import Database, Transaction
from server.errors import Code, Refusal
from server.ids import TenantId, digest

MAX_FAILURES: Final = 10
LOCKED_FOR: Final = timedelta(minutes=15)
ANYBODY: Final = Actor("anonymous")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try to sign in: what was typed, and whether the password was right."""

    password_right: bool
    otp: str | None
    device: str


class Login:
    """Signs staff in."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        clock: Clock,
        *,
        sessions: Sessions,
        credentials: Credentials,
        passwords: Passwords,
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._sessions = sessions
        self._credentials = credentials
        self._passwords = passwords
        self._addresses = Attempts(clock, burst=30, refill_s=2)
        self._unknown = UnknownAccounts(clock, failures=MAX_FAILURES, locked_for=LOCKED_FOR)

    async def login(
        self, *, email: str, password: str, otp: str | None, address: str, device: str
    ) -> OpenedSession:
        """Open a session for whoever proves to be this member of staff; raises `Refusal`."""
        self._take_from_budget(address)
        async with self._database.snapshot() as connection:
            account = await self._credentials.by_email(connection, email)
        if account is None or account.disabled:
            raise await self._refuse_unknown(account, email, password)
        if account.locked_at(self._clock.now()):
            raise await self._refuse_locked(account)
        # Outside any transaction: hashing takes a tenth of a second.
        right = await self._passwords.verify(account.password_hash, password)
        attempt = Attempt(password_right=right, otp=otp, device=device)
        async with self._database.transaction() as transaction:
            outcome = await self._settle(transaction, account, attempt)
        if isinstance(outcome, Refusal):  # raised after the commit, so that the failure is counted
            raise outcome
        if self._passwords.outdated(account.password_hash):
            await self._rehash(account, password)
        return outcome

    def _take_from_budget(self, address: str) -> None:
        wait_s = self._addresses.take(address)
        if wait_s:
            raise Refusal(Code.TOO_MANY_REQUESTS, retry_after_s=math.ceil(wait_s))

    async def _refuse_unknown(self, account: Account | None, email: str, password: str) -> Refusal:
        key = digest(email.strip().casefold())
        locked_until = self._unknown.locked_until(key)
        if locked_until is None:
            await self._passwords.verify(None, password)
            self._unknown.count_failure(key)
        async with self._database.transaction() as transaction:
            await self._record_failure(
                transaction, account, "disabled" if account is not None else "unknown_account"
            )
        return self._locked(locked_until) if locked_until else Refusal(Code.WRONG_CREDENTIALS)

    async def _refuse_locked(self, account: Account) -> Refusal:
        async with self._database.transaction() as transaction:
            await self._record_failure(transaction, account, "locked")
        return self._locked(account.locked_until)

    async def _settle(
        self, transaction: Transaction, known: Account, attempt: Attempt
    ) -> OpenedSession | Refusal:
        """Decide on the account as it is now, with its row locked: others may have tried meanwhile."""
        account = await self._credentials.locked_row(transaction, known.staff_id)
        if account is None or account.disabled or account.password_hash != known.password_hash:
            return Refusal(Code.WRONG_CREDENTIALS)
        if account.locked_at(self._clock.now()):
            await self._record_failure(transaction, account, "locked")
            return self._locked(account.locked_until)
        if not attempt.password_right:
            return await self._count_failure(transaction, account, "wrong_password", Code.WRONG_CREDENTIALS)
        if account.totp_secret is None:
            return await self._succeed(transaction, account, attempt, step=None)
        return await self._second_factor(transaction, account, account.totp_secret, attempt)

    async def _second_factor(
        self, transaction: Transaction, account: Account, secret: str, attempt: Attempt
    ) -> OpenedSession | Refusal:
        if attempt.otp is None:
            return Refusal(Code.SECOND_FACTOR_REQUIRED)
        step = matching_step(secret, attempt.otp, now=self._clock.now(), after=account.totp_last_step)
        if step is None:
            return await self._count_failure(
                transaction, account, "second_factor_wrong", Code.SECOND_FACTOR_WRONG
            )
        return await self._succeed(transaction, account, attempt, step=step)

    async def _succeed(
        self, transaction: Transaction, account: Account, attempt: Attempt, *, step: int | None
    ) -> OpenedSession:
        await self._credentials.note_success(transaction, account.staff_id, totp_step=step)
        opened = await self._sessions.open(
            transaction,
            role=account.role,
            subject_id=account.staff_id,
            tenant_id=account.tenant_id,
            device=attempt.device,
        )
        event = events.LOGIN_SUCCEEDED(
            Actor(account.role.value, account.staff_id),
            Subject(tenant_id=account.tenant_id),
            session=opened.session_id,
            second_factor=step is not None,
        )
        await self._outbox.record(transaction, event)
        return opened

    async def _count_failure(
        self, transaction: Transaction, account: Account, reason: str, code: Code
    ) -> Refusal:
        failures = account.failed_logins + 1
        locked = failures >= MAX_FAILURES
        await self._credentials.count_failure(
            transaction,
            account.staff_id,
            failures=0 if locked else failures,
            locked_until=self._clock.now() + LOCKED_FOR if locked else None,
        )
        await self._record_failure(transaction, account, reason)
        if locked:
            await self._record_lock(transaction, account, failures)
        return Refusal(code)

    async def _record_failure(self, transaction: Transaction, account: Account | None, reason: str) -> None:
        tenant_id: TenantId | None = account.tenant_id if account else None
        event = events.LOGIN_FAILED(
            ANYBODY,
            Subject(tenant_id=tenant_id),
            staff=account.staff_id if account else None,
            reason=reason,
        )
        await self._outbox.record(transaction, event)

    async def _record_lock(self, transaction: Transaction, account: Account, failures: int) -> None:
        event = events.LOGIN_LOCKED(
            ANYBODY,
            Subject(tenant_id=account.tenant_id),
            staff=account.staff_id,
            failures=failures,
            seconds=int(LOCKED_FOR.total_seconds()),
        )
        await self._outbox.record(transaction, event)

    def _locked(self, until: datetime | None) -> Refusal:
        seconds = (until - self._clock.now()).total_seconds() if until else 0
        return Refusal(Code.LOGIN_LOCKED, retry_after_s=max(1, math.ceil(seconds)))

    async def _rehash(self, account: Account, password: str) -> None:
        """Keep the password under the parameters of today. The password is the same: this is no event."""
        fresh = await self._passwords.hash(password)
        async with self._database.transaction() as transaction:
            await self._credentials.rehash(
                transaction, account.staff_id, old=account.password_hash, new=fresh
            )
