"""Patients who have only a telephone: staff put them into the line, where they stand like everybody."""

from server.accounts.pharmacies import PharmacyLookup
from server.accounts.registration import Registration
from server.accounts.schemas import Person, SafeContact
from server.audit.event import Actor
from server.auth import policy
from server.auth.policy import Action
from server.auth.principal import Principal
from server.clock import Clock
from server.db.database import Database, Transaction
from server.errors import Code, Refusal
from server.idempotency.attempt import Attempt
from server.ids import QueueId, VisitId
from server.waiting_room import store
from server.waiting_room.models import SpeakerClaim
from server.waiting_room.phone_schemas import PhoneVisit
from server.waiting_room.schemas import VisitView
from server.waiting_room.service import WaitingRoom
from server.waiting_room.views import Views

ONLY_RING = SafeContact(ring=True, text=False, voicemail=False)


class PhoneVisits:
    """Enters phone-only patients. No page is theirs, so there is no device check, session or link.

    They are admitted like others; the call is the pharmacist's to make. Their time to answer runs too, but
    the deadline only brings them back to the front: that they did not pick up, only staff can know.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        waiting_room: WaitingRoom,
        views: Views,
        registration: Registration,
        pharmacies: PharmacyLookup,
    ) -> None:
        self._database = database
        self._clock = clock
        self._waiting_room = waiting_room
        self._views = views
        self._registration = registration
        self._pharmacies = pharmacies

    async def enter(
        self, principal: Principal, queue_id: QueueId, asked: PhoneVisit, *, key: str
    ) -> VisitView:
        """Register somebody who rang, and give them a place; the same key again answers the same visit.

        Raises `Refusal` like joining does: `queue_closed`, `queue_paused`, `queue_full`, `speaker_required`.
        """
        attempt = Attempt.of(principal, "visit.phone", key, queue_id, asked.model_dump(mode="json"))
        async with self._database.transaction() as transaction:
            queue = await store.queue(transaction.connection, queue_id)
            if queue is None:
                raise Refusal(Code.NOT_FOUND)
            policy.require(principal, Action.VISIT_ENTER, queue.facts)
            earlier = await attempt.earlier_result(transaction)
            visit_id = VisitId(earlier) if earlier else None
            if visit_id is None:
                visit_id = await self._enter(transaction, principal, queue_id, asked)
                await attempt.remember(transaction, visit_id, self._clock.now())
            return await self._views.visit(transaction.connection, visit_id)

    async def _enter(
        self, transaction: Transaction, principal: Principal, queue_id: QueueId, asked: PhoneVisit
    ) -> VisitId:
        connection, actor = transaction.connection, Actor.of(principal)
        if not await store.is_served_at(connection, queue_id, asked.pharmacy_id):
            raise Refusal(Code.NOT_FOUND)
        pharmacy = await self._pharmacies.pharmacy(connection, asked.pharmacy_id)
        person = asked.person
        patient = await self._registration.register(
            transaction,
            pharmacy=pharmacy,
            person=Person(
                name=person.name,
                birth_date=person.birth_date,
                phone=person.phone,
                language=person.language,
                access_needs=person.access_needs,
                safe_contact=ONLY_RING,
            ),
            speaker=asked.speaker,
            source="phone",
            actor=actor,
        )
        speaker = asked.speaker
        return await self._waiting_room.take_place(
            transaction,
            actor=actor,
            tenant_id=principal.tenant_id,
            queue_id=queue_id,
            pharmacy_id=asked.pharmacy_id,
            patient_id=patient.id,
            speaker=None
            if speaker is None
            else SpeakerClaim(
                name=speaker.name,
                relationship=speaker.relationship.value,
                authority=speaker.authority.value,
            ),
            language=patient.language,
            reason=asked.reason,
            confidential=False,
            phone_only=True,
        )
