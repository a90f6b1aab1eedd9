"""The waiting room as a patient meets it: a call that is heard, a place that is kept, help at hand."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.api import Api
from tests.browser.conftest import DESKTOP, PHONE, Demo, NewVisitor, Visitor
from tests.browser.keyboard import Keyboard
from tests.browser.people import CONSEJO, SLOW, birth_date, check_devices, come_back, heading_is, walk_in

pytestmark = pytest.mark.browser

HEARS = """
    window.officinaHeard = { rings: 0, melodies: 0, trembles: [], notes: [], asked: 0 };
    const start = AudioBufferSourceNode.prototype.start;
    AudioBufferSourceNode.prototype.start = function (...when) {
        if (this.loop) window.officinaHeard.rings += 1;
        else if (this.buffer) window.officinaHeard.melodies += 1;
        return start.apply(this, when);
    };
    const stop = AudioBufferSourceNode.prototype.stop;
    AudioBufferSourceNode.prototype.stop = function (...when) {
        if (this.loop) window.officinaHeard.rings -= 1;
        return stop.apply(this, when);
    };
    window.officinaHeard.locks = [];
    const request = async () => {
        const lock = { released: false, release: async () => { lock.released = true; } };
        window.officinaHeard.locks.push(lock);
        return lock;
    };
    Object.defineProperty(Navigator.prototype, 'wakeLock', { value: { request }, configurable: true });
    Navigator.prototype.vibrate = (pattern) => window.officinaHeard.trembles.push(pattern);
"""
"""Counts what a person would hear, feel and see: rings that go on, melodies, trembles, a screen kept on."""

NOTIFIES = """
    let allowed = 'default';
    Object.defineProperty(Notification, 'permission', { get: () => allowed });
    Notification.requestPermission = async () => {
        window.officinaHeard.asked += 1;
        allowed = 'granted';
        return allowed;
    };
    ServiceWorkerRegistration.prototype.showNotification = async (title, { body }) => {
        window.officinaHeard.notes.push(`${title}: ${body}`);
    };
    window.officinaLooksElsewhere = false;
    Object.defineProperty(document, 'visibilityState', {
        get: () => (window.officinaLooksElsewhere ? 'hidden' : 'visible'),
    });
"""
"""A browser that has notifications, and a person who may look at something else."""


UNTOUCHED = """
    Object.defineProperty(Navigator.prototype, 'userActivation', { value: { hasBeenActive: false } });
"""
"""Nobody has pressed anything on the page; for Chromium, what a test evaluates counts as a press."""

NO_CAMERA = """
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'));
"""
"""The person, or their browser, says no to camera and microphone."""


async def heard(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = await page.evaluate("() => window.officinaHeard")
    return found


@asynccontextmanager
async def queue_with(demo: Demo, **changes: object) -> AsyncIterator[None]:
    """The second pharmacy's queue with other settings for a while."""
    queue = f"queues/{demo.people['queues'][1]}"
    usual = {"capacity": 50, "opening_hours": []}
    async with Api(demo) as admin:
        await admin.sign_in("admin")
        status, answer = await admin.call("PATCH", queue, changes)
        assert status == 200, answer
        yield
        status, answer = await admin.call("PATCH", queue, {name: usual[name] for name in changes})
        assert status == 200, answer


async def wait_for(patient: Visitor, visit: Api, name: str) -> None:
    """Stand in line, and look at the waiting page on a device of one's own."""
    await visit.walk_in(CONSEJO, name)
    await come_back(patient, visit)
    await patient.shows("place")


async def test_a_called_patient_is_rung_until_they_answer(demo: Demo, visitor: NewVisitor) -> None:
    patient = await visitor(PHONE)
    await patient.context.add_init_script(HEARS)
    page = patient.page
    async with Api(demo) as visit, Api(demo) as staff:
        await staff.sign_in("pharmacist")
        await wait_for(patient, visit, "Ana López")
        assert (await heard(page))["rings"] == 0
        await staff.do(f"queues/{visit.queue_id}/admit", {"visit_id": visit.visit_id})
        await heading_is(patient, "The pharmacist is ready for you")
        await expect(page.get_by_role("heading", level=1)).to_be_focused()
        await expect(page).to_have_title(re.compile("^[●○] Your turn now"))
        found = await heard(page)
        assert found["rings"] == 1
        assert found["trembles"][0] == [300, 150, 300]
        await patient.screenshot("called")
        await page.get_by_test_id("join").click()
        await expect(page.get_by_test_id("self-video")).to_be_visible(timeout=SLOW)
        assert (await heard(page))["rings"] == 0


