"""Coming in: at the door of a pharmacy, or by a link.

Each way is one transaction: the person is registered, takes a place, consents, and gets a session, or nothing
of it happened.
"""

from datetime import datetime
from typing import assert_never

from server.accounts import events, store
from server.accounts.check_in import CheckIn, Entered, Place
from server.accounts.invitations import Invitations
from server.accounts.links import subject_of
from server.accounts.models import Invitation, InvitationKind, Patient, Pharmacy
from server.accounts.people import People
from server.accounts.pharmacies import PharmacyLookup
from server.accounts.registration import Registration, actor_of
from server.accounts.repeats import KEPT, Repeats, Request
from server.accounts.schemas import Redeem, Speaker, WalkIn
from server.accounts.store import Arrival
from server.audit.event import Actor, Subject
from server.audit.outbox import Outbox
from server.clock import Clock
from server.db.connection import AsyncConnection
from server.db.database import Database, Transaction
from server.errors import Code, Refusal


class Arrivals:
    """Lets people in."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        clock: Clock,
        *,
        people: People,
        pharmacies: PharmacyLookup,
        registration: Registration,
        invitations: Invitations,
        check_in: CheckIn,
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._people = people
        self._pharmacies = pharmacies
        self._registration = registration
        self._invitations = invitations
        self._check_in = check_in
        self._repeats = Repeats(clock)

    async def walk_in(self, slug: str, body: WalkIn, request: Request) -> Entered:
        """Register the person at the door of a pharmacy, and give them a place and a session."""
        self._check_in.require_consent(given=body.video_consent, version=body.consent_version)
        async with self._database.transaction() as transaction:
            pharmacy = await self._pharmacies.at(transaction.connection, slug)
            earlier = await self._repeats.earlier(transaction, request, slug, body.model_dump_json())
            if earlier is not None:
                return await self._again(transaction, earlier, pharmacy, request)
            patient = await self._registration.register(
                transaction, pharmacy=pharmacy, person=body.person, speaker=body.speaker, source="walk_in"
            )
            place = Place(
                queue_id=body.queue_id,
                speaker=body.speaker,
                reason=body.reason,
                confidential=body.confidential,
            )
            return await self._come_in(transaction, patient, pharmacy, place, request)

    async def redeem(self, token: str, body: Redeem, request: Request) -> Entered:
        """Use a link. One back to a visit may be used again; the others are used up, once."""
        async with self._database.transaction() as transaction:
            invitation = await self._invitations.find(transaction.connection, token)
            match invitation.kind:
                case InvitationKind.VISIT:
                    return await self._first_visit(transaction, invitation, body, request)
                case InvitationKind.GUEST:
                    return await self._let_guest_in(transaction, invitation, request)
                case InvitationKind.RETURN:
                    return await self._come_back(transaction, invitation, request)
                case _:
                    assert_never(invitation.kind)

    async def prune(self) -> int:
        """Forget requests that nobody sends again, a bounded number of rows a step."""
        async with self._database.transaction() as transaction:
            return await store.forget_arrivals(transaction.connection, self._clock.now() - KEPT)

    async def _come_in(
        self,
        transaction: Transaction,
        patient: Patient,
        pharmacy: Pharmacy,
        place: Place,
        request: Request,
    ) -> Entered:
        visit_id = await self._check_in.take_place(transaction, patient, pharmacy, place)
        await self._repeats.settle(transaction, request, patient_id=patient.id, visit_id=visit_id)
        return await self._check_in.enter(transaction, patient, pharmacy, visit_id, request.device)

    async def _first_visit(
        self, transaction: Transaction, invitation: Invitation, body: Redeem, request: Request
    ) -> Entered:
        assert invitation.patient_id is not None
        assert invitation.queue_id is not None
        connection = transaction.connection
        pharmacy = await self._pharmacies.pharmacy(connection, invitation.pharmacy_id)
        earlier = await self._repeats.earlier(transaction, request, invitation.id, body.model_dump_json())
        if earlier is not None:
            return await self._again(transaction, earlier, pharmacy, request)
        await self._require_valid(connection, invitation)
        self._check_in.require_consent(given=body.video_consent, version=body.consent_version)
        await self._use_up(connection, invitation)
        patient = await self._people.patient(connection, invitation.patient_id)
        speaker = invitation.details.get("speaker")
        place = Place(
            queue_id=invitation.queue_id,
            speaker=Speaker.model_validate(speaker) if speaker else None,
            confidential=bool(invitation.details.get("confidential")),
            appointment_at=_moment(invitation.details.get("appointment_at")),
        )
        entered = await self._come_in(transaction, patient, pharmacy, place, request)
        await self._record_redeemed(transaction, invitation, entered, actor_of(patient))
        return entered

    async def _let_guest_in(
        self, transaction: Transaction, invitation: Invitation, request: Request
    ) -> Entered:
        earlier = await self._repeats.earlier(transaction, request, invitation.id)
        if earlier is None:
            await self._require_valid(transaction.connection, invitation)
            await self._use_up(transaction.connection, invitation)
            await self._repeats.settle(transaction, request, invitation_id=invitation.id)
        entered = await self._check_in.enter_as_guest(transaction, invitation, request.device)
        await self._record_redeemed(transaction, invitation, entered, Actor("guest", invitation.id))
        return entered

    async def _come_back(self, transaction: Transaction, invitation: Invitation, request: Request) -> Entered:
        assert invitation.patient_id is not None
        assert invitation.visit_id is not None
        await self._require_valid(transaction.connection, invitation)
        patient = await self._people.patient(transaction.connection, invitation.patient_id)
        entered = await self._check_in.enter_again(transaction, patient, invitation.visit_id, request.device)
        event = events.INVITATION_RETURNED(
            actor_of(patient),
            subject_of(invitation),
            invitation=invitation.id,
            session=entered.session.session_id,
        )
        await self._outbox.record(transaction, event)
        return entered

    async def _again(
        self, transaction: Transaction, earlier: Arrival, pharmacy: Pharmacy, request: Request
    ) -> Entered:
        """Let somebody in whose first answer was lost: the same visit, a new session."""
        assert earlier.patient_id is not None
        assert earlier.visit_id is not None
        patient = await self._people.patient(transaction.connection, earlier.patient_id)
        entered = await self._check_in.enter(transaction, patient, pharmacy, earlier.visit_id, request.device)
        subject = Subject(tenant_id=patient.tenant_id, visit_id=earlier.visit_id, patient_id=patient.id)
        event = events.ARRIVAL_REPEATED(actor_of(patient), subject, session=entered.session.session_id)
        await self._outbox.record(transaction, event)
        return entered

    async def _require_valid(self, connection: AsyncConnection, invitation: Invitation) -> None:
        match await self._invitations.state(connection, invitation):
            case "used":
                raise Refusal(Code.INVITATION_USED)
            case "expired":
                raise Refusal(Code.INVITATION_EXPIRED)
            case "valid":
                return

    async def _use_up(self, connection: AsyncConnection, invitation: Invitation) -> None:
        if not await store.use_up(connection, invitation.id, self._clock.now()):
            raise Refusal(Code.INVITATION_USED)

    async def _record_redeemed(
        self, transaction: Transaction, invitation: Invitation, entered: Entered, actor: Actor
    ) -> None:
        event = events.INVITATION_REDEEMED(
            actor,
            subject_of(invitation),
            invitation=invitation.id,
            kind=invitation.kind.value,
            session=entered.session.session_id,
        )
        await self._outbox.record(transaction, event)


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
