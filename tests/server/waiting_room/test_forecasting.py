"""The forecast on a real database: what is told, promised, kept and learned."""

from datetime import timedelta

from sqlalchemy import select

from server.auth.principal import Principal
from server.ids import QueueId, TenantId, VisitId
from server.insights.service import Insights
from server.waiting_room.forecasting import Forecasts, in_minutes, kept_of
from server.waiting_room.models import Promise, PromiseFate, QueueState
from server.waiting_room.pool import DutyState
from server.waiting_room.promises import is_material
from server.waiting_room.schemas import ChangeDuty, Kept, Wait, WaitRange, WaitUnknown
from server.waiting_room.tables import promises, wait_curves
from tests.clock import ManualClock
from tests.server.parts import Media, Parts
from tests.server.world import World


async def wait_of(parts: Parts, visit_id: VisitId) -> Wait:
    wait = (await parts.visit(visit_id)).wait
    assert wait is not None
    return wait


async def range_of(parts: Parts, visit_id: VisitId) -> WaitRange:
    wait = await wait_of(parts, visit_id)
    assert isinstance(wait, WaitRange)
    return wait


async def serve(
    parts: Parts, pharmacist: Principal, patient: Principal, clock: ManualClock, *, minutes: float
) -> None:
    call = await parts.admit(pharmacist)
    await parts.consultations.join(patient, call.id, Media())
    clock.advance(minutes=minutes)
    await parts.note(pharmacist, call.id, "seen")
    await parts.complete(pharmacist, call.id)


async def promised(world: World) -> list[Promise]:
    async with world.database.snapshot() as connection:
        rows = await connection.execute(select(promises).order_by(promises.c.made_at, promises.c.place))
        return [Promise(**row) for row in rows.mappings()]


async def test_the_first_day_has_a_forecast_from_the_setting(parts: Parts, world: World) -> None:
    await parts.duty.change(await world.pharmacist(), ChangeDuty(state=DutyState.ON))
    first = await parts.wait(await world.patient())
    second = await parts.wait(await world.patient())
    assert (await range_of(parts, first)).to_minutes <= 5
    assert 4 <= (await range_of(parts, second)).from_minutes <= 12


