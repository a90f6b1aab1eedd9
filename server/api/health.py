"""Liveness and readiness."""

from collections.abc import Awaitable, Callable, Mapping

import orjson
import structlog
from aiohttp import web

Check = Callable[[], Awaitable[None]]
"""Raises when a part that the server needs does not answer."""

log = structlog.get_logger("officina.health")


class Health:
    """`/healthz` says that the process answers; `/readyz` that it should be given work.

    Once `draining` is set it is not ready any more: load balancers send new patients elsewhere while running
    requests finish.
    """

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks
        self.draining = False

    async def healthz(self, _: web.Request) -> web.Response:
        return _answer(200, {"status": "ok"})

    async def readyz(self, _: web.Request) -> web.Response:
        if self.draining:
            return _answer(503, {"status": "draining"})
        failed = [name for name, check in self._checks.items() if not await _passes(name, check)]
        if failed:
            return _answer(503, {"status": "not_ready", "failed": failed})
        return _answer(200, {"status": "ready"})


async def _passes(name: str, check: Check) -> bool:
    try:
        await check()
    except Exception:  # whatever a driver raises, the part is not ready
        log.warning("readiness check failed", part=name, exc_info=True)
        return False
    return True


def _answer(status: int, body: Mapping[str, object]) -> web.Response:
    headers = {"Cache-Control": "no-store"}
    return web.Response(
        status=status, body=orjson.dumps(body), content_type="application/json", headers=headers
    )
