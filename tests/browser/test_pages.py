"""Every page in every state, at phone and desktop width: a picture, WCAG A and AA, and reflow."""

import sqlite3

import pytest
from playwright.async_api import Page, expect

from tests.browser.api import Api
from tests.browser.conftest import DESKTOP, NARROW, PHONE, WIDER_THAN_THE_WINDOW, Demo, NewVisitor, Visitor
from tests.browser.people import (
    CONSEJO,
    SLOW,
    birth_date,
    come_back,
    heading_is,
    sees_the_other,
    sign_in,
)

pytestmark = pytest.mark.browser

NO_CAMERA = """(name) => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', name));
}"""
"""Every asking for a device ends with this error, as where there is none, or where it is not allowed."""


async def test_the_door_and_the_three_steps_of_the_form(demo: Demo, visitor: NewVisitor) -> None:
    patient = await visitor(PHONE)
    page = patient.page
    await page.goto(f"{demo.url}/p/{CONSEJO}")
    await patient.shows("start")
    await patient.screenshot("door")
    await page.get_by_test_id("start").click()
    await who_it_is_for(patient)
    await how_to_help(patient)
    await page.get_by_test_id("join-queue").click()
    await expect(page.get_by_text("Please tick this to go on.")).to_be_visible()
    await patient.screenshot("walk-in-consent-error")
    await page.get_by_test_id("consent").click()
    await page.get_by_test_id("join-queue").click()
    await patient.shows("check-start")
    await patient.screenshot("check-before")
    await page.get_by_test_id("check-start").click()
    await expect(page.get_by_text("Good enough for picture and sound.")).to_be_visible(timeout=SLOW)
    await patient.screenshot("check-running")
    await page.get_by_test_id("check-done").click()
    await patient.shows("place", "next")
    await page.get_by_test_id("leave").click()
    await page.get_by_test_id("confirm").click()
    await heading_is(patient, "You have left the waiting room")
    await patient.screenshot("left")


async def who_it_is_for(patient: Visitor) -> None:
    page = patient.page
    await patient.shows("next")
    await patient.screenshot("walk-in-who")
    await page.get_by_test_id("next").click()
    await expect(page.get_by_text("Please write the name.")).to_be_visible()
    await patient.screenshot("walk-in-who-errors")
    await page.get_by_label("Somebody else").first.check()
    await page.get_by_test_id("next").click()
    await expect(page.get_by_text("Please choose one.")).to_have_count(2)
    await patient.screenshot("walk-in-speaker-errors")
    await page.get_by_label("Your name").fill("Lucía Ruiz")
    await page.get_by_label("Parent", exact=True).check()
    await page.get_by_label("I am their parent").check()
    await page.get_by_test_id("name").fill("Mateo Ruiz")
    await birth_date(page, 11, 6, 2019)
    await patient.screenshot("walk-in-speaker")
    await page.get_by_test_id("next").click()


async def how_to_help(patient: Visitor) -> None:
    page = patient.page
    phone = page.get_by_label("Your phone number")
    await phone.fill("12")
    await page.get_by_test_id("next").click()
    await expect(page.get_by_text("Please check the number")).to_be_visible()
    await patient.screenshot("walk-in-reach-error")
    await phone.fill("+44 7911 123456")
    await expect(page.get_by_label("ring this number")).to_be_visible()
    await patient.screenshot("walk-in-reach")
    await page.get_by_test_id("next").click()
    await patient.shows("join-queue")
    await patient.screenshot("walk-in-consent")


