"""The real program on a data folder, as `python -m server serve` runs it; prints its port."""

import sys
from pathlib import Path

import uvloop

from benchmarks._fanout.control import lines, say_ready
from server import logs
from server.app import listen, running
from server.config import Settings
from server.memory import settle


async def main(folder: Path) -> None:
    settings = Settings(data_dir=folder, port=0, drain_s=0)
    logs.configure(form="json", level="warning")
    with listen(settings) as listener:
        async with running(settings, listener):
            settle()
            say_ready(listener.getsockname()[1])
            async for _ in lines():
                pass


if __name__ == "__main__":
    sys.exit(uvloop.run(main(Path(sys.argv[1]))))
