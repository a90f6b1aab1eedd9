"""The composition root: builds the parts of a server and hands each what it needs. Nothing runs yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.accounts.arrivals import Arrivals
from server.accounts.check_in import CheckIn
from server.accounts.credentials import StaffCredentials
from server.accounts.invitations import Invitations
from server.accounts.links import Links
from server.accounts.organisations import Organisations
from server.accounts.people import People
from server.accounts.pharmacies import Pharmacies, PharmacyLookup
from server.accounts.registration import Registration
from server.accounts.routes import AccountRoutes
from server.accounts.staff import StaffRoster
from server.api.application import VERSION
from server.api.endpoint import Endpoint
from server.api.openapi import document
from server.audit.checkpoints import Checkpoints
from server.audit.leadership import DatabaseLeadership, FileLeadership
from server.audit.outbox import Outbox
from server.audit.routes import AuditRoutes
from server.audit.sequencer import Sequencer
from server.audit.service import AuditLog
from server.auth.attempts import Attempts
from server.auth.callers import Origins
from server.auth.cookies import Cookies
from server.auth.door import Door
from server.auth.endings import SessionEndings
from server.auth.login import Login
from server.auth.me import Me
from server.auth.passwords import Passwords
from server.auth.refresh_tokens import RefreshTokens
from server.auth.routes import AuthRoutes
from server.auth.sessions import Sessions
from server.auth.tokens import AccessTokens
from server.clock import Clock, SystemClock
from server.config import Settings
from server.consultations.calls import Calls
from server.consultations.consents import Consents
from server.consultations.handover import Handovers
from server.consultations.handover_routes import HandoverRoutes
from server.consultations.phone import PhoneCalls
from server.consultations.presence import EmptyRooms
from server.consultations.record import Records
from server.consultations.recordings import RecordingRoutes
from server.consultations.routes import ConsultationRoutes
from server.consultations.service import Consultations
from server.consultations.views import Views as ConsultationViews
from server.consultations.wrap_up import WrapUps
from server.consultations.writing import Writing
from server.db.database import Database
from server.idempotency.pruning import AttemptPruning
from server.insights.routes import InsightRoutes
from server.insights.service import Insights
from server.keys import Keys
from server.notifications.delivery import Delivery
from server.notifications.messengers import messengers
from server.notifications.models import Channel
from server.notifications.service import Notifications
from server.notifications.tokens import MessageTokens
from server.repeater import Repeater
from server.waiting_room.admission import Admission
from server.waiting_room.appointments import Appointments
from server.waiting_room.call_back_routes import CallBackRoutes
from server.waiting_room.call_backs import CallBacks
from server.waiting_room.calling import Calling
from server.waiting_room.closing import Closing
from server.waiting_room.colleagues import Colleagues
from server.waiting_room.counter import Counter
from server.waiting_room.deadlines import Deadline
from server.waiting_room.duty import Duty
from server.waiting_room.duty_routes import DutyRoutes
from server.waiting_room.few_ahead import FewAhead
from server.waiting_room.forecasting import Forecasts
from server.waiting_room.matching import Matching
from server.waiting_room.phone_routes import PhoneRoutes
from server.waiting_room.phone_visits import PhoneVisits
from server.waiting_room.promises import RENEWED_EVERY_S, Promises
from server.waiting_room.provision import QueueProvision
from server.waiting_room.pruning import Pruning
from server.waiting_room.queue_settings import QueueSettings
from server.waiting_room.routes import QueueRoutes, VisitRoutes
from server.waiting_room.service import WaitingRoom
from server.waiting_room.settings_routes import SettingsRoutes
from server.waiting_room.stay import Stay
from server.waiting_room.transfer import Transfers
from server.waiting_room.triage import Triage
from server.waiting_room.views import Views as VisitViews
from server.waiting_room.visits import Visits

DELIVERY_S = 2.0
FEW_AHEAD_S = 3.0


class Ground:
    """What every part stands on."""

    def __init__(self, settings: Settings, keys: Keys, clock: Clock) -> None:
        self.settings = settings
        self.keys = keys
        self.clock = clock
        self.database = Database(settings.database, pool_size=settings.database_pool)
        self.outbox = Outbox(clock)
        self.people = People()
        self.lookup = PharmacyLookup()
        self.links = Links(self.outbox, clock, public_url=settings.public_url)
        self.registration = Registration(self.outbox, clock, speaker_below_age=settings.speaker_below_age)
        self.origins = Origins(settings.public_url)
        self.door = Door(
            Attempts(clock, burst=settings.door_burst, refill_s=settings.door_refill_s)
            if settings.door_burst
            else None,
            self.origins,
            trusted_proxies=settings.trusted_proxies,
        )


class MessageParts:
    """What patients are told outside the page, and who carries it."""

    def __init__(self, on: Ground) -> None:
        self.messengers = messengers(on.settings, on.clock)
        self._tokens = MessageTokens(on.keys.bus)
        self.notifications = Notifications(
            on.outbox,
            on.clock,
            people=on.people,
            organisations=on.lookup,
            links=on.links,
            tokens=self._tokens,
            configured=self.messengers,
        )

    def deliveries(self, on: Ground, visits: Visits) -> list[Repeater]:
        """The tasks that send: one for each channel, so that a slow one holds up no other."""
        made = []
        for channel in Channel:
            delivery = Delivery(
                on.database,
                on.outbox,
                on.clock,
                people=on.people,
                organisations=on.lookup,
                line=visits,
                links=on.links,
                tokens=self._tokens,
                channel=channel,
                messenger=self.messengers.get(channel),
                sender_name=on.settings.sender_name,
            )
            hint = self.notifications.hints[channel]
            name = f"messages-{channel.value}"
            made.append(Repeater(name, delivery.deliver_due, interval_s=DELIVERY_S, hint=hint))
        return made


class LineParts:
    """The waiting room and the calls that come out of it."""

    def __init__(self, on: Ground, messages: MessageParts) -> None:
        base = on.database, on.outbox, on.clock
        visits = Visits(on.outbox, on.clock, notifier=messages.notifications)
        calls = Calls(on.outbox, on.clock)
        self.visits = visits
        self.provision = QueueProvision(*base)
        self.consents = Consents(on.outbox, on.clock)
        self.duty = Duty(*base, visits=visits, roster=on.people, calls=calls)
        self.forecasts = Forecasts(on.clock, pools=self.duty, calls=calls)
        views = VisitViews(
            people=on.people,
            pharmacies=on.lookup,
            calls=calls,
            clock=on.clock,
            forecasts=self.forecasts,
            channels=messages.messengers,
        )
        self.promises = Promises(*base, forecasts=self.forecasts)
        self.few_ahead = FewAhead(on.database, on.clock, notifier=messages.notifications)
        self.waiting_room = WaitingRoom(
            *base,
            visits=visits,
            views=views,
            consents=self.consents,
            people=on.people,
            pharmacies=on.lookup,
            promises=self.promises,
            speaker_below_age=on.settings.speaker_below_age,
        )
        self.insights = Insights(
            on.database, on.clock, waiting_room=self.waiting_room, forecasts=self.forecasts
        )
        self.consultations = Consultations(*base, line=visits, people=on.people)
        self.records = Records(*base, views=ConsultationViews(line=visits, people=on.people))
        self.stay = Stay(on.database, on.clock, visits=visits, views=views, calls=calls, links=on.links)
        self.appointments = Appointments(on.database, on.clock, visits=visits)
        self.counter = Counter(
            *base,
            visits=visits,
            views=views,
            calls=calls,
            duty=self.duty,
            matching=Matching(self.duty),
        )
        self.triage = Triage(on.database, on.clock, visits=visits, views=views)
        self.admission = Admission(
            on.database,
            on.clock,
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
        self.transfers = Transfers(on.database, on.clock, visits=visits, views=views, calls=calls)
        self.settings = QueueSettings(on.database, on.outbox, visits=visits)
        self.call_backs = CallBacks(*base, visits=visits, pharmacies=on.lookup)
        self.phone_visits = PhoneVisits(
            on.database,
            on.clock,
            waiting_room=self.waiting_room,
            views=views,
            registration=on.registration,
            pharmacies=on.lookup,
        )
        colleagues = Colleagues(self.duty)
        self.handovers = Handovers(*base, line=visits, pool=colleagues)
        self.closing = Closing(
            on.database,
            on.clock,
            visits=visits,
            pharmacies=on.lookup,
            duty=colleagues,
            grace_s=on.settings.closing_grace_s,
        )
        self.empty_rooms = EmptyRooms(
            on.database, on.clock, line=visits, wrap_ups=WrapUps(on.clock, line=visits)
        )
        self.pruning = Pruning(on.database, on.clock, session_s=on.settings.session_absolute_s)
        self.phone_calls = PhoneCalls(*base, line=visits, records=self.records)
        self._door = on.door

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
        return [
            *queues.endpoints(),
            *visits.endpoints(),
            *DutyRoutes(self.duty).endpoints(),
            *SettingsRoutes(self.settings).endpoints(),
            *PhoneRoutes(self.phone_visits).endpoints(),
            *CallBackRoutes(call_backs=self.call_backs, door=self._door).endpoints(),
            *HandoverRoutes(handovers=self.handovers, phone_calls=self.phone_calls).endpoints(),
        ]


class AccountParts:
    """Who there is, how they sign in, and how patients come in."""

    def __init__(self, on: Ground, line: LineParts, messages: MessageParts) -> None:
        base = on.database, on.outbox, on.clock
        settings = on.settings
        credentials = StaffCredentials()
        passwords = Passwords()
        self.sessions = Sessions(
            *base,
            access=AccessTokens(on.keys.token, clock=on.clock),
            refresh=RefreshTokens(on.keys.token),
            directory=credentials,
            activity=line.consultations,
            access_token_s=settings.access_token_s,
            idle_s=settings.session_idle_s,
            absolute_s=settings.session_absolute_s,
        )
        self.login = Login(*base, sessions=self.sessions, credentials=credentials, passwords=passwords)
        self.me = Me(on.database, names=on.people, line=line.waiting_room)
        self.staff = StaffRoster(
            *base,
            passwords=passwords,
            endings=SessionEndings(on.outbox, on.clock),
            queues=line.waiting_room,
        )
        self.organisations = Organisations(*base)
        self.pharmacies = Pharmacies(
            on.database,
            on.clock,
            line=line.waiting_room,
            speaker_below_age=settings.speaker_below_age,
            consent_version=settings.consent_version,
        )
        self.invitations = Invitations(
            *base,
            line=line.waiting_room,
            pharmacies=self.pharmacies,
            registration=on.registration,
            public_url=settings.public_url,
            messages=messages.notifications,
        )
        check_in = CheckIn(
            line=line.waiting_room,
            consents=line.consents,
            sessions=self.sessions,
            invitations=self.invitations,
            consent_version=settings.consent_version,
        )
        self.arrivals = Arrivals(
            *base,
            people=on.people,
            pharmacies=self.pharmacies,
            registration=on.registration,
            invitations=self.invitations,
            check_in=check_in,
        )
        self._cookies = Cookies(on.clock)
        self._origins = on.origins
        self._trusted_proxies = settings.trusted_proxies
        self._door = on.door

    def endpoints(self) -> list[Endpoint]:
        auth = AuthRoutes(
            login=self.login,
            sessions=self.sessions,
            me=self.me,
            cookies=self._cookies,
            origins=self._origins,
            trusted_proxies=self._trusted_proxies,
        )
        accounts = AccountRoutes(
            pharmacies=self.pharmacies,
            arrivals=self.arrivals,
            invitations=self.invitations,
            staff=self.staff,
            cookies=self._cookies,
            door=self._door,
        )
        return [*auth.endpoints(), *accounts.endpoints()]


class AuditParts:
    """The audit log behind the outbox."""

    def __init__(self, on: Ground) -> None:
        self.sequencer = Sequencer(
            database=on.database,
            outbox=on.outbox,
            clock=on.clock,
            leadership=FileLeadership(on.settings.data_dir / "sequencer.lock")
            if on.database.is_sqlite
            else DatabaseLeadership(on.database),
        )
        self.checkpoints = Checkpoints(
            database=on.database,
            clock=on.clock,
            key=on.keys.audit,
            origin=on.settings.audit_origin,
        )
        self.log = AuditLog(
            database=on.database,
            outbox=on.outbox,
            sequencer=self.sequencer,
            checkpoints=self.checkpoints,
            names=on.people,
        )

    def endpoints(self) -> list[Endpoint]:
        return AuditRoutes(self.log).endpoints()


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of a server, wired to each other."""

    ground: Ground
    messages: MessageParts
    line: LineParts
    accounts: AccountParts
    audit: AuditParts
    endpoints: Sequence[Endpoint]

    def deadlines(self) -> list[Deadline]:
        """What has to happen at its time; any process does it."""
        line, session_s = self.line, self.ground.settings.session_absolute_s
        attempts = AttemptPruning(self.ground.database, self.ground.clock)
        return [
            Deadline("overdue-calls", line.admission.end_overdue_calls),
            Deadline("promises", line.promises.renew, every_s=RENEWED_EVERY_S),
            Deadline("windows", line.appointments.open_windows),
            Deadline("closing", line.closing.expire, every_s=5),
            Deadline("empty-rooms", line.empty_rooms.wrap_up, every_s=5),
            Deadline("line-changes", line.pruning.prune_changes, every_s=5),
            Deadline("waiting-room-rows", line.pruning.prune, every_s=60),
            Deadline("record-reveals", partial(line.records.prune_reveals, session_s), every_s=60),
            Deadline("idempotency-keys", attempts.prune, every_s=60),
            Deadline("arrival-keys", self.accounts.arrivals.prune, every_s=60),
        ]

    def outgoing(self) -> list[Repeater]:
        """The tasks behind messages to patients; without a messenger there is nothing to look out for."""
        tasks = self.messages.deliveries(self.ground, self.line.visits)
        if self.messages.messengers:
            tasks.append(Repeater("few-ahead", self.line.few_ahead.tell, interval_s=FEW_AHEAD_S))
        return tasks