async def test_the_waiting_room_in_all_its_states(demo: Demo, visitor: NewVisitor) -> None:
    patient = await visitor(PHONE)
    page = patient.page
    async with Api(demo) as visit, Api(demo) as staff:
        await staff.sign_in("pharmacist")
        await visit.walk_in(CONSEJO, "Ines Prado")
        await come_back(patient, visit)
        await patient.shows("place", "next")
        await patient.screenshot("waiting")
        await staff.do(f"visits/{visit.visit_id}/message", {"text": "Please have your packages at hand."})
        await expect(page.get_by_text("Please have your packages at hand.")).to_be_visible(timeout=SLOW)
        await patient.screenshot("waiting-message")
        await staff.do(f"queues/{visit.queue_id}/pause", {"message": "Back at noon. Your place is kept."})
        await expect(page.get_by_text("Back at noon.")).to_be_visible(timeout=SLOW)
        await patient.screenshot("waiting-paused")
        await staff.do(f"queues/{visit.queue_id}/resume")
        await expect(page.get_by_text("Back at noon.")).to_have_count(0, timeout=SLOW)
        await page.get_by_test_id("away").click()
        await patient.shows("return")
        await patient.screenshot("waiting-away")
        await page.get_by_test_id("return").click()
        await page.get_by_test_id("leave").click()
        await patient.shows("confirm")
        await patient.screenshot("waiting-leave-dialog")
        await page.get_by_role("button", name="No, stay").click()
        await looks(patient, "waiting")
        await staff.do(f"visits/{visit.visit_id}/decline", {"guidance": "Please see your doctor today."})
        await heading_is(patient, "We can't help you by video this time")
        await expect(page.get_by_text("Please see your doctor today.")).to_be_visible()
        await patient.screenshot("declined")


async def looks(patient: Visitor, name: str) -> None:
    """The page in the dark, in forced colours, in Spanish, and with everything twice as large."""
    page = patient.page
    await page.emulate_media(color_scheme="dark")
    await patient.screenshot(f"{name}-dark")
    await page.emulate_media(color_scheme="light", forced_colors="active")
    await patient.screenshot(f"{name}-forced-colors")
    await page.emulate_media(forced_colors="none")
    await page.get_by_role("button", name="Español").click()
    await expect(page.locator("html")).to_have_attribute("lang", "es")
    await patient.screenshot(f"{name}-es")
    await twice_as_large(page, name)
    await page.get_by_role("button", name="English").click()
    await expect(page.locator("html")).to_have_attribute("lang", "en")


async def twice_as_large(page: Page, name: str) -> None:
    """Text at 200 % (WCAG 1.4.4) on a phone; the page at 200 % on a desk is 640 wide."""
    for size, percent in ((PHONE, 200), ({"width": 640, "height": 400}, 100), (NARROW, 130)):
        await page.set_viewport_size(size)  # type: ignore[arg-type]  # a TypedDict of playwright
        await page.evaluate("(size) => { document.documentElement.style.fontSize = size; }", f"{percent}%")
        beyond = await page.evaluate(WIDER_THAN_THE_WINDOW)
        assert not beyond, f"{name} at {percent} % is wider than {size['width']}: {beyond}"
    await page.evaluate("() => { document.documentElement.style.fontSize = ''; }")
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a TypedDict of playwright


async def test_the_door_for_a_spanish_speaker_and_in_the_dark(demo: Demo, visitor: NewVisitor) -> None:
    patient = await visitor(PHONE, locale="es-ES")
    await patient.page.goto(f"{demo.url}/p/{CONSEJO}")
    await patient.shows("start")
    await expect(patient.page.locator("html")).to_have_attribute("lang", "es")
    await patient.screenshot("door-spanish")
    await patient.page.get_by_role("button", name="English").click()
    await looks(patient, "door")


async def test_a_camera_that_is_blocked_or_missing_stops_nobody(demo: Demo, visitor: NewVisitor) -> None:
    patient = await visitor(PHONE, media=False)
    page = patient.page
    async with Api(demo) as visit:
        await visit.walk_in(CONSEJO, "Olga Sanz")
        await come_back(patient, visit)
        await page.evaluate(NO_CAMERA, "NotAllowedError")
        await page.get_by_role("button", name="Check camera and sound").click()
        await page.get_by_test_id("check-start").click()
        await expect(page.get_by_text("How to allow camera and microphone")).to_be_visible(timeout=SLOW)
        await patient.screenshot("check-blocked")
        await page.evaluate(NO_CAMERA, "NotFoundError")
        await page.get_by_role("button", name="Try again").click()
        await expect(page.get_by_text("No camera was found.")).to_be_visible()
        await patient.screenshot("check-missing")
        await page.get_by_test_id("check-done").click()
        await patient.shows("place", "next")
        await visit.do(f"visits/{visit.visit_id}/leave")


