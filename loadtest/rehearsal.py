"""One rehearsal: everybody is given their part, plays it, and goes home; what they saw becomes a `Result`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector

from loadtest.api import Said, Unreachable
from loadtest.judge import Judge
from loadtest.ledger import Ledger
from loadtest.machine import Gauge, OwnLoop
from loadtest.pace import Pace, now
from loadtest.patient import Patient
from loadtest.pharmacist import Pharmacist, Triage
from loadtest.plans import patient_plans, pharmacist_plans, share_of
from loadtest.ports import Replay
from loadtest.result import Result
from loadtest.sampling import Sampler
from loadtest.scenario import Phase, Scenario
from loadtest.stage import Cast, Disaster, Stage
from loadtest.target import TargetError, require_test_tenant
from loadtest.truth import Truth, account_of_all

LEAD_S: Final = 1.0
"""Between the last sign-in and simulated second 0."""

HOME_S: Final = 180.0
"""So long everybody has to leave after a run."""

Watch = Callable[[Ledger, Pace], Awaitable[None]]
"""Shows the run while it lasts. Runs until cancelled."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What to play, where, and with what help. `part` of `parts`: which generator this is."""

    scenario: Scenario
    url: str
    cast: Cast
    part: int = 0
    parts: int = 1
    starts_at: float | None = None
    """Seconds since 1970 of simulated second 0, where several generators start together."""
    replay: Replay | None = None
    gauge: Gauge | None = None
    kill: Callable[[], Awaitable[None]] | None = None
    watch: Watch | None = None


async def rehearse(order: Order) -> Result:
    """Play a scenario to its end. Raises `TargetError`."""
    scenario = order.scenario
    if len(order.cast.staff) < scenario.staff_needed:
        raise TargetError(
            f"the scenario needs {scenario.staff_needed} pharmacists, the file has {len(order.cast.staff)}"
        )
    async with _http() as http:
        page = await require_test_tenant(http, order.url, order.cast.pharmacy)
        stage = await _stage(order, http, page)
        truth = None if order.replay is None else await Truth.begin(order.replay, stage)
        staff = await _signed_in(order, stage)
        stage.pace = Pace(_start(order), scenario.speed)
        await _play(order, stage, staff, truth)
        return stage.ledger.result


async def _stage(order: Order, http: ClientSession, page: dict[str, Any]) -> Stage:
    scenario = order.scenario
    started_at = datetime.now(UTC).isoformat(timespec="seconds")
    ledger = Ledger(Result(scenario.name, scenario.seed, scenario.speed, started_at))
    if scenario.speed != 1:
        ledger.result.note(
            f"Time was compressed {scenario.speed:g} times: waits and forecasts are of compressed days, and a"
            " promise in whole minutes is coarse against them."
        )
    return Stage(
        http=http,
        url=order.url,
        cast=order.cast,
        pace=Pace(now(), scenario.speed),
        ledger=ledger,
        judge=Judge(),
        seed=str(scenario.seed),
        consent_version=page["consent_version"],
    )


async def _signed_in(order: Order, stage: Stage) -> list[Pharmacist]:
    """The pharmacists of this generator, signed in one by one: the server bounds sign-ins by address."""
    plans = share_of(pharmacist_plans(order.scenario), order.part, order.parts)
    staff = [Pharmacist(plan, stage, order.cast.staff[plan.number]) for plan in plans]
    for one in staff:
        try:
            await one.sign_in()
        except (Said, Unreachable) as error:
            raise TargetError(f"a pharmacist cannot sign in: {error}") from None
    return staff


def _start(order: Order) -> float:
    if order.starts_at is None:
        return now() + LEAD_S
    return now() + max(LEAD_S, order.starts_at - datetime.now(UTC).timestamp())


