"""What accounts need of other features."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from server.accounts.models import Patient
from server.audit.event import Actor
from server.auth.policy import Facts
from server.db.connection import AsyncConnection
from server.db.database import Transaction
from server.ids import PatientId, PharmacyId, QueueId, TenantId, VisitId
from server.notifications.models import Channel
from server.waiting_room.models import SpeakerClaim
from server.waiting_room.schemas import PublicQueue, VisitView


class Queues(Protocol):
    """Where queues are looked up."""

    async def queue_facts(self, connection: AsyncConnection, queue_id: QueueId) -> Facts | None: ...


class Line(Queues, Protocol):
    """The waiting room, as the door sees it."""

    async def take_place(
        self,
        transaction: Transaction,
        *,
        actor: Actor,
        tenant_id: TenantId,
        queue_id: QueueId,
        pharmacy_id: PharmacyId,
        patient_id: PatientId,
        speaker: SpeakerClaim | None,
        language: str,
        reason: str | None,
        confidential: bool,
        appointment_at: datetime | None = None,
    ) -> VisitId:
        """Stand in the line; refuses a queue that is closed, paused, full, or not of this pharmacy."""
        ...

    async def visit_view(self, connection: AsyncConnection, visit_id: VisitId) -> VisitView: ...

    async def public_queues(
        self, connection: AsyncConnection, pharmacy_id: PharmacyId
    ) -> tuple[PublicQueue, ...]: ...

    async def queue_names(
        self, connection: AsyncConnection, queue_ids: Iterable[QueueId]
    ) -> Mapping[QueueId, str]: ...


class Messages(Protocol):
    """Where messages to patients are queued."""

    async def send_invitation(
        self,
        transaction: Transaction,
        *,
        person: Patient,
        channel: Channel,
        confidential: bool,
        until: datetime,
    ) -> str | None:
        """Queue an invitation; answers the secret that its link must have, `None` if it cannot be sent."""
        ...


class Consents(Protocol):
    """Where consents are kept."""

    async def record_consent(
        self,
        transaction: Transaction,
        *,
        actor: Actor,
        tenant_id: TenantId,
        patient_id: PatientId,
        visit_id: VisitId | None,
        subject: str,
        given: bool,
        text_version: str,
        given_by: str,
    ) -> str:
        """Note a consent of the person cared for; answers its id."""
        ...