async def test_a_patient_who_waits_has_a_screen_that_stays_on_and_sound_at_the_first_press(
    demo: Demo, visitor: NewVisitor
) -> None:
    patient = await visitor(PHONE)
    await patient.context.add_init_script(HEARS)
    page = patient.page
    await walk_in(patient, demo, CONSEJO, "Ana López")
    await check_devices(patient)
    await expect(page.get_by_test_id("sound")).to_have_text("Try the sound")
    await page.get_by_test_id("sound").click()
    assert (await heard(page))["melodies"] == 1
    await page.wait_for_function("() => window.officinaHeard.locks.length === 1")
    # The browser takes it back whenever the page is hidden.
    await page.evaluate("() => window.officinaHeard.locks[0].release()")
    await page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    await page.wait_for_function("() => window.officinaHeard.locks.length === 2")
    untouched = await patient.context.new_page()
    await untouched.add_init_script(UNTOUCHED)
    await untouched.goto(f"{demo.url}/visit")
    silent = untouched.get_by_text("The sound of this page is off.")
    await expect(silent).to_be_visible(timeout=SLOW)
    await untouched.get_by_test_id("sound").click()
    await expect(silent).to_have_count(0)


async def test_a_place_is_taken_before_the_check_and_kept_without_a_camera(
    demo: Demo, visitor: NewVisitor
) -> None:
    patient = await visitor(PHONE, media=False)
    page = patient.page
    await page.add_init_script(NO_CAMERA)
    async with Api(demo) as staff:
        await staff.sign_in("pharmacist")
        await walk_in(patient, demo, CONSEJO, "Ana López")
        await expect(page.get_by_text("Your place is kept: you are next.")).to_be_visible()
        assert (await staff.stand("Ana López"))["place"] == 1
        await page.get_by_test_id("check-start").click()
        await expect(page.get_by_text("How to allow camera and microphone")).to_be_visible(timeout=SLOW)
        await page.get_by_test_id("check-done").click()
        await patient.shows("place", "next")
        standing = await staff.stand("Ana López")
        assert (standing["state"], standing["device_check"]["camera"]) == ("waiting", "blocked")


async def test_a_call_on_hold_says_why(demo: Demo, visitor: NewVisitor) -> None:
    patient = await visitor(PHONE)
    page = patient.page
    async with Api(demo) as visit, Api(demo) as staff:
        await staff.sign_in("pharmacist")
        await wait_for(patient, visit, "Ana López")
        await staff.do(f"visits/{visit.visit_id}/message", {"text": "You are nearly there."})
        await staff.do(f"queues/{visit.queue_id}/admit", {"visit_id": visit.visit_id})
        await page.get_by_test_id("join").click()
        await expect(page.get_by_test_id("self-video")).to_be_visible(timeout=SLOW)
        await expect(page.get_by_text("You are nearly there.")).to_have_count(0)
        await staff.do(f"visits/{visit.visit_id}/hold", {"reason": "I am asking your doctor. One minute."})
        await expect(page.get_by_text("I am asking your doctor. One minute.")).to_be_visible(timeout=SLOW)
        await patient.screenshot("call-held")


async def test_who_is_coming_gets_two_minutes_more_once(demo: Demo, visitor: NewVisitor) -> None:
    patient = await visitor(PHONE)
    page = patient.page
    async with Api(demo) as visit, Api(demo) as staff:
        await staff.sign_in("pharmacist")
        await wait_for(patient, visit, "Ana López")
        await staff.do(f"queues/{visit.queue_id}/admit", {"visit_id": visit.visit_id})
        await patient.shows("coming")
        before = await answer_by(visit)
        await Keyboard(page).choose(page.get_by_test_id("coming"))
        await patient.shows("coming-said", "Please join by")
        await expect(page.get_by_test_id("coming-said")).to_be_focused()
        await expect(page.get_by_test_id("time-left")).to_contain_text("4:")
        assert (await answer_by(visit) - before).total_seconds() == 120
        await expect(page.get_by_test_id("coming")).to_have_count(0)
        await patient.screenshot("called-coming")
        await page.reload()
        await patient.shows("coming-said")
        await staff.do(f"visits/{visit.visit_id}/no-show")
        await expect(page.get_by_text("We have just called you, but could not reach you.")).to_be_visible()
        await patient.screenshot("waiting-missed")


