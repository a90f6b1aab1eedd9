"""The line as a state machine: nobody is lost, doubled, starved or out of order, whatever happens in between.

The first machine is pure, over `line.py` and `appointments.seat`, with a virtual clock. The second drives
the real services on SQLite, beside clients that know their places only by counting (`queue.tick`): at every
version what they count is where they stand.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from server.audit.outbox import Outbox
from server.auth.principal import Principal
from server.consultations.calls import Calls
from server.db.database import Database
from server.errors import Code, Refusal
from server.ids import ConsultationId, QueueId, TenantId, VisitId
from server.waiting_room import line, store
from server.waiting_room.appointments import seat
from server.waiting_room.line import Asker, Next, Standing
from server.waiting_room.models import IN_LINE, PriorityClass, Queue, QueueState, VisitState, may_follow
from server.waiting_room.schemas import ChangeClass, Needs
from server.waiting_room.tables import visits
from tests.clock import ManualClock
from tests.server.parts import GOOD_DEVICES, Media, Parts
from tests.server.world import World

Result = TypeVar("Result")

LANGUAGES = st.sampled_from(["en", "es"])
SKILLS = st.sampled_from([(), (), ("travel",), ("travel", "smoking")])
MINUTES = st.sampled_from([0, 1, 5, 20, 60, 300])
QUEUE = Queue(
    id=QueueId("queue"),
    tenant_id=TenantId("tenant"),
    name="Advice",
    state=QueueState.OPEN,
    pause_message=None,
    capacity=1_000,
    answer_time_s=180,
    languages=("en",),
    version=0,
)
LONGEST_HEAD_START = timedelta(seconds=max(line.HEAD_STARTS.values()))


@dataclass(frozen=True)
class Someone:
    """A visit of the pure machine."""

    standing: Standing
    appointment_at: datetime | None = None
    window_opens_at: datetime | None = None


class PureLine(RuleBasedStateMachine):
    """One queue, three pharmacists of different skills and languages."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
        self.visits: dict[VisitId, Someone] = {}
        self.busy: dict[int, VisitId] = {}
        self.pharmacists = (
            Asker(),
            Asker(languages=frozenset({"en"}), skills=frozenset({"travel"})),
            Asker(languages=frozenset({"es"}), skills=frozenset({"travel", "smoking"})),
        )

    # What happens

    @rule(minutes=MINUTES)
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes, seconds=1)

    @rule(
        language=LANGUAGES,
        skills=SKILLS,
        early=st.one_of(st.none(), st.integers(-30, 60)),
        number=st.integers(0, 9),
    )
    def somebody_joins(self, language: str, skills: tuple[str, ...], early: int | None, number: int) -> None:
        visit_id = VisitId(f"{number}-{len(self.visits):04}")
        appointment_at = None if early is None else self.now + timedelta(minutes=early)
        place = seat(QUEUE, arrived_at=self.now, appointment_at=appointment_at, now=self.now)
        standing = Standing(
            id=visit_id,
            state=VisitState.CHECKING,
            priority_class=place.priority_class,
            arrived_at=self.now,
            stands_at=place.stands_at,
            language=language,
            calls=0,
            skills=frozenset(skills),
        )
        self.visits[visit_id] = Someone(standing, appointment_at, place.window_opens_at)

    @precondition(lambda self: self.visits)
    @rule(
        data=st.data(),
        to=st.sampled_from([VisitState.WAITING, VisitState.AWAY, VisitState.CHECKING, VisitState.LEFT]),
    )
    def somebody_does_something(self, data: st.DataObject, to: VisitState) -> None:
        visit_id = data.draw(st.sampled_from(sorted(self.visits)))
        state = self.visits[visit_id].standing.state
        if state in IN_LINE and may_follow(state, to):
            self._stand(visit_id, state=to)

    @precondition(lambda self: self.visits)
    @rule(data=st.data())
    def staff_make_somebody_urgent(self, data: st.DataObject) -> None:
        visit_id = data.draw(st.sampled_from(sorted(self.visits)))
        standing = self.visits[visit_id].standing
        if standing.state in IN_LINE:
            stands_at = line.stands_at(
                PriorityClass.URGENT, arrived_at=standing.arrived_at, appointment_at=None, head_starts={}
            )
            self._stand(
                visit_id, priority_class=PriorityClass.URGENT, stands_at=min(stands_at, standing.stands_at)
            )

    @rule()
    def windows_open(self) -> None:
        for visit_id, someone in self.visits.items():
            opens_at, standing = someone.window_opens_at, someone.standing
            if opens_at is None or opens_at > self.now or standing.state not in IN_LINE:
                continue
            place = seat(
                QUEUE, arrived_at=standing.arrived_at, appointment_at=someone.appointment_at, now=self.now
            )
            assert place.priority_class is PriorityClass.SCHEDULED
            assert place.window_opens_at is None
            is_urgent = standing.priority_class is PriorityClass.URGENT
            moved = replace(
                standing,
                priority_class=standing.priority_class if is_urgent else place.priority_class,
                stands_at=min(standing.stands_at, place.stands_at),
            )
            self.visits[visit_id] = replace(someone, standing=moved, window_opens_at=None)

    @rule(number=st.integers(0, 2))
    def a_pharmacist_admits(self, number: int) -> None:
        if number in self.busy:
            return
        asker, ordered = self.pharmacists[number], self._line()
        spoken = frozenset({"en", "es"})
        found = line.next_for(asker, ordered, spoken=spoken)
        fitting = [each for each in ordered if line.obstacle(asker, each, spoken) is None]
        if not isinstance(found, Next):
            assert not fitting
            return
        assert found.standing == fitting[0]
        assert ordered[found.why.place - 1] == found.standing
        self._require_nobody_starves(found.standing, fitting)
        self.busy[number] = found.standing.id
        self._stand(found.standing.id, state=VisitState.CALLED, calls=found.standing.calls + 1)

    @precondition(lambda self: self.busy)
    @rule(data=st.data(), answers=st.booleans())
    def a_call_ends(self, data: st.DataObject, answers: bool) -> None:
        number = data.draw(st.sampled_from(sorted(self.busy)))
        visit_id = self.busy.pop(number)
        standing = self.visits[visit_id].standing
        if answers:
            self._stand(visit_id, state=VisitState.COMPLETED)
        elif standing.calls >= 2:
            self._stand(visit_id, state=VisitState.NO_SHOW)
        else:
            ordered = self._line()
            first = ordered[0].stands_at if ordered else None
            front = line.at_the_front(standing.stands_at, first)
            self._stand(visit_id, state=VisitState.WAITING, stands_at=front)
            assert self._line()[0].id == visit_id

    # What always holds

    @invariant()
    def everybody_has_exactly_one_place(self) -> None:
        standing = {each.standing.id for each in self.visits.values() if each.standing.state in IN_LINE}
        found = line.places(self._line())
        assert found.keys() == standing
        assert sorted(found.values()) == list(range(1, len(standing) + 1))

    @invariant()
    def equals_stand_by_arrival(self) -> None:
        plain = [
            each
            for each in self._line()
            if each.priority_class is PriorityClass.ROUTINE and each.stands_at == each.arrived_at
        ]
        assert [each.arrived_at for each in plain] == sorted(each.arrived_at for each in plain)

    def _require_nobody_starves(self, taken: Standing, fitting: list[Standing]) -> None:
        """Who came later by more than the longest head start goes before nobody who is ready."""
        if not taken.calls:
            assert all(each.arrived_at + LONGEST_HEAD_START >= taken.arrived_at for each in fitting)

    def _line(self) -> tuple[Standing, ...]:
        return line.in_order(each.standing for each in self.visits.values())

    def _stand(self, visit_id: VisitId, **changes: Any) -> None:
        someone = self.visits[visit_id]
        self.visits[visit_id] = replace(someone, standing=replace(someone.standing, **changes))


