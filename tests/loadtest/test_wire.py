"""Our own frames, against a server that says exactly what a test wants."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import orjson
import pytest
from aiohttp import ClientSession, WSMsgType, web
from pytest_aiohttp.plugin import AiohttpServer

from loadtest.wire import FrameSocket, Lost, Refused, Shared, connect

Play = Callable[[web.WebSocketResponse], Awaitable[None]]
Heard = list[tuple[str, dict[str, Any]]]


class Stub:
    """A server of one websocket; `frames` are those that the client sent after the handshake."""

    def __init__(self, server: AiohttpServer, http: ClientSession) -> None:
        self._server = server
        self._http = http
        self.frames: list[str] = []
        self.heard: Heard = []
        self.query: dict[str, str] = {}
        self._news = asyncio.Event()

    async def connect(
        self, *then: str, answer: str = '40{"sid":"x"}', status: int = 101, in_call: bool = False
    ) -> FrameSocket:
        """Connect to a server that sends these frames after each frame it gets."""

        async def handle(request: web.Request) -> web.StreamResponse:
            self.query = dict(request.query)
            if status != 101:
                return web.Response(status=status, headers={"Retry-After": "7"})
            ws = web.WebSocketResponse()
            await ws.prepare(request)
            await ws.send_str('0{"sid":"y"}')
            await ws.receive_str()
            await ws.send_str(answer)
            async for message in ws:
                if message.type is WSMsgType.TEXT:
                    self.frames.append(message.data)
                    self._news.set()
                    for frame in then:
                        await ws.send_str(frame)
            return ws

        app = web.Application()
        app.router.add_get("/socket.io/", handle)
        server = await self._server(app)
        url = f"http://127.0.0.1:{server.port}"
        return await connect(self._http, url, "token", self._hear, Shared(), in_call=in_call)

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not is_so():
                self._news.clear()
                await self._news.wait()

    def _hear(self, name: str, payload: dict[str, Any]) -> None:
        self.heard.append((name, payload))
        self._news.set()


@pytest.fixture
async def stub(aiohttp_server: AiohttpServer) -> AsyncIterator[Stub]:
    async with ClientSession() as http:
        yield Stub(aiohttp_server, http)


async def test_answer_is_taken_before_what_was_sent_after_it(stub: Stub) -> None:
    socket = await stub.connect('431[{"ok":{"place":3}}]', '42["queue.tick",{"to_version":4}]')
    answer = await socket.ask("visit.watch", {"visit_id": "v"})
    assert (answer, stub.heard) == ({"place": 3}, [])
    await stub.until(lambda: bool(stub.heard))
    assert stub.heard == [("queue.tick", {"to_version": 4})]
    await socket.close()


async def test_pings_and_messages_that_ask_for_it_are_acknowledged(stub: Stub) -> None:
    socket = await stub.connect("2", '4217["visit.called",{"visit_id":"v"}]', '431[{"ok":{}}]')
    await socket.ask("visit.watch", {})
    assert stub.heard == [("visit.called", {"visit_id": "v"})]
    await stub.until(lambda: len(stub.frames) == 3)
    assert orjson.loads(stub.frames[0][3:]) == ["visit.watch", {}]
    assert stub.frames[1:3] == ["3", "4317[]"]
    await socket.close()


async def test_refused_message_raises_its_code(stub: Stub) -> None:
    socket = await stub.connect('431[{"error":{"code":"not_found","message":""}}]')
    with pytest.raises(Refused, match="not_found"):
        await socket.ask("visit.watch", {})
    await socket.close()


async def test_full_server_says_when_to_come_again(stub: Stub) -> None:
    later = '44{"message":"","data":{"code":"overloaded","message":"","retry_after_s":4}}'
    with pytest.raises(Lost) as lost:
        await stub.connect(answer=later)
    assert lost.value.wait_s == 4
    with pytest.raises(Lost) as lost:
        await stub.connect(status=503)
    assert (lost.value.why, lost.value.wait_s) == ("http_503", 7)


async def test_session_that_is_over_is_refused_for_good(stub: Stub) -> None:
    with pytest.raises(Refused, match="session_ended"):
        await stub.connect(answer='44{"message":"","data":{"code":"session_ended","message":""}}')


async def test_who_is_in_a_call_says_so(stub: Stub) -> None:
    socket = await stub.connect(in_call=True)
    assert stub.query["in_call"] == "1"
    await socket.close()


async def test_cut_connection_ends_and_fails_what_was_asked(stub: Stub) -> None:
    socket = await stub.connect()
    asking = asyncio.ensure_future(socket.ask("visit.watch", {}))
    await asyncio.sleep(0)
    socket.cut()
    await socket.ended()
    with pytest.raises(Lost):
        await asking


def test_frame_that_everybody_gets_is_parsed_once() -> None:
    shared = Shared()
    text = '["queue.tick",{"to_version":4}]'
    assert shared.parse(text) is shared.parse(str(text))
    assert shared.parse('["queue.tick",{"to_version":5}]') != shared.parse(text)
