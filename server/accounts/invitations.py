"""Invitations: links for patients and guests, and what one shows before it is used.

The database has the digest of a link's secret, so that looking one up tells nothing by its time.
Showing a link never uses it up: mail scanners and previews open links.
"""

import re
from datetime import timedelta
from typing import Literal

from server.accounts import store
from server.accounts.links import RETURN_VALID, Links
from server.accounts.models import Invitation, InvitationKind, Patient, Pharmacy
from server.accounts.pharmacies import Pharmacies
from server.accounts.ports import Line, Messages
from server.accounts.registration import Registration, actor_of
from server.accounts.schemas import InvitationLink, InvitationView, Invite
from server.audit.event import Actor
from server.audit.outbox import Outbox
from server.auth import policy
from server.auth.policy import Action
from server.auth.principal import Principal
from server.clock import Clock
from server.db.connection import AsyncConnection
from server.db.database import Database, Transaction
from server.errors import Code, Refusal
from server.ids import (
    ConsultationId,
    PharmacyId,
    VisitId,
    digest,
)
from server.notifications.models import Channel
from server.waiting_room.models import ENDED
from server.waiting_room.schemas import VisitView

GUEST_VALID = timedelta(hours=4)
FARTHEST_APPOINTMENT = timedelta(days=366)
AFTER_THE_APPOINTMENT = timedelta(hours=12)

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class Invitations:
    """Makes, finds and shows links. Without `public_url` a link is a path on this server."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        clock: Clock,
        *,
        line: Line,
        pharmacies: Pharmacies,
        registration: Registration,
        public_url: str | None = None,
        messages: Messages | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._links = Links(outbox, clock, public_url=public_url)
        self._line = line
        self._pharmacies = pharmacies
        self._registration = registration
        self._messages = messages

    async def invite(self, principal: Principal, body: Invite) -> InvitationLink:
        """Make a link for a patient into a queue; the patient is registered with it."""
        async with self._database.transaction() as transaction:
            pharmacy = await self._inviting_pharmacy(transaction.connection, principal, body)
            actor = Actor.of(principal)
            patient = await self._registration.register(
                transaction,
                pharmacy=pharmacy,
                person=body.person,
                speaker=body.speaker,
                source="invitation",
                actor=actor,
            )
            details = {
                "speaker": body.speaker.model_dump(mode="json") if body.speaker else None,
                "confidential": body.confidential,
                "appointment_at": body.appointment_at.isoformat() if body.appointment_at else None,
            }
            return await self._links.make(
                transaction,
                InvitationKind.VISIT,
                actor=actor,
                tenant_id=pharmacy.tenant_id,
                pharmacy_id=pharmacy.id,
                valid_for=self._valid_for(body),
                token=await self._send(transaction, patient, body),
                patient_id=patient.id,
                queue_id=body.queue_id,
                details=details,
                created_by=principal.staff_id,
            )

    def _valid_for(self, body: Invite) -> timedelta:
        """As long as was asked for, and in any case until after the appointment."""
        asked = timedelta(hours=body.valid_hours)
        if body.appointment_at is None:
            return asked
        ahead = body.appointment_at - self._clock.now()
        if not timedelta() < ahead <= FARTHEST_APPOINTMENT:
            raise Refusal(Code.INVALID_REQUEST, fields=(("/appointment_at", "not_in_reach"),))
        return max(asked, ahead + AFTER_THE_APPOINTMENT)

    async def _send(self, transaction: Transaction, patient: Patient, body: Invite) -> str | None:
        """Queue the message that was asked for, if any; answers the secret for the link in it."""
        if body.send is None:
            return None
        token = None
        if self._messages is not None:
            token = await self._messages.send_invitation(
                transaction,
                person=patient,
                channel=Channel(body.send),
                confidential=body.confidential,
                until=self._clock.now() + self._valid_for(body),
            )
        if token is None:
            raise Refusal(Code.INVALID_REQUEST, fields=(("/send", "not_reachable"),))
        return token

    async def _inviting_pharmacy(
        self, connection: AsyncConnection, principal: Principal, body: Invite
    ) -> Pharmacy:
        facts = await self._line.queue_facts(connection, body.queue_id)
        if facts is None:
            raise Refusal(Code.NOT_FOUND)
        policy.require(principal, Action.INVITATION_CREATE, facts)
        pharmacy = await store.pharmacy(connection, body.pharmacy_id)
        if pharmacy is None or pharmacy.tenant_id != principal.tenant_id:
            raise Refusal(Code.NOT_FOUND)
        queues = await self._line.public_queues(connection, pharmacy.id)
        if body.queue_id not in {queue.id for queue in queues}:
            raise Refusal(Code.INVALID_REQUEST, fields=(("/queue_id", "not_of_this_pharmacy"),))
        return pharmacy

    async def invite_guest(
        self,
        transaction: Transaction,
        *,
        principal: Principal,
        pharmacy_id: PharmacyId,
        consultation_id: ConsultationId,
        kind: Literal["interpreter", "carer", "chaperone"],
        name: str,
        language: str | None,
    ) -> InvitationLink:
        """Make a link into one consultation, good for 4 h and one use. The caller has applied the policy."""
        pharmacy = await self._pharmacies.pharmacy(transaction.connection, pharmacy_id)
        return await self._links.make(
            transaction,
            InvitationKind.GUEST,
            actor=Actor.of(principal),
            tenant_id=pharmacy.tenant_id,
            pharmacy_id=pharmacy.id,
            valid_for=GUEST_VALID,
            consultation_id=consultation_id,
            details={"kind": kind, "name": name, "language": language},
            created_by=principal.staff_id,
        )

    async def return_link(
        self, transaction: Transaction, *, patient: Patient, pharmacy: Pharmacy, visit_id: VisitId
    ) -> str:
        """Make the link by which a patient comes back to their visit, good for 24 h and for many uses."""
        made = await self._links.make(
            transaction,
            InvitationKind.RETURN,
            actor=actor_of(patient),
            tenant_id=pharmacy.tenant_id,
            pharmacy_id=pharmacy.id,
            valid_for=RETURN_VALID,
            patient_id=patient.id,
            visit_id=visit_id,
        )
        return made.link

    async def show(self, token: str) -> InvitationView:
        """What a link is for. Tells nothing about the person it was sent to."""
        async with self._database.snapshot() as connection:
            invitation = await self.find(connection, token)
            pharmacy = await self._pharmacies.pharmacy(connection, invitation.pharmacy_id)
            queue_id = invitation.queue_id
            names = await self._line.queue_names(connection, [queue_id] if queue_id else [])
            return InvitationView(
                kind=invitation.kind.value,
                state=await self.state(connection, invitation),
                expires_at=invitation.expires_at,
                pharmacy=await self._pharmacies.view(connection, pharmacy),
                queue_name=names.get(queue_id) if queue_id else None,
            )

    async def find(self, connection: AsyncConnection, token: str) -> Invitation:
        """The invitation of a link; raises `Refusal(invitation_unknown)`."""
        found = None
        if _TOKEN.fullmatch(token):
            found = await store.invitation_by_hash(connection, digest(token))
        if found is None:
            raise Refusal(Code.INVITATION_UNKNOWN)
        return found

    async def state(
        self, connection: AsyncConnection, invitation: Invitation
    ) -> Literal["valid", "used", "expired"]:
        """Whether a link is still good. One back to a confidential visit ends with the visit."""
        if invitation.redeemed_at is not None:
            return "used"
        if self._clock.now() >= invitation.expires_at:
            return "expired"
        if invitation.visit_id is not None:
            visit = await self.present_visit(connection, invitation.visit_id)
            if visit.confidential and visit.state in ENDED:
                return "expired"
        return "valid"

    async def present_visit(self, connection: AsyncConnection, visit_id: VisitId) -> VisitView:
        """The visit, or the one that it was transferred to in the end."""
        visit = await self._line.visit_view(connection, visit_id)
        while visit.successor_id is not None:
            visit = await self._line.visit_view(connection, visit.successor_id)
        return visit
