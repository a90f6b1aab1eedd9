"""A running demo and a Chromium with a fake camera."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, async_playwright

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "build" / "screenshots"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
NARROW = {"width": 320, "height": 640}
WIDER_THAN_THE_WINDOW = """() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const wide = [...document.body.querySelectorAll('*')];
    return wide.filter((one) => one.getBoundingClientRect().right > clientWidth + 1)
        .map((one) => `${one.tagName}.${one.className}`).slice(0, 10);
}"""
READY = "Officina is ready at "
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

KEEP_PEERS = """
    window.officinaPeers = [];
    if (window.RTCPeerConnection) {
        window.RTCPeerConnection = class extends window.RTCPeerConnection {
            constructor(...settings) { super(...settings); window.officinaPeers.push(this); }
        };
    }
"""
"""Keeps the page's RTCPeerConnections where a test finds them, to ask for their statistics."""

FLAGS = [
    "--disable-gpu",
    "--use-fake-device-for-media-stream=fps=10",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    *(["--no-sandbox"] if os.getuid() == 0 else []),
]


@dataclass(frozen=True)
class Demo:
    """The running demo and what it printed, as data."""

    url: str
    people: dict[str, Any]
    data: Path

    def staff(self, role: str, index: int = 0) -> dict[str, str]:
        """E-mail address and password of a member of staff."""
        found: list[dict[str, str]] = [one for one in self.people["staff"] if one["role"] == role]
        return found[index]


class DemoProcess:
    """The demo as `./run` starts it, in a process of its own; may be killed and started again."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._port = 0
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> Demo:
        """Start it, and wait until it says where it is. A second start takes the same port."""
        where = ["--port", f"{self._port}", "--data", f"{self._data}"]
        command = [sys.executable, "-m", "server", "demo", *where]
        with (self._data / "log").open("a") as log:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, "OFFICINA_WEB_DIR": f"{self._pages()}"},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._process.stdout is not None
        line = next((line for line in self._process.stdout if READY in line), None)
        if line is None:
            pytest.fail("the demo did not start:\n" + (self._data / "log").read_text())
        url = line.partition(READY)[2].strip()
        self._port = int(url.rpartition(":")[2])
        return Demo(url, json.loads((self._data / "demo.json").read_text()), self._data)

    def _pages(self) -> Path:
        """The web client as it is now: building it again meanwhile takes nothing away."""
        copy = self._data / "web"
        if not copy.exists():
            shutil.copytree(os.environ.get("OFFICINA_WEB_DIR", ROOT / "web" / "dist"), copy)
        return copy

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        # Its output is read to the end, so that it never waits for a full pipe.
        self._process.communicate(timeout=20)
        self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.end()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo that most tests share."""
    with DemoProcess(tmp_path_factory.mktemp("demo")) as process:
        yield process.start()


@pytest.fixture
async def chromium(chromium_path: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield browser
        await browser.close()


BROWSER_SAYS = ("Failed to load resource", "WebSocket connection to", "net::ERR_")
"""How the browser itself reports a request that was refused, or a server that is away: part of many tests."""


class Visitor:
    """One person's browser: a context of its own, and what its pages did that no page of ours may do."""

    def __init__(self, context: BrowserContext, page: Page, origin: str) -> None:
        self.context = context
        self.page = page
        self.errors: list[str] = []
        self._origin = origin
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("console", self._heard)
        context.on("request", self._asked)

    def _heard(self, message: ConsoleMessage) -> None:
        """An error on the console; a breach of the Content-Security-Policy is one."""
        if message.type == "error" and not any(words in message.text for words in BROWSER_SAYS):
            self.errors.append(message.text)

    def _asked(self, request: Request) -> None:
        """Everything comes from the one origin."""
        if not request.url.startswith((self._origin, "data:", "blob:")):
            self.errors.append(f"asked elsewhere: {request.url}")

    async def shows(self, test_id: str, text: str | None = None) -> None:
        """Wait until an element is visible (and has the text)."""
        found = self.page.get_by_test_id(test_id)
        if text is not None:
            found = found.filter(has_text=text)
        await found.first.wait_for(state="visible", timeout=20_000)

    async def screenshot(self, name: str) -> None:
        """Keep a picture of the page at phone and desktop width, and hold it to WCAG A and AA."""
        before = self.page.viewport_size
        for label, size in (("phone", PHONE), ("desktop", DESKTOP)):
            await self.page.set_viewport_size(size)  # type: ignore[arg-type]  # a TypedDict of playwright
            await self.page.evaluate("() => scrollTo(0, 0)")  # a sticky header would be drawn in the middle
            await self.page.screenshot(path=SCREENSHOTS / f"{name}-{label}.png", full_page=True)
            await self.is_accessible(f"{name}-{label}")
        await self.reflows(name)
        if before is not None:
            await self.page.set_viewport_size(before)

    async def reflows(self, name: str) -> None:
        """Nothing has to be scrolled sideways at 320 CSS pixels: 1280 at 400 % (WCAG 1.4.10)."""
        await self.page.set_viewport_size(NARROW)  # type: ignore[arg-type]  # a TypedDict of playwright
        beyond = await self.page.evaluate(WIDER_THAN_THE_WINDOW)
        assert not beyond, f"{name} is wider than the window: {beyond}"

    async def is_accessible(self, name: str) -> None:
        results = await Axe().run(self.page, options={"runOnly": {"type": "tag", "values": WCAG}})
        violations = [
            f"{violation['id']}: {node['html'][:160]} ({node['failureSummary']})"
            for violation in results.response["violations"]
            for node in violation["nodes"]
        ]
        assert not violations, f"{name}:\n" + "\n".join(violations)


@pytest.fixture(autouse=True)
async def nobody_left_over(demo: Demo) -> AsyncIterator[None]:
    """Whoever a test left in the second pharmacy's line is sent home, so that the next one finds it empty."""
    yield
    from tests.browser.api import Api  # it imports this module

    async with Api(demo) as staff:
        await staff.sign_in("pharmacist")
        await staff.send_everybody_home(demo.people["queues"][1])


@pytest.fixture
async def visitor(chromium: Browser, demo: Demo) -> AsyncIterator["NewVisitor"]:
    """Make browsers for people: `await visitor(PHONE)`."""
    made = NewVisitor(chromium, demo.url)
    yield made
    made.behaved()


class NewVisitor:
    """Opens a context per person."""

    def __init__(self, browser: Browser, origin: str) -> None:
        self._browser = browser
        self._origin = origin
        self.visitors: list[Visitor] = []

    async def __call__(
        self, size: dict[str, int] | None = None, *, locale: str = "en-GB", media: bool = True, **options: Any
    ) -> Visitor:
        """A new browser; `options` are those of playwright's `new_context`."""
        context = await self._browser.new_context(
            viewport=size or DESKTOP,  # type: ignore[arg-type]  # a TypedDict of playwright
            locale=locale,
            permissions=["camera", "microphone"] if media else [],
            **options,
        )
        await context.add_init_script(KEEP_PEERS)
        one = Visitor(context, await context.new_page(), self._origin)
        self.visitors.append(one)
        return one

    def behaved(self) -> None:
        """No page threw, complained on the console or asked another origin for anything."""
        for one in self.visitors:
            assert not one.errors, one.errors
