"""The aiohttp application: middlewares, endpoints, documents, health and pages."""

from collections.abc import Sequence

from aiohttp import web

from server.api.dispatch import MAX_BODY_BYTES, Authenticator, handler_of
from server.api.docs import Docs
from server.api.endpoint import Endpoint
from server.api.health import Health
from server.api.middleware import errors, request_log, security_headers
from server.api.openapi import document
from server.api.pages import Pages
from server.metrics import Metrics

VERSION = "0.1.0"


def build_http(
    endpoints: Sequence[Endpoint],
    authenticator: Authenticator,
    *,
    health: Health | None = None,
    pages: Pages | None = None,
    metrics: Metrics | None = None,
) -> web.Application:
    """Put the HTTP side together; the socket server is attached by the composition root."""
    app = web.Application(
        middlewares=[
            request_log,
            *([metrics.middleware()] if metrics is not None else []),
            security_headers("ws: wss:"),
            errors,
        ],
        client_max_size=MAX_BODY_BYTES,
    )
    for endpoint in endpoints:
        app.router.add_route(endpoint.method, endpoint.path, handler_of(endpoint, authenticator))
    Docs(document(endpoints, version=VERSION)).add_to(app)
    if health is not None:
        app.router.add_get("/healthz", health.healthz)
        app.router.add_get("/readyz", health.readyz)
    if pages is not None:
        pages.add_to(app)
    return app
