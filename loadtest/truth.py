"""Holds a run to the database: the replay of the line goes on while the run lasts, the final account comes
after it.
"""

from collections import deque
from datetime import datetime
from typing import Final

from loadtest.judge import Judge, double_admits
from loadtest.pace import now, sleep_until, wall
from loadtest.place import ENDED
from loadtest.ports import CallRow, LineChange, Replay
from loadtest.result import Result
from loadtest.stage import Stage

READ_EACH_S: Final = 2.0
HELD_BACK_S: Final = 10.0
"""A change is replayed so long after it was made: pages may be shown the version before it until then."""


class Truth:
    """Feeds the judge. `run` works until cancelled; `finish` closes the account."""

    def __init__(self, replay: Replay, stage: Stage) -> None:
        self._replay = replay
        self._stage = stage
        self._queue_id = stage.cast.queue_id
        self._read_to = stage.judge.version
        self._held: deque[LineChange] = deque()

    @classmethod
    async def begin(cls, replay: Replay, stage: Stage) -> "Truth":
        """Start from the line as it is."""
        version, standing = await replay.standing(stage.cast.queue_id)
        stage.judge = Judge(version, standing)
        stage.ledger.result.measured.add("replay")
        return cls(replay, stage)

    async def run(self) -> None:
        due = now()
        while True:
            due += READ_EACH_S
            await sleep_until(due)
            await self._read()
            self._go_on(until=wall() + self._stage.ledger.clock.ahead_s - HELD_BACK_S)

    async def finish(self, *, since: datetime, is_alone: bool) -> None:
        """Replay the rest, and compare the end with what the database has."""
        await self._read()
        self._go_on(until=float("inf"))
        judge, result = self._stage.judge, self._stage.ledger.result
        replayed = judge.finish()
        _, standing = await self._replay.standing(self._queue_id)
        result.count("positions.right", judge.right)
        result.count("positions.wrong", judge.wrong)
        result.count("positions.late", judge.late)
        result.count("places.kept", judge.kept)
        result.count("places.lost", judge.not_kept)
        if is_alone:  # the last of several generators would count for all
            result.count("line.differs", abs(replayed - standing))
        self._stage.account_for_ages()
        await self._account(since)

    async def _read(self) -> None:
        changes = await self._replay.changes(self._queue_id, self._read_to)
        if changes:
            self._read_to = changes[-1].version
            self._held.extend(changes)

    def _go_on(self, *, until: float) -> None:
        ripe: list[LineChange] = []
        # Parts of one version are read together, and have one time.
        while self._held and self._held[0].changed_at <= until:
            ripe.append(self._held.popleft())
        self._stage.judge.replay(ripe)

    async def _account(self, since: datetime) -> None:
        """Every acknowledged visit of this generator is there, once, and has ended."""
        result, mine = self._stage.ledger.result, self._stage.known_visits.keys()
        visits = [visit for visit in await self._replay.visits(self._queue_id, since) if visit.id in mine]
        result.count("joins.lost", len(mine) - len(visits))
        result.count("joins.doubled", len(visits) - len({visit.patient_id for visit in visits}))
        result.count("visits.left_behind", sum(visit.state not in ENDED for visit in visits))


async def account_of_all(replay: Replay, queue_id: str, since: datetime, result: Result) -> None:
    """What only all generators together can tell: visits that nobody asked for, and double admits."""
    visits = await replay.visits(queue_id, since)
    expected = result.counts["joins.acknowledged"] + result.counts["joins.unanswered"]
    result.count("joins.doubled", max(0, len(visits) - expected))
    calls = await replay.calls(queue_id, since)
    of_visits = double_admits((call.visit_id, *_span(call)) for call in calls)
    of_staff = double_admits((call.pharmacist_id, *_span(call)) for call in calls)
    result.count("admits.in_database", len(calls))
    result.count("admits.doubled", of_visits + of_staff)


def _span(call: CallRow) -> tuple[float, float | None]:
    return call.opened_at.timestamp(), None if call.closed_at is None else call.closed_at.timestamp()
