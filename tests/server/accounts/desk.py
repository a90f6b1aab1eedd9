"""The front desk for tests: accounts and signing in, with the real waiting room behind them, over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.accounts.arrivals import Arrivals
from server.accounts.check_in import CheckIn
from server.accounts.credentials import StaffCredentials
from server.accounts.invitations import Invitations
from server.accounts.people import People
from server.accounts.pharmacies import Pharmacies, PharmacyLookup
from server.accounts.registration import Registration
from server.accounts.routes import AccountRoutes
from server.accounts.staff import StaffRoster
from server.api.application import build_http
from server.audit.outbox import Outbox
from server.auth.attempts import Attempts
from server.auth.callers import Origins
from server.auth.cookies import Cookies
from server.auth.door import Door as AddressDoor
from server.auth.endings import SessionEndings
from server.auth.login import Login
from server.auth.me import Me
from server.auth.passwords import Passwords
from server.auth.principal import Principal
from server.auth.refresh_tokens import RefreshTokens
from server.auth.routes import AuthRoutes
from server.auth.sessions import Sessions
from server.auth.tokens import AccessTokens
from server.clock import Clock
from server.consultations.calls import Calls
from server.consultations.consents import Consents
from server.db.connection import AsyncConnection
from server.db.database import Database
from server.waiting_room.duty import Duty
from server.waiting_room.forecasting import Forecasts
from server.waiting_room.promises import Promises
from server.waiting_room.service import WaitingRoom
from server.waiting_room.views import Views
from server.waiting_room.visits import Visits

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PUBLIC_URL = "https://video.example.org"
DOOR_BURST = 60
CONSENT = "7"


class NobodyBusy:
    async def busy(self, connection: AsyncConnection, subject_id: str) -> bool:
        return False


@dataclass
class Desk:
    """What the tests drive. `app` is the HTTP application."""

    database: Database
    line: WaitingRoom
    visits: Visits
    sessions: Sessions
    arrivals: Arrivals
    invitations: Invitations
    roster: StaffRoster
    app: web.Application

    async def session_of(self, person: Principal) -> str:
        """An access token of one more session of this person."""
        async with self.database.transaction() as transaction:
            opened = await self.sessions.open(
                transaction,
                role=person.role,
                subject_id=person.subject_id,
                tenant_id=person.tenant_id,
                device="",
                consultation_id=person.consultation_id,
            )
        return opened.access_token

    async def bearer(self, person: Principal) -> dict[str, str]:
        return {"Authorization": f"Bearer {await self.session_of(person)}"}


def build_desk(database: Database, outbox: Outbox, clock: Clock) -> Desk:
    """Wire accounts, signing in and the waiting room, as the program does."""
    key = Ed25519PrivateKey.generate()
    people, lookup, visits = People(), PharmacyLookup(), Visits(outbox, clock)
    consents = Consents(outbox, clock)
    calls = Calls(outbox, clock)
    duty = Duty(database, outbox, clock, visits=visits, roster=people, calls=calls)
    forecasts = Forecasts(clock, pools=duty, calls=calls)
    views = Views(people=people, pharmacies=lookup, calls=calls, clock=clock, forecasts=forecasts)
    line = WaitingRoom(
        database,
        outbox,
        clock,
        visits=visits,
        views=views,
        consents=consents,
        people=people,
        pharmacies=lookup,
        promises=Promises(database, outbox, clock, forecasts=forecasts),
    )
    sessions = Sessions(
        database,
        outbox,
        clock,
        access=AccessTokens(key, clock=clock),
        refresh=RefreshTokens(key),
        directory=StaffCredentials(),
        activity=NobodyBusy(),
    )
    pharmacies = Pharmacies(database, clock, line=line, speaker_below_age=16, consent_version=CONSENT)
    registration = Registration(outbox, clock, speaker_below_age=16)
    invitations = Invitations(
        database,
        outbox,
        clock,
        line=line,
        pharmacies=pharmacies,
        registration=registration,
        public_url=PUBLIC_URL,
    )
    check_in = CheckIn(
        line=line,
        consents=consents,
        sessions=sessions,
        invitations=invitations,
        consent_version=CONSENT,
    )
    arrivals = Arrivals(
        database,
        outbox,
        clock,
        people=people,
        pharmacies=lookup,
        registration=registration,
        invitations=invitations,
        check_in=check_in,
    )
    passwords = Passwords(CHEAP)
    roster = StaffRoster(
        database,
        outbox,
        clock,
        passwords=passwords,
        endings=SessionEndings(outbox, clock),
        queues=line,
    )
    login = Login(
        database,
        outbox,
        clock,
        sessions=sessions,
        credentials=StaffCredentials(),
        passwords=passwords,
    )
    cookies, origins = Cookies(clock), Origins(PUBLIC_URL)
    auth = AuthRoutes(
        login=login,
        sessions=sessions,
        me=Me(database, names=people, line=line),
        cookies=cookies,
        origins=origins,
    )
    accounts = AccountRoutes(
        pharmacies=pharmacies,
        arrivals=arrivals,
        invitations=invitations,
        staff=roster,
        cookies=cookies,
        door=AddressDoor(Attempts(clock, burst=DOOR_BURST, refill_s=1), origins),
    )
    app = build_http([*auth.endpoints(), *accounts.endpoints()], sessions)
    return Desk(database, line, visits, sessions, arrivals, invitations, roster, app)


def walk_in_body(queue_id: str, **changes: Any) -> dict[str, Any]:
    """The body of a walk-in; `person` and other fields may be changed."""
    person = {"name": "Ines Prado", "birth_date": "1944-05-17", **changes.pop("person", {})}
    return {
        "queue_id": queue_id,
        "person": person,
        "video_consent": True,
        "consent_version": CONSENT,
        **changes,
    }
