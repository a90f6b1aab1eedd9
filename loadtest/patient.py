"""A simulated patient: comes in, checks devices, waits, loses the network, returns, answers or gives up."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import count
from random import Random
from typing import Final

from loadtest.api import Api, Said, Unreachable
from loadtest.connection import Line
from loadtest.pace import now, wall
from loadtest.place import ENDED, STANDING, Json
from loadtest.plans import Loss, PatientPlan
from loadtest.screen import Screen, moment
from loadtest.stage import MEDIA, Stage
from loadtest.wire import Lost, Refused, Socket

GOOD_DEVICES: Final = {"camera": "ok", "microphone": "ok", "network": "good"}
BIRTH_DATE: Final = "1950-01-01"
AGAIN_S: Final = 1.0
"""What could not be done for want of a network is tried again so much later."""

LAST_WORDS_S: Final = 60.0
"""At the end of a run, a consultation is closed within this time."""

Act = Callable[[], Awaitable[None]]


class Patient:
    """One patient from the door to the end of the visit. `live` is their whole way."""

    def __init__(self, plan: PatientPlan, stage: Stage) -> None:
        self._plan = plan
        self._stage = stage
        self._ledger = stage.ledger
        random = Random(f"{stage.seed}/patient/{plan.number}/on the way")
        self._api = Api(stage.http, stage.url, stage.ledger, random, "patient")
        self.line = Line(stage, self._api, self._hear, self._greet, random=random)
        self.line.is_full = plan.full_client
        self.screen = Screen(plan, stage)
        self.visit_id = ""
        self._agenda: list[tuple[float, int, Act]] = []
        self._numbers = count()
        self._wake = asyncio.Event()
        self._is_going = False

    @property
    def state(self) -> str:
        return self.screen.state

    async def live(self) -> None:
        """Come when the plan says so, and stay until the visit has ended, or the run has."""
        due = await self._stage.pace.until(self._plan.arrives_s)
        if self._stage.closing.is_set():
            return
        self._ledger.count("patients.arrived")
        if not await self._come_in(due):
            return
        self._ledger.gauge("in the line", 1)
        self._plan_ahead()
        try:
            async with asyncio.TaskGroup() as group:
                connecting = group.create_task(self.line.run())
                await self._play()
                self.line.finish()
                await connecting
        finally:
            self._ledger.gauge("in the line", -1)
            self.screen.close(by_patient=self._is_going)

    # Coming in

    async def _come_in(self, due: float) -> bool:
        body = {
            "queue_id": self._stage.cast.queue_id,
            "person": {
                "name": f"Rehearsal Patient {self._plan.number}",
                "birth_date": BIRTH_DATE,
                "language": self._plan.language,
            },
            "video_consent": True,
            "consent_version": self._stage.consent_version,
        }
        key = self._api.fresh_key()
        try:
            entrance = await self._walk_in(body, key)
            if self._plan.answer_lost:
                entrance = await self._ask_again(body, key, entrance)
        except Said as said:
            self._ledger.count("joins.turned_away" if said.code.startswith("queue_") else "joins.refused")
            return False
        except Unreachable:
            self._ledger.count("joins.unanswered")
            return False
        self._ledger.spread("join_s", now() - due)
        self._take_entrance(entrance)
        return True

    async def _walk_in(self, body: Json, key: str) -> Json:
        path = f"pharmacies/{self._stage.cast.pharmacy}/walk-ins"
        sent = wall()
        entrance = await self._api.ask("POST", path, body, name="walk_in", key=key)
        stamped = moment(entrance["visit"]["arrived_at"])
        if not self._plan.answer_lost:
            self._ledger.clock.note(sent=sent, stamped=stamped, received=wall())
        return entrance

    async def _ask_again(self, body: Json, key: str, first: Json) -> Json:
        """The answer got lost: the page sends the same request again, and must find the same place."""
        again = await self._walk_in(body, key)
        self._ledger.count("joins.asked_again")
        self._ledger.count("joins.doubled", again["visit"]["id"] != first["visit"]["id"])
        return again

    def _take_entrance(self, entrance: Json) -> None:
        self._api.take_session(entrance["session"])
        visit = entrance["visit"]
        self.visit_id = visit["id"]
        self._ledger.count("joins.acknowledged")
        self._ledger.count("joins.doubled", self.visit_id in self._stage.known_visits)
        self._stage.known_visits[self.visit_id] = self._plan.number
        self._show(visit)

    # What is planned, and when

    def _plan_ahead(self) -> None:
        plan = self._plan
        self._after(plan.device_check_s, self._check_devices)
        if plan.patience_s is not None:
            self._after(plan.patience_s, self._give_up)
        if plan.losses:
            self._after(plan.losses[0].after_s, self._losing(0))
        if plan.away is not None:
            self._after(plan.away[0], self._go_away)

    def _after(self, simulated_s: float, act: Act) -> None:
        self._put(now() + self._stage.pace.real(simulated_s), act)

    def _put(self, due: float, act: Act) -> None:
        heapq.heappush(self._agenda, (due, next(self._numbers), act))
        self._wake.set()

    async def _play(self) -> None:
        """Do what is planned as it falls due, until the visit has ended or everybody goes home."""
        closing = asyncio.ensure_future(self._stage.closing.wait())
        closing.add_done_callback(lambda _: self._wake.set())
        try:
            while self.state not in ENDED and not self._stage.closing.is_set():
                wait_s = self._agenda[0][0] - now() if self._agenda else None
                if wait_s is None or wait_s > 0:
                    await self._woken(wait_s)
                    continue
                await self._do(heapq.heappop(self._agenda)[2])
        finally:
            closing.cancel()
        if self.state not in ENDED:
            with suppress(Said, Unreachable):
                await self._go_home()

    async def _woken(self, within_s: float | None) -> None:
        try:
            async with asyncio.timeout(within_s):
                await self._wake.wait()
        except TimeoutError:
            return
        self._wake.clear()

    async def _do(self, act: Act) -> None:
        try:
            await act()
        except Said as said:
            self._ledger.count(f"acts.refused.{said.code}")
            if said.status == 401:
                self._ledger.count("sessions.lost")
                self.screen.sign_out()
        except (Unreachable, Lost):
            self._ledger.count("acts.unanswered")
            self._put(now() + AGAIN_S, act)
        except Refused as refused:
            self._ledger.count(f"acts.refused.{refused.code}")

    # What patients do

    async def _check_devices(self) -> None:
        await self._online()
        if self.state in STANDING or self.state == "called":
            await self._post("device-check", GOOD_DEVICES)
            if self._plan.urgent:
                self._stage.urgent.put_nowait(self.visit_id)

    async def _give_up(self) -> None:
        await self._online()
        if self.state in STANDING:
            self._is_going = True
            self._ledger.count("patients.gave_up")
            await self._post("leave")

    async def _go_away(self) -> None:
        await self._online()
        if self.state in STANDING and self._plan.away is not None:
            await self._post("away")
            self._after(self._plan.away[1], self._come_back)

    async def _come_back(self) -> None:
        await self._online()
        if self.state in STANDING:
            await self._post("return")

    def _losing(self, number: int) -> Act:
        loss = self._plan.losses[number]

        async def lose() -> None:
            self._ledger.count("losses")
            self.line.lose(half_open=loss.half_open)
            self._after(loss.for_s, self._regaining(number, loss))

        return lose

    def _regaining(self, number: int, loss: Loss) -> Act:
        async def regain() -> None:
            self.line.regain()
            if number + 1 < len(self._plan.losses):
                following = self._plan.losses[number + 1]
                self._after(following.after_s - loss.after_s - loss.for_s, self._losing(number + 1))

        return regain

    async def _answer(self) -> None:
        consultation_id = self.screen.consultation_id
        if self.state == "called" and consultation_id is not None:
            self.line.in_call = True
            await join_room(self.line, consultation_id)
            self._ledger.count("calls.answered")

    async def _go_home(self) -> None:
        """The run is over: leave the line, or wait until the pharmacist has closed the consultation."""
        self.line.regain()
        self._is_going = True
        self._ledger.count("patients.sent_home")
        last = now() + LAST_WORDS_S
        while self.state not in ENDED and now() < last:
            try:
                if self.state == "in_consultation":
                    await self._woken(AGAIN_S)
                    self._show(await self._api.ask("GET", f"visits/{self.visit_id}", name="visit"))
                else:
                    await self._post("leave")
            except Said:  # it has moved on meanwhile: look at where it is now
                self._show(await self._api.ask("GET", f"visits/{self.visit_id}", name="visit"))
        self._ledger.count("patients.left_behind", self.state not in ENDED)

    async def _online(self) -> None:
        """Without a network nothing can be sent. Raises `Lost`: it is tried again."""
        if not self.line.has_network:
            raise Lost("offline")

    async def _post(self, act: str, body: Json | None = None) -> None:
        path = f"visits/{self.visit_id}/{act}"
        self._show(await self._api.ask("POST", path, body, name=act))

    # What patients are shown

    async def _greet(self, socket: Socket, *, is_return: bool) -> None:
        watched = await socket.ask("visit.watch", {"visit_id": self.visit_id})
        if is_return:
            self._ledger.count("reconnects")
        self._show(watched["visit"], is_return=is_return)
        if self.state == "in_consultation" and self.screen.consultation_id is not None:
            await join_room(socket, self.screen.consultation_id)

    def _hear(self, name: str, payload: Json) -> None:
        if name == "queue.tick":
            if not self.screen.tick(payload) and self.screen.stands:
                self._ledger.count("ticks.gaps")
                self._put(now(), self._look_again)
        elif name == "visit.changed":
            self._show(payload["visit"])

    async def _look_again(self) -> None:
        watched = await self.line.ask("visit.watch", {"visit_id": self.visit_id})
        self._show(watched["visit"])

    def _show(self, visit: Json, *, is_return: bool = False) -> None:
        before = self.state
        is_called = self.screen.show(visit, is_up=self.line.is_up, is_return=is_return)
        if is_called and self._plan.answer_s is not None:
            self._after(self._plan.answer_s, self._answer)
        if before != self.state:
            self.line.in_call = self.state in {"called", "in_consultation"}
            self._wake.set()


async def join_room(through: Line | Socket, consultation_id: str) -> None:
    await through.ask("room.join", {"consultation_id": consultation_id, "media": MEDIA})
