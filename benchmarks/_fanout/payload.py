"""The tick that every server sends: as long as a real one, with the moment it was sent in it."""

import time
from typing import Final

QUEUE_ID: Final = "01912d68-783e-7a3c-9e5b-5f2a1c0de001"
POINTS: Final = tuple(
    (place, place * 2, place * 3) for place in (*range(1, 21), 30, 60, 120, 250, 500, 10_000)
)


def sent_now() -> str:
    return str(time.monotonic_ns())


def tick(version: int) -> dict[str, object]:
    """A whole `queue.tick`, for servers that have no idea of one."""
    return {
        "queue_id": QUEUE_ID,
        "from_version": version,
        "to_version": version + 1,
        "ops": [[0, -1], [17, 1]],
        "state": "open",
        "pause_message": sent_now(),
        "wait": {"kind": "curve", "points": POINTS},
    }
