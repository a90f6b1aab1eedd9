"""A running demo and a Chromium with a fake camera."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "build" / "screenshots"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
READY = "Officina is ready at "
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

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

    def staff(self, role: str, index: int = 0) -> dict[str, str]:
        """E-mail address and password of a member of staff."""
        found: list[dict[str, str]] = [one for one in self.people["staff"] if one["role"] == role]
        return found[index]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Start the demo as `./run` does, in a process of its own."""
    data = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "server", "demo", "--port", "0", "--data", str(data)]
    with (
        (data / "log").open("w") as log,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        assert process.stdout is not None
        url = next((line for line in process.stdout if READY in line), None)
        if url is None:
            pytest.fail("the demo did not start:\n" + (data / "log").read_text())
        yield Demo(url.partition(READY)[2].strip(), json.loads((data / "demo.json").read_text()))
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


@pytest.fixture
async def chromium(chromium_path: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield browser
        await browser.close()


class Visitor:
    """One person's browser: a context of its own, and the errors its pages told the console."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.context = context
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

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
            await self.page.screenshot(path=SCREENSHOTS / f"{name}-{label}.png", full_page=True)
            await self.is_accessible(f"{name}-{label}")
        if before is not None:
            await self.page.set_viewport_size(before)

    async def is_accessible(self, name: str) -> None:
        results = await Axe().run(self.page, options={"runOnly": {"type": "tag", "values": WCAG}})
        violations = [
            f"{violation['id']}: {node['html'][:160]} ({node['failureSummary']})"
            for violation in results.response["violations"]
            for node in violation["nodes"]
        ]
        assert not violations, f"{name}:\n" + "\n".join(violations)


@pytest.fixture
async def visitor(chromium: Browser) -> AsyncIterator["NewVisitor"]:
    """Make browsers for people: `await visitor(size=PHONE)`."""
    made = NewVisitor(chromium)
    yield made
    for one in made.visitors:
        assert not one.errors, one.errors


class NewVisitor:
    """Opens a context per person."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self.visitors: list[Visitor] = []

    async def __call__(
        self, size: dict[str, int] | None = None, *, locale: str = "en-GB", media: bool = True
    ) -> Visitor:
        context = await self._browser.new_context(
            viewport=size or DESKTOP,  # type: ignore[arg-type]  # a TypedDict of playwright
            locale=locale,
            permissions=["camera", "microphone"] if media else [],
        )
        one = Visitor(context, await context.new_page())
        self.visitors.append(one)
        return one
