"""Call-backs: people whom the line did not take, and who asked to be rung instead."""

from datetime import timedelta

from server.accounts.rules import dialled
from server.audit.event import Actor
from server.audit.outbox import Outbox
from server.auth import policy
from server.auth.policy import Action
from server.auth.principal import Principal
from server.clock import Clock
from server.db.database import Database, Transaction
from server.errors import Code, Refusal
from server.ids import QueueId, new_id
from server.waiting_room import events, store
from server.waiting_room.call_back_schemas import AskCallBack, CallBackList, CallBackView
from server.waiting_room.models import CallBack, CallBackOutcome, CallBackReason, Queue, QueueState
from server.waiting_room.opening import hours_of
from server.waiting_room.ports import Location, Pharmacies
from server.waiting_room.store import call_backs as kept
from server.waiting_room.visits import Visits

SAME_CALL = timedelta(hours=1)
"""The same number asking again for the same queue, this soon, is the same call-back."""

MOST_OPEN = 500
"""So many may wait to be rung by one queue; a list beyond that is nobody's to work through."""

NOBODY = Actor("public")


class CallBacks:
    """Takes requests to be rung, and lets staff work through them."""

    def __init__(
        self, database: Database, outbox: Outbox, clock: Clock, *, visits: Visits, pharmacies: Pharmacies
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._visits = visits
        self._pharmacies = pharmacies

    async def ask(self, slug: str, asked: AskCallBack) -> str:
        """Note somebody who wants to be rung; answers the id. The same number again is the same call-back.

        Offered whether or not the line would take them: between the offer and the tap a place may have come
        free, and who asks to be rung is rung. Raises `Refusal`: `not_found`, `invalid_request` for a number
        that cannot be dialled, `queue_full` when the list itself is.
        """
        async with self._database.transaction() as transaction:
            pharmacy = await self._pharmacies.at(transaction.connection, slug)
            queue = await self._queue_at(transaction, asked.queue_id, pharmacy)
            phone = dialled(asked.phone, country=pharmacy.country, at="/phone")
            assert phone is not None
            return await self._asked_before(transaction, queue, phone) or await self._note(
                transaction, queue, pharmacy, asked, phone
            )

    async def waiting(self, principal: Principal, queue_id: QueueId) -> CallBackList:
        """Those who wait to be rung; that staff were shown them is in the audit log first."""
        async with self._database.transaction() as transaction:
            queue = await store.queue(transaction.connection, queue_id)
            if queue is None:
                raise Refusal(Code.NOT_FOUND)
            policy.require(principal, Action.CALL_BACK_CONTROL, queue.facts)
            waiting = await kept.open_of_queue(transaction.connection, queue_id)
            if waiting:
                ids = tuple(each.id for each in waiting)
                event = events.CALL_BACKS_VIEWED(
                    Actor.of(principal), events.about_queue(queue), call_backs=ids
                )
                await self._outbox.record(transaction, event)
            names = {
                pharmacy_id: (await self._pharmacies.pharmacy(transaction.connection, pharmacy_id)).name
                for pharmacy_id in {each.pharmacy_id for each in waiting}
            }
        return CallBackList(call_backs=tuple(_view(each, names[each.pharmacy_id]) for each in waiting))

    async def done(self, principal: Principal, call_back_id: str, outcome: CallBackOutcome) -> None:
        """Somebody was rung, or need not be. Saying it again changes nothing."""
        async with self._database.transaction() as transaction:
            call_back = await kept.call_back(transaction.connection, call_back_id)
            if call_back is None:
                raise Refusal(Code.NOT_FOUND)
            policy.require(principal, Action.CALL_BACK_CONTROL, call_back.facts)
            queue = await self._visits.lock(transaction, call_back.queue_id)
            is_news = await kept.close(
                transaction.connection, call_back_id, principal.staff_id, outcome, self._clock.now()
            )
            if is_news:
                event = events.CALL_BACK_DONE(
                    Actor.of(principal),
                    events.about_queue(queue),
                    call_back=call_back_id,
                    outcome=outcome.value,
                )
                await self._visits.record_change(transaction, queue.id, event)

    async def _queue_at(self, transaction: Transaction, queue_id: QueueId, pharmacy: Location) -> Queue:
        if not await store.is_served_at(transaction.connection, queue_id, pharmacy.id):
            raise Refusal(Code.NOT_FOUND)
        return await self._visits.lock(transaction, queue_id)

    async def _asked_before(self, transaction: Transaction, queue: Queue, phone: str) -> str | None:
        since = self._clock.now() - SAME_CALL
        return await kept.open_of_phone(transaction.connection, queue.id, phone, since)

    async def _note(
        self, transaction: Transaction, queue: Queue, pharmacy: Location, asked: AskCallBack, phone: str
    ) -> str:
        if await kept.count_open(transaction.connection, queue.id) >= MOST_OPEN:
            raise Refusal(Code.QUEUE_FULL)
        now = self._clock.now()
        is_open = queue.state is QueueState.OPEN and hours_of(queue, pharmacy).is_open_at(now)
        call_back = CallBack(
            id=new_id(),
            tenant_id=queue.tenant_id,
            queue_id=queue.id,
            pharmacy_id=pharmacy.id,
            name=asked.name,
            phone=phone,
            language=asked.language,
            reason=CallBackReason.FULL if is_open else CallBackReason.CLOSED,
            asked_at=now,
        )
        await kept.insert(transaction.connection, call_back)
        event = events.CALL_BACK_ASKED(
            NOBODY, events.about_queue(queue), call_back=call_back.id, reason=call_back.reason.value
        )
        await self._visits.record_change(transaction, queue.id, event)
        return call_back.id


def _view(call_back: CallBack, pharmacy_name: str) -> CallBackView:
    return CallBackView(
        id=call_back.id,
        queue_id=call_back.queue_id,
        pharmacy_id=call_back.pharmacy_id,
        pharmacy_name=pharmacy_name,
        name=call_back.name,
        phone=call_back.phone,
        language=call_back.language,
        reason=call_back.reason.value,
        visit_id=call_back.visit_id,
        asked_at=call_back.asked_at,
    )
