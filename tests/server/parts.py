"""The waiting room and consultations, wired as the program wires them, on a test's database and clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from server.accounts.invitations import Invitations
from server.accounts.links import Links
from server.accounts.people import People
from server.accounts.pharmacies import Pharmacies, PharmacyLookup
from server.accounts.registration import Registration
from server.api.endpoint import Endpoint
from server.audit.event import Actor
from server.audit.outbox import Outbox
from server.auth.principal import Principal
from server.clock import Clock
from server.consultations.calls import Calls
from server.consultations.consents import Consents
from server.consultations.handover import Handovers
from server.consultations.models import Outcome
from server.consultations.phone import PhoneCalls
from server.consultations.presence import EmptyRooms
from server.consultations.record import Records
from server.consultations.recordings import RecordingRoutes
from server.consultations.routes import ConsultationRoutes
from server.consultations.schemas import Complete, ConsultationView, NoteView
from server.consultations.service import Consultations
from server.consultations.views import Views as ConsultationViews
from server.consultations.wrap_up import WrapUps
from server.consultations.writing import Writing
from server.db.database import Database
from server.ids import ConsultationId, PharmacyId, QueueId, VisitId, new_id
from server.waiting_room.admission import Admission
from server.waiting_room.appointments import Appointments
from server.waiting_room.call_backs import CallBacks
from server.waiting_room.calling import Calling
from server.waiting_room.closing import Closing
from server.waiting_room.colleagues import Colleagues
from server.waiting_room.counter import Counter
from server.waiting_room.duty import Duty
from server.waiting_room.forecasting import Forecasts
from server.waiting_room.matching import Matching
from server.waiting_room.models import SpeakerClaim
from server.waiting_room.phone_visits import PhoneVisits
from server.waiting_room.ports import Notifier
from server.waiting_room.promises import Promises
from server.waiting_room.queue_settings import QueueSettings
from server.waiting_room.routes import QueueRoutes, VisitRoutes
from server.waiting_room.schemas import DeviceCheck, VisitView
from server.waiting_room.service import WaitingRoom
from server.waiting_room.stay import Stay
from server.waiting_room.transfer import Transfers
from server.waiting_room.triage import Triage
from server.waiting_room.views import Views as VisitViews
from server.waiting_room.visits import Visits
from tests.server.world import World

GOOD_DEVICES = DeviceCheck(camera="ok", microphone="ok", network="good")
DONE = Complete(outcome=Outcome.ADVICE_GIVEN, next_steps="Rest, and drink enough")


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    audio: bool = True
    video: bool = True
    screen: bool = False


@dataclass(slots=True)
class Parts:
    """Every service of the two features, and shortcuts for the steps that most tests begin with."""

    world: World
    database: Database
    outbox: Outbox
    clock: Clock
    notifier: Notifier | None = None
    visits: Visits = field(init=False)
    duty: Duty = field(init=False)
    appointments: Appointments = field(init=False)
    calls: Calls = field(init=False)
    forecasts: Forecasts = field(init=False)
    promises: Promises = field(init=False)
    waiting_room: WaitingRoom = field(init=False)
    stay: Stay = field(init=False)
    counter: Counter = field(init=False)
    triage: Triage = field(init=False)
    settings: QueueSettings = field(init=False)
    call_backs: CallBacks = field(init=False)
    phone_visits: PhoneVisits = field(init=False)
    phone_calls: PhoneCalls = field(init=False)
    handovers: Handovers = field(init=False)
    closing: Closing = field(init=False)
    empty_rooms: EmptyRooms = field(init=False)
    admission: Admission = field(init=False)
    transfers: Transfers = field(init=False)
    consultations: Consultations = field(init=False)
    records: Records = field(init=False)
    writing: Writing = field(init=False)

    def __post_init__(self) -> None:
        base = (self.database, self.outbox, self.clock)
        people, pharmacies = People(), PharmacyLookup()
        calls, consents = Calls(self.outbox, self.clock), Consents(self.outbox, self.clock)
        visits = Visits(self.outbox, self.clock, notifier=self.notifier)
        self.duty = Duty(*base, visits=visits, roster=people, calls=calls)
        self.calls = calls
        self.forecasts = Forecasts(self.clock, pools=self.duty, calls=calls)
        self.promises = Promises(*base, forecasts=self.forecasts)
        views = VisitViews(
            people=people, pharmacies=pharmacies, calls=calls, clock=self.clock, forecasts=self.forecasts
        )
        self.visits = visits
        self.consultations = Consultations(*base, line=visits, people=people)
        self.records = Records(*base, views=ConsultationViews(line=visits, people=people))
        self.waiting_room = WaitingRoom(
            *base,
            visits=visits,
            views=views,
            consents=consents,
            people=people,
            pharmacies=pharmacies,
            promises=self.promises,
        )
        self.stay = Stay(
            self.database,
            self.clock,
            visits=visits,
            views=views,
            calls=calls,
            links=Links(self.outbox, self.clock),
        )
        self.triage = Triage(self.database, self.clock, visits=visits, views=views)
        self.appointments = Appointments(self.database, self.clock, visits=visits)
        self.counter = Counter(
            *base,
            visits=visits,
            views=views,
            calls=calls,
            duty=self.duty,
            matching=Matching(self.duty),
        )
        self.admission = Admission(
            self.database,
            self.clock,
            visits=visits,
            views=views,
            calls=calls,
            calling=Calling(
                *base,
                visits=visits,
                calls=calls,
                records=self.records,
                matching=Matching(self.duty),
                duty=self.duty,
            ),
        )
        self.transfers = Transfers(self.database, self.clock, visits=visits, views=views, calls=calls)
        registration = Registration(self.outbox, self.clock, speaker_below_age=16)
        self.settings = QueueSettings(self.database, self.outbox, visits=visits)
        self.call_backs = CallBacks(*base, visits=visits, pharmacies=pharmacies)
        self.phone_visits = PhoneVisits(
            self.database,
            self.clock,
            waiting_room=self.waiting_room,
            views=views,
            registration=registration,
            pharmacies=pharmacies,
        )
        self.phone_calls = PhoneCalls(*base, line=visits, records=self.records)
        colleagues = Colleagues(self.duty)
        self.handovers = Handovers(*base, line=visits, pool=colleagues)
        self.closing = Closing(
            self.database, self.clock, visits=visits, pharmacies=pharmacies, duty=colleagues
        )
        self.empty_rooms = EmptyRooms(
            self.database, self.clock, line=visits, wrap_ups=WrapUps(self.clock, line=visits)
        )
        invitations = Invitations(
            *base,
            line=self.waiting_room,
            pharmacies=Pharmacies(
                self.database, self.clock, line=self.waiting_room, speaker_below_age=16, consent_version="1"
            ),
            registration=registration,
        )
        self.writing = Writing(
            *base,
            records=self.records,
            consents=consents,
            line=visits,
            people=people,
            invitations=invitations,
        )

    def endpoints(self) -> list[Endpoint]:
        queues = QueueRoutes(waiting_room=self.waiting_room, counter=self.counter, admission=self.admission)
        visits = VisitRoutes(
            waiting_room=self.waiting_room,
            stay=self.stay,
            counter=self.counter,
            triage=self.triage,
            admission=self.admission,
            transfers=self.transfers,
        )
        consultations = ConsultationRoutes(records=self.records, writing=self.writing)
        return [
            *queues.endpoints(),
            *visits.endpoints(),
            *consultations.endpoints(),
            *RecordingRoutes().endpoints(),
        ]

    async def stand(
        self,
        patient: Principal,
        *,
        queue_id: QueueId | None = None,
        pharmacy_id: PharmacyId | None = None,
        speaker: SpeakerClaim | None = None,
        reason: str | None = "A rash",
        confidential: bool = False,
        appointment_at: datetime | None = None,
    ) -> VisitId:
        """The patient takes a place at the end of a queue, with the device check still to come."""
        assert patient.patient_id is not None
        async with self.database.transaction() as transaction:
            return await self.waiting_room.take_place(
                transaction,
                actor=Actor.of(patient),
                tenant_id=patient.tenant_id,
                queue_id=queue_id or self.world.queue_id,
                pharmacy_id=pharmacy_id or self.world.pharmacy_id,
                patient_id=patient.patient_id,
                speaker=speaker,
                language="en",
                reason=reason,
                confidential=confidential,
                appointment_at=appointment_at,
            )

    async def wait(self, patient: Principal, *, confidential: bool = False) -> VisitId:
        """The patient takes a place, checks the devices, and waits."""
        visit_id = await self.stand(patient, confidential=confidential)
        await self.stay.check_devices(patient, visit_id, GOOD_DEVICES)
        return visit_id

    async def admit(
        self, pharmacist: Principal, visit_id: VisitId | None = None, *, key: str | None = None
    ) -> ConsultationView:
        return await self.admission.admit(pharmacist, self.world.queue_id, visit_id, key=key or new_id())

    async def note(
        self, pharmacist: Principal, consultation_id: ConsultationId, text: str, *, key: str | None = None
    ) -> NoteView:
        return await self.writing.add_note(pharmacist, consultation_id, text, key=key or new_id())

    async def complete(
        self, pharmacist: Principal, consultation_id: ConsultationId, *, key: str | None = None
    ) -> ConsultationView:
        return await self.writing.complete(pharmacist, consultation_id, DONE, key=key or new_id())

    async def visit(self, visit_id: VisitId) -> VisitView:
        async with self.database.snapshot() as connection:
            return await self.waiting_room.visit_view(connection, visit_id)
