"""Bytes on a TCP connection, so that tests can send what no HTTP library would."""

import asyncio
from urllib.parse import urlsplit

TIMEOUT_S = 10


CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


async def exchange(url: str, sent: bytes) -> bytes:
    """Send the bytes and no more; answers all that comes back until the server closes."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        async with asyncio.timeout(TIMEOUT_S):
            writer.write(sent)
            return await reader.read()
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


async def hang_up(url: str, sent: bytes) -> None:
    """Send the head of a request, and go when the server waits for its body."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    async with asyncio.timeout(TIMEOUT_S):
        writer.write(sent)
        assert await reader.readuntil(b"\r\n\r\n") == CONTINUE
    writer.close()
    await writer.wait_closed()
