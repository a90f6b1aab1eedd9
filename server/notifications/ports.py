"""What messages need: of other features, and of those who carry them."""

from typing import Protocol

from server.accounts.links import OneVisit
from server.accounts.schemas import InvitationLink
from server.audit.event import Actor
from server.db.connection import AsyncConnection
from server.db.database import Transaction
from server.ids import PatientId, TenantId, VisitId
from server.notifications.models import Envelope, Failure
from server.notifications.reach import Contact
from server.waiting_room.models import Visit


class Addressee(Contact, Protocol):
    """A person whom messages go to."""

    @property
    def id(self) -> PatientId: ...
    @property
    def tenant_id(self) -> TenantId: ...
    @property
    def language(self) -> str: ...


class People(Protocol):
    """Where patients are looked up."""

    async def patient(self, connection: AsyncConnection, patient_id: PatientId) -> Addressee: ...


class Organisation(Protocol):
    """A tenant, as far as it sends messages."""

    @property
    def is_test(self) -> bool: ...
    @property
    def neutral_name(self) -> str | None: ...


class Organisations(Protocol):
    """Where tenants are looked up."""

    async def tenant(self, connection: AsyncConnection, tenant_id: TenantId) -> Organisation: ...


class Line(Protocol):
    """Where visits are looked up."""

    async def visit(self, connection: AsyncConnection, visit_id: VisitId) -> Visit | None: ...


class Links(Protocol):
    """Where links are made. The database keeps their digests."""

    async def back_to(
        self, transaction: Transaction, visit: OneVisit, *, actor: Actor, token: str | None = None
    ) -> InvitationLink: ...

    def address(self, token: str) -> str: ...


class Undelivered(Exception):
    """A message was not taken. `may_pass`: trying again later may help. Holds no words of the other side."""

    def __init__(self, failure: Failure, *, may_pass: bool) -> None:
        super().__init__(failure.value)
        self.failure = failure
        self.may_pass = may_pass


class Messenger(Protocol):
    """Carries messages of one channel.

    Returns when the other side has taken the message; raises `Undelivered` otherwise, in bounded time. The id
    of the envelope goes with it, and two sendings of it are one message to whoever looks at that.
    """

    async def send(self, envelope: Envelope) -> None: ...
