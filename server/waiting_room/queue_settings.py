"""Settings of a queue, as an administrator changes them."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from server.audit.event import Actor
from server.audit.outbox import Outbox
from server.auth import policy
from server.auth.policy import Action
from server.auth.principal import Principal
from server.db.database import Database
from server.errors import Code, Refusal
from server.ids import QueueId
from server.waiting_room import events, store
from server.waiting_room.line import HEAD_STARTS
from server.waiting_room.models import PriorityClass, Queue
from server.waiting_room.settings_schemas import ChangeQueue, OpeningSpanText, QueueSettingsView
from server.waiting_room.visits import Visits

PLAIN = (
    "name",
    "capacity",
    "answer_time_s",
    "wait_alert_s",
    "notify_ahead",
    "time_zone",
    "window_before_s",
    "window_after_s",
    "service_prior_s",
)
"""Settings that are columns with one value."""


class QueueSettings:
    """Shows and changes what an administrator can set of a queue."""

    def __init__(self, database: Database, outbox: Outbox, *, visits: Visits) -> None:
        self._database = database
        self._outbox = outbox
        self._visits = visits

    async def read(self, principal: Principal, queue_id: QueueId) -> QueueSettingsView:
        async with self._database.snapshot() as connection:
            queue = await store.queue(connection, queue_id)
        if queue is None:
            raise Refusal(Code.NOT_FOUND)
        policy.require(principal, Action.QUEUE_SETTINGS, queue.facts)
        return _view(queue)

    async def change(self, principal: Principal, queue_id: QueueId, asked: ChangeQueue) -> QueueSettingsView:
        """Change settings; each that differs has its event. A class keeps the head start it was given.

        Those who stand in the line stay where they stand: a new head start counts for whoever comes after.
        """
        _require_time_zone(asked.time_zone)
        async with self._database.transaction() as transaction:
            queue = await self._visits.lock(transaction, queue_id)
            policy.require(principal, Action.QUEUE_SETTINGS, queue.facts)
            columns = _columns(queue, asked)
            before, after = _readable(queue), _readable_columns(columns)
            changed = [name for name in after if after[name] != before[name]]
            for name in changed:
                event = events.QUEUE_SETTING_CHANGED(
                    Actor.of(principal),
                    events.about_queue(queue),
                    setting=name,
                    before=before[name],
                    after=after[name],
                )
                await self._visits.record_change(transaction, queue_id, event, **{name: columns[name]})
            queue = await self._visits.lock(transaction, queue_id)
        return _view(queue)


def _columns(queue: Queue, asked: ChangeQueue) -> dict[str, object]:
    """The columns that were asked to change, as the store takes them."""
    columns: dict[str, object] = {
        name: getattr(asked, name) for name in PLAIN if getattr(asked, name) is not None
    }
    if asked.languages is not None:
        columns["languages"] = list(dict.fromkeys(asked.languages))
    if asked.opening_hours is not None:
        columns["opening_hours"] = [[each.weekday, each.opens, each.closes] for each in asked.opening_hours]
    head_starts = {
        PriorityClass.URGENT.value: asked.urgent_head_start_s,
        PriorityClass.SCHEDULED.value: asked.scheduled_head_start_s,
    }
    given = {name: seconds for name, seconds in head_starts.items() if seconds is not None}
    if given:
        columns["head_starts"] = {**queue.head_starts, **given}
    return columns


def _readable(queue: Queue) -> Mapping[str, str]:
    return _readable_columns(
        {
            **{name: getattr(queue, name) for name in PLAIN},
            "languages": list(queue.languages),
            "opening_hours": [list(span) for span in queue.opening_hours],
            "head_starts": queue.head_starts,
        }
    )


def _readable_columns(columns: Mapping[str, object]) -> Mapping[str, str]:
    """Values as an event has them: text, the same for the same value."""
    return {name: _text(value) for name, value in columns.items()}


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return " ".join(f"{key}={value[key]}" for key in sorted(value))
    if isinstance(value, list):
        return ", ".join(_text(each) if isinstance(each, list) else str(each) for each in value)
    return "" if value is None else str(value)


def _require_time_zone(name: str | None) -> None:
    if name is None:
        return
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refusal(Code.INVALID_REQUEST, fields=(("/time_zone", "not_a_time_zone"),)) from None


def _view(queue: Queue) -> QueueSettingsView:
    head_starts = {**HEAD_STARTS, **queue.head_starts}
    return QueueSettingsView(
        id=queue.id,
        name=queue.name,
        capacity=queue.capacity,
        answer_time_s=queue.answer_time_s,
        wait_alert_s=queue.wait_alert_s,
        notify_ahead=queue.notify_ahead,
        languages=queue.languages,
        opening_hours=tuple(
            OpeningSpanText(weekday=day, opens=opens, closes=closes)
            for day, opens, closes in queue.opening_hours
        ),
        time_zone=queue.time_zone,
        urgent_head_start_s=head_starts[PriorityClass.URGENT],
        scheduled_head_start_s=head_starts[PriorityClass.SCHEDULED],
        window_before_s=queue.window_before_s,
        window_after_s=queue.window_after_s,
        service_prior_s=queue.service_prior_s,
    )
