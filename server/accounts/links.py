"""Making links. A link holds 256 random bits; the database has their digest only."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

from server.accounts import events, store
from server.accounts.models import Invitation, InvitationKind
from server.accounts.schemas import InvitationLink
from server.audit.event import Actor, Subject
from server.audit.outbox import Outbox
from server.clock import Clock
from server.db.database import Transaction
from server.ids import (
    ConsultationId,
    InvitationId,
    PatientId,
    PharmacyId,
    QueueId,
    StaffId,
    TenantId,
    VisitId,
    digest,
    new_id,
    new_secret,
)

RETURN_VALID = timedelta(hours=24)


class OneVisit(Protocol):
    """A visit, as far as a link back to it goes."""

    @property
    def id(self) -> VisitId: ...
    @property
    def tenant_id(self) -> TenantId: ...
    @property
    def pharmacy_id(self) -> PharmacyId: ...
    @property
    def patient_id(self) -> PatientId: ...


class Links:
    """Makes links, each with its row and its event. Without `public_url` a link is a path on this server.

    Whoever can make a secret of 256 bits again (a message that is sent a second time) hands it in as `token`.
    """

    def __init__(self, outbox: Outbox, clock: Clock, *, public_url: str | None = None) -> None:
        self._outbox = outbox
        self._clock = clock
        self._public_url = (public_url or "").rstrip("/")

    async def make(
        self,
        transaction: Transaction,
        kind: InvitationKind,
        *,
        actor: Actor,
        tenant_id: TenantId,
        pharmacy_id: PharmacyId,
        valid_for: timedelta,
        token: str | None = None,
        patient_id: PatientId | None = None,
        queue_id: QueueId | None = None,
        consultation_id: ConsultationId | None = None,
        visit_id: VisitId | None = None,
        details: Mapping[str, object] | None = None,
        created_by: StaffId | None = None,
    ) -> InvitationLink:
        """Make a link; the caller has decided that there may be one."""
        token, now = token or new_secret(), self._clock.now()
        invitation = Invitation(
            id=InvitationId(new_id()),
            tenant_id=tenant_id,
            kind=kind,
            token_hash=digest(token),
            pharmacy_id=pharmacy_id,
            patient_id=patient_id,
            queue_id=queue_id,
            consultation_id=consultation_id,
            visit_id=visit_id,
            details=details or {},
            created_by=created_by,
            created_at=now,
            expires_at=now + valid_for,
        )
        await store.insert_invitation(transaction.connection, invitation)
        event = events.INVITATION_CREATED(
            actor,
            subject_of(invitation),
            invitation=invitation.id,
            kind=kind.value,
            expires_at=invitation.expires_at.isoformat(),
        )
        await self._outbox.record(transaction, event)
        return InvitationLink(link=self.address(token), expires_at=invitation.expires_at)

    async def back_to(
        self, transaction: Transaction, visit: OneVisit, *, actor: Actor, token: str | None = None
    ) -> InvitationLink:
        """Make a link by which a patient comes back to their visit, good for 24 h and for many uses."""
        return await self.make(
            transaction,
            InvitationKind.RETURN,
            actor=actor,
            tenant_id=visit.tenant_id,
            pharmacy_id=visit.pharmacy_id,
            valid_for=RETURN_VALID,
            token=token,
            patient_id=visit.patient_id,
            visit_id=visit.id,
        )

    def address(self, token: str) -> str:
        """What a browser opens."""
        return f"{self._public_url}/i/{token}"


def subject_of(invitation: Invitation) -> Subject:
    return Subject(
        tenant_id=invitation.tenant_id,
        consultation_id=invitation.consultation_id,
        visit_id=invitation.visit_id,
        queue_id=invitation.queue_id,
        patient_id=invitation.patient_id,
    )
