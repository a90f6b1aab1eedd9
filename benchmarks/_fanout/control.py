"""How the benchmark talks to the servers it starts: a port on their output, a tick for each line on input."""

import asyncio
import sys
from collections.abc import AsyncIterator


def say_ready(port: int) -> None:
    print(port, flush=True)


async def lines() -> AsyncIterator[bytes]:
    """The lines of standard input, until it ends."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        yield line
