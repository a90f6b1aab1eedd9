"""The door: how many requests an address may make before anybody has a session."""

from math import ceil

from aiohttp import web

from server.auth.attempts import Attempts
from server.auth.callers import Origins, address
from server.errors import Code, Refusal


class Door:
    """Lets requests of our own pages and of programs in: so many per address, or any number."""

    def __init__(self, attempts: Attempts | None, origins: Origins, *, trusted_proxies: int = 0) -> None:
        self._attempts = attempts
        self._origins = origins
        self._trusted_proxies = trusted_proxies

    def enter(self, request: web.Request) -> None:
        """Take one turn; raises `Refusal`: `origin_refused` or `too_many_requests`."""
        self._origins.refuse_foreign(request)
        if self._attempts is None:
            return
        wait_s = self._attempts.take(address(request, trusted_proxies=self._trusted_proxies))
        if wait_s:
            raise Refusal(Code.TOO_MANY_REQUESTS, retry_after_s=ceil(wait_s))
