"""The garbage collector, set for a server with thousands of connections."""

import gc
from typing import Final

THRESHOLDS: Final = (20_000, 20, 50)
"""How many new objects, and how many collections of the younger generation, bring about the next one."""


def settle() -> None:
    """Take what is there after the start out of every later collection, and collect less often.

    What a connection leaves behind is freed by reference counts; the collector is for the rest, and a pause
    of its is a pause of everybody.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