async def _play(order: Order, stage: Stage, staff: list[Pharmacist], truth: Truth | None) -> None:
    plans = share_of(patient_plans(order.scenario), order.part, order.parts)
    patients = [Patient(plan, stage) for plan in plans]
    began = datetime.now(UTC) - timedelta(seconds=5)
    async with _background(order, stage, staff, truth):
        async with asyncio.TaskGroup() as group:
            workers = [group.create_task(_supervised(one, stage)) for one in staff]
            waiting = [group.create_task(_supervised(patient, stage)) for patient in patients]
            phases = [
                group.create_task(_happen(phase, order, stage, [*patients, *staff]))
                for phase in order.scenario.phases
            ]
            await _over(order.scenario, stage, waiting)
            for phase in phases:
                phase.cancel()
            await _send_home(stage, [*waiting, *workers])
        stage.ledger.result.seconds = max(0.0, now() - stage.pace.start)
    if truth is not None and order.replay is not None:
        await truth.finish(since=began, is_alone=order.parts == 1)
        if order.parts == 1:
            await account_of_all(order.replay, order.cast.queue_id, began, stage.ledger.result)


async def _supervised(person: Patient | Pharmacist, stage: Stage) -> None:
    """A fault of the generator's own in one person does not end the run; the report tells it."""
    try:
        await person.live()
    except Exception as error:  # noqa: BLE001  # the supervisor of simulated people
        causes = error.exceptions if isinstance(error, ExceptionGroup) else (error,)
        stage.ledger.count("people.crashed")
        stage.ledger.result.note(f"One part broke off: {causes[0]!r:.200}")


async def _over(scenario: Scenario, stage: Stage, patients: list[asyncio.Task[None]]) -> None:
    """Wait until the last patient has left, or the time to drain is over."""
    await stage.pace.until(scenario.duration_s)
    over = stage.pace.due(scenario.duration_s + scenario.drain_s)
    if patients:
        await asyncio.wait(patients, timeout=max(0.0, over - now()))


async def _send_home(stage: Stage, people: list[asyncio.Task[None]]) -> None:
    """Have everybody leave, and give up on those who cannot: a server may be too far behind to let them."""
    stage.closing.set()
    if not people:
        return
    _, stuck = await asyncio.wait(people, timeout=HOME_S)
    stage.ledger.count("people.stuck", len(stuck))
    for task in stuck:
        task.cancel()


async def _happen(phase: Phase, order: Order, stage: Stage, people: list[Patient | Pharmacist]) -> None:
    await stage.pace.until(phase.at_s)
    stage.disaster = Disaster(phase.kind, now())
    stage.ledger.count(f"{phase.kind}.happened")
    if phase.kind == "storm":
        cut = [person for person in people if person.line.is_up]
        stage.ledger.count("storm.cut", len(cut))
        for person in cut:
            person.line.cut()
    elif order.kill is None and order.parts > 1:
        return  # whoever started the generators kills, once for all
    elif order.kill is None:
        stage.ledger.result.note("A kill phase was left out: give --kill-command, or use an own server.")
    else:
        await order.kill()
        stage.ledger.spread("kill.restarted_s", now() - stage.disaster.at)


@asynccontextmanager
async def _background(
    order: Order, stage: Stage, staff: list[Pharmacist], truth: Truth | None
) -> AsyncIterator[None]:
    """What goes on besides: sampling, the replay, the self-check, triage and progress."""
    own = OwnLoop()
    works: list[Awaitable[None]] = [own.beat(), Sampler(stage, own, order.gauge).run()]
    if truth is not None:
        works.append(truth.run())
    if staff:
        works.append(Triage(stage, staff[0].api).run())
    if order.watch is not None:
        works.append(order.watch(stage.ledger, stage.pace))
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for error in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(error, Exception):
                stage.ledger.count("people.crashed")
                stage.ledger.result.note(f"A part of the generator failed: {error!r:.200}")


@asynccontextmanager
async def _http() -> AsyncIterator[ClientSession]:
    """One session for everybody: no shared cookies, no bound on connections."""
    async with ClientSession(
        connector=TCPConnector(limit=0, ttl_dns_cache=300),
        cookie_jar=DummyCookieJar(),
        timeout=ClientTimeout(total=60),
        headers={"User-Agent": "officina-loadtest"},
    ) as http:
        yield http
