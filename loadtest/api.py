"""The HTTP API, as a page uses it: keys for what must happen once, tries again, tokens renewed."""

import asyncio
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final, Literal
from uuid import UUID

import orjson
from aiohttp import ClientError, ClientSession, ClientTimeout

from loadtest.ledger import Ledger
from loadtest.pace import now

Json = dict[str, Any]
Audience = Literal["staff", "patient"]

TRIES: Final = 8
TIMEOUT: Final = ClientTimeout(total=90)
"""Browsers wait for an answer for minutes. A generator that gave up sooner would ask again, and load more
than people do.
"""


class Said(Exception):
    """The server said no: HTTP status and code of the problem document, and when it asks to come again."""

    def __init__(self, status: int, code: str, after_s: float) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.after_s = after_s


class Unreachable(Exception):
    """No answer, however often it was asked."""


@dataclass(slots=True)
class Api:
    """One person's HTTP. `ledger` takes each answer's time and code."""

    http: ClientSession
    url: str
    ledger: Ledger
    random: Random
    audience: Audience
    token: str = field(default="", repr=False)
    cookie: str = field(default="", repr=False)

    async def ask(
        self, method: str, path: str, body: Json | None = None, *, name: str, key: str = ""
    ) -> Json:
        """Ask until there is an answer. `name` is what the time is kept under; `key` makes it happen once
        only.

        Raises `Said` for a refusal, `Unreachable` when the server stays away.
        """
        keys = {"Idempotency-Key": key} if key else {}
        for attempt in range(TRIES):
            started = now()
            try:
                answer = await self.once(method, path, body, headers=keys)
            except (ClientError, OSError, TimeoutError):
                self.ledger.count("http.no_answer")
                await asyncio.sleep(self.random.uniform(0, min(8.0, 0.5 * 2**attempt)))
                continue
            except Said as said:
                if await self._is_worth_another(said):
                    continue
                raise
            self.ledger.spread(f"http.{name}_s", now() - started)
            return answer
        raise Unreachable(path)

    async def once(self, method: str, path: str, body: Json | None, *, headers: dict[str, str]) -> Json:
        """Ask once. Raises `Said`, or what aiohttp raises."""
        every = {"Content-Type": "application/json", **headers}
        if self.token:
            every["Authorization"] = f"Bearer {self.token}"
        sent = None if body is None else orjson.dumps(body)
        async with self.http.request(
            method, f"{self.url}/api/v1/{path}", data=sent, headers=every, timeout=TIMEOUT
        ) as response:
            if "Set-Cookie" in response.headers:
                self.cookie = response.headers["Set-Cookie"].partition(";")[0]
            text = await response.read()
            if response.status >= 400:
                after = response.headers.get("Retry-After", "1")
                raise self._refused(response.status, text, after)
            return orjson.loads(text) if text else {}

    def take_session(self, session: Json) -> None:
        self.token = session["access_token"]

    async def refresh(self) -> None:
        """Renew the session with its cookie, as a page does."""
        headers = {"Origin": self.url, "Cookie": self.cookie}
        for attempt in range(TRIES):
            try:
                self.take_session(
                    await self.once("POST", "auth/refresh", {"audience": self.audience}, headers=headers)
                )
                return
            except (ClientError, OSError, TimeoutError):
                await asyncio.sleep(self.random.uniform(0, min(8.0, 0.5 * 2**attempt)))
        raise Unreachable("auth/refresh")

    def fresh_key(self) -> str:
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def _refused(self, status: int, text: bytes, after: str) -> Said:
        try:
            code = orjson.loads(text)["code"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            code = "no_problem_document"
        self.ledger.count(f"refused.{code}")
        return Said(status, code, float(after) if after.isdecimal() else 1.0)

    async def _is_worth_another(self, said: Said) -> bool:
        if said.code == "token_expired":
            await self.refresh()
            return True
        if said.status in {429, 502, 503, 504}:
            await asyncio.sleep(said.after_s * self.random.uniform(1, 2))
            return True
        return False
