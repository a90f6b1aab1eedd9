"""Sending what is queued for one channel: each message is claimed, sent outside any transaction, and settled.

At least once: a process that dies between sending and settling leaves the message to another, which sends it
again under the same id. Before each attempt it is asked anew whether the message may be sent and is still so.
"""

import asyncio
from datetime import timedelta

import structlog

from server.audit.event import Event
from server.audit.outbox import Outbox
from server.auth.attempts import Attempts
from server.clock import Clock
from server.db.connection import AsyncConnection
from server.db.database import Database
from server.ids import digest
from server.notifications import events, store
from server.notifications.models import (
    MAX_ATTEMPTS,
    Channel,
    Envelope,
    Failure,
    Message,
    MessageKind,
    MessageState,
    Suppressed,
    next_attempt,
)
from server.notifications.ports import Addressee, Line, Links, Messenger, Organisations, People, Undelivered
from server.notifications.reach import address, reach
from server.notifications.service import about
from server.notifications.texts import carries_link, catalogue, text
from server.notifications.tokens import MessageTokens
from server.waiting_room.models import ENDED, IN_LINE, Visit, VisitState

LEASE = timedelta(seconds=60)
"""How long a process has for a message; every messenger is done well before."""

MAX_AN_HOUR = 10
"""To one address, counted in each process: anybody at the door may give somebody else's number."""

BATCH = 8
"""How many are sent at once."""

log = structlog.get_logger("officina.notifications")


class Delivery:
    """Sends the messages of a channel that are due. Any number of processes may.

    Without a messenger, what was queued while there was one is suppressed.
    """

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        clock: Clock,
        *,
        people: People,
        organisations: Organisations,
        line: Line,
        links: Links,
        tokens: MessageTokens,
        channel: Channel,
        messenger: Messenger | None,
        sender_name: str,
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._people = people
        self._organisations = organisations
        self._line = line
        self._links = links
        self._tokens = tokens
        self._channel = channel
        self._messenger = messenger
        self._sender_name = sender_name
        self._limit = Attempts(clock, burst=MAX_AN_HOUR, refill_s=3_600 / MAX_AN_HOUR)

    async def deliver_due(self) -> int:
        """Try every message that is due now, once; says how many there were."""
        tried = 0
        while claimed := await self._claim():
            async with asyncio.TaskGroup() as group:
                for message in claimed:
                    group.create_task(self._try(message))
            tried += len(claimed)
        return tried

    async def _claim(self) -> tuple[Message, ...]:
        now = self._clock.now()
        async with self._database.snapshot() as connection:
            if not await store.is_any_due(connection, self._channel, now):
                return ()
        async with self._database.transaction() as transaction:
            connection, until = transaction.connection, now + LEASE
            return await store.claim_due(connection, self._channel, now, until=until, limit=BATCH)

    async def _try(self, message: Message) -> None:
        try:
            await self._deliver(message)
        except Exception as error:  # noqa: BLE001  # a supervisor: when its time is up it is tried again
            log.error("message not tried to the end", message=message.id, error=type(error).__name__)

    async def _deliver(self, message: Message) -> None:
        if message.attempts > MAX_ATTEMPTS or self._clock.now() >= message.give_up_at:
            return await self._fail(message, Failure.TOO_LATE)
        messenger = self._messenger
        if messenger is None:
            return await self._suppress(message, Suppressed.NOT_CONFIGURED)
        async with self._database.snapshot() as connection:
            envelope = await self._prepare(connection, message)
        if isinstance(envelope, Suppressed):
            return await self._suppress(message, envelope)
        if message.attempts == 1 and self._limit.take(digest(envelope.to)):
            return await self._suppress(message, Suppressed.TOO_MANY)
        try:
            await messenger.send(envelope)
        except Undelivered as problem:
            return await self._not_sent(message, problem)
        event = about(events.MESSAGE_SENT, message, attempts=message.attempts)
        return await self._settle(message, MessageState.SENT, event, sent_at=self._clock.now())

    async def _prepare(self, connection: AsyncConnection, message: Message) -> Envelope | Suppressed:
        """Everything that is not kept with a message, or why it must not be sent."""
        organisation = await self._organisations.tenant(connection, message.tenant_id)
        person = await self._people.patient(connection, message.patient_id)
        visit = await self._line.visit(connection, message.visit_id) if message.visit_id else None
        why_not = self._why_not(message, person, visit)
        if organisation.is_test:
            why_not = Suppressed.TEST_TENANT
        to = address(person, message.channel)
        if why_not is not None or to is None:
            return why_not or Suppressed.NOT_AGREED
        name = organisation.neutral_name or self._sender_name
        return Envelope(
            id=message.id,
            to=to,
            sender_name=name,
            language=message.language,
            subject=catalogue(message.language).subject,
            text=text(
                message.kind,
                message.channel,
                message.language,
                sender_name=name,
                link=self._link(message, visit),
            ),
        )

    def _why_not(self, message: Message, person: Addressee, visit: Visit | None) -> Suppressed | None:
        is_confidential = visit is not None and visit.confidential
        if not reach(person, configured=(self._channel,), confidential=is_confidential).channels:
            return Suppressed.NOT_AGREED
        if visit is not None and not still_so(message, visit):
            return Suppressed.OUTDATED
        return None

    def _link(self, message: Message, visit: Visit | None) -> str | None:
        if not carries_link(message.kind, confidential=visit is not None and visit.confidential):
            return None
        return self._links.address(self._tokens.of(message.id))

    async def _not_sent(self, message: Message, problem: Undelivered) -> None:
        again_at = next_attempt(message, self._clock.now()) if problem.may_pass else None
        if again_at is None:
            return await self._fail(message, problem.failure)
        return await self._settle(
            message, MessageState.QUEUED, None, failure=problem.failure, next_attempt_at=again_at
        )

    async def _fail(self, message: Message, why: Failure) -> None:
        log.warning("message given up", message=message.id, channel=message.channel.value, reason=why.value)
        event = about(events.MESSAGE_FAILED, message, attempts=message.attempts, reason=why.value)
        await self._settle(message, MessageState.FAILED, event, failure=why)

    async def _suppress(self, message: Message, why: Suppressed) -> None:
        event = about(events.MESSAGE_SUPPRESSED, message, reason=why.value)
        await self._settle(message, MessageState.SUPPRESSED, event, failure=why)

    async def _settle(
        self, message: Message, state: MessageState, event: Event | None, **changes: object
    ) -> None:
        changes = {"failure": None, "next_attempt_at": None, **changes}
        async with self._database.transaction() as transaction:
            is_mine = await store.settle(transaction.connection, message, state=state, **changes)
            if is_mine and event is not None:
                await self._outbox.record(transaction, event)


def still_so(message: Message, visit: Visit) -> bool:
    """Whether what a message tells of a visit is still the case."""
    match message.kind:
        case MessageKind.FEW_AHEAD:
            return visit.state in IN_LINE
        case MessageKind.CALLED:
            return visit.state is VisitState.CALLED and visit.calls == message.occasion
        case MessageKind.PLACE_KEPT | MessageKind.LINK:
            return visit.state not in ENDED
        case MessageKind.EXPIRED | MessageKind.INVITED:
            return True
