"""Notifications: what patients are told outside the program, decided where it happens and sent afterwards."""

import asyncio
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from server.audit.event import SYSTEM, Event, EventType, Subject
from server.audit.outbox import Outbox
from server.clock import Clock
from server.db.connection import AsyncConnection
from server.db.database import Transaction
from server.ids import QueueId, new_id
from server.notifications import events, store
from server.notifications.models import (
    URGENT,
    USEFUL_FOR,
    Channel,
    Message,
    MessageId,
    MessageKind,
    MessageState,
    Suppressed,
)
from server.notifications.ports import Addressee, Links, Organisations, People
from server.notifications.reach import Contact, Reach, reach
from server.notifications.texts import carries_link
from server.notifications.tokens import MessageTokens
from server.waiting_room.models import Visit, VisitState

FIRST_TRY_THE_PAGE = timedelta(seconds=20)
"""Who waits at the page is called there; only if they do not answer does a message follow."""

QUIET = timedelta(minutes=2)
"""Between two messages to a visit, unless it is called; what is no longer so by then is not sent."""


class Notifications:
    """Queues messages in the transaction of what they tell, so that neither is without the other.

    `configured`: the channels that this server can send by. The hint of a channel is set after each commit
    that queued a message for it.
    """

    def __init__(
        self,
        outbox: Outbox,
        clock: Clock,
        *,
        people: People,
        organisations: Organisations,
        links: Links,
        tokens: MessageTokens,
        configured: Collection[Channel],
    ) -> None:
        self._outbox = outbox
        self._clock = clock
        self._people = people
        self._organisations = organisations
        self._links = links
        self._tokens = tokens
        self._configured = frozenset(configured)
        self.hints = {channel: asyncio.Event() for channel in Channel}

    def reach(self, person: Contact, *, confidential: bool = False) -> Reach:
        """How this server can reach a person, with what they agreed to."""
        return reach(person, configured=self._configured, confidential=confidential)

    async def tell(self, transaction: Transaction, *, visit: Visit, kind: MessageKind) -> tuple[Channel, ...]:
        """Queue a message to the patient of a visit; answers the channels that are used.

        `visit`: as it was before the change that is told. What was told before on the same occasion is not
        told again. Nobody is sent what they did not agree to, and somebody without a screen is rung instead.
        """
        if not self._configured or visit.phone_only:
            return ()
        if kind is MessageKind.LINK and not carries_link(kind, confidential=visit.confidential):
            return ()
        person = await self._people.patient(transaction.connection, visit.patient_id)
        channels = self.reach(person, confidential=visit.confidential).channels
        if kind not in URGENT:
            channels = channels[:1]
        if not channels:
            return ()
        at = await self._first_attempt_at(transaction.connection, visit, kind)
        occasion = _occasion(visit, kind, self._clock.now())
        told = []
        for channel in channels:
            new = self._new(person, kind, channel, next_attempt_at=at)
            message = replace(new, visit_id=visit.id, occasion=occasion)
            if await self._keep(transaction, message, visit.queue_id):
                await self._keep_link(transaction, message, visit)
                told.append(channel)
        return tuple(told)

    async def send_invitation(
        self,
        transaction: Transaction,
        *,
        person: Addressee,
        channel: Channel,
        confidential: bool,
        until: datetime,
    ) -> str | None:
        """Queue an invitation that is good `until` then; answers the secret that its link must have.

        `None`: the person cannot or must not be reached this way. The caller makes the link, at once.
        """
        if channel not in self.reach(person, confidential=confidential).channels:
            return None
        new = self._new(person, MessageKind.INVITED, channel, next_attempt_at=self._clock.now())
        message = replace(new, give_up_at=min(new.give_up_at, until))
        await self._keep(transaction, message, None)
        return self._tokens.of(message.id)

    async def _first_attempt_at(
        self, connection: AsyncConnection, visit: Visit, kind: MessageKind
    ) -> datetime:
        now = self._clock.now()
        if kind is MessageKind.CALLED:
            is_at_the_page = visit.state is not VisitState.AWAY and visit.calls == 0
            return now + FIRST_TRY_THE_PAGE if is_at_the_page else now
        if kind is MessageKind.LINK:
            return now
        last = await store.last_told_at(connection, visit.id)
        return now if last is None else max(now, last + QUIET)

    async def _keep_link(self, transaction: Transaction, message: Message, visit: Visit) -> None:
        if carries_link(message.kind, confidential=visit.confidential):
            token = self._tokens.of(message.id)
            await self._links.back_to(transaction, visit, actor=SYSTEM, token=token)

    def _new(
        self, person: Addressee, kind: MessageKind, channel: Channel, *, next_attempt_at: datetime
    ) -> Message:
        now = self._clock.now()
        return Message(
            id=MessageId(new_id()),
            tenant_id=person.tenant_id,
            visit_id=None,
            patient_id=person.id,
            kind=kind,
            channel=channel,
            language=person.language,
            occasion=0,
            state=MessageState.QUEUED,
            attempts=0,
            next_attempt_at=next_attempt_at,
            give_up_at=now + USEFUL_FOR[kind],
            created_at=now,
        )

    async def _keep(self, transaction: Transaction, message: Message, queue_id: QueueId | None) -> bool:
        """Keep a message that is new; says whether it is to be sent."""
        connection = transaction.connection
        organisation = await self._organisations.tenant(connection, message.tenant_id)
        if organisation.is_test:
            why = Suppressed.TEST_TENANT
            held = replace(message, state=MessageState.SUPPRESSED, failure=why, next_attempt_at=None)
            if await store.insert(connection, held):
                event = about(events.MESSAGE_SUPPRESSED, message, queue_id, reason=why.value)
                await self._outbox.record(transaction, event)
            return False
        if not await store.insert(connection, message):
            return False
        await self._outbox.record(transaction, about(events.MESSAGE_QUEUED, message, queue_id))
        transaction.after_commit(self.hints[message.channel].set)
        return True


def _occasion(visit: Visit, kind: MessageKind, now: datetime) -> int:
    """Tells apart what may happen to a visit more than once: each call; a link asked for, once a minute."""
    match kind:
        case MessageKind.CALLED:
            return visit.calls + 1
        case MessageKind.LINK:
            return int(now.timestamp()) // 60
        case _:
            return 0


def about(
    event_type: EventType, message: Message, queue_id: QueueId | None = None, **data: str | int
) -> Event:
    """An event of a message."""
    subject = Subject(
        tenant_id=message.tenant_id,
        visit_id=message.visit_id,
        queue_id=queue_id,
        patient_id=message.patient_id,
    )
    named = {"message": message.id, "channel": message.channel.value, "kind": message.kind.value}
    return event_type(SYSTEM, subject, **named, **data)
