"""What surrounds every request: its id, its log line, its security headers, and the telling of errors."""

from collections.abc import Awaitable, Callable
from time import perf_counter

import structlog
from aiohttp import web
from aiohttp.typedefs import Middleware
from structlog.contextvars import bound_contextvars

from server.api.problem import problem
from server.db.failure import is_passing
from server.errors import Code, Refusal
from server.ids import new_id

Next = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = structlog.get_logger("officina.http")

RETRY_AFTER_S = 1
"""When to ask again after the database was not to be had."""

HTTP_CODES = {
    404: Code.NOT_FOUND,
    405: Code.METHOD_NOT_ALLOWED,
    413: Code.TOO_LARGE,
    503: Code.UNAVAILABLE,
}


@web.middleware
async def request_log(request: web.Request, handler: Next) -> web.StreamResponse:
    """Bind a request id and write one line per API request: the route's template, never its path."""
    request_id = new_id()
    started = perf_counter()
    with bound_contextvars(request_id=request_id):
        response = await handler(request)
        if not response.prepared:
            response.headers["X-Request-Id"] = request_id
        resource = request.match_info.route.resource
        log.info(
            "request",
            method=request.method if request.method.isalpha() else "?",
            route=resource.canonical if resource is not None else None,
            status=response.status,
            duration_ms=round((perf_counter() - started) * 1000, 1),
        )
        return response


@web.middleware
async def errors(request: web.Request, handler: Next) -> web.StreamResponse:
    """Translate every error, once. This is the supervisor of request handlers."""
    try:
        return await handler(request)
    except Refusal as refusal:
        return problem(refusal)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return problem(Refusal(HTTP_CODES.get(error.status, Code.INVALID_REQUEST)))
    except Exception as error:  # the edge: anything else is ours, and is told without its words
        if is_passing(error):
            log.warning("database not to be had", error=type(error).__name__, exc_info=True)
            return problem(Refusal(Code.UNAVAILABLE, retry_after_s=RETRY_AFTER_S))
        log.error("request failed", error=type(error).__name__, exc_info=True)
        return problem(Refusal(Code.INTERNAL))


def security_headers(connect_sources: str) -> Middleware:
    """Make the middleware that sets CSP, Permissions-Policy, COOP and their kin (DESIGN section 8)."""
    headers = {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
            f"media-src 'self' blob:; font-src 'self'; connect-src 'self' {connect_sources}; "
            "worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        ),
        "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self), geolocation=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Server": "Officina",  # and not which versions of what
    }

    @web.middleware
    async def middleware(request: web.Request, handler: Next) -> web.StreamResponse:
        response = await handler(request)
        if not response.prepared:
            for name, value in headers.items():
                response.headers.setdefault(name, value)
        return response

    return middleware
