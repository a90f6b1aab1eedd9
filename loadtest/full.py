"""The same connection through a whole Socket.IO library, to hold our own frames to what a library does."""

import asyncio
import logging
from contextlib import suppress
from typing import Any, Final

import socketio
from aiohttp import ClientError, ClientSession
from socketio import exceptions

from loadtest.wire import PATIENCE_S, Hear, Json, Lost, granted, refusal

CLOSE_S: Final = 5.0


class LibrarySocket:
    """A `wire.Socket` on python-socketio. It answers acknowledgements by itself."""

    def __init__(self, client: socketio.AsyncClient, hear: Hear) -> None:
        self._client = client
        self._gone = asyncio.Event()
        self._hear = hear
        self._is_listening = True
        client.on("*", self._take)
        client.on("disconnect", lambda *_: self._gone.set())

    async def ask(self, name: str, payload: Json) -> Json:
        try:
            return granted(await self._client.call(name, payload, timeout=PATIENCE_S))
        except exceptions.SocketIOError:
            raise Lost("closed") from None

    async def ended(self) -> None:
        await self._gone.wait()

    def cut(self) -> None:
        ws = self._client.eio.ws
        if ws is not None and ws._conn is not None and ws._conn.transport is not None:  # noqa: SLF001  # as in wire.py
            ws._conn.transport.abort()  # noqa: SLF001  # the same
        self._gone.set()

    def fall_silent(self) -> None:
        self._is_listening = False
        self._gone.set()

    async def close(self) -> None:
        self._gone.set()
        await _disconnect(self._client)

    def _take(self, name: str, *payload: Any) -> None:
        if self._is_listening:
            self._hear(name, payload[0])


async def connect(http: ClientSession, url: str, token: str, hear: Hear) -> LibrarySocket:
    """Open a connection. Raises `Lost`, `Refused`."""
    quiet = logging.getLogger(__name__)
    quiet.disabled = True  # the library logs every lost connection as an error
    client = socketio.AsyncClient(http_session=http, reconnection=False, logger=quiet, engineio_logger=quiet)
    socket = LibrarySocket(client, hear)
    refusals: list[Json] = []
    client.on("connect_error", lambda *said: refusals.extend(each for each in said if isinstance(each, dict)))
    try:
        await client.connect(
            url,
            auth={"token": token, "protocol": 1},
            transports=["websocket"],
            headers={"Origin": url},
            wait_timeout=PATIENCE_S,
        )
    except (exceptions.SocketIOError, ClientError, OSError, TimeoutError):
        await _disconnect(client)
        raise (refusal(refusals[0]) if refusals else Lost("connect_failed")) from None
    return socket


async def _disconnect(client: socketio.AsyncClient) -> None:
    """The library waits for its own tasks, which a connection that was cut may leave waiting for ever."""
    with suppress(exceptions.SocketIOError, ClientError, OSError, TimeoutError):
        async with asyncio.timeout(CLOSE_S):
            await client.disconnect()
