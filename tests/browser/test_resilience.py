"""Bad lines, reloads and a server that dies: the place is kept, and the call goes on."""

import signal
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from playwright.async_api import Browser, expect

from tests.browser.api import Api
from tests.browser.conftest import DESKTOP, PHONE, Demo, DemoProcess, NewVisitor, Visitor
from tests.browser.people import (
    CONSEJO,
    SLOW,
    come_back,
    frames,
    heading_is,
    open_queue,
    sees_the_other,
    sign_in,
)

pytestmark = pytest.mark.browser

OFFLINE = "We have lost the connection. Your place is kept. We are trying again."
DROPPED = "Your connection dropped. We are connecting you again. Please stay here."
SHARED_SCREEN_MOVES = """() => {
    const video = document.querySelector('.tile-screen');
    return video?.videoWidth > 0 && video.getVideoPlaybackQuality().totalVideoFrames >= 3;
}"""


async def meet(patient: Visitor, pharmacist: Visitor, demo: Demo, name: str) -> None:
    """From the line to a call in which both see each other."""
    async with Api(demo) as visit:
        await visit.walk_in(CONSEJO, name)
        await come_back(patient, visit)
    await sign_in(pharmacist, demo, "pharmacist")
    await open_queue(pharmacist, "Consejo")
    await pharmacist.shows("line-row", name)
    await pharmacist.page.get_by_test_id("admit-next").click()
    await patient.shows("join")
    await patient.page.get_by_test_id("join").click()
    for one in (patient, pharmacist):
        await sees_the_other(one.page)


@pytest.fixture
def by_number(demo: Demo) -> Demo:
    """The demo by its number: on a page of `localhost` the Socket.IO client does not heed a lost network."""
    return replace(demo, url=demo.url.replace("localhost", "127.0.0.1"))


@pytest.fixture
async def visitors_by_number(chromium: Browser, by_number: Demo) -> AsyncIterator[NewVisitor]:
    made = NewVisitor(chromium, by_number.url)
    yield made
    made.behaved()


async def see_each_other_again(*people: Visitor) -> None:
    """From now on, more pictures of the other one are decoded on every page."""
    for one in people:
        await one.page.evaluate("() => { window.officinaFrames = undefined; }")
    for one in people:
        await sees_the_other(one.page)


async def test_a_patient_who_waits_keeps_the_place_over_reload_and_lost_network(
    by_number: Demo, visitors_by_number: NewVisitor
) -> None:
    patient = await visitors_by_number(PHONE)
    demo = by_number
    async with Api(demo) as before_them, Api(demo) as visit:
        await before_them.walk_in(CONSEJO, "Bruno Paz")
        await visit.walk_in(CONSEJO, "Ana López")
        await come_back(patient, visit)
        await patient.shows("place", "2")
        await patient.page.reload()
        await patient.shows("place", "2")
        await patient.context.set_offline(True)
        await expect(patient.page.get_by_text(OFFLINE)).to_be_visible(timeout=SLOW)
        await patient.screenshot("waiting-offline")
        await before_them.do(f"visits/{before_them.visit_id}/leave")
        await patient.context.set_offline(False)
        await expect(patient.page.get_by_text(OFFLINE)).to_have_count(0, timeout=SLOW)
        await patient.shows("place", "next")


async def test_a_call_survives_a_lost_network_and_a_reload(
    by_number: Demo, visitors_by_number: NewVisitor
) -> None:
    patient, pharmacist = await visitors_by_number(PHONE), await visitors_by_number(DESKTOP)
    await meet(patient, pharmacist, by_number, "Ana López")
    await patient.context.set_offline(True)
    await expect(patient.page.get_by_text(DROPPED)).to_be_visible(timeout=SLOW)
    await patient.screenshot("call-offline")
    await patient.context.set_offline(False)
    await expect(patient.page.get_by_text(DROPPED)).to_have_count(0, timeout=SLOW)
    await see_each_other_again(patient, pharmacist)
    await patient.page.reload()
    await heading_is(patient, "Your consultation is still open")
    await patient.page.get_by_test_id("join").click()
    await see_each_other_again(patient, pharmacist)


