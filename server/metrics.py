"""Metrics in Prometheus text form, on a bind of their own. Labels are templates and codes, never ids."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from time import perf_counter

from aiohttp import web
from aiohttp.typedefs import Middleware
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

Next = Callable[[web.Request], Awaitable[web.StreamResponse]]
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """The process's metrics; one per server, handed to who counts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)  # CPU seconds and memory, under their usual names
        self.requests = Counter(
            "officina_http_requests",
            "HTTP requests by route template, method and status.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "officina_http_request_seconds",
            "Time to answer, by route template.",
            ("route",),
            registry=self.registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
        )

    def watch(self, counters: Callable[[], Mapping[str, int]]) -> None:
        """Show numbers that another part counts, each as a gauge."""
        for name in counters():
            gauge = Gauge(f"officina_{name}", f"Signalling: {name}.", registry=self.registry)
            gauge.set_function(partial(_reading, counters, name))

    def middleware(self) -> Middleware:
        """Count and time each request."""

        @web.middleware
        async def count(request: web.Request, handler: Next) -> web.StreamResponse:
            started = perf_counter()
            response = await handler(request)
            resource = request.match_info.route.resource
            route = resource.canonical if resource is not None else "none"
            method = request.method if request.method in METHODS else "other"
            self.requests.labels(route, method, str(response.status)).inc()
            self.seconds.labels(route).observe(perf_counter() - started)
            return response

        return count

    def text(self) -> bytes:
        return generate_latest(self.registry)


def _reading(counters: Callable[[], Mapping[str, int]], name: str) -> float:
    return float(counters()[name])


@asynccontextmanager
async def served(metrics: Metrics, host: str, port: int) -> AsyncIterator[int]:
    """Serve `/metrics` on its own bind; yields the port."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4"})

    app = web.Application()
    app.router.add_get("/metrics", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()
