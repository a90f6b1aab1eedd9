"""People over HTTP and Socket.IO, as their pages would be."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import socketio
from aiohttp import ClientSession

GOOD_DEVICES = {"camera": "ok", "microphone": "ok", "network": "good"}
MEDIA = {"audio": True, "video": True, "screen": False}
TIMEOUT_S = 20

Json = dict[str, Any]


class Socket:
    """A Socket.IO connection; what the server pushes is kept until somebody asks for it."""

    def __init__(self, client: socketio.AsyncClient) -> None:
        self._client = client
        self._pushes: list[tuple[str, Json]] = []
        self._came = asyncio.Event()
        self._lost = asyncio.Event()
        client.on("*", self._take)
        client.on("disconnect", lambda *_: self._lost.set())

    async def ok(self, name: str, **payload: object) -> Json:
        """Send a message; answers what it was acknowledged with."""
        answer = await self._client.call(name, payload, timeout=TIMEOUT_S)
        assert set(answer) == {"ok"}, (name, answer)
        ok: Json = answer["ok"]
        return ok

    async def error(self, name: str, **payload: object) -> str:
        """Send a message that is refused; answers the code."""
        answer = await self._client.call(name, payload, timeout=TIMEOUT_S)
        assert set(answer) == {"error"}, (name, answer)
        code: str = answer["error"]["code"]
        return code

    async def push(self, name: str, fits: Callable[[Json], bool] = lambda _: True) -> Json:
        """Wait for a message of this name that fits."""
        async with asyncio.timeout(TIMEOUT_S):
            while True:
                for index, (given, payload) in enumerate(self._pushes):
                    if given == name and fits(payload):
                        del self._pushes[index]
                        return payload
                self._came.clear()
                await self._came.wait()

    async def lost(self) -> None:
        """Wait until the connection has ended."""
        async with asyncio.timeout(TIMEOUT_S):
            await self._lost.wait()

    def _take(self, name: str, payload: Json) -> None:
        self._pushes.append((name, payload))
        self._came.set()


@dataclass
class Answer:
    """A response: its status, its body (parsed when it is JSON), its headers."""

    status: int
    body: Any
    headers: Mapping[str, str]


@dataclass
class Person:
    """Somebody at a server, who may turn to another one with the same session."""

    http: ClientSession
    url: str
    token: str = ""
    cookie: str = ""
    visit_id: str = ""
    place: int | None = None
    refused: list[str] = field(default_factory=list)
    """Every answer that was an error, headers and all."""
    secrets: list[str] = field(default_factory=list)
    """The tokens that this person was given."""

    async def call(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """Ask the API."""
        bearer = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        every = {**bearer, "Idempotency-Key": f"{uuid4()}", **headers}
        url = f"{self.url}/api/v1/{path}"
        data = {"data": body} if isinstance(body, bytes) else {"json": body}
        async with self.http.request(method, url, headers=every, **data) as response:
            text = await response.text()
            if "set-cookie" in response.headers:
                self.cookie = response.headers["set-cookie"].partition(";")[0]
                self.secrets.append(self.cookie.rpartition(".")[2])
            if response.status >= 400:
                self.refused.append(f"{response.status} {response.headers} {text}")
            parsed = json.loads(text) if response.content_type.endswith("json") else text
            return Answer(response.status, parsed, response.headers)

    async def ok(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        """Ask for something that is granted; answers the body."""
        answer = await self.call(method, path, body, **headers)
        assert answer.status < 300, (path, answer)
        return answer.body

    async def code(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, str]:
        """Ask for something that is refused; answers status and code."""
        answer = await self.call(method, path, body, **headers)
        assert answer.headers["Content-Type"].startswith("application/problem+json"), (path, answer)
        return answer.status, answer.body["code"]

    async def sign_in(self, email: str, password: str) -> None:
        body = await self.ok("POST", "auth/login", {"email": email, "password": password})
        self._take(body)

    async def at_the_door(self, slug: str, name: str, **details: object) -> Json:
        """What to send to come in."""
        pharmacy = await self.ok("GET", f"pharmacies/{slug}")
        return {
            "queue_id": pharmacy["queues"][0]["id"],
            "person": {"name": name, "birth_date": "1950-01-01"},
            "video_consent": True,
            "consent_version": pharmacy["consent_version"],
            **details,
        }

    async def enter(self, slug: str, name: str, **details: object) -> Json:
        """Come in at the door; answers the entrance."""
        body = await self.at_the_door(slug, name, **details)
        entrance: Json = await self.ok("POST", f"pharmacies/{slug}/walk-ins", body)
        self._take(entrance["session"])
        self.visit_id = entrance["visit"]["id"]
        self.place = entrance["visit"]["place"]
        return entrance

    async def walk_in(self, slug: str, name: str, **details: object) -> Json:
        """Come in at the door, and pass the device check; answers the visit."""
        await self.enter(slug, name, **details)
        visit: Json = await self.ok("POST", f"visits/{self.visit_id}/device-check", GOOD_DEVICES)
        return visit

    async def refresh(self, audience: str) -> None:
        """Renew the session with its cookie, as a page does."""
        body = await self.ok(
            "POST", "auth/refresh", {"audience": audience}, Origin=self.url, Cookie=self.cookie
        )
        self._take(body)

    def _take(self, session: Json) -> None:
        self.token = session["access_token"]
        self.secrets.append(self.token)

    @asynccontextmanager
    async def socket(self) -> AsyncIterator[Socket]:
        """A connection to the server where this person is now."""
        client = socketio.AsyncClient(http_session=self.http, reconnection=False)
        socket = Socket(client)
        auth = {"token": self.token, "protocol": 1}
        await client.connect(self.url, auth=auth, transports=["websocket"])
        try:
            yield socket
        finally:
            await client.disconnect()