async def answer_by(visit: Api) -> datetime:
    _, view = await visit.call("GET", f"visits/{visit.visit_id}")
    return datetime.fromisoformat(view["answer_by"])


async def test_who_feels_worse_alerts_the_counter_at_one_press(demo: Demo, visitor: NewVisitor) -> None:
    patient = await visitor(PHONE)
    page = patient.page
    async with Api(demo) as visit, Api(demo) as staff:
        await staff.sign_in("pharmacist")
        await wait_for(patient, visit, "Ana López")
        await expect(page.get_by_role("link", name="Call 112 now")).to_be_visible()
        await page.get_by_test_id("worse").click()
        await patient.shows("worse-told", "The pharmacy has been told")
        await expect(page.get_by_test_id("worse-told")).to_be_in_viewport()
        assert (await staff.stand("Ana López"))["worse_at"] is not None
        await patient.screenshot("waiting-worse")
        await page.reload()
        await patient.shows("worse-told")
        await staff.do(f"visits/{visit.visit_id}/worse-seen")
        await patient.shows("worse-seen", "The pharmacy has seen that you feel worse.")
        await page.get_by_test_id("worse").click()
        await patient.shows("worse-told")


async def test_a_full_line_offers_a_call_with_what_was_written(demo: Demo, visitor: NewVisitor) -> None:
    patient = await visitor(PHONE)
    page = patient.page
    async with Api(demo) as before_them, Api(demo) as staff:
        await staff.sign_in("pharmacist")
        await fill_in(patient, demo, "Ana López", "+34 600 123 456")
        await before_them.walk_in(CONSEJO, "Bruno Paz")
        async with queue_with(demo, capacity=1):
            await page.get_by_test_id("join-queue").click()
            await heading_is(patient, "Shall we ring you?")
            await expect(page.get_by_text("Too many people are waiting right now")).to_be_visible()
            await patient.screenshot("full-call-back")
            await page.get_by_test_id("call-back-phone").fill("")
            await page.get_by_test_id("call-back-send").click()
            await expect(page.get_by_test_id("call-back-phone")).to_be_focused()
            await patient.screenshot("call-back-error")
            await page.get_by_test_id("call-back-phone").fill("+34 600 123 456")
            await page.get_by_test_id("call-back-send").click()
            await patient.shows("call-back-done", "+34 600 123 456")
            await patient.screenshot("call-back-done")
            await page.goto(f"{demo.url}/p/{CONSEJO}")
            await expect(page.get_by_text("Full right now")).to_be_visible()
            await patient.screenshot("door-full")
        _, asked = await staff.call("GET", f"queues/{before_them.queue_id}/call-backs")
        assert "Ana López" in {one["name"] for one in asked["call_backs"]}


async def fill_in(patient: Visitor, demo: Demo, name: str, phone: str) -> None:
    """The form up to its last button."""
    page = patient.page
    await page.goto(f"{demo.url}/p/{CONSEJO}")
    await page.get_by_test_id("start").click()
    await page.get_by_test_id("name").fill(name)
    await birth_date(page, 2, 5, 1944)
    await page.get_by_test_id("next").click()
    await page.get_by_label("Your phone number").fill(phone)
    await page.get_by_test_id("next").click()
    await page.get_by_test_id("consent").click()


async def test_a_closed_line_says_when_it_opens_and_sends_those_who_wait_home_with_help(
    demo: Demo, visitor: NewVisitor
) -> None:
    patient, too_late = await visitor(PHONE), await visitor(PHONE)
    page = patient.page
    async with Api(demo) as visit:
        await wait_for(too_late, visit, "Bruno Paz")
    in_three_days = {"weekday": (datetime.now(UTC).weekday() + 3) % 7, "opens": "09:00", "closes": "17:00"}
    async with queue_with(demo, opening_hours=[in_three_days]):
        await page.goto(f"{demo.url}/p/{CONSEJO}")
        await patient.shows("opens", "Opens on")
        await expect(page.get_by_test_id("start")).to_have_count(0)
        await patient.screenshot("door-closed")
        await page.get_by_test_id("call-back").click()
        await heading_is(patient, "Shall we ring you?")
        await page.get_by_role("button", name="Back").click()
        await patient.shows("opens")
        await heading_is(too_late, "The waiting room has closed for today")
        await too_late.screenshot("closed")
        await too_late.page.get_by_test_id("call-back").click()
        await heading_is(too_late, "Shall we ring you?")


