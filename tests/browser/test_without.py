"""Without JavaScript, without WebRTC, inside an app; and without more than a patient has to download."""

from urllib.parse import urlsplit

import pytest
from playwright.async_api import Response, expect

from tests.browser.api import Api
from tests.browser.conftest import DESKTOP, PHONE, SCREENSHOTS, Demo, NewVisitor, Visitor
from tests.browser.people import (
    CONSEJO,
    check_devices,
    heading_is,
    open_queue,
    sees_the_other,
    sign_in,
    walk_in,
)

pytestmark = pytest.mark.browser

PHONE_NUMBER = "+34 910 123 456"
NO_WEBRTC = """() => {
    delete globalThis.RTCPeerConnection;
    Object.defineProperty(navigator, 'mediaDevices', { value: undefined });
}"""
FACEBOOK = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Mobile/15E148 [FBAN/FBIOS;FBAV/480.0.0]"
)
INSTAGRAM = (
    "Mozilla/5.0 (Linux; Android 15; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/130.0.0.0 Mobile Safari/537.36 Instagram 350.0.0.0 Android"
)
MOST_BYTES = 60_000


async def test_without_javascript_the_door_gives_the_number(demo: Demo, visitor: NewVisitor) -> None:
    patient = await visitor(PHONE, java_script_enabled=False)
    page = patient.page
    await page.goto(f"{demo.url}/p/{CONSEJO}")
    await expect(page.get_by_role("link", name=PHONE_NUMBER)).to_have_count(2)
    shown = await page.locator("body").inner_text()
    assert "Please call Farmacia del Puerto" in shown
    assert "Or open this page in Safari or Chrome." in shown
    assert "O abra esta página en Safari o Chrome." in shown
    await page.screenshot(path=SCREENSHOTS / "no-javascript-phone.png")


async def test_a_browser_without_webrtc_is_shown_another_way(demo: Demo, visitor: NewVisitor) -> None:
    patient = await visitor(PHONE)
    await patient.context.add_init_script(f"({NO_WEBRTC})()")
    await patient.page.goto(f"{demo.url}/p/{CONSEJO}")
    await heading_is(patient, "This browser cannot make video calls")
    await expect(patient.page.get_by_text("a current Safari, Chrome, Edge or Firefox")).to_be_visible()
    await expect(patient.page.get_by_role("link", name=PHONE_NUMBER)).to_be_visible()
    await patient.screenshot("no-webrtc")


@pytest.mark.parametrize("agent", [FACEBOOK, INSTAGRAM], ids=["facebook", "instagram"])
async def test_inside_an_app_the_way_to_a_browser_is_shown(
    demo: Demo, visitor: NewVisitor, agent: str
) -> None:
    patient = await visitor(PHONE, user_agent=agent)
    async with Api(demo) as visit:
        await visit.walk_in(CONSEJO, "Ana López")
        for address in (f"{demo.url}/p/{CONSEJO}", visit.return_link):
            await patient.page.goto(address)
            await heading_is(patient, "Please open this page in Safari or Chrome")
            await expect(patient.page.get_by_text('Choose "Open in browser"')).to_be_visible()
            await expect(patient.page.get_by_role("link", name=PHONE_NUMBER)).to_be_visible()
    await patient.screenshot("in-app")


async def test_a_patient_downloads_little_from_the_door_to_the_end(demo: Demo, visitor: NewVisitor) -> None:
    patient, pharmacist = await visitor(PHONE), await visitor(DESKTOP)
    scripts = Scripts(patient)
    await walk_in(patient, demo, CONSEJO, "Ana López")
    await check_devices(patient)
    await sign_in(pharmacist, demo, "pharmacist")
    await open_queue(pharmacist, "Consejo")
    await pharmacist.page.get_by_test_id("admit-next").click()
    await patient.shows("join")
    await patient.page.get_by_test_id("join").click()
    await sees_the_other(patient.page)
    await patient.page.get_by_test_id("chat").click()
    await patient.page.get_by_test_id("chat-close").click()
    await patient.page.get_by_test_id("end-call").click()
    await patient.page.get_by_test_id("confirm").click()
    await heading_is(patient, "Your consultation is still open")
    sizes = await scripts.sizes()
    assert len(sizes) > 1
    assert sum(sizes.values()) < MOST_BYTES, sizes


class Scripts:
    """The scripts that a visitor's browser got."""

    def __init__(self, visitor: Visitor) -> None:
        self._responses: dict[str, Response] = {}
        visitor.page.on("response", self._got)

    def _got(self, response: Response) -> None:
        if response.request.resource_type == "script":
            self._responses.setdefault(urlsplit(response.url).path, response)

    async def sizes(self) -> dict[str, int]:
        """Bytes of each, as they were on the line."""
        answers = self._responses.items()
        return {path: (await answer.request.sizes())["responseBodySize"] for path, answer in answers}