async def test_a_queue_whose_services_take_long_says_so(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    pharmacist = await world.pharmacist()
    patients = [await world.patient() for _ in range(14)]
    waiting = [await parts.wait(patient) for patient in patients]
    for patient in patients[:10]:
        await serve(parts, pharmacist, patient, clock, minutes=25)
        clock.advance(minutes=1)
    await parts.admit(pharmacist)
    third = await range_of(parts, waiting[-1])
    assert 40 <= third.from_minutes <= 85


async def test_nobody_on_duty_is_said_and_ends_when_somebody_comes(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    visit_id = await parts.wait(await world.patient())
    assert await wait_of(parts, visit_id) == WaitUnknown(reason="nobody_on_duty")
    await parts.duty.change(await world.pharmacist(), ChangeDuty(state=DutyState.ON))
    assert isinstance(await wait_of(parts, visit_id), WaitRange)


async def test_a_paused_queue_says_that_it_is_paused(parts: Parts, world: World) -> None:
    await parts.duty.change(await world.pharmacist(), ChangeDuty(state=DutyState.ON))
    visit_id = await parts.wait(await world.patient())
    await world.update_queue(world.queue_id, state=QueueState.PAUSED.value)
    assert await wait_of(parts, visit_id) == WaitUnknown(reason="paused")


async def test_a_break_with_an_end_is_waited_for(parts: Parts, world: World, clock: ManualClock) -> None:
    back_at = clock.now() + timedelta(minutes=40)
    request = ChangeDuty(state=DutyState.BREAK, back_at=back_at)
    await parts.duty.change(await world.pharmacist(), request)
    visit_id = await parts.wait(await world.patient())
    assert (await range_of(parts, visit_id)).from_minutes in (39, 40)


async def test_a_pharmacist_of_two_lines_serves_each_of_them_less(parts: Parts, world: World) -> None:
    await parts.duty.change(await world.pharmacist(), ChangeDuty(state=DutyState.ON))
    waiting = [await parts.wait(await world.patient()) for _ in range(6)]
    alone = await range_of(parts, waiting[-1])
    await parts.stand(
        await world.patient(), queue_id=world.second_queue_id, pharmacy_id=world.second_pharmacy_id
    )
    forecasts = Forecasts(parts.clock, pools=parts.duty, calls=parts.calls)
    async with world.database.snapshot() as connection:
        queue = (await parts.waiting_room.queues(connection, (world.queue_id,)))[world.queue_id]
        shared = await forecasts.wait(connection, queue, 6)
    assert isinstance(shared, WaitRange)
    assert shared.from_minutes > 1.5 * alone.from_minutes


async def test_a_forecast_is_made_once_a_second_only(parts: Parts, world: World, clock: ManualClock) -> None:
    await parts.duty.change(await world.pharmacist(), ChangeDuty(state=DutyState.ON))
    await parts.wait(await world.patient())
    async with world.database.snapshot() as connection:
        queue = (await parts.waiting_room.queues(connection, (world.queue_id,)))[world.queue_id]
        told = await parts.forecasts.curves(connection, (queue,))
        assert (await parts.forecasts.curves(connection, (queue,)))[queue.id] is told[queue.id]
        clock.advance(seconds=2)
        assert (await parts.forecasts.curves(connection, (queue,)))[queue.id] is not told[queue.id]


async def test_what_is_shown_on_joining_is_kept_and_audited(parts: Parts, world: World) -> None:
    await parts.duty.change(await world.pharmacist(), ChangeDuty(state=DutyState.ON))
    *_, visit_id = [await parts.wait(await world.patient()) for _ in range(3)]
    made = await promised(world)
    assert [(each.place, each.at_join) for each in made] == [(1, True), (2, True), (3, True)]
    last = next(each for each in made if each.visit_id == visit_id)
    assert last.from_s is not None
    assert last.to_s is not None
    assert in_minutes(last.from_s, last.to_s) == await range_of(parts, visit_id)
    assert len(await world.events("visit.wait.promised")) == 3


async def test_a_promise_is_renewed_when_its_moment_moved(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    pharmacists = [await world.pharmacist() for _ in range(4)]
    for pharmacist in pharmacists:
        await parts.duty.change(pharmacist, ChangeDuty(state=DutyState.ON))
    for _ in range(20):
        await parts.wait(await world.patient())
    assert await parts.promises.renew() == 0 or len(await promised(world)) >= 20
    before = len(await promised(world))
    for pharmacist in pharmacists[1:]:
        await parts.duty.change(pharmacist, ChangeDuty(state=DutyState.OFF))
    clock.advance(minutes=2)
    assert await parts.promises.renew() > 10
    renewed = (await promised(world))[before:]
    assert not any(each.at_join for each in renewed)
    clock.advance(seconds=5)
    assert await parts.promises.renew() <= 2


async def test_two_processes_promise_once(parts: Parts, world: World, clock: ManualClock) -> None:
    pharmacist = await world.pharmacist()
    visit_ids = [await parts.wait(await world.patient()) for _ in range(3)]
    await parts.duty.change(pharmacist, ChangeDuty(state=DutyState.ON))
    clock.advance(seconds=30)
    other = Parts(world, world.database, parts.outbox, clock)
    assert (await parts.promises.renew(), await other.promises.renew()) == (3, 0)
    made = [each for each in await promised(world) if not each.at_join]
    assert sorted(each.visit_id for each in made) == sorted(visit_ids)


async def test_forecasts_are_kept_by_version(parts: Parts, world: World, clock: ManualClock) -> None:
    await parts.duty.change(await world.pharmacist(), ChangeDuty(state=DutyState.ON))
    await parts.wait(await world.patient())
    await parts.promises.renew()
    clock.advance(seconds=5)
    await parts.promises.renew()
    assert await world.count(wait_curves) == 1
    await parts.wait(await world.patient())
    clock.advance(seconds=5)
    await parts.promises.renew()
    assert await world.count(wait_curves) == 2


async def test_the_hit_rate_counts_those_who_were_called(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    pharmacist = await world.pharmacist()
    await parts.duty.change(pharmacist, ChangeDuty(state=DutyState.ON))
    in_time, too_late, gone = [await world.patient() for _ in range(3)]
    for patient in (in_time, too_late):
        await parts.wait(patient)
    left = await parts.wait(gone)
    await parts.stay.leave(gone, left)
    await serve(parts, pharmacist, in_time, clock, minutes=180)
    await parts.admit(pharmacist)
    insights = Insights(world.database, clock, waiting_room=parts.waiting_room, forecasts=parts.forecasts)
    seen = await insights.queue(pharmacist, world.queue_id)
    assert seen.kept_7_days == seen.kept_30_days == Kept(of=2, within=1)
    assert (await parts.visit(await parts.wait(await world.patient()))).kept == Kept(of=2, within=1)


def promise(**changes: object) -> Promise:
    values = {
        "id": "",
        "tenant_id": TenantId(""),
        "queue_id": QueueId(""),
        "visit_id": VisitId(""),
        "at_join": False,
        "made_at": ManualClock().now(),
        "version": 1,
        "place": 3,
        "from_s": 600,
        "to_s": 1200,
        "unknown": None,
        **changes,
    }
    return Promise(**values)  # type: ignore[arg-type]  # keywords of Promise


def test_time_that_passes_is_no_change_of_a_promise() -> None:
    later = promise(made_at=ManualClock().now() + timedelta(minutes=5), from_s=300, to_s=900)
    assert not is_material(promise(), later)


def test_a_promise_changes_with_more_than_two_minutes_and_a_fifth() -> None:
    assert not is_material(promise(), promise(from_s=700, to_s=1430))
    assert is_material(promise(), promise(from_s=600, to_s=1450))
    assert is_material(promise(), promise(from_s=None, to_s=None, unknown="paused"))
    assert not is_material(
        promise(from_s=None, to_s=None, unknown="paused"), promise(from_s=None, to_s=None, unknown="closed")
    )


def test_a_promise_is_kept_within_the_minute_that_was_shown() -> None:
    made_at = ManualClock().now()
    called = [made_at + timedelta(seconds=seconds) for seconds in (100, 119, 121)]
    fates = [PromiseFate(made_at=made_at, from_s=10, to_s=100, called_at=at, stands=False) for at in called]
    assert kept_of(fates) == Kept(of=3, within=2)
    assert kept_of([]) is None