async def test_two_devices_show_one_visit_and_know_of_each_other(demo: Demo, visitor: NewVisitor) -> None:
    phone, tablet = await visitor(PHONE), await visitor(DESKTOP)
    async with Api(demo) as staff:
        await staff.sign_in("pharmacist")
        await walk_in(phone, demo, CONSEJO, "Ana López")
        await check_devices(phone)
        await phone.page.get_by_text("If you have to close this page").click()
        await phone.shows("copy-link")
        await phone.screenshot("waiting-link")
        link = await phone.page.locator(".link-text").inner_text()
        await tablet.page.goto(link)
        await tablet.page.get_by_test_id("join-queue").click()
        await tablet.shows("place", "next")
        await staff.do(f"queues/{demo.people['queues'][1]}/admit", {})
        for one in (phone, tablet):
            await heading_is(one, "The pharmacist is ready for you")
        await tablet.page.get_by_test_id("join").click()
        await heading_is(phone, "Your consultation has begun")
        await expect(phone.page.get_by_text("You joined on another device")).to_be_visible()
        await phone.screenshot("begun-elsewhere")
        await phone.page.get_by_role("button", name="Go on here").click()
        await heading_is(tablet, "You opened this call on another device")
        await tablet.screenshot("call-elsewhere")


async def test_a_link_to_come_back_by_can_be_had_after_a_reload(demo: Demo, visitor: NewVisitor) -> None:
    phone, tablet = await visitor(PHONE), await visitor(DESKTOP)
    await walk_in(phone, demo, CONSEJO, "Ana López")
    await check_devices(phone)
    await phone.page.reload()
    await phone.page.get_by_text("If you have to close this page").click()
    await phone.shows("copy-link")
    await expect(phone.page.get_by_text("While it is closed we cannot ring you.")).to_be_visible()
    link = await phone.page.locator(".link-text").inner_text()
    await phone.page.close()
    await tablet.page.goto(link)
    await tablet.page.get_by_test_id("join-queue").click()
    await tablet.shows("place", "next")


async def test_the_browser_asks_for_notifications_only_when_the_patient_wants_them(
    demo: Demo, visitor: NewVisitor
) -> None:
    patient = await visitor(PHONE)
    await patient.context.add_init_script(HEARS + NOTIFIES)
    page = patient.page
    async with Api(demo) as before_them, Api(demo) as visit, Api(demo) as staff:
        await staff.sign_in("pharmacist")
        await before_them.walk_in(CONSEJO, "Bruno Paz")
        await wait_for(patient, visit, "Ana López")
        assert (await heard(page))["asked"] == 0
        await patient.screenshot("waiting")
        await page.get_by_test_id("tell-me").click()
        await patient.shows("tell-me-on")
        await page.evaluate("() => { window.officinaLooksElsewhere = true; }")
        await before_them.do(f"visits/{before_them.visit_id}/leave")
        await patient.shows("place", "next")
        await page.wait_for_function("() => window.officinaHeard.notes.length === 1")
        found = await heard(page)
        assert found["notes"] == ["It is nearly your turn: Please come back to the page and stay there."]
        assert found["melodies"] == 1
        await staff.do(f"queues/{visit.queue_id}/admit", {"visit_id": visit.visit_id})
        await page.wait_for_function("() => window.officinaHeard.notes.length === 2")
        assert (await heard(page))["notes"][
            1
        ] == "It is your turn: Please open the page and press the button."


async def test_patients_are_told_how_they_are_called(demo: Demo, visitor: NewVisitor) -> None:
    unreached, on_the_phone = await visitor(PHONE), await visitor(PHONE)
    await walk_in(unreached, demo, CONSEJO, "Ana López")
    await check_devices(unreached)
    await unreached.shows("reach", "we have no other way to reach you")
    await unreached.screenshot("waiting-unreached")
    await fill_in(on_the_phone, demo, "Bruno Paz", "+34 600 123 456")
    await on_the_phone.page.get_by_test_id("join-queue").click()
    await on_the_phone.page.get_by_test_id("check-skip").click()
    await on_the_phone.shows("reach", "We can only ring here, or call your phone.")


