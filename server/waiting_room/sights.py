"""How visits look to their patients and to staff: from what is known of them to the wire. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from server.auth.principal import Principal, Role
from server.ids import PatientId, PharmacyId, VisitId
from server.notifications.models import Channel
from server.notifications.reach import reach
from server.waiting_room import line, pool
from server.waiting_room.forecast import WaitCurve
from server.waiting_room.forecasting import wait_at
from server.waiting_room.models import (
    CallOfVisit,
    Queue,
    Speaker,
    Visit,
    VisitState,
)
from server.waiting_room.ports import Location, PersonCaredFor
from server.waiting_room.schemas import (
    DeviceCheckView,
    Kept,
    OnDuty,
    Reach,
    SpeakerView,
    VisitorInLine,
    VisitPharmacy,
    VisitView,
)

SHOWS_ITS_CALL = frozenset({VisitState.CALLED, VisitState.IN_CONSULTATION, VisitState.COMPLETED})
"""A visit back in the line after an unanswered call shows no consultation."""


@dataclass(frozen=True, slots=True)
class Waits:
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


def visit_view(visit: Visit, queue: Queue, place: int | None, waits: Waits | None, known: Known) -> VisitView:
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


def on_duty_view(member: pool.OnDuty) -> OnDuty:
    return OnDuty(
        staff_id=member.staff_id,
        name=member.name,
        state=member.state.value,
        consultation_id=member.consultation_id,
    )


def visitor(
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