async def test_the_other_side_is_told_of_mute_camera_and_screen(demo: Demo, visitor: NewVisitor) -> None:
    patient, pharmacist = await visitor(PHONE), await visitor(DESKTOP)
    await meet(patient, pharmacist, demo, "Ana López")
    theirs = pharmacist.page.locator(".tile")
    await patient.page.get_by_test_id("mute").click()
    await expect(theirs).to_contain_text("Microphone off")
    await patient.page.get_by_test_id("camera").click()
    await expect(theirs).to_contain_text("Ana López's camera is off")
    await pharmacist.screenshot("staff-call-camera-off")
    await patient.page.get_by_test_id("camera").click()
    await patient.page.get_by_test_id("mute").click()
    await expect(theirs).not_to_contain_text("off")
    await see_each_other_again(pharmacist)
    await pharmacist.page.get_by_test_id("share").click()
    await expect(patient.page.get_by_label("Priya Nair is sharing their screen")).to_be_visible(timeout=SLOW)
    await patient.page.wait_for_function(SHARED_SCREEN_MOVES, timeout=SLOW)
    await patient.screenshot("call-shared-screen")
    await pharmacist.page.get_by_test_id("share").click()
    await expect(patient.page.locator(".tile-screen")).to_have_count(0)
    names = await timeline(demo, pharmacist.page.url.rpartition("/")[2])
    told = [name for name in names if name.startswith("room.screen_share")]
    assert told == ["room.screen_share.started", "room.screen_share.stopped"]
    assert {"room.microphone.off", "room.microphone.on", "room.camera.off", "room.camera.on"} <= set(names)


async def timeline(demo: Demo, consultation_id: str) -> list[str]:
    """The names of a consultation's events, in order."""
    async with Api(demo) as officer:
        await officer.sign_in("compliance")
        _, view = await officer.call("GET", f"audit/consultations/{consultation_id}")
        return [event["name"] for event in view["events"]]


@pytest.fixture
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoProcess]:
    """A demo of one's own, to be killed."""
    with DemoProcess(tmp_path_factory.mktemp("mortal")) as process:
        yield process


@pytest.fixture
async def guest_of(chromium: Browser) -> AsyncIterator[list[NewVisitor]]:
    """Those whose demo the test starts itself."""
    made: list[NewVisitor] = []
    yield made
    for one in made:
        one.behaved()


async def test_a_killed_server_costs_neither_the_place_nor_the_call(
    mortal: DemoProcess, chromium: Browser, guest_of: list[NewVisitor]
) -> None:
    demo = mortal.start()
    visitor = NewVisitor(chromium, demo.url)
    guest_of.append(visitor)
    patient, pharmacist, waiting = await visitor(PHONE), await visitor(DESKTOP), await visitor(PHONE)
    await meet(patient, pharmacist, demo, "Ana López")
    async with Api(demo) as before_them, Api(demo) as visit:
        await before_them.walk_in(CONSEJO, "Bruno Paz")
        await visit.walk_in(CONSEJO, "Cora Ferrer")
        await come_back(waiting, visit)
    await waiting.shows("place", "2")
    mortal.end(signal.SIGKILL)
    await expect(waiting.page.get_by_text(OFFLINE)).to_be_visible(timeout=SLOW)
    await expect(patient.page.get_by_text(DROPPED)).to_be_visible(timeout=SLOW)
    await see_each_other_again(patient, pharmacist)
    seen = await frames(patient.page)
    mortal.start()
    await expect(waiting.page.get_by_text(OFFLINE)).to_have_count(0, timeout=2 * SLOW)
    await waiting.shows("place", "2")
    for one in (patient, pharmacist):
        await expect(one.page.get_by_text(DROPPED)).to_have_count(0, timeout=2 * SLOW)
    # The very same video element went on: a path made anew would have begun to count at nothing.
    assert await frames(patient.page) > seen
    await see_each_other_again(patient, pharmacist)
    await patient.page.get_by_test_id("chat").click()
    await patient.page.get_by_test_id("chat-input").fill("Are you still there?")
    await patient.page.keyboard.press("Enter")
    await pharmacist.page.get_by_test_id("chat").click()
    await pharmacist.shows("chat-log", "Are you still there?")