async def test_a_transferred_patient_goes_on_in_the_other_line(demo: Demo, visitor: NewVisitor) -> None:
    patient = await visitor(PHONE)
    async with Api(demo) as visit, Api(demo) as staff:
        await staff.sign_in("pharmacist")
        await wait_for(patient, visit, "Ana López")
        there = {"queue_id": demo.people["queues"][0]}
        await staff.do(f"visits/{visit.visit_id}/transfer", there)
        await expect(patient.page.get_by_text("You are now waiting for: Advice.")).to_be_visible(timeout=SLOW)
        await patient.screenshot("waiting-passed-on")
        await patient.page.get_by_test_id("leave").click()
        await patient.page.get_by_test_id("confirm").click()
        await heading_is(patient, "You have left the waiting room")


async def test_words_that_do_not_come_cost_nobody_the_page(demo: Demo, visitor: NewVisitor) -> None:
    patient = await visitor(PHONE, locale="es-ES")
    page = patient.page
    spanish = "**/assets/es-*.js"
    await page.route(spanish, cut)
    await page.goto(f"{demo.url}/p/{CONSEJO}")
    await expect(page.get_by_role("button", name="Join the waiting room")).to_be_visible(timeout=SLOW)
    await page.get_by_role("button", name="Español").click()
    await expect(page.get_by_role("alert")).to_contain_text("We cannot reach the pharmacy", timeout=SLOW)
    await patient.screenshot("door-language-lost")
    await page.unroute(spanish)
    await page.get_by_role("button", name="Español").click()
    await expect(page.get_by_role("button", name="Entrar en la sala de espera")).to_be_visible(timeout=SLOW)


async def test_a_call_whose_code_does_not_come_can_be_tried_again(demo: Demo, visitor: NewVisitor) -> None:
    patient = await visitor(PHONE)
    page = patient.page
    code = "**/assets/call-page-*.js"
    await page.route(code, cut)
    async with Api(demo) as visit, Api(demo) as staff:
        await staff.sign_in("pharmacist")
        await wait_for(patient, visit, "Ana López")
        await staff.do(f"queues/{visit.queue_id}/admit", {"visit_id": visit.visit_id})
        await page.get_by_test_id("join").click()
        await expect(page.get_by_role("button", name="Try again")).to_be_visible(timeout=SLOW)
        await patient.screenshot("call-code-lost")
        await page.unroute(code)
        await page.get_by_role("button", name="Try again").click()
        await expect(page.get_by_test_id("self-video")).to_be_visible(timeout=SLOW)


async def test_a_page_from_before_an_update_begins_anew_once(demo: Demo, visitor: NewVisitor) -> None:
    patient = await visitor(PHONE)
    page = patient.page
    code, loads = "**/assets/call-page-*.js", 0

    async def gone(route: Route) -> None:
        await route.fulfill(status=404)

    async def updated(route: Route) -> None:
        await route.fulfill(body='<script type="module" src="/assets/patient-newer.js"></script>')

    def loaded(_: Page) -> None:
        nonlocal loads
        loads += 1

    await page.route(code, gone)
    await page.route(f"{demo.url}/", updated)
    page.on("load", loaded)
    async with Api(demo) as visit, Api(demo) as staff:
        await staff.sign_in("pharmacist")
        async with page.expect_event("load", lambda _: loads == 2, timeout=SLOW):
            await wait_for(patient, visit, "Ana López")
        await patient.shows("place", "next")
        await staff.do(f"queues/{visit.queue_id}/admit", {"visit_id": visit.visit_id})
        await page.get_by_test_id("join").click()
        await expect(page.get_by_role("button", name="Try again")).to_be_visible(timeout=SLOW)
        assert loads == 2
        await page.unroute(code)
        await page.get_by_role("button", name="Try again").click()
        await expect(page.get_by_test_id("self-video")).to_be_visible(timeout=SLOW)


async def cut(route: Route) -> None:
    await route.abort("connectionfailed")
