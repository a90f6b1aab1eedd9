"""The HTTP protocol at the edge of the program: what never gets as far as the application."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import structlog
from aiohttp import web

from server.api.problem import problem
from server.errors import Code, Refusal

BACKLOG: Final = 4096
"""Connections that may wait to be accepted. A full queue is an unanswered handshake, and a client that tries
again after 1, 3, 7 and 15 s: far longer than it takes to accept everybody after a restart."""

log = structlog.get_logger("officina.http")


class EdgeProtocol(web.RequestHandler):
    """One HTTP connection. Bytes that are no HTTP are refused without repeating them, and logged in one line.

    aiohttp's own answer quotes what was sent, and its log line is an error with a traceback: anybody could
    fill the log with those.
    """

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        if request.writer.output_size > 0:
            raise ConnectionError  # an answer has begun: all that is left is to hang up
        if status < 500:
            log.info("no HTTP", status=status)
            response = web.Response(status=status)
        else:
            log.error("request failed", error=type(exc).__name__, exc_info=exc)
            response = problem(Refusal(Code.INTERNAL))
        response.force_close()
        return response


@asynccontextmanager
async def accepting(runner: web.AppRunner, listener: socket.socket) -> AsyncIterator[None]:
    """Take connections for an application that is set up, while the block runs."""
    server = runner.server
    assert server is not None
    loop = asyncio.get_running_loop()

    def connection() -> EdgeProtocol:
        return EdgeProtocol(server, loop=loop, access_log=None)  # type: ignore[arg-type]  # None is no log

    acceptor = await loop.create_server(connection, sock=listener, backlog=BACKLOG)
    try:
        yield
    finally:
        acceptor.close()
