"""Sessions: opened at sign-in, renewed by refresh tokens, ended by time, by sign-out or by force."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from server.audit.event import SYSTEM, Actor
from server.audit.outbox import Outbox
from server.auth import events, store
from server.auth.endings import SessionEndings, actor_of, ended_by_itself, subject_of
from server.auth.models import OpenedSession, Session, SessionEnd
from server.auth.ports import Activity, Directory
from server.auth.principal import STAFF_ROLES, Principal, Role
from server.auth.recent import RecentPrincipals
from server.auth.refresh_tokens import RefreshToken, RefreshTokens, parse
from server.auth.tokens import AccessTokens
from server.clock import Clock
from server.db.connection import AsyncConnection
from server.db.database import Database, Transaction
from server.db.together import Together
from server.errors import Code, Refusal
from server.ids import ConsultationId, SessionId, StaffId, TenantId, digest, new_id

GRACE = timedelta(seconds=10)
SHORTEST_ACCESS_TOKEN = timedelta(seconds=90)
"""An access token is cut to what is left of the idle time, but never shorter, so that clients which renew a
minute before the end do not spin."""


class Sessions:
    """Opens, renews, checks and ends sessions.

    The idle time counts from the last renewal, less the quiet time that the client reports with it; a call or
    a kept place is activity. Ending is enforced at renewal and by short access tokens.
    """

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        clock: Clock,
        *,
        access: AccessTokens,
        refresh: RefreshTokens,
        directory: Directory,
        activity: Activity,
        access_token_s: int = 300,
        idle_s: int = 900,
        absolute_s: int = 43_200,
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._access = access
        self._refresh = refresh
        self._directory = directory
        self._activity = activity
        self._access_life = timedelta(seconds=access_token_s)
        self._idle = timedelta(seconds=idle_s)
        self._absolute = timedelta(seconds=absolute_s)
        self._endings = SessionEndings(outbox, clock)
        self._recent = RecentPrincipals()
        self._callers = Together(self._read_callers)

    async def open(
        self,
        transaction: Transaction,
        *,
        role: Role,
        subject_id: str,
        tenant_id: TenantId,
        device: str,
        consultation_id: ConsultationId | None = None,
    ) -> OpenedSession:
        """Open a session; `device` is what requests of the same browser have in common."""
        now = self._clock.now()
        token = self._refresh.first(SessionId(new_id()))
        session = Session(
            id=token.session_id,
            tenant_id=tenant_id,
            role=role,
            subject_id=subject_id,
            consultation_id=consultation_id,
            refresh_hash=token.hash,
            rotated_at=now,
            earlier_rotated_at=None,
            device_hash=digest(device),
            created_at=now,
            last_seen_at=now,
            expires_at=now + self._absolute,
        )
        await store.insert_session(transaction.connection, session)
        event = events.SESSION_OPENED(
            actor_of(session), subject_of(session), session=session.id, role=role.value
        )
        await self._outbox.record(transaction, event)
        return self._opened(session, token, seen=now)

    async def authenticate(self, token: str) -> Principal:
        """Return the caller; raises `Refusal` with a 401 code. Rights are at most 10 s old."""
        return await self.caller(self._access.read(token).session_id)

    async def caller(self, session_id: SessionId) -> Principal:
        """The same for whom has read the token already."""
        now = self._clock.now()
        principal = self._recent.get(session_id, now)
        if principal is not None:
            return principal
        found = await self._callers.get(session_id)
        if found is None:
            raise Refusal(Code.SESSION_ENDED)
        principal, expires_at = found
        self._recent.keep(principal, now, expires_at)
        return principal

    async def _read_callers(
        self, session_ids: Sequence[SessionId]
    ) -> Mapping[SessionId, tuple[Principal, datetime]]:
        """Those of the sessions that have not ended: whose they are, and until when."""
        now = self._clock.now()
        found: dict[SessionId, tuple[Principal, datetime]] = {}
        async with self._database.snapshot() as connection:
            for session in await store.find(connection, session_ids):
                principal = await self._principal(connection, session)
                if principal is not None and session.revoked_at is None and now < session.expires_at:
                    found[session.id] = principal, session.expires_at
        return found

    async def _principal(self, connection: AsyncConnection, session: Session) -> Principal | None:
        if session.role not in STAFF_ROLES:
            return session.principal()
        standing = await self._directory.standing(connection, StaffId(session.subject_id))
        if standing is None or standing.role is not session.role:
            return None
        return session.principal(standing)

    async def ended(
        self, connection: AsyncConnection, session_ids: Collection[SessionId]
    ) -> frozenset[SessionId]:
        """Those of the sessions that are over, for sockets that stay longer than a request."""
        return frozenset(session_ids) - await store.living(connection, session_ids, self._clock.now())

    def forget(self, session_id: SessionId) -> None:
        """Drop what is remembered of a session: the next request reads the database."""
        self._recent.forget(session_id)

    async def refresh(self, cookie: str, *, device: str, idle_s: int = 0) -> OpenedSession:
        """Renew the tokens of a session; raises `Refusal(session_ended)` when it is over.

        The token before the newest is still taken from the same device until the newest was used, and the one
        before that for 10 s. Any other old token ends the session. `idle_s`: for how long nobody has touched
        the page.
        """
        token = parse(cookie)
        if token is None:
            raise Refusal(Code.SESSION_ENDED)
        async with self._database.transaction() as transaction:
            renewed = await self._renewed(transaction, token, digest(device), timedelta(seconds=idle_s))
        if renewed is None:  # refused after the commit, so that the end of the session is kept
            raise Refusal(Code.SESSION_ENDED)
        return renewed

    async def _renewed(
        self, transaction: Transaction, token: RefreshToken, device_hash: str, quiet: timedelta
    ) -> OpenedSession | None:
        now = self._clock.now()
        session = await self._live(transaction, token)
        if session is None:
            return None
        place = self._refresh.newest(token, session.refresh_hash)
        if place is None:
            return None
        newest, generations = place
        ending = self._ending(session, generations, device_hash, now)
        seen = await self._seen(transaction.connection, session, now, quiet)
        if ending is not None or seen is None:
            ending = ending or SessionEnd.IDLE
            event = ended_by_itself(session, ending, device_hash)
            await self._endings.end(transaction, session, ending, event)
            return None
        await store.touch(transaction.connection, session.id, seen)
        if generations == 0:
            newest = self._refresh.successor(token)
            await store.rotate(
                transaction.connection,
                session,
                refresh_hash=newest.hash,
                now=now,
                device_hash=device_hash,
            )
            event = events.SESSION_RENEWED(actor_of(session), subject_of(session), session=session.id)
            await self._outbox.record(transaction, event)
        return self._opened(session, newest, seen=seen)

    def _ending(
        self, session: Session, generations: int, device_hash: str, now: datetime
    ) -> SessionEnd | None:
        if now >= session.expires_at:
            return SessionEnd.EXPIRED
        if generations and not _in_grace(session, generations, device_hash, now):
            return SessionEnd.REUSED
        return None

    async def _live(self, transaction: Transaction, token: RefreshToken) -> Session | None:
        session = await store.lock(transaction.connection, token.session_id)
        return session if session is not None and session.revoked_at is None else None

    async def _seen(
        self, connection: AsyncConnection, session: Session, now: datetime, quiet: timedelta
    ) -> datetime | None:
        """When the person was last active; `None` if they were idle for too long, now or before that."""
        seen = max(session.last_seen_at, now - quiet)
        idle = max(now - seen, seen - session.last_seen_at)
        if idle and await self._activity.busy(connection, session.subject_id):
            return now
        return seen if idle <= self._idle else None

    async def logout(self, cookie: str) -> None:
        """End the session that a refresh token belongs to, newest or not; says nothing if there is none."""
        token = parse(cookie)
        if token is None:
            return
        async with self._database.transaction() as transaction:
            session = await self._live(transaction, token)
            if session is None or self._refresh.newest(token, session.refresh_hash) is None:
                return
            event = events.LOGGED_OUT(actor_of(session), subject_of(session), session=session.id)
            await self._endings.end(transaction, session, SessionEnd.LOGGED_OUT, event)

    async def revoke(
        self, transaction: Transaction, session_id: SessionId, *, reason: SessionEnd, actor: Actor = SYSTEM
    ) -> None:
        """End one session, if it has not ended."""
        await self._endings.revoke(transaction, session_id, reason=reason, actor=actor)

    def _opened(self, session: Session, token: RefreshToken, *, seen: datetime) -> OpenedSession:
        now = self._clock.now()
        until = min(now + self._access_life, max(seen + self._idle, now + SHORTEST_ACCESS_TOKEN))
        until = min(until, session.expires_at).replace(microsecond=0)
        return OpenedSession(
            session_id=session.id,
            role=session.role,
            access_token=self._access.issue(session, until),
            access_expires_at=until,
            refresh_token=token.text,
            expires_at=session.expires_at,
        )


def _in_grace(session: Session, generations: int, device_hash: str, now: datetime) -> bool:
    if device_hash != session.device_hash:
        return False
    if generations == 1:
        return True
    replaced_at = session.earlier_rotated_at
    return generations == 2 and replaced_at is not None and now - replaced_at <= GRACE