def build(settings: Settings, keys: Keys, clock: Clock) -> Parts:
    """Build the parts. Opens nothing: the database connects when it is first used."""
    ground = Ground(settings, keys, clock)
    messages = MessageParts(ground)
    line = LineParts(ground, messages)
    accounts = AccountParts(ground, line, messages)
    audit = AuditParts(ground)
    writing = Writing(
        ground.database,
        ground.outbox,
        ground.clock,
        records=line.records,
        consents=line.consents,
        line=line.visits,
        people=ground.people,
        invitations=accounts.invitations,
    )
    endpoints = [
        *accounts.endpoints(),
        *line.endpoints(),
        *ConsultationRoutes(records=line.records, writing=writing).endpoints(),
        *RecordingRoutes().endpoints(),
        *InsightRoutes(line.insights).endpoints(),
        *audit.endpoints(),
    ]
    return Parts(
        ground=ground, messages=messages, line=line, accounts=accounts, audit=audit, endpoints=endpoints
    )


def openapi_document() -> dict[str, Any]:
    """The OpenAPI document, without a database or kept keys."""
    keys = Keys(token=Ed25519PrivateKey.generate(), audit=Ed25519PrivateKey.generate(), bus=bytes(32))
    return document(build(Settings(), keys, SystemClock()).endpoints, version=VERSION)
