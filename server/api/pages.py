"""The web client's files: two pages and their hashed assets."""

from collections.abc import Awaitable, Callable
from html import escape
from pathlib import Path

from aiohttp import web

PATIENT_PATHS = ("/", "/p/{slug}", "/i/{token}", "/visit", "/visit/{rest:.*}")
STAFF_PATHS = ("/staff", "/staff/{rest:.*}")
NOSCRIPT = "{{noscript}}"
NO_PHARMACY = """<p>Please call your pharmacy by phone.</p>
<p lang="es">Por favor, llame a su farmacia por teléfono.</p>"""
YEAR_S = 365 * 24 * 3600

PhoneOf = Callable[[str], Awaitable[tuple[str, str] | None]]
"""Gives a pharmacy's name and phone number by its slug."""


class Pages:
    """Serves the built client from a folder.

    The pages are read once. Where a patient's browser runs no JavaScript, the page itself gives the
    pharmacy's number: the placeholder in its `<noscript>` is filled in here.
    """

    def __init__(self, folder: Path, phone_of: PhoneOf) -> None:
        self._folder = folder
        self._phone_of = phone_of
        self._patient = _read(folder / "patient.html")
        self._staff = _read(folder / "staff.html")

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        for path in PATIENT_PATHS:
            app.router.add_get(path, self._patient_page)
        for path in STAFF_PATHS:
            app.router.add_get(path, self._staff_page)
        if (self._folder / "assets").is_dir():
            app.router.add_get("/assets/{name:[A-Za-z0-9._-]+}", self._asset)

    async def _patient_page(self, request: web.Request) -> web.Response:
        slug = request.match_info.get("slug")
        found = await self._phone_of(slug) if slug else None
        return _html(self._patient.replace(NOSCRIPT, _noscript(found)))

    async def _staff_page(self, _: web.Request) -> web.Response:
        return _html(self._staff)

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        path = self._folder / "assets" / request.match_info["name"]
        if not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path, headers={"Cache-Control": f"public, max-age={YEAR_S}, immutable"})


def _noscript(found: tuple[str, str] | None) -> str:
    if found is None:
        return NO_PHARMACY
    name, phone = (escape(part) for part in found)
    link = f"<a href='tel:{phone.replace(' ', '')}'>{phone}</a>"
    return (
        f"<p>Please call {name}: {link}. Or open this page in Safari or Chrome.</p>"
        f"<p lang='es'>Llame a {name}: {link}. O abra esta página en Safari o Chrome.</p>"
    )


def _html(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/html", headers={"Cache-Control": "no-cache"})


def _read(path: Path) -> str:
    if path.is_file():
        return path.read_text(encoding="utf-8")
    return "<!doctype html><title>Officina</title><p>The web client has not been built."
