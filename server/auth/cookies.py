"""The two refresh cookies: one for staff and one for patients, so that a browser may be signed in as both.

The `__Host-` prefix binds a cookie to this very host over TLS (RFC 6265bis, section 4.1.3.2).
"""

from collections.abc import Callable

from aiohttp import web

from server.auth.models import OpenedSession
from server.auth.schemas import Audience
from server.clock import Clock

NAMES: dict[Audience, str] = {"staff": "__Host-officina-staff", "patient": "__Host-officina-patient"}


class Cookies:
    """Reads, sets and clears the refresh cookies."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def read(self, request: web.Request, audience: Audience) -> str | None:
        return request.cookies.get(NAMES[audience])

    def keep(self, opened: OpenedSession) -> Callable[[web.Response], None]:
        """Make the decoration that hands a session's refresh token to the browser."""
        name = NAMES["staff" if opened.is_staff else "patient"]
        seconds = int((opened.expires_at - self._clock.now()).total_seconds())

        def decorate(response: web.Response) -> None:
            _set(response, name, opened.refresh_token, seconds)

        return decorate

    def clear(self, audience: Audience) -> Callable[[web.Response], None]:
        def decorate(response: web.Response) -> None:
            _set(response, NAMES[audience], "", 0)

        return decorate


def _set(response: web.Response, name: str, value: str, max_age_s: int) -> None:
    response.set_cookie(
        name, value, max_age=max_age_s, path="/", secure=True, httponly=True, samesite="Strict"
    )