async def test_links_that_are_good_used_expired_or_unknown(demo: Demo, visitor: NewVisitor) -> None:
    patient = await visitor(PHONE)
    page = patient.page
    async with Api(demo) as admin:
        await admin.sign_in("admin")
        good, old = [await invitation(admin, demo) for _ in range(2)]
    await page.goto(good)
    await heading_is(patient, "Mill Lane Pharmacy invites you")
    await patient.screenshot("link")
    await page.get_by_test_id("join-queue").click()
    await expect(page.get_by_text("Please tick this to go on.")).to_be_visible()
    await patient.screenshot("link-consent-error")
    await page.get_by_label("I agree to talk").check()
    await page.get_by_test_id("join-queue").click()
    await patient.shows("check-skip")
    await page.get_by_test_id("check-skip").click()
    await page.get_by_test_id("leave").click()
    await page.get_by_test_id("confirm").click()
    await heading_is(patient, "You have left the waiting room")
    await page.goto(good)
    await heading_is(patient, "This link was already used")
    await patient.screenshot("link-used")
    with sqlite3.connect(demo.data / "officina.db") as database:
        database.execute("UPDATE invitations SET expires_at = '2020-01-01' WHERE redeemed_at IS NULL")
    await page.goto(old)
    await heading_is(patient, "This link has expired")
    await patient.screenshot("link-expired")
    await page.goto(f"{demo.url}/i/{'x' * 43}")
    await heading_is(patient, "This link is not valid")
    await patient.screenshot("link-unknown")
    for path, heading in (
        ("/", "Please open the link from your pharmacy"),
        ("/p/nowhere", "There is no pharmacy"),
    ):
        await page.goto(demo.url + path)
        await heading_is(patient, heading)
        await patient.screenshot("home" if path == "/" else "pharmacy-unknown")


async def invitation(admin: Api, demo: Demo) -> str:
    """A magic link to the first pharmacy's queue."""
    [pharmacy_id, _], [queue_id, _] = demo.people["pharmacies"], demo.people["queues"]
    person = {"name": "Rosa Weiss", "birth_date": "1957-12-04"}
    invite = {"queue_id": queue_id, "pharmacy_id": pharmacy_id, "person": person}
    link: str = (await admin.do("invitations", invite))["link"]
    return link


async def test_a_consultation_from_both_sides(demo: Demo, visitor: NewVisitor) -> None:
    patient, pharmacist = await visitor(PHONE), await visitor(DESKTOP)
    async with Api(demo) as visit:
        await visit.walk_in(CONSEJO, "Pilar Gil")
        await come_back(patient, visit)
        await patient.shows("place", "next")
    await sign_in(pharmacist, demo, "pharmacist")
    await pharmacist.page.get_by_role("button", name="Consejo").click()
    await pharmacist.shows("line-row", "Pilar Gil")
    await pharmacist.page.get_by_test_id("admit-next").click()
    await expect(pharmacist.page.get_by_text("left to answer")).to_be_visible(timeout=SLOW)
    await pharmacist.screenshot("staff-ringing")
    await patient.shows("join")
    await patient.screenshot("called")
    await patient.page.get_by_test_id("join").click()
    await sees_the_other(patient.page)
    await patient.screenshot("call")
    await patient.page.get_by_test_id("settings").click()
    await expect(patient.page.get_by_label("Keyboard shortcuts")).to_be_visible()
    await patient.screenshot("call-settings")
    await patient.page.get_by_role("button", name="Done").click()
    await patient.page.get_by_test_id("end-call").click()
    await patient.shows("confirm")
    await patient.screenshot("call-end-dialog")
    await in_the_call(pharmacist)
    await patient.page.get_by_test_id("confirm").click()
    await heading_is(patient, "Your consultation is still open")
    await patient.screenshot("rejoin")
    await close_the_consultation(pharmacist, patient)


async def in_the_call(pharmacist: Visitor) -> None:
    page = pharmacist.page
    await page.get_by_test_id("chat").click()
    await page.get_by_test_id("chat-input").fill("Good morning")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("chat-log")).to_contain_text("Good morning")
    await page.get_by_test_id("note-input").fill("Asked about the cough.")
    await page.get_by_test_id("note-add").click()
    await expect(page.get_by_text("Asked about the cough.")).to_be_visible()
    await page.get_by_test_id("note-input").fill("Not added yet")
    await pharmacist.screenshot("staff-call")
    await page.get_by_role("button", name="Invite a guest").click()
    await page.get_by_role("textbox", name="Name").fill("Ivo Interpreter")
    await pharmacist.screenshot("staff-guest")
    await page.get_by_role("button", name="Make the link").click()
    await pharmacist.shows("guest-link")
    await pharmacist.screenshot("staff-guest-link")
    await page.get_by_role("button", name="Close", exact=True).last.click()


