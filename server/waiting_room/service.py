"""The waiting room: taking a place, seeing it, and what the other features ask."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta

from server.accounts.rules import age_on
from server.audit.event import Actor
from server.audit.outbox import Outbox
from server.auth import policy
from server.auth.policy import Action, Facts
from server.auth.principal import Principal, Role
from server.clock import Clock
from server.db.connection import AsyncConnection
from server.db.database import Database, Transaction
from server.errors import Code, Refusal
from server.idempotency.attempt import Attempt
from server.ids import PatientId, PharmacyId, QueueId, TenantId, VisitId, new_id
from server.waiting_room import events, store
from server.waiting_room.appointments import seat
from server.waiting_room.models import (
    LineNews,
    Queue,
    QueueState,
    SpeakerClaim,
    Visit,
    VisitState,
)
from server.waiting_room.opening import hours_of
from server.waiting_room.ports import Consents, People, Pharmacies
from server.waiting_room.promises import Promises
from server.waiting_room.schemas import JoinQueue, PublicQueue, VisitView
from server.waiting_room.views import Views
from server.waiting_room.visits import Visits

RECEIPT_KEPT = timedelta(minutes=15)
"""How long the last page of a confidential visit can be read after its end; then it has never been."""


class WaitingRoom:
    """How patients come in and see where they stand, for routes, accounts, sessions and the hub."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        clock: Clock,
        *,
        visits: Visits,
        views: Views,
        consents: Consents,
        people: People,
        pharmacies: Pharmacies,
        promises: Promises,
        speaker_below_age: int = 16,
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._visits = visits
        self._views = views
        self._consents = consents
        self._people = people
        self._pharmacies = pharmacies
        self._promises = promises
        self._speaker_below_age = speaker_below_age

    # Taking a place

    async def join(
        self, principal: Principal, queue_id: QueueId, request: JoinQueue, *, key: str
    ) -> VisitView:
        """Stand in a queue as the patient of this session; joining twice answers the same visit.

        Whoever spoke for this person at their last visit speaks for them again, as an unchecked claim.
        """
        if not request.video_consent:
            raise Refusal(Code.CONSENT_REQUIRED)
        patient_id = principal.patient_id
        if patient_id is None:
            raise Refusal(Code.FORBIDDEN)
        attempt = Attempt.of(principal, "visit.join", key, queue_id, request.model_dump(mode="json"))
        async with self._database.transaction() as transaction:
            queue = await self._visits.lock(transaction, queue_id)
            policy.require(principal, Action.VISIT_JOIN, queue.facts)
            earlier = await attempt.earlier_result(transaction)
            visit_id = VisitId(earlier) if earlier else None
            if visit_id is None:
                visit_id = await self._join(transaction, principal, patient_id, queue_id, request)
                await attempt.remember(transaction, visit_id, self._clock.now())
            return await self._views.visit(transaction.connection, visit_id)

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
        phone_only: bool = False,
        appointment_at: datetime | None = None,
    ) -> VisitId:
        """Take a place in a queue; a patient who has one in this queue already gets that.

        Who is `phone_only` has no devices to check, and waits at once. Who has an appointment comes in
        although the queue is full.

        Raises `Refusal`: `not_found` for a foreign queue or one that the pharmacy does not serve,
        `queue_closed`, `queue_paused`, `queue_full`.
        """
        connection = transaction.connection
        queue = await self._visits.lock(transaction, queue_id)
        is_served = await store.is_served_at(connection, queue_id, pharmacy_id)
        if queue.tenant_id != tenant_id or not is_served:
            raise Refusal(Code.NOT_FOUND)
        active = await store.active_visit(connection, patient_id, queue_id)
        if active is not None:
            return active.id
        now = self._clock.now()
        pharmacy = await self._pharmacies.pharmacy(connection, pharmacy_id)
        if not hours_of(queue, pharmacy).is_open_at(now):
            raise Refusal(Code.QUEUE_CLOSED)
        require_room(queue, booked=appointment_at is not None)
        visit = Visit.arriving(
            visit_id=VisitId(new_id()),
            queue=queue,
            pharmacy_id=pharmacy_id,
            patient_id=patient_id,
            language=language,
            reason=reason,
            confidential=confidential,
            now=now,
        )
        place = seat(queue, arrived_at=now, appointment_at=appointment_at, now=now)
        visit = replace(visit, appointment_at=appointment_at, **asdict(place))
        if phone_only:
            visit = replace(visit, state=VisitState.WAITING, phone_only=True)
        event = events.VISIT_JOINED(
            actor,
            events.about(visit),
            pharmacy_id=pharmacy_id,
            priority_class=visit.priority_class.value,
            speaker=speaker is not None,
        )
        await self._visits.enter(transaction, visit, event)
        if speaker is not None:
            await store.insert_speaker(connection, visit.id, speaker)
        await self._promises.at_join(transaction, actor, visit)
        return visit.id

    async def read(self, principal: Principal, visit_id: VisitId) -> VisitView:
        """Show a visit; for staff, that they were shown it is in the audit log first."""
        if principal.role is Role.PATIENT:
            async with self._database.snapshot() as connection:
                await self._readable(connection, principal, visit_id)
                return await self._views.visit(connection, visit_id)
        async with self._database.transaction() as transaction:
            visit = await self._readable(transaction.connection, principal, visit_id)
            view = await self._views.visit(transaction.connection, visit_id)
            event = events.VISIT_VIEWED(Actor.of(principal), events.about(visit))
            await self._outbox.record(transaction, event)
        return view

    # For the other features

    async def visit_view(self, connection: AsyncConnection, visit_id: VisitId) -> VisitView:
        """One visit as its patient sees it; the caller has decided that it may be shown."""
        return await self._views.visit(connection, visit_id)

    async def visit_views(
        self, connection: AsyncConnection, visit_ids: Collection[VisitId]
    ) -> Mapping[VisitId, VisitView]:
        """Many visits at once, with one set of queries; unknown ones are left out."""
        return await self._views.visits(connection, visit_ids)

    async def public_queues(
        self, connection: AsyncConnection, pharmacy_id: PharmacyId
    ) -> tuple[PublicQueue, ...]:
        return await self._views.public_queues(connection, pharmacy_id)

    async def visit_facts(self, connection: AsyncConnection, visit_id: VisitId) -> Facts | None:
        """What the policy needs to know of a visit; `None` if unknown, or confidential and long over."""
        visit = await store.visit(connection, visit_id)
        return None if visit is None or self._is_forgotten(visit) else visit.facts

    async def facts_of_visits(
        self, connection: AsyncConnection, visit_ids: Collection[VisitId]
    ) -> Mapping[VisitId, Facts]:
        """The same of many visits; unknown and forgotten ones are left out."""
        visits = await store.visits_by_id(connection, visit_ids)
        return {visit.id: visit.facts for visit in visits if not self._is_forgotten(visit)}

    async def visit_versions(
        self, connection: AsyncConnection, visit_ids: Collection[VisitId]
    ) -> Mapping[VisitId, int]:
        """The versions of visits, to find out cheaply which of many have changed."""
        return await store.visit_versions(connection, visit_ids)

    async def queues(
        self, connection: AsyncConnection, queue_ids: Collection[QueueId]
    ) -> Mapping[QueueId, Queue]:
        return {queue.id: queue for queue in await store.queues_by_id(connection, queue_ids)}

    async def queue_facts(self, connection: AsyncConnection, queue_id: QueueId) -> Facts | None:
        queue = await store.queue(connection, queue_id)
        return None if queue is None else queue.facts

    async def queue_versions(
        self, connection: AsyncConnection, queue_ids: Collection[QueueId]
    ) -> dict[QueueId, int]:
        return await store.queue_versions(connection, queue_ids)

    async def line_changes(
        self, connection: AsyncConnection, since: Mapping[QueueId, int]
    ) -> Mapping[QueueId, LineNews]:
        """What happened to the ranks of each line after the version given; unknown queues are left out."""
        return await store.line_news(connection, since)

    async def queue_names(
        self, connection: AsyncConnection, queue_ids: Iterable[QueueId]
    ) -> Mapping[QueueId, str]:
        queues = await store.queues_by_id(connection, list(queue_ids))
        return {queue.id: queue.name for queue in queues}

    async def current_visit(self, connection: AsyncConnection, patient_id: PatientId) -> VisitId | None:
        """The patient's newest visit that has not ended."""
        visit = await store.active_visit(connection, patient_id)
        return None if visit is None else visit.id

    # Steps

    async def _join(
        self,
        transaction: Transaction,
        principal: Principal,
        patient_id: PatientId,
        queue_id: QueueId,
        request: JoinQueue,
    ) -> VisitId:
        connection = transaction.connection
        person = await self._people.patient(connection, patient_id)
        speaker = await store.last_claim(connection, patient_id)
        if speaker is None and person.birth_date is not None:
            self._require_grown_up(person.birth_date)
        visit_id = await self.take_place(
            transaction,
            actor=Actor.of(principal),
            tenant_id=principal.tenant_id,
            queue_id=queue_id,
            pharmacy_id=request.pharmacy_id,
            patient_id=patient_id,
            speaker=speaker,
            language=person.language,
            reason=request.reason,
            confidential=request.confidential,
        )
        await self._consents.record_consent(
            transaction,
            actor=Actor.of(principal),
            tenant_id=principal.tenant_id,
            patient_id=patient_id,
            visit_id=visit_id,
            subject="video_consultation",
            given=True,
            text_version=request.consent_version,
            given_by="self" if speaker is None else "speaker",
        )
        return visit_id

    async def _readable(self, connection: AsyncConnection, principal: Principal, visit_id: VisitId) -> Visit:
        visit = await self._visits.permitted(connection, principal, Action.VISIT_READ, visit_id)
        if self._is_forgotten(visit):
            raise Refusal(Code.NOT_FOUND)
        return visit

    def _is_forgotten(self, visit: Visit) -> bool:
        ended_at = visit.ended_at
        return visit.confidential and ended_at is not None and self._clock.now() >= ended_at + RECEIPT_KEPT

    def _require_grown_up(self, birth_date: date) -> None:
        if age_on(birth_date, self._clock.now().date()) < self._speaker_below_age:
            raise Refusal(Code.SPEAKER_REQUIRED)


def require_room(queue: Queue, *, booked: bool = False) -> None:
    """Raise `queue_closed`, `queue_paused` or `queue_full` unless a locked queue takes one more.

    `booked`: somebody with an appointment, for whom there is always room.
    """
    match queue.state:
        case QueueState.CLOSED:
            raise Refusal(Code.QUEUE_CLOSED)
        case QueueState.PAUSED:
            raise Refusal(Code.QUEUE_PAUSED)
        case QueueState.OPEN:
            pass
    if queue.standing >= queue.capacity and not booked:
        raise Refusal(Code.QUEUE_FULL)
