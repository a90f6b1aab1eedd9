"""Socket.IO over one websocket, in frames of our own: thousands of clients from one core.

Only what signalling/PROTOCOL.md needs of Engine.IO v4 and Socket.IO v5: text packets on the default
namespace.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol

import orjson
from aiohttp import ClientError, ClientSession, ClientWebSocketResponse, WSMsgType, WSServerHandshakeError

Json = dict[str, Any]
Hear = Callable[[str, Json], None]
"""Takes what the server pushes: its name and payload."""

PATH: Final = "/socket.io/?EIO=4&transport=websocket"
PATIENCE_S: Final = 20.0


class Lost(Exception):
    """The connection is gone. `wait_s`: how long the server asks to stay away (`Retry-After`)."""

    def __init__(self, why: str, wait_s: float | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.wait_s = wait_s


class Refused(Exception):
    """The server understood and said no; `code` is one of PROTOCOL.md."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Socket(Protocol):
    """A connection as a simulated person uses it, of frames or of a library."""

    async def ask(self, name: str, payload: Json) -> Json:
        """Send a message; answers the `ok` of its acknowledgement. Raises `Lost`, `Refused`."""
        ...

    async def ended(self) -> None:
        """Wait until the connection has ended, by whichever side."""
        ...

    def cut(self) -> None:
        """Lose the connection at once, without a word."""
        ...

    def fall_silent(self) -> None:
        """Go on existing for the server, and read nothing more: a half-open connection."""
        ...

    async def close(self) -> None: ...


class Shared:
    """The last frame and what it said: what a thousand clients get is parsed once."""

    def __init__(self) -> None:
        self._text = ""
        self._parsed: Any = None

    def parse(self, text: str) -> Any:
        if text != self._text:
            self._text, self._parsed = text, orjson.loads(text)
        return self._parsed


class FrameSocket:
    """A `Socket` of raw frames."""

    def __init__(self, ws: ClientWebSocketResponse, hear: Hear, shared: Shared) -> None:
        self._ws = ws
        self._hear = hear
        self._shared = shared
        self._ids = 0
        self._asked: dict[int, asyncio.Future[Json]] = {}
        self._reader = asyncio.create_task(self._read())

    async def ask(self, name: str, payload: Json) -> Json:
        self._ids += 1
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._asked[self._ids] = answer
        try:
            await self._ws.send_str(f"42{self._ids}{orjson.dumps([name, payload]).decode()}")
            async with asyncio.timeout(PATIENCE_S):
                said = await answer
        except TimeoutError:
            raise Lost("no_answer") from None
        except (ClientError, ConnectionError, RuntimeError):
            raise Lost("closed") from None
        finally:
            self._asked.pop(self._ids, None)
        return granted(said)

    async def ended(self) -> None:
        await asyncio.wait((self._reader,))

    def cut(self) -> None:
        connection = self._ws._conn  # noqa: SLF001  # aiohttp offers no way to close without a farewell
        if connection is not None and connection.transport is not None:
            connection.transport.abort()
            connection.close()  # else aiohttp keeps it on its books
        self._reader.cancel()

    def fall_silent(self) -> None:
        self._reader.cancel()

    async def close(self) -> None:
        self._reader.cancel()
        with contextlib.suppress(ClientError, ConnectionError, TimeoutError):
            async with asyncio.timeout(2):
                await self._ws.close()

    async def _read(self) -> None:
        try:
            while (message := await self._ws.receive()).type is WSMsgType.TEXT:
                await self._take(message.data)
        except (ClientError, ConnectionError, RuntimeError):
            pass  # gone: `ended` says so
        finally:
            for waiting in self._asked.values():
                if not waiting.done():
                    waiting.set_exception(Lost("closed"))

    async def _take(self, frame: str) -> None:
        if frame == "2":
            await self._ws.send_str("3")
        elif frame.startswith("42"):
            start = frame.index("[")
            if start > 2:  # it asks for an acknowledgement
                await self._ws.send_str(f"43{frame[2:start]}[]")
            name, payload = self._shared.parse(frame[start:])
            self._hear(name, payload)
        elif frame.startswith("43"):
            start = frame.index("[")
            waiting = self._asked.get(int(frame[2:start]))
            if waiting is not None and not waiting.done():
                waiting.set_result(orjson.loads(frame[start:])[0])
                await asyncio.sleep(0)  # whoever asked takes the answer before what was sent after it


def granted(said: Json) -> Json:
    """The `ok` of an acknowledgement; raises `Refused`."""
    if "ok" not in said:
        raise Refused(str(said["error"]["code"]))
    ok: Json = said["ok"]
    return ok


async def connect(
    http: ClientSession, url: str, token: str, hear: Hear, shared: Shared, *, in_call: bool = False
) -> FrameSocket:
    """Open a connection as a page of the holder of a token. Raises `Lost` (try again), `Refused` (do not)."""
    async with _opened(http, url, in_call=in_call) as ws:
        await _said(ws, "0")
        await ws.send_str("40" + orjson.dumps({"token": token, "protocol": 1}).decode())
        answer = await _said(ws, "4")
        if not answer.startswith("40"):
            await ws.close()
            raise refusal(orjson.loads(answer[2:]))
        return FrameSocket(ws, hear, shared)


@asynccontextmanager
async def _opened(http: ClientSession, url: str, *, in_call: bool) -> AsyncIterator[ClientWebSocketResponse]:
    try:
        async with asyncio.timeout(PATIENCE_S):
            path = f"{PATH}&in_call=1" if in_call else PATH
            ws = await http.ws_connect(url + path, origin=url, max_msg_size=0, compress=0)
            try:
                yield ws
            except BaseException:
                await ws.close()
                raise
    except WSServerHandshakeError as error:
        after = "" if error.headers is None else error.headers.get("Retry-After", "")
        raise Lost(f"http_{error.status}", float(after) if after.isdecimal() else None) from None
    except TimeoutError:
        raise Lost("connect_timeout") from None
    except (ClientError, OSError, RuntimeError):
        raise Lost("connect_failed") from None


def refusal(said: Json) -> Lost | Refused:
    """What a `connect_error` means: come again later, or stay away."""
    data = said.get("data") or {}
    code = str(data.get("code", "unknown"))
    return Lost(code, data.get("retry_after_s")) if code == "overloaded" else Refused(code)


async def _said(ws: ClientWebSocketResponse, kind: str) -> str:
    message = await ws.receive()
    if message.type is not WSMsgType.TEXT or not message.data.startswith(kind):
        raise Lost("handshake")
    frame: str = message.data
    return frame