async def close_the_consultation(pharmacist: Visitor, patient: Visitor) -> None:
    page = pharmacist.page
    await page.get_by_test_id("finish").click()
    await page.get_by_test_id("finish-confirm").click()
    await expect(page.get_by_text("Choose what came of it.")).to_be_visible()
    await pharmacist.screenshot("staff-finish-error")
    await page.get_by_label("Advice given").check()
    await page.get_by_label("Next steps").fill("Drink water. See a doctor if it lasts a week.")
    await page.get_by_test_id("finish-confirm").click()
    await heading_is(patient, "Your consultation is finished")
    await patient.screenshot("completed")
    await page.wait_for_url("**/staff/counter")
    await pharmacist.page.get_by_role("link", name="My consultations").click()
    row = page.get_by_role("row").filter(has_text="Pilar Gil")
    await expect(row).to_be_visible()
    await pharmacist.screenshot("my-consultations")
    await row.get_by_role("link").click()
    await expect(page.get_by_text("This consultation is closed")).to_be_visible()
    await pharmacist.screenshot("staff-record")


async def test_a_patient_who_does_not_answer_twice(demo: Demo, visitor: NewVisitor) -> None:
    patient = await visitor(PHONE)
    async with Api(demo) as visit, Api(demo) as staff:
        await staff.sign_in("pharmacist", 1)
        await visit.walk_in(CONSEJO, "Bea Soto")
        await come_back(patient, visit)
        for _ in range(2):
            await staff.do(f"queues/{visit.queue_id}/admit", {"visit_id": visit.visit_id})
            await patient.shows("join")
            await staff.do(f"visits/{visit.visit_id}/no-show")
    await heading_is(patient, "We couldn't reach you")
    await patient.screenshot("not-reached")


async def test_signing_in_and_what_is_done_with_somebody_who_waits(demo: Demo, visitor: NewVisitor) -> None:
    pharmacist = await visitor(DESKTOP)
    page = pharmacist.page
    await page.goto(f"{demo.url}/staff")
    await pharmacist.shows("login-submit")
    await pharmacist.screenshot("login")
    await page.get_by_test_id("login-email").fill("priya@demo.example")
    await page.get_by_test_id("login-password").fill("not the password")
    await page.get_by_test_id("login-submit").click()
    await expect(page.get_by_role("alert")).to_be_visible(timeout=SLOW)
    await pharmacist.screenshot("login-wrong")
    await sign_in(pharmacist, demo, "pharmacist")
    await pharmacist.shows("line-row", "Arthur Bell")
    await pharmacist.screenshot("counter-line")
    await acts_on(pharmacist, "Arthur Bell")


async def test_the_counter_by_night_in_spanish_and_large(demo: Demo, visitor: NewVisitor) -> None:
    pharmacist = await visitor(DESKTOP)
    await sign_in(pharmacist, demo, "pharmacist")
    await pharmacist.shows("line-row", "Arthur Bell")
    await staff_looks(pharmacist, "counter")


async def test_what_is_opened_from_the_head_of_the_counter(demo: Demo, visitor: NewVisitor) -> None:
    pharmacist = await visitor(DESKTOP)
    await sign_in(pharmacist, demo, "pharmacist")
    await pharmacist.shows("line-row", "Arthur Bell")
    await opened_from_the_head(pharmacist)


async def test_a_queue_that_is_empty_and_paused(demo: Demo, visitor: NewVisitor) -> None:
    pharmacist = await visitor(DESKTOP)
    page = pharmacist.page
    await sign_in(pharmacist, demo, "pharmacist")
    await page.get_by_role("button", name="Consejo").click()
    await expect(page.get_by_role("heading", name="Nobody is waiting")).to_be_visible()
    await pharmacist.screenshot("counter-empty")
    await page.get_by_role("button", name="Pause queue").click()
    await page.get_by_label("What patients read").fill("Back at noon.")
    await pharmacist.screenshot("counter-pause")
    await page.get_by_role("button", name="Pause", exact=True).click()
    await expect(page.get_by_text("Patients read: “Back at noon.”")).to_be_visible()
    await pharmacist.screenshot("counter-paused")
    await page.emulate_media(color_scheme="dark")
    await pharmacist.screenshot("counter-paused-dark")
    await page.get_by_role("button", name="Resume queue").click()
    await expect(page.get_by_text("Patients read: “Back at noon.”")).to_have_count(0)
    await page.goto(f"{demo.url}/staff/admin")
    await heading_is(pharmacist, "This page is not for your role")
    await pharmacist.screenshot("wrong-role")