def test_nobody_is_lost_doubled_starved_or_out_of_order() -> None:
    long = settings(max_examples=60, stateful_step_count=50, deadline=None)
    run_state_machine_as_test(PureLine, settings=long)


class Client:
    """A page that knows its place by counting; when it is itself that moved, it reads its place again."""

    def __init__(self, visit_id: VisitId, queue_id: QueueId) -> None:
        self.visit_id = visit_id
        self.queue_id = queue_id
        self.version = 0
        self.place: int | None = None

    def count(self, ops: tuple[tuple[int, int, int], ...]) -> bool:
        """Take in what happened to the ranks; says whether it was this client that moved."""
        for _, rank, step in ops:
            if self.place is None:
                return False
            if step == -1 and rank == self.place - 1:
                return True
            if rank < self.place - 1 or (step == 1 and rank < self.place):
                self.place += step
        return False


class RealLine(RuleBasedStateMachine):
    """Two queues, three pharmacists, on a database."""

    def __init__(self, template: Path) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "officina.db"
        shutil.copyfile(template, path)
        self.clock = ManualClock()
        self.database = Database(f"sqlite+aiosqlite:///{path}", pool_size=2)
        self._run(self._open())
        self.clients: dict[VisitId, Client] = {}
        self.patients: dict[VisitId, Principal] = {}
        self.lazy: dict[VisitId, Client] = {}

    async def _open(self) -> None:
        self.world = await World.make(self.database, self.clock)
        self.parts = Parts(self.world, self.database, Outbox(self.clock), self.clock)
        self.calls = Calls(Outbox(self.clock), self.clock)
        self.queues = (self.world.queue_id, self.world.second_queue_id)
        self.technician = await self.world.technician()
        self.pharmacists = (
            await self.world.pharmacist(),
            await self.world.pharmacist(languages=["en"], skills=["travel"]),
            await self.world.pharmacist(languages=["es"], skills=["travel", "smoking"]),
        )
        self.people = [await self.world.patient() for _ in range(8)]

    def teardown(self) -> None:
        self._run(self.database.close())
        self.runner.close()
        self.folder.cleanup()

    @initialize()
    def some_wait_already(self) -> None:
        for person, queue in enumerate((0, 0, 1, 0, 1)):
            self.somebody_joins(person, queue, None, ready=True)
            self.clock.advance(minutes=7)

    # What happens

    @rule(minutes=MINUTES)
    def time_passes(self, minutes: int) -> None:
        self.clock.advance(minutes=minutes, seconds=1)

    @rule(
        person=st.integers(0, 7),
        queue=st.integers(0, 1),
        early=st.one_of(st.none(), st.integers(-30, 60)),
        ready=st.booleans(),
    )
    def somebody_joins(self, person: int, queue: int, early: int | None, *, ready: bool) -> None:
        patient = self.people[person]
        appointment_at = None if early is None else self.clock.now() + timedelta(minutes=early)
        queue_id = self.queues[queue]
        visit_id = self._run(self.parts.stand(patient, queue_id=queue_id, appointment_at=appointment_at))
        self._watch(visit_id, queue_id, patient)
        if ready:
            self._try(self.parts.stay.check_devices(patient, visit_id, GOOD_DEVICES))

    @precondition(lambda self: self.patients)
    @rule(data=st.data(), act=st.sampled_from(["check", "check", "away", "return", "leave"]))
    def somebody_does_something(self, data: st.DataObject, act: str) -> None:
        visit_id = self._somebody(data)
        patient, stay = self.patients[visit_id], self.parts.stay
        match act:
            case "check":
                self._try(stay.check_devices(patient, visit_id, GOOD_DEVICES))
            case "away":
                self._try(stay.go_away(patient, visit_id))
            case "return":
                self._try(stay.come_back(patient, visit_id))
            case _:
                self._try(stay.leave(patient, visit_id))

    @precondition(lambda self: self.patients)
    @rule(data=st.data(), language=LANGUAGES, skills=SKILLS)
    def staff_set_needs(self, data: st.DataObject, language: str, skills: tuple[str, ...]) -> None:
        needs = Needs(language=language, skills=skills)
        self._try(self.parts.triage.set_needs(self.technician, self._somebody(data), needs))

    @precondition(lambda self: self.patients)
    @rule(data=st.data(), urgent=st.booleans())
    def staff_change_a_class(self, data: st.DataObject, urgent: bool) -> None:
        asked = (
            ChangeClass(priority_class=PriorityClass.URGENT, reason="short of breath")
            if urgent
            else ChangeClass(priority_class=PriorityClass.ROUTINE)
        )
        self._try(self.parts.triage.change_class(self.technician, self._somebody(data), asked))

    @precondition(lambda self: self.patients)
    @rule(data=st.data())
    def staff_transfer_somebody(self, data: st.DataObject) -> None:
        visit_id = self._somebody(data)
        source = self.clients[visit_id].queue_id
        target = self.queues[1] if source == self.queues[0] else self.queues[0]
        moved = self._try(self.parts.transfers.transfer(self.technician, visit_id, target))
        if moved is not None and moved.successor_id is not None:
            self._watch(moved.successor_id, target, self.patients[visit_id])

    @rule(data=st.data(), number=st.integers(0, 2), queue=st.integers(0, 1), chooses=st.booleans())
    def a_pharmacist_admits(self, data: st.DataObject, number: int, queue: int, chooses: bool) -> None:
        chosen = self._somebody(data) if chooses and self.patients else None
        key = str(len(self.patients)) + self.clock.now().isoformat()
        self._try(self.parts.admission.admit(self.pharmacists[number], self.queues[queue], chosen, key=key))

    @precondition(lambda self: self.patients)
    @rule(data=st.data(), answers=st.booleans())
    def a_call_ends(self, data: st.DataObject, answers: bool) -> None:
        visit_id = self._called(data)
        if visit_id is None:
            return
        if not answers:
            self._try(self.parts.admission.no_show(self.technician, visit_id))
            return
        view = self._run(self.parts.visit(visit_id))
        if view.state is VisitState.CALLED and view.consultation_id is not None:
            self._run(self._consult(visit_id, view.consultation_id))

    @rule()
    def deadlines_run(self) -> None:
        self._run(self.parts.admission.end_overdue_calls())
        self._run(self.parts.appointments.open_windows())

    @rule()
    def late_clients_look(self) -> None:
        self._run(self._look(self.lazy))

    # What always holds

    @invariant()
    def clients_count_their_true_places(self) -> None:
        self._run(self._look(self.clients))

    @invariant()
    def queues_know_how_many_stand_in_them(self) -> None:
        async def check() -> None:
            standing = select(func.count()).where(visits.c.state.in_(IN_LINE))
            async with self.database.snapshot() as connection:
                for queue_id in self.queues:
                    queue = await store.queue(connection, queue_id)
                    counted = await connection.scalar(standing.where(visits.c.queue_id == queue_id))
                    assert queue is not None
                    assert queue.standing == counted

        self._run(check())

    async def _look(self, clients: dict[VisitId, Client]) -> None:
        async with self.database.snapshot() as connection:
            seen = await store.visits_by_id(connection, list(clients))
            true = await store.places(connection, seen)
            versions = await self.parts.waiting_room.queue_versions(connection, self.queues)
            for client in clients.values():
                since = {client.queue_id: client.version}
                news = (await self.parts.waiting_room.line_changes(connection, since))[client.queue_id]
                is_behind = news.gap or client.version == 0
                if is_behind or client.place is None or client.count(news.ops):
                    client.place = true.get(client.visit_id)
                client.version = versions[client.queue_id]
                assert client.place == true.get(client.visit_id), (client.visit_id, news)

    async def _consult(self, visit_id: VisitId, consultation_id: ConsultationId) -> None:
        await self.parts.consultations.join(self.patients[visit_id], consultation_id, Media())
        async with self.database.snapshot() as connection:
            call = (await self.calls.of_visits(connection, (visit_id,)))[visit_id]
        (pharmacist,) = (each for each in self.pharmacists if each.staff_id == call.pharmacist_id)
        await self.parts.complete(pharmacist, consultation_id)

    def _watch(self, visit_id: VisitId, queue_id: QueueId, patient: Principal) -> None:
        self.patients[visit_id] = patient
        for clients in (self.clients, self.lazy):
            clients.setdefault(visit_id, Client(visit_id, queue_id))

    def _somebody(self, data: st.DataObject) -> VisitId:
        return data.draw(st.sampled_from(sorted(self.patients)))

    def _called(self, data: st.DataObject) -> VisitId | None:
        views = [self._run(self.parts.visit(visit_id)) for visit_id in sorted(self.patients)]
        called = [view.id for view in views if view.state is VisitState.CALLED]
        return data.draw(st.sampled_from(called)) if called else None

    def _try(self, act: Coroutine[Any, Any, Result]) -> Result | None:
        """Do it if it may be done now; what is refused must be refused by one of these codes."""
        try:
            return self._run(act)
        except Refusal as refusal:
            if refusal.code in MAY_BE_REFUSED:
                return None
            raise

    def _run(self, act: Coroutine[Any, Any, Result]) -> Result:
        return self.runner.run(act)


MAY_BE_REFUSED = {
    Code.VISIT_ENDED,
    Code.VISIT_NOT_READY,
    Code.QUEUE_EMPTY,
    Code.PHARMACIST_BUSY,
    Code.NOT_FOUND,
    Code.IDEMPOTENCY_KEY_REUSED,
}


def test_clients_that_only_count_know_their_places_at_every_version(sqlite_template: Path) -> None:
    class OnTemplate(RealLine):
        def __init__(self) -> None:
            super().__init__(sqlite_template)

    short = settings(
        max_examples=8,
        stateful_step_count=40,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a database is too slow to shrink on
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    run_state_machine_as_test(OnTemplate, settings=short)
