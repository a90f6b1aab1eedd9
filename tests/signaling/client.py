"""A Socket.IO client made of raw websocket frames, so that tests can send what no library would."""

import asyncio
import json
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

Push = tuple[str, dict[str, Any]]


class Client:
    """One connection. `connect` does the handshake; `ask` sends a message and waits for its answer."""

    def __init__(self, http: ClientSession, url: str, *, in_call: bool = False) -> None:
        self._http = http
        self._url = f"{url}/socket.io/?EIO=4&transport=websocket" + ("&in_call=1" if in_call else "")
        self._ids = 0
        self.pushes: list[Push] = []
        self.acks: dict[int, dict[str, Any]] = {}
        self.disconnected = False
        self.acknowledges = True
        self.ws: ClientWebSocketResponse

    @property
    def transport(self) -> asyncio.Transport:
        """The connection itself, to be mistreated."""
        connection = self.ws._response.connection
        assert connection is not None
        transport = connection.transport
        assert isinstance(transport, asyncio.Transport)
        return transport

    async def open(self, **headers: str) -> Self:
        """Open the websocket and take the Engine.IO greeting; nothing else yet."""
        self.ws = await self._http.ws_connect(self._url, headers=headers, max_msg_size=0)
        greeting = await self.frame()
        assert greeting.startswith("0")
        return self

    async def connect(self, token: str, protocol: int = 1) -> dict[str, Any]:
        """Send the connect packet; answers the server's, `{"sid"}` or `{"message", "data"}`."""
        await self.ws.send_str("40" + json.dumps({"token": token, "protocol": protocol}))
        frame = await self.frame()
        assert frame[:2] in {"40", "44"}
        answer: dict[str, Any] = json.loads(frame[2:])
        return answer

    async def frame(self) -> str:
        """The next text frame; raises `ConnectionError` when the connection has ended."""
        async with asyncio.timeout(5):
            message = await self.ws.receive()
        if message.type is not WSMsgType.TEXT:
            raise ConnectionError
        text: str = message.data
        return text

    async def frame_or_end(self) -> str | None:
        """The next text frame, or `None` when the connection has ended."""
        try:
            return await self.frame()
        except ConnectionError:
            return None

    async def send(self, name: str, payload: object) -> int:
        self._ids += 1
        await self.ws.send_str(f"42{self._ids}{json.dumps([name, payload])}")
        return self._ids

    async def ask(self, name: str, payload: object) -> dict[str, Any]:
        wanted = await self.send(name, payload)
        while wanted not in self.acks:
            await self._take_one()
        return self.acks.pop(wanted)

    async def ok(self, name: str, payload: object) -> dict[str, Any]:
        answer = await self.ask(name, payload)
        assert "ok" in answer, answer
        ok: dict[str, Any] = answer["ok"]
        return ok

    async def error(self, name: str, payload: object) -> str:
        answer = await self.ask(name, payload)
        assert set(answer) == {"error"}, answer
        code: str = answer["error"]["code"]
        return code

    async def push(
        self, name: str, fits: Callable[[dict[str, Any]], bool] = lambda _: True
    ) -> dict[str, Any]:
        """Wait for a message of this name that fits; others stay for later."""
        while True:
            for index, (given, payload) in enumerate(self.pushes):
                if given == name and fits(payload):
                    del self.pushes[index]
                    return payload
            await self._take_one()

    async def nothing(self, name: str) -> None:
        """Check that no message of this name has come before the answer to a message sent now."""
        assert await self.error("no.such", {}) == "unknown_message"
        assert name not in [given for given, _ in self.pushes]

    async def ended(self) -> int | None:
        """Wait for the server to end the connection; answers the close code."""
        try:
            while True:
                await self._take_one()
        except ConnectionError:
            return self.ws.close_code

    async def close(self) -> None:
        await self.ws.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if hasattr(self, "ws"):
            await self.ws.close()

    async def _take_one(self) -> None:
        frame = await self.frame()
        if frame == "2":
            await self.ws.send_str("3")
        elif frame == "41":
            self.disconnected = True
        elif frame.startswith("42"):
            start = frame.index("[")
            name, payload = json.loads(frame[start:])
            self.pushes.append((name, payload))
            if start > 2 and self.acknowledges:
                await self.ws.send_str(f"43{frame[2:start]}[]")
        elif frame.startswith("43"):
            start = frame.index("[")
            self.acks[int(frame[2:start])] = json.loads(frame[start:])[0]