async def staff_looks(staff: Visitor, name: str) -> None:
    """A page of staff in the dark, in forced colours, in Spanish, and with everything twice as large."""
    page = staff.page
    await page.emulate_media(color_scheme="dark")
    await staff.screenshot(f"{name}-dark")
    await page.emulate_media(color_scheme="light", forced_colors="active")
    await staff.screenshot(f"{name}-forced-colors")
    await page.emulate_media(forced_colors="none")
    for language, tag in (("Español", "es"), ("English", "en")):
        await page.locator(".topbar-person").click()
        await page.get_by_role("button", name=language).click()
        await expect(page.locator("html")).to_have_attribute("lang", tag)
        await page.keyboard.press("Escape")
        if tag == "es":
            await staff.screenshot(f"{name}-es")
            await twice_as_large(page, name)
    await page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]  # a TypedDict of playwright


async def opened_from_the_head(pharmacist: Visitor) -> None:
    page = pharmacist.page
    for button, name in (
        ("Keyboard", "keys"),
        ("Alerts are on", "alerts"),
        ("Message everybody", "message-all"),
    ):
        await page.get_by_role("button", name=button).click()
        await pharmacist.screenshot(f"counter-{name}")
        await page.keyboard.press("Escape")
    await page.locator(".duty").click()
    await pharmacist.screenshot("counter-duty")
    await page.get_by_role("button", name="Break, 20 minutes").click()
    await pharmacist.shows("duty", "Break until")
    await pharmacist.screenshot("counter-break")
    await page.locator(".duty").click()
    await page.get_by_role("button", name="On duty", exact=True).click()
    await pharmacist.shows("duty", "On duty")


async def acts_on(pharmacist: Visitor, name: str) -> None:
    """Open what can be done with somebody who waits, and leave it again."""
    page = pharmacist.page
    acts = (
        "Send a message",
        "Put on hold",
        "Mark urgent",
        "Skills and language",
        "Move to another queue",
        "Decline with guidance",
    )
    for act in acts:
        await page.get_by_role("button", name=f"More for {name}").click()
        if act == "Send a message":
            await pharmacist.screenshot("counter-menu")
        await page.get_by_role("button", name=act).click()
        await pharmacist.shows("act-send")
        await pharmacist.screenshot(f"counter-{act.split()[0].lower()}")
        await page.keyboard.press("Escape")
        await expect(page.get_by_test_id("act-send")).to_have_count(0)


async def test_the_pages_of_the_other_roles(demo: Demo, visitor: NewVisitor) -> None:
    officer = await visitor(DESKTOP)
    page = officer.page
    async with Api(demo) as visit, Api(demo) as staff:
        await staff.sign_in("pharmacist", 1)
        await visit.walk_in(CONSEJO, "Eva Mora")
        consultation = await staff.do(f"queues/{visit.queue_id}/admit", {"visit_id": visit.visit_id})
        await staff.do(f"visits/{visit.visit_id}/no-show")
        await visit.do(f"visits/{visit.visit_id}/leave")
    await sign_in(officer, demo, "compliance")
    await expect(page.get_by_role("row").filter(has_text="Eva Mora")).to_be_visible(timeout=SLOW)
    await officer.screenshot("compliance")
    await page.get_by_label("Find by consultation id").fill(consultation["id"])
    await page.get_by_role("button", name="Find").click()
    await officer.shows("timeline-row")
    await page.locator("summary").first.click()
    await officer.screenshot("compliance-details")
    for role, heading in (("admin", "People"), ("operator", "Start")):
        await page.locator(".topbar-person").click()
        await page.get_by_test_id("sign-out").click()
        await officer.shows("login-submit")
        if role == "admin":
            await officer.screenshot("signed-out")
        await sign_in(officer, demo, role)
        await heading_is(officer, heading)
        await officer.screenshot(role)
    await page.goto(f"{demo.url}/api/docs")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await officer.screenshot("api-docs")
