"""What the people of the browser tests do, in their own words."""

from urllib.parse import urlsplit

from playwright.async_api import Page, expect

from tests.browser.api import Api
from tests.browser.conftest import Demo, Visitor

ADVICE = "mill-lane"
"""The pharmacy whose queue 'Advice' begins with three people who wait."""
CONSEJO = "farmacia-del-puerto"
"""The pharmacy whose queue 'Consejo' begins empty."""
SLOW = 30_000
"""Milliseconds: what a busy machine may take."""


async def come_back(patient: Visitor, visit: Api) -> None:
    """Open the return link of a visit that began elsewhere, and press its button."""
    await patient.page.goto(visit.url + urlsplit(visit.return_link).path)
    await patient.page.get_by_test_id("join-queue").click()
    await expect(patient.page.get_by_test_id("join-queue")).to_have_count(0, timeout=SLOW)


async def heading_is(person: Visitor, words: str) -> None:
    """Wait for the view with this heading."""
    await expect(person.page.get_by_role("heading", level=1, name=words)).to_be_visible(timeout=SLOW)


async def birth_date(page: Page, day: int, month: int, year: int) -> None:
    """Write a date of birth in its three fields."""
    for part, value in (("day", day), ("month", month), ("year", year)):
        await page.get_by_test_id(f"birth-{part}").fill(f"{value}")


async def walk_in(patient: Visitor, demo: Demo, slug: str, name: str) -> None:
    """Open the door of a pharmacy, fill in the form and join: the place is taken."""
    page = patient.page
    await page.goto(f"{demo.url}/p/{slug}")
    await page.get_by_test_id("start").click()
    await page.get_by_test_id("name").fill(name)
    await birth_date(page, 2, 5, 1944)
    await page.get_by_test_id("next").click()
    await expect(page.get_by_test_id("name")).to_have_count(0)
    await page.get_by_test_id("next").click()
    await page.get_by_test_id("consent").click()
    await page.get_by_test_id("join-queue").click()
    await expect(page.get_by_test_id("check-start")).to_be_visible(timeout=15_000)


async def check_devices(patient: Visitor) -> None:
    """Pass the device check and go to the waiting page."""
    page = patient.page
    await page.get_by_test_id("check-start").click()
    await page.get_by_test_id("check-done").click()
    await expect(page.get_by_test_id("leave")).to_be_visible()


async def sign_in(staff: Visitor, demo: Demo, role: str, index: int = 0) -> None:
    """Sign in at the staff page."""
    me = demo.staff(role, index)
    page = staff.page
    await page.goto(f"{demo.url}/staff")
    await page.get_by_test_id("login-email").fill(me["email"])
    await page.get_by_test_id("login-password").fill(me["password"])
    await page.get_by_test_id("login-submit").click()
    await expect(page.get_by_test_id("login-submit")).to_have_count(0)


async def open_queue(staff: Visitor, name: str) -> None:
    """Turn to one of the queues on the counter."""
    await staff.page.get_by_test_id("admit-next").wait_for()
    await staff.page.get_by_text(name, exact=False).first.click()


async def frames(page: Page) -> int:
    """How many pictures of the other one this page has decoded."""
    found: int = await page.get_by_test_id("remote-video").evaluate(
        "video => video.getVideoPlaybackQuality().totalVideoFrames"
    )
    return found


DECODED = """async (floor) => {
    let frames = 0;
    for (const peer of window.officinaPeers)
        for (const report of (await peer.getStats()).values())
            if (report.type === 'inbound-rtp' && report.kind === 'video')
                frames += report.framesDecoded;
    return frames > floor ? frames : 0;
}"""
"""The pictures that the page has decoded (`framesDecoded` of webrtc-stats), if they are over a number."""


async def sees_the_other(page: Page) -> None:
    """Wait until pictures of the other one are shown, and more and more of them are decoded."""
    await expect(page.get_by_test_id("remote-video")).to_be_visible(timeout=20_000)
    await page.wait_for_function(
        """() => {
            const video = document.querySelector('[data-testid=remote-video]');
            const frames = video?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
            window.officinaFrames ??= frames;
            return video?.videoWidth > 0 && frames >= window.officinaFrames + 10;
        }""",
        timeout=30_000,
    )
    so_far = await (await page.wait_for_function(DECODED, arg=0)).json_value()
    await page.wait_for_function(DECODED, arg=so_far)
