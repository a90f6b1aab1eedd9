"""Keeping somebody connected: reconnects with back-off, renews tokens, and times both.

Latencies count from the moment an attempt was due, so that a generator or server that is late does not hide
it.
"""

import asyncio
from collections.abc import Awaitable
from random import Random
from typing import Protocol

from loadtest import full, wire
from loadtest.api import Api, Said, Unreachable
from loadtest.backoff import pause_s
from loadtest.pace import now, sleep_until
from loadtest.stage import Disaster, Stage
from loadtest.wire import Json, Lost, Refused, Socket


class Greet(Protocol):
    """Asks for what somebody watches, on a fresh connection; `is_return`: it is not the first."""

    def __call__(self, socket: Socket, *, is_return: bool) -> Awaitable[None]: ...


class Line:
    """One person's connection over time. `run` keeps it up until `finish`, or until the session is over."""

    def __init__(self, stage: Stage, api: Api, hear: wire.Hear, greet: Greet, *, random: Random) -> None:
        self._stage = stage
        self._api = api
        self._take = hear
        self._greet = greet
        self._random = random
        self.is_full = False
        self.in_call = False
        self._socket: Socket | None = None
        self._up = asyncio.Event()
        self._network = asyncio.Event()
        self._network.set()
        self._is_over = False
        self._renewing: asyncio.Task[None] | None = None
        self._hit_by: Disaster | None = None
        self._silent: list[Socket] = []

    @property
    def is_up(self) -> bool:
        """Whether there is a connection, with everything watched again."""
        return self._up.is_set()

    @property
    def has_network(self) -> bool:
        return self._network.is_set()

    async def run(self) -> None:
        is_return, attempt, asked_s, due = False, 0, None, now()
        try:
            while not self._is_over:
                try:
                    await self._connect(due, is_return=is_return)
                    attempt, asked_s, is_return = 0, None, True
                except Lost as lost:
                    self._count_failure(lost)
                    attempt, asked_s = attempt + 1, lost.wait_s
                except Refused as refused:
                    if not await self._may_go_on(refused):
                        return
                due = await self._stay_away(attempt, asked_s)
        finally:
            await self._hang_up()

    def finish(self) -> None:
        """End the connection for good."""
        self._is_over = True
        self._network.set()
        if self._socket is not None:
            self._socket.fall_silent()

    def lose(self, *, half_open: bool) -> None:
        """The person's own network goes, and comes back with `regain`."""
        self._network.clear()
        if self._socket is None:
            return
        if half_open:
            self._socket.fall_silent()
            self._silent.append(self._socket)
        else:
            self._socket.cut()

    def regain(self) -> None:
        self._network.set()

    def cut(self) -> None:
        """Somebody else cuts the connection: a storm."""
        if self._socket is not None:
            self._socket.cut()

    async def ask(self, name: str, payload: Json) -> Json:
        """Ask on the connection, once there is one. Raises `Lost`, `Refused`."""
        try:
            async with asyncio.timeout(wire.PATIENCE_S):
                await self._up.wait()
        except TimeoutError:
            raise Lost("offline") from None
        if self._socket is None:
            raise Lost("offline")
        return await self._socket.ask(name, payload)

    async def _connect(self, due: float, *, is_return: bool) -> None:
        """Connect, greet, and stay until the connection ends. Raises `Lost`, `Refused` if it does not come
        about.
        """
        self._socket = socket = await self._open()
        self._stage.ledger.gauge("connected", 1)
        try:
            self._require_use()
            await self._greet(socket, is_return=is_return)
            self._require_use()
            self._stage.ledger.spread("connect_s", now() - due)
            self._note_recovery()
            self._up.set()
            self._drop_silent()
            await socket.ended()
            self._note_disaster()
        finally:
            self._up.clear()
            self._socket = None
            self._stage.ledger.gauge("connected", -1)
            if socket not in self._silent:
                await socket.close()

    def _require_use(self) -> None:
        """Raise `Lost` when the connection came too late: the person has gone, or has no network any more."""
        if self._is_over or not self.has_network:
            raise Lost("too_late")

    async def _open(self) -> Socket:
        stage = self._stage
        if self.is_full:
            return await full.connect(stage.http, stage.url, self._api.token, self._hear)
        return await wire.connect(
            stage.http, stage.url, self._api.token, self._hear, stage.shared, in_call=self.in_call
        )

    def _hear(self, name: str, payload: Json) -> None:
        if name == "session.expiring":
            self._renewing = asyncio.create_task(self._renew())
        else:
            self._take(name, payload)

    async def _renew(self) -> None:
        try:
            await self._api.refresh()
            await self.ask("auth.refresh", {"token": self._api.token})
        except (Lost, Refused, Said, Unreachable):
            self._stage.ledger.count("sessions.not_renewed")

    async def _may_go_on(self, refused: Refused) -> bool:
        """After a refused connection: with a fresh token where that helps."""
        self._stage.ledger.count("connect.refused")
        self._stage.ledger.count(f"connect.refused.{refused.code}")
        if refused.code not in {"token_expired", "unauthenticated"}:
            return False
        try:
            await self._api.refresh()
        except (Said, Unreachable):
            return False
        return True

    async def _stay_away(self, attempt: int, asked_s: float | None) -> float:
        """Pause as a page does; answers when the next attempt is due."""
        if self._is_over:
            return now()
        if not self.has_network:
            await self._network.wait()
            return now()
        pause = pause_s(self._random, attempt=attempt, in_call=self.in_call, asked_s=asked_s)
        return await sleep_until(now() + pause)

    def _count_failure(self, lost: Lost) -> None:
        if self.has_network and not self._is_over:
            self._stage.ledger.count("connect.failed")
            self._stage.ledger.count(f"connect.failed.{lost.why}")

    def _note_disaster(self) -> None:
        """The connection ended, and not by this person's doing: remember what took it."""
        if self.has_network and not self._is_over:
            self._hit_by = self._stage.disaster
            self._stage.ledger.count("connections_lost")

    def _note_recovery(self) -> None:
        if self._hit_by is not None:
            self._stage.ledger.spread(f"{self._hit_by.kind}.recovered_s", now() - self._hit_by.at)
            self._hit_by = None

    def _drop_silent(self) -> None:
        while self._silent:
            self._silent.pop().cut()

    async def _hang_up(self) -> None:
        if self._renewing is not None:
            self._renewing.cancel()
        self._drop_silent()
