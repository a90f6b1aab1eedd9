"""A simulated pharmacist: signs in, admits whoever is next, consults, closes, writes up, takes breaks, goes
home.
"""

import asyncio
from random import Random
from typing import Final

from aiohttp import ClientError

from loadtest.api import Api, Said, Unreachable
from loadtest.connection import Line
from loadtest.pace import now, sleep_until
from loadtest.place import Json
from loadtest.plans import PharmacistPlan
from loadtest.stage import MEDIA, Stage
from loadtest.wire import Lost, Refused, Socket

LOOK_AGAIN_S: Final = 2.0
"""Without any news from the queue, somebody free tries so often."""

AT_MOST_EACH_S: Final = 0.25
"""A hint of news leads to an attempt to admit no sooner than this after the last one."""

GRACE_S: Final = 30.0
"""So long after the time to answer, a call nobody answered is given up even if nothing was heard of its end.
"""


class Pharmacist:
    """One pharmacist through the run. `sign_in` comes before, `live` is their day."""

    def __init__(self, plan: PharmacistPlan, stage: Stage, account: tuple[str, str]) -> None:
        self._plan = plan
        self._stage = stage
        self._ledger = stage.ledger
        self._random = Random(plan.seed)
        self._account = account
        self.api = Api(stage.http, stage.url, stage.ledger, self._random, "staff")
        self.line = Line(stage, self.api, self._hear, self._greet, random=self._random)
        self._news = asyncio.Event()
        self._changed = asyncio.Event()
        self._moved = asyncio.Event()
        self._call_id: str | None = None
        self._connection: str | None = None
        self._patient_is_here = False
        self._is_over = False
        self._tried_at = 0.0

    async def sign_in(self) -> None:
        """Sign in. Raises `Said` for a wrong account."""
        email, password = self._account
        body = {"email": email, "password": password}
        self.api.take_session(await self.api.ask("POST", "auth/login", body, name="login"))

    async def live(self) -> None:
        group, pace = self._plan.group, self._stage.pace
        await pace.until(group.starts_s)
        async with asyncio.TaskGroup() as tasks:
            connecting = tasks.create_task(self.line.run())
            reading = tasks.create_task(self._read_the_line())
            began = now()
            await self._go_on_duty("on")
            await self._serve(None if group.ends_s is None else pace.due(group.ends_s))
            await self._go_on_duty("off")
            self._ledger.count("staff.on_duty_s", now() - began)
            reading.cancel()
            self.line.finish()
            await connecting
        await self._sign_out()

    async def _serve(self, until: float | None) -> None:
        every = self._plan.group.break_every_s
        break_at = (
            None if every is None else now() + self._stage.pace.real(every * self._random.uniform(0.5, 1.5))
        )
        while not self._stage.closing.is_set() and (until is None or now() < until):
            if every is not None and break_at is not None and now() >= break_at:
                await self._take_break()
                break_at = now() + self._stage.pace.real(every)
            consultation = await self._admit()
            if consultation is None:
                await self._wait_for_news()
            else:
                await self._consult(consultation)

    # Duty

    async def _take_break(self) -> None:
        started = now()
        await self._go_on_duty("break")
        rest = asyncio.ensure_future(self._stage.pace.rest(self._plan.group.break_s.draw(self._random)))
        await self._or_closing(rest)
        await self._go_on_duty("on")
        self._ledger.count("staff.breaks")
        self._ledger.count("staff.break_s", now() - started)

    async def _go_on_duty(self, state: str) -> None:
        """Say so to the server, where it keeps a roster."""
        try:
            await self.api.ask("PUT", "me/duty", {"state": state}, name="duty")
        except (Said, Unreachable):
            self._ledger.count("staff.duty_not_taken")

    async def _sign_out(self) -> None:
        headers = {"Origin": self._stage.url, "Cookie": self.api.cookie}
        try:
            await self.api.once("POST", "auth/logout", {"audience": "staff"}, headers=headers)
        except (Said, ClientError, OSError, TimeoutError):
            self._ledger.count("staff.not_signed_out")

    # Looking

    async def _read_the_line(self) -> None:
        """The counter page: whenever the line changed, it is read again, one reading at a time."""
        path = f"queues/{self._stage.cast.queue_id}"
        while self._plan.group.reads_line:
            await self._changed.wait()
            self._changed.clear()
            try:
                await self.api.ask("GET", path, name="line")
            except (Said, Unreachable):
                self._ledger.count("line.unread")

    # Admitting

    async def _admit(self) -> Json | None:
        """Admit whoever is next; `None` when nobody is ready."""
        self._news.clear()
        self._tried_at = now()
        path = f"queues/{self._stage.cast.queue_id}/admit"
        try:
            admitted = await self.api.ask("POST", path, {}, name="admit", key=self.api.fresh_key())
        except Said as said:
            if said.code != "queue_empty":
                self._ledger.count(f"admits.refused.{said.code}")
                await self._or_closing(asyncio.ensure_future(asyncio.sleep(LOOK_AGAIN_S)))
            return None
        except Unreachable:
            self._ledger.count("admits.unanswered")
            return None
        self._ledger.count("admits")
        return admitted

    async def _wait_for_news(self) -> None:
        hint = asyncio.ensure_future(self._news.wait())
        try:
            async with asyncio.timeout(LOOK_AGAIN_S):
                await self._or_closing(hint)
            await sleep_until(self._tried_at + AT_MOST_EACH_S * self._random.uniform(1, 2))
        except TimeoutError:
            hint.cancel()

    async def _or_closing(
        self, work: "asyncio.Future[object] | asyncio.Task[float] | asyncio.Task[None]"
    ) -> None:
        """Wait for something, or until everybody goes home."""
        closing = asyncio.ensure_future(self._stage.closing.wait())
        try:
            await asyncio.wait((work, closing), return_when=asyncio.FIRST_COMPLETED)
        finally:
            work.cancel()
            closing.cancel()

    # Consulting

    async def _consult(self, consultation: Json) -> None:
        began = now()
        self._call_id, self._connection = consultation["id"], None
        self._patient_is_here, self._is_over = False, False
        self.line.in_call = True
        self._ledger.gauge("in consultation", 1)
        try:
            await self._enter_room()
            if await self._patient_comes():
                group = self._plan.group
                await self._talk(self._stage.pace.real(group.consultation_s.draw(self._random)))
                await self._complete()
                await self._or_closing(
                    asyncio.ensure_future(self._stage.pace.rest(group.wrap_up_s.draw(self._random)))
                )
            elif self._stage.closing.is_set() and not self._is_over:
                await self._call_off(consultation["visit_id"])
        finally:
            self._call_id, self.line.in_call = None, False
            self._ledger.gauge("in consultation", -1)
            self._ledger.count("staff.busy_s", now() - began)

    async def _enter_room(self) -> None:
        try:
            await self._join(self.line)
        except Lost:
            pass  # the next connection joins
        except Refused:
            self._is_over = True

    async def _patient_comes(self) -> bool:
        """Wait until the patient is in the room; `False` when the call ends without them."""
        deadline = now() + self._stage.cast.answer_time_s + GRACE_S
        while not self._patient_is_here and not self._is_over and now() < deadline:
            if self._stage.closing.is_set() and not self._patient_is_here:
                return False
            await self._something_moves(LOOK_AGAIN_S)
        return self._patient_is_here and not self._is_over

    async def _talk(self, for_s: float) -> None:
        until = now() + for_s
        while not self._is_over and now() < until and not self._stage.closing.is_set():
            await self._something_moves(min(until - now(), LOOK_AGAIN_S))

    async def _something_moves(self, within_s: float) -> None:
        self._moved.clear()
        try:
            async with asyncio.timeout(max(0.0, within_s)):
                await self._moved.wait()
        except TimeoutError:
            pass  # nothing did

    async def _complete(self) -> None:
        path = f"consultations/{self._call_id}/complete"
        try:
            await self.api.ask(
                "POST", path, {"outcome": "advice_given"}, name="complete", key=self.api.fresh_key()
            )
        except Said as said:
            self._ledger.count(f"completes.refused.{said.code}")
        except Unreachable:
            self._ledger.count("completes.unanswered")
        else:
            self._ledger.count("completes")

    async def _call_off(self, visit_id: str) -> None:
        """The run is over and the patient is not here yet; one who came at this moment is seen off."""
        try:
            await self.api.ask("POST", f"visits/{visit_id}/no-show", name="no_show")
        except Said:
            await self._complete()
        except Unreachable:
            self._ledger.count("calls.not_called_off")

    # Hearing

    async def _greet(self, socket: Socket, *, is_return: bool) -> None:
        await socket.ask("queue.watch", {"queue_id": self._stage.cast.queue_id})
        if self._call_id is not None:
            try:
                await self._join(socket)
            except Refused:
                self._is_over = True
                self._moved.set()

    async def _join(self, through: Line | Socket) -> None:
        body: Json = {"consultation_id": self._call_id, "media": MEDIA}
        joined = await through.ask("room.join", body)
        self._connection = joined["room"]["self"]["connection"]
        if any(peer["kind"] == "patient" for peer in joined["room"]["peers"]):
            self._patient_is_here = True
            self._moved.set()

    def _hear(self, name: str, payload: Json) -> None:
        if name == "queue.changed":
            self._news.set()
            self._changed.set()
        elif payload.get("consultation_id") != self._call_id:
            return
        elif name == "room.peer" and payload["participant"]["kind"] == "patient":
            self._patient_is_here |= payload["event"] == "joined"
            self._moved.set()
        elif name == "room.ended" and payload["reason"] != "joined_elsewhere":
            self._is_over = True
            self._moved.set()


class Triage:
    """Makes urgent whom the scenario says, with the rights of one pharmacist. Runs until cancelled."""

    def __init__(self, stage: Stage, api: Api) -> None:
        self._stage = stage
        self._api = api

    async def run(self) -> None:
        while True:
            visit_id = await self._stage.urgent.get()
            body = {"priority_class": "urgent", "reason": "Rehearsal"}
            try:
                await self._api.ask("POST", f"visits/{visit_id}/class", body, name="class")
            except Said as said:
                self._stage.ledger.count(f"urgent.refused.{said.code}")
            except Unreachable:
                self._stage.ledger.count("urgent.unanswered")
            else:
                self._stage.ledger.count("urgent.set")
