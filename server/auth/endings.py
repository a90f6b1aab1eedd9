"""How sessions end, with the event that tells why."""

from server.audit.event import SYSTEM, Actor, Event, Subject
from server.audit.outbox import Outbox
from server.auth import events, store
from server.auth.models import Session, SessionEnd
from server.auth.principal import Role
from server.clock import Clock
from server.db.database import Transaction
from server.ids import PatientId, SessionId
from server.notices import SessionRevoked


class SessionEndings:
    """Ends sessions inside the transaction that has the reason to."""

    def __init__(self, outbox: Outbox, clock: Clock) -> None:
        self._outbox = outbox
        self._clock = clock

    async def revoke(
        self, transaction: Transaction, session_id: SessionId, *, reason: SessionEnd, actor: Actor = SYSTEM
    ) -> None:
        """End one session, if it has not ended."""
        session = await store.lock(transaction.connection, session_id)
        if session is not None and session.revoked_at is None:
            await self.end(transaction, session, reason, revoked(session, reason, actor))

    async def revoke_all(
        self, transaction: Transaction, subject_id: str, *, reason: SessionEnd, actor: Actor = SYSTEM
    ) -> None:
        """End all sessions of a person."""
        for session in await store.lock_of_subject(transaction.connection, subject_id):
            await self.end(transaction, session, reason, revoked(session, reason, actor))

    async def end(self, transaction: Transaction, session: Session, reason: SessionEnd, event: Event) -> None:
        """End a session whose row is locked, recording this event; its sockets close."""
        await store.revoke(transaction.connection, session.id, now=self._clock.now(), reason=reason)
        await self._outbox.record(transaction, event)
        transaction.announce(SessionRevoked(session.id))


def actor_of(session: Session) -> Actor:
    return Actor(session.role.value, session.subject_id)


def subject_of(session: Session) -> Subject:
    patient_id = PatientId(session.subject_id) if session.role is Role.PATIENT else None
    return Subject(
        tenant_id=session.tenant_id, consultation_id=session.consultation_id, patient_id=patient_id
    )


def revoked(session: Session, reason: SessionEnd, actor: Actor) -> Event:
    return events.SESSION_REVOKED(actor, subject_of(session), session=session.id, reason=reason.value)


def ended_by_itself(session: Session, ending: SessionEnd, device_hash: str) -> Event:
    """The event of a session that a renewal found over."""
    if ending is SessionEnd.REUSED:
        same_device = device_hash == session.device_hash
        return events.SESSION_REUSED(SYSTEM, subject_of(session), session=session.id, same_device=same_device)
    return events.SESSION_EXPIRED(SYSTEM, subject_of(session), session=session.id, reason=ending.value)
