"""Reading the audit log. Every answer that shows events is itself an event, committed before the answer."""

from server.audit import store
from server.audit.checkpoints import Checkpoints
from server.audit.event import Actor, Event, Subject
from server.audit.events import EXPORTED, PROOF_VIEWED, SEARCHED, TIMELINE_VIEWED
from server.audit.export import Export
from server.audit.models import Filters
from server.audit.outbox import Outbox
from server.audit.ports import Names
from server.audit.proof import prove
from server.audit.schemas import CheckpointView, EventPage, SearchEvents, TimelineView
from server.audit.sequencer import Sequencer
from server.audit.views import event_views
from server.auth.policy import Action, Facts, require
from server.auth.principal import Principal
from server.db.database import Database
from server.errors import Code, Refusal
from server.ids import ConsultationId, EventId, TenantId

TIMELINE_LIMIT = 5_000


class AuditLog:
    """The log of the caller's tenant, for those who may read it.

    Before it reads, it brings in what was committed so far: a reader sees every event that was
    acknowledged before the request.
    """

    def __init__(
        self,
        *,
        database: Database,
        outbox: Outbox,
        sequencer: Sequencer,
        checkpoints: Checkpoints,
        names: Names,
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._sequencer = sequencer
        self._checkpoints = checkpoints
        self._names = names

    async def search(self, principal: Principal, query: SearchEvents) -> EventPage:
        """The events that fit, newest first, a page of them."""
        log = _log(principal, Action.AUDIT_READ)
        filters = Filters(**query.model_dump(exclude={"cursor", "limit"}))
        pending = await self._sequencer.flush(log)
        async with self._database.snapshot() as connection:
            before = None if query.cursor is None else int(query.cursor)
            entries = await store.search(connection, log, filters, before=before, limit=query.limit + 1)
            shown = entries[: query.limit]
            views = await event_views(connection, shown, self._names)
        subject = Subject(tenant_id=principal.tenant_id)
        actor = Actor.of(principal)
        await self._record(SEARCHED(actor, subject, filters=filters.used(), found=len(shown)))
        more = len(entries) > query.limit
        cursor = str(shown[-1].index) if more else None
        return EventPage(events=views, next_cursor=cursor, pending=pending)

    async def timeline(self, principal: Principal, consultation_id: ConsultationId) -> TimelineView:
        """All events of a consultation, in the order of the log, this view of it being the last.

        A consultation begins when its visit is admitted. What happened to the visit before (joined, checked
        its device, went away) carries the visit's id and no consultation. It is found by the visits that
        events of the consultation name, and shown with `seq` null: of those visits, all events without a
        consultation. A visit that was called twice has them in the timelines of both its consultations.
        """
        log = _log(principal, Action.AUDIT_READ)
        async with self._database.snapshot() as connection:
            if not await store.is_known(connection, log, consultation_id):
                raise Refusal(Code.NOT_FOUND)
        subject = Subject(tenant_id=principal.tenant_id, consultation_id=consultation_id)
        await self._record(TIMELINE_VIEWED(Actor.of(principal), subject))
        pending = await self._sequencer.flush(log)
        async with self._database.snapshot() as connection:
            visit_ids = await store.visits_of(connection, log, consultation_id)
            entries = await store.timeline(connection, log, consultation_id, visit_ids, TIMELINE_LIMIT + 1)
            views = await event_views(connection, entries[:TIMELINE_LIMIT], self._names)
        return TimelineView(
            consultation_id=consultation_id,
            visit_ids=tuple(visit_ids),
            events=views,
            complete=not pending and len(entries) <= TIMELINE_LIMIT,
        )

    async def checkpoint(self, principal: Principal) -> CheckpointView:
        """The log's present head, signed."""
        log = _log(principal, Action.AUDIT_CHECKPOINT)
        signed = await self._checkpoints.current(log)
        return CheckpointView(
            log=log,
            size=signed.size,
            note=signed.note,
            key=str(self._checkpoints.verifier(log)),
            signed_at=signed.signed_at,
        )

    async def proof(self, principal: Principal, event_id: EventId) -> str:
        """One event with the proof that it is in the log (C2SP tlog-proof)."""
        log = _log(principal, Action.AUDIT_READ)
        await self._sequencer.flush(log)
        async with self._database.snapshot() as connection:
            entry = await store.entry(connection, log, event_id)
        if entry is None:
            raise Refusal(Code.NOT_FOUND)
        subject = Subject(tenant_id=principal.tenant_id)
        await self._record(PROOF_VIEWED(Actor.of(principal), subject, event_id=event_id))
        signed = await self._checkpoints.current(log)
        async with self._database.snapshot() as connection:
            return (await prove(connection, entry, signed)).text()

    async def export(self, principal: Principal) -> Export:
        """The log up to now, this export's own event included, with a checkpoint of exactly that."""
        log = _log(principal, Action.AUDIT_READ)
        await self._record(EXPORTED(Actor.of(principal), Subject(tenant_id=principal.tenant_id)))
        await self._sequencer.flush(log)
        signed = await self._checkpoints.current(log)
        return Export(self._database, signed, self._checkpoints.verifier(log))

    async def _record(self, event: Event) -> None:
        async with self._database.transaction() as transaction:
            await self._outbox.record(transaction, event)


def _log(principal: Principal, action: Action) -> TenantId:
    """The log the caller may do this to: the one of their own tenant."""
    require(principal, action, Facts(tenant_id=principal.tenant_id))
    return principal.tenant_id
