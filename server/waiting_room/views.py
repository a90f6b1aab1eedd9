"""What patients and staff are shown of visits and queues. Whoever calls has decided that they may see it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from server.auth.principal import Principal, Role
from server.clock import Clock
from server.db.connection import AsyncConnection
from server.errors import Code, Refusal
from server.ids import PatientId, PharmacyId, QueueId, VisitId
from server.notifications.models import Channel
from server.notifications.reach import reach
from server.waiting_room import line, pool, store
from server.waiting_room.forecast import WaitCurve
from server.waiting_room.forecasting import Forecasts, wait_at
from server.waiting_room.models import (
    IN_LINE,
    CallOfVisit,
    Queue,
    QueueState,
    Speaker,
    Visit,
    VisitState,
)
from server.waiting_room.opening import Hours, hours_of
from server.waiting_room.ports import Calls, Location, People, PersonCaredFor, Pharmacies
from server.waiting_room.schemas import (
    DeviceCheckView,
    Kept,
    OnDuty,
    PublicQueue,
    QueuePharmacy,
    QueueView,
    Reach,
    SpeakerView,
    VisitorInLine,
    VisitPharmacy,
    VisitView,
)
from server.waiting_room.store import call_backs

SHOWS_ITS_CALL = frozenset({VisitState.CALLED, VisitState.IN_CONSULTATION, VisitState.COMPLETED})
"""A visit back in the line after an unanswered call shows no consultation."""


@dataclass(frozen=True, slots=True)
class _Waits:
    """The wait by place of a queue, and how good its forecasts were."""

    curve: WaitCurve
    kept: Kept | None


@dataclass(frozen=True, slots=True)
class Known:
    """All that a number of visits is shown with."""

    people: Mapping[PatientId, PersonCaredFor]
    pharmacies: Mapping[PharmacyId, Location]
    speakers: Mapping[VisitId, Speaker]
    calls: Mapping[VisitId, CallOfVisit]
    channels: frozenset[Channel]


@dataclass(frozen=True, slots=True)
class Looking:
    """Who looks at a line: whom they could be given, and whom they would be given next.

    Everything fits staff who are no pharmacists, and nobody is sent to them.
    """

    principal: Principal
    serving: Sequence[pool.OnDuty]
    following: VisitId | None

    def fits(self, visit: Visit) -> bool:
        if self.principal.role is not Role.PHARMACIST:
            return True
        asker = line.Asker(languages=self.principal.languages, skills=self.principal.skills)
        return line.mismatch(asker, line.Standing.of(visit), pool.spoken(self.serving)) is None


class Views:
    """Builds the views. Reads only; takes the connection of the caller's transaction or snapshot.

    `channels`: those that this server can send messages by.
    """

    def __init__(
        self,
        *,
        people: People,
        pharmacies: Pharmacies,
        calls: Calls,
        clock: Clock,
        forecasts: Forecasts,
        channels: Collection[Channel] = (),
    ) -> None:
        self._channels = frozenset(channels)
        self._people = people
        self._pharmacies = pharmacies
        self._calls = calls
        self._clock = clock
        self._forecasts = forecasts

    async def visit(self, connection: AsyncConnection, visit_id: VisitId) -> VisitView:
        """One visit, as its patient sees it; raises `Refusal(not_found)`."""
        view = (await self.visits(connection, (visit_id,))).get(visit_id)
        if view is None:
            raise Refusal(Code.NOT_FOUND)
        return view

    async def visits(
        self, connection: AsyncConnection, visit_ids: Collection[VisitId]
    ) -> dict[VisitId, VisitView]:
        """Visits as their patients see them. The number of queries grows with the queues only."""
        visits = await store.visits_by_id(connection, visit_ids)
        queues = await store.queues_by_id(connection, {visit.queue_id for visit in visits})
        places = await store.places(connection, visits)
        standing = {visit.queue_id for visit in visits if visit.id in places}
        waits = {queue.id: await self._waits(connection, queue) for queue in queues if queue.id in standing}
        known = await self._look_up(connection, visits)
        by_id = {queue.id: queue for queue in queues}
        return {
            visit.id: _visit_view(
                visit, by_id[visit.queue_id], places.get(visit.id), waits.get(visit.queue_id), known
            )
            for visit in visits
        }

    async def queue(self, connection: AsyncConnection, queue: Queue, looking: Looking) -> QueueView:
        """The whole line, as this member of staff sees it."""
        visits = await store.visits_in(
            connection, queue.id, IN_LINE | {VisitState.CALLED, VisitState.IN_CONSULTATION}
        )
        places = line.places(line.in_order(map(line.Standing.of, visits)))
        known = await self._look_up(connection, visits)
        visitors = [
            _visitor(
                visit,
                places.get(visit.id, 0),
                known,
                looking.principal.role,
                matches=looking.fits(visit),
                is_next=visit.id == looking.following,
            )
            for visit in visits
        ]
        return QueueView(
            id=queue.id,
            name=queue.name,
            version=queue.version,
            state=queue.state,
            pause_message=queue.pause_message,
            capacity=queue.capacity,
            answer_time_s=queue.answer_time_s,
            line=tuple(sorted((v for v in visitors if v.place), key=lambda v: v.place)),
            called=tuple(v for v in visitors if v.state is VisitState.CALLED),
            in_consultation=tuple(v for v in visitors if v.state is VisitState.IN_CONSULTATION),
            wait_alert_s=queue.wait_alert_s,
            on_duty=tuple(map(_on_duty, looking.serving)),
            call_backs=await call_backs.count_open(connection, queue.id),
            wait=await self._forecasts.wait(connection, queue, len(places) + 1),
            pharmacies=await self._pharmacies_of(connection, queue.id),
        )

    async def _pharmacies_of(
        self, connection: AsyncConnection, queue_id: QueueId
    ) -> tuple[QueuePharmacy, ...]:
        found = [
            await self._pharmacies.pharmacy(connection, pharmacy_id)
            for pharmacy_id in await store.pharmacy_ids_of(connection, queue_id)
        ]
        by_name = sorted(found, key=lambda pharmacy: pharmacy.name)
        return tuple(QueuePharmacy(id=pharmacy.id, name=pharmacy.name) for pharmacy in by_name)

    async def public_queues(
        self, connection: AsyncConnection, pharmacy_id: PharmacyId
    ) -> tuple[PublicQueue, ...]:
        """The queues of a pharmacy, as anybody may see them."""
        pharmacy = await self._pharmacies.pharmacy(connection, pharmacy_id)
        queues = await store.queues_of_pharmacy(connection, pharmacy_id)
        return tuple(
            [
                await self._public_queue(
                    connection,
                    queue,
                    hours_of(queue, pharmacy),
                    waiting=queue.standing,
                )
                for queue in queues
            ]
        )

    async def _public_queue(
        self, connection: AsyncConnection, queue: Queue, hours: Hours, *, waiting: int
    ) -> PublicQueue:
        opens_at = hours.opens_at(self._clock.now())
        if not hours.is_open_at(self._clock.now()):
            queue = replace(queue, state=QueueState.CLOSED)
        is_full = queue.state is QueueState.OPEN and waiting >= queue.capacity
        return PublicQueue(
            id=queue.id,
            name=queue.name,
            state="full" if is_full else queue.state.value,
            pause_message=queue.pause_message,
            waiting=waiting,
            wait=await self._forecasts.wait(connection, queue, waiting + 1),
            opens_at=opens_at,
            kept=await self._forecasts.kept(connection, queue.id),
        )

    async def _waits(self, connection: AsyncConnection, queue: Queue) -> _Waits:
        return _Waits(
            (await self._forecasts.curves(connection, (queue,)))[queue.id],
            await self._forecasts.kept(connection, queue.id),
        )

    async def _look_up(self, connection: AsyncConnection, visits: tuple[Visit, ...]) -> Known:
        called = tuple(visit.id for visit in visits if visit.state in SHOWS_ITS_CALL)
        return Known(
            people=await self._people.patients(connection, tuple({visit.patient_id for visit in visits})),
            pharmacies={
                pharmacy_id: await self._pharmacies.pharmacy(connection, pharmacy_id)
                for pharmacy_id in {visit.pharmacy_id for visit in visits}
            },
            speakers=await store.speakers_of(connection, [visit.id for visit in visits]),
            calls=await self._calls.of_visits(connection, called),
            channels=self._channels,
        )


def speaker_view(speaker: Speaker | None) -> SpeakerView | None:
    """Who speaks for the person cared for, and whether staff have checked that they may."""
    if speaker is None:
        return None
    return SpeakerView(
        name=speaker.claim.name,
        relationship=speaker.claim.relationship,
        authority=speaker.claim.authority,
        checked=speaker.checked_by is not None,
    )


def _visit_view(
    visit: Visit, queue: Queue, place: int | None, waits: _Waits | None, known: Known
) -> VisitView:
    wait = wait_at(waits.curve, place) if waits is not None and place is not None else None
    call = known.calls.get(visit.id)
    return VisitView(
        id=visit.id,
        version=visit.version,
        state=visit.state,
        queue_id=queue.id,
        queue_name=queue.name,
        queue_state=queue.state,
        pause_message=queue.pause_message,
        pharmacy=_pharmacy_view(visit.pharmacy_id, known.pharmacies[visit.pharmacy_id]),
        person_name=known.people[visit.patient_id].name,
        speaker=speaker_view(known.speakers.get(visit.id)),
        language=visit.language,
        confidential=visit.confidential,
        place=place,
        wait=wait,
        device_check=_device_check(visit),
        arrived_at=visit.arrived_at,
        answer_by=visit.answer_by,
        consultation_id=call.consultation_id if call else None,
        message=visit.message,
        end_reason=visit.end_reason,
        guidance=visit.guidance,
        next_steps=call.next_steps if call else None,
        successor_id=visit.successor_id,
        queue_version=queue.version,
        reach=_reach(visit, known),
        coming=_is_coming(visit),
        worse_at=visit.worse_at,
        phone_only=visit.phone_only,
        kept=waits.kept if waits is not None and place is not None else None,
    )


def _on_duty(member: pool.OnDuty) -> OnDuty:
    return OnDuty(
        staff_id=member.staff_id,
        name=member.name,
        state=member.state.value,
        consultation_id=member.consultation_id,
    )


def _visitor(
    visit: Visit, place: int, known: Known, role: Role, *, matches: bool, is_next: bool
) -> VisitorInLine:
    person = known.people[visit.patient_id]
    call = known.calls.get(visit.id)
    # A technician runs the line: nothing clinical, and nothing that identifies beyond the name.
    is_clinical = role is Role.PHARMACIST
    birth_date = person.birth_date.isoformat() if person.birth_date and is_clinical else None
    return VisitorInLine(
        id=visit.id,
        state=visit.state,
        place=place,
        priority_class=visit.priority_class,
        person_name=person.name,
        birth_date=birth_date,
        speaker=speaker_view(known.speakers.get(visit.id)),
        reason=visit.reason if is_clinical else None,
        language=visit.language,
        access_needs=tuple(person.access_needs),
        confidential=visit.confidential,
        phone=person.phone if is_clinical else None,
        can_ring=_may_ring(person),
        device_check=_device_check(visit),
        pharmacy_name=known.pharmacies[visit.pharmacy_id].name,
        arrived_at=visit.arrived_at,
        calls=visit.calls,
        consultation_id=call.consultation_id if call else None,
        pharmacist_id=call.pharmacist_id if call else None,
        skills=visit.skills,
        appointment_at=visit.appointment_at,
        urgent_reason=visit.urgent_reason if is_clinical else None,
        worse_at=visit.worse_at,
        coming=_is_coming(visit),
        phone_only=visit.phone_only,
        reach=_best(_reach(visit, known)),
        matches=matches,
        is_next=is_next,
    )


def _is_coming(visit: Visit) -> bool:
    return visit.state is VisitState.CALLED and visit.coming_at is not None


def _reach(visit: Visit, known: Known) -> Reach:
    """How this patient is told; somebody without a screen is rung."""
    channels = frozenset[Channel]() if visit.phone_only else known.channels
    found = reach(known.people[visit.patient_id], configured=channels, confidential=visit.confidential)
    return Reach(text=found.text, email=found.email, ring=found.ring)


def _may_ring(person: PersonCaredFor) -> bool:
    return person.phone is not None and person.safe_contact.get("ring", False)


def _best(reach: Reach) -> Literal["text", "email", "ring", "none"]:
    if reach.text:
        return "text"
    if reach.email:
        return "email"
    return "ring" if reach.ring else "none"


def _device_check(visit: Visit) -> DeviceCheckView | None:
    if visit.device_check is None:
        return None
    return DeviceCheckView.model_validate(visit.device_check)


def _pharmacy_view(pharmacy_id: PharmacyId, pharmacy: Location) -> VisitPharmacy:
    return VisitPharmacy(
        id=pharmacy_id,
        slug=pharmacy.slug,
        name=pharmacy.name,
        phone=pharmacy.phone,
        emergency_number=pharmacy.emergency_number,
        red_flags=dict(pharmacy.red_flags),
    )
