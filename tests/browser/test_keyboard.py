"""The whole way by keyboard alone, on both sides: no mouse, and never a lost focus."""

import pytest
from playwright.async_api import expect

from tests.browser.api import Api
from tests.browser.conftest import DESKTOP, Demo, NewVisitor, Visitor
from tests.browser.keyboard import Keyboard
from tests.browser.people import CONSEJO, SLOW

pytestmark = pytest.mark.browser


async def test_a_patient_and_a_pharmacist_meet_by_keyboard_alone(demo: Demo, visitor: NewVisitor) -> None:
    patient, pharmacist = await visitor(DESKTOP), await visitor(DESKTOP)
    await join_the_line(patient, demo)
    await stay_in_line(patient)
    await sign_in_and_admit(pharmacist, demo)
    await answer(patient)
    await write_a_note(pharmacist)
    await hang_up(patient)
    await finish(pharmacist)
    await Keyboard(patient.page).at_heading("Your consultation is finished")


async def join_the_line(patient: Visitor, demo: Demo) -> None:
    page, keys = patient.page, Keyboard(patient.page)
    await page.goto(f"{demo.url}/p/{CONSEJO}")
    await keys.choose(page.get_by_test_id("start"))
    await keys.at_heading("Who is it for?")
    await keys.choose(page.get_by_test_id("next"))
    await expect(page.get_by_test_id("name")).to_be_focused()
    await keys.go_to(page.get_by_label("I do"), by="Shift+Tab")
    await keys.press("ArrowDown", "ArrowUp")
    await keys.fill(page.get_by_test_id("name"), "Carmen Vega")
    for part, value in (("day", "2"), ("month", "5"), ("year", "1944")):
        await keys.fill(page.get_by_test_id(f"birth-{part}"), value)
    await keys.press("Enter")
    await keys.at_heading("How can we help you best?")
    await keys.choose(page.get_by_test_id("next"))
    await keys.at_heading("Before you join")
    await keys.go_to(page.get_by_label("I agree to talk"))
    await keys.press("Space")
    await keys.choose(page.get_by_test_id("join-queue"))
    await keys.at_heading("Check your camera and sound")
    await keys.choose(page.get_by_test_id("check-start"))
    await expect(page.get_by_role("heading", name="Camera", exact=True)).to_be_focused(timeout=SLOW)
    await keys.choose(page.get_by_test_id("check-done"))
    await keys.at_heading("You are in the waiting room")


async def stay_in_line(patient: Visitor) -> None:
    """Open the leave dialog and stay; step away and come back."""
    page, keys = patient.page, Keyboard(patient.page)
    await keys.choose(page.get_by_test_id("leave"))
    await expect(page.get_by_role("button", name="No, stay")).to_be_focused()
    await keys.press("Escape")
    await expect(page.get_by_test_id("leave")).to_be_focused()
    await keys.choose(page.get_by_test_id("away"))
    await keys.at_heading("Your place is kept")
    await keys.choose(page.get_by_test_id("return"))
    await keys.at_heading("You are in the waiting room")


async def sign_in_and_admit(pharmacist: Visitor, demo: Demo) -> None:
    page, keys, me = pharmacist.page, Keyboard(pharmacist.page), demo.staff("pharmacist")
    await page.goto(f"{demo.url}/staff")
    await keys.fill(page.get_by_test_id("login-email"), me["email"])
    await keys.fill(page.get_by_test_id("login-password"), me["password"])
    await keys.press("Enter")
    await keys.at_heading("Counter")
    await keys.choose(page.get_by_role("button", name="Consejo"))
    await pharmacist.shows("line-row", "Carmen Vega")
    await act_on_somebody(pharmacist)
    await keys.press("j")
    await expect(page.get_by_role("button", name="Admit Carmen Vega")).to_be_focused()
    await keys.press("a")
    await keys.at_heading("Carmen Vega")


async def act_on_somebody(pharmacist: Visitor) -> None:
    """A dialog gives the focus back to what opened it, also when that was an entry of a menu."""
    page, keys = pharmacist.page, Keyboard(pharmacist.page)
    await keys.press("?")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await keys.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    menu = page.get_by_role("button", name="More for Carmen Vega")
    panel = page.get_by_test_id("row-panel")
    for act, first in (
        ("Send a message", panel.get_by_role("textbox")),
        ("Put on hold", panel.get_by_role("button").first),
    ):
        await keys.choose(menu)
        await keys.choose(page.get_by_role("button", name=act))
        await expect(first).to_be_focused()
        await keys.press("Escape")
        await expect(menu).to_be_focused()
    await keys.choose(menu)
    await keys.choose(page.get_by_role("button", name="Decline with guidance"))
    await expect(page.get_by_role("dialog").get_by_role("textbox")).to_be_focused()
    await keys.press("Escape")
    await expect(menu).to_be_focused()
    await keys_act_on_the_row(pharmacist)


async def keys_act_on_the_row(pharmacist: Visitor) -> None:
    """Each act has a key, and no key acts while somebody writes."""
    page, keys = pharmacist.page, Keyboard(pharmacist.page)
    await keys.press("m")
    await expect(page.get_by_test_id("row-panel").get_by_role("textbox")).to_be_focused()
    await keys.write("hap")
    await expect(page.get_by_test_id("row-panel").get_by_role("textbox")).to_have_value("hap")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await keys.press("Escape")
    for key, heading in (
        ("u", "Mark Carmen Vega urgent"),
        ("e", "What Carmen Vega needs"),
        ("t", "Move Carmen Vega to another queue"),
        ("l", "Message everybody who waits"),
        ("p", "Add a phone patient"),
    ):
        await keys.press(key)
        await expect(page.get_by_role("dialog", name=heading)).to_be_visible()
        await keys.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)


async def answer(patient: Visitor) -> None:
    page, keys = patient.page, Keyboard(patient.page)
    await keys.at_heading("The pharmacist is ready for you")
    await keys.choose(page.get_by_test_id("join"))
    await keys.at_heading("Video call")
    await expect(page.get_by_test_id("remote-video")).to_be_visible(timeout=SLOW)
    await keys.choose(page.get_by_test_id("mute"))
    await expect(page.get_by_test_id("mute")).to_have_text("Unmute")
    await keys.press("m")
    await expect(page.get_by_test_id("mute")).to_have_text("Mute")
    await keys.press("c")
    await expect(page.get_by_test_id("chat-input")).to_be_focused()
    await keys.write("Good morning, my cough is back")
    await keys.press("Enter")
    await expect(page.get_by_test_id("chat-log")).to_contain_text("my cough is back")
    await keys.go_to(page.get_by_test_id("chat-close"), by="Shift+Tab")
    await keys.press("Enter")
    await expect(page.get_by_test_id("chat")).to_be_focused()
    await keys.choose(page.get_by_test_id("settings"))
    await expect(page.get_by_role("dialog")).to_be_visible()
    await keys.press("Escape")
    await expect(page.get_by_test_id("settings")).to_be_focused()


async def write_a_note(pharmacist: Visitor) -> None:
    page, keys = pharmacist.page, Keyboard(pharmacist.page)
    await expect(page.get_by_test_id("remote-video")).to_be_visible(timeout=SLOW)
    await keys.press("n")
    await expect(page.get_by_test_id("note-input")).to_be_focused()
    await keys.write("Honey and rest.")
    await keys.press("Control+Enter")
    await expect(page.locator(".note-text")).to_have_text("Honey and rest.")


async def hang_up(patient: Visitor) -> None:
    page, keys = patient.page, Keyboard(patient.page)
    await keys.choose(page.get_by_test_id("end-call"))
    await expect(page.get_by_role("button", name="Stay in the call")).to_be_focused()
    await keys.press("Escape")
    await expect(page.get_by_test_id("end-call")).to_be_focused()
    await expect(page.get_by_test_id("confirm")).to_have_count(0)
    await keys.press("Enter")
    await keys.choose(page.get_by_test_id("confirm"))
    await keys.at_heading("Your consultation is still open")


async def finish(pharmacist: Visitor) -> None:
    page, keys = pharmacist.page, Keyboard(pharmacist.page)
    await keys.press("Control+Shift+F")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await keys.press("Escape")
    await expect(page.get_by_test_id("note-input")).to_be_focused()
    await expect(page.get_by_test_id("finish-confirm")).to_be_hidden()
    await keys.press("Control+Shift+F")
    await keys.go_to(page.get_by_role("dialog").get_by_label("Advice given"))
    await keys.press("Space")
    await keys.fill(page.get_by_label("Next steps"), "Come back in a week.")
    await keys.choose(page.get_by_test_id("finish-confirm"))
    await keys.at_heading("Counter")


async def test_a_compliance_officer_reads_a_timeline_by_keyboard_alone(
    demo: Demo, visitor: NewVisitor
) -> None:
    async with Api(demo) as patient, Api(demo) as pharmacist:
        await patient.walk_in(CONSEJO, "Rita Sol")
        await pharmacist.sign_in("pharmacist")
        _, visit = await patient.call("GET", f"visits/{patient.visit_id}")
        admit = {"visit_id": patient.visit_id}
        status, _ = await pharmacist.call("POST", f"queues/{visit['queue_id']}/admit", admit)
        assert status in {200, 201}
        await pharmacist.call("POST", f"visits/{patient.visit_id}/no-show")
        await patient.call("POST", f"visits/{patient.visit_id}/leave")
    officer = await visitor(DESKTOP)
    page, keys = officer.page, Keyboard(officer.page)
    me = demo.staff("compliance")
    await page.goto(f"{demo.url}/staff")
    await keys.fill(page.get_by_test_id("login-email"), me["email"])
    await keys.fill(page.get_by_test_id("login-password"), me["password"])
    await keys.press("Enter")
    await keys.at_heading("Consultations")
    await keys.choose(page.get_by_role("row").filter(has_text="Rita Sol").get_by_role("link").first)
    await keys.at_heading("Timeline of a consultation")
    await officer.shows("timeline-row")
    await keys.choose(page.locator("[data-event='visit.admitted'] summary"))
    await expect(page.locator("[data-event='visit.admitted'] details")).to_have_attribute("open", "")


async def test_an_administrator_sets_a_queue_by_keyboard_alone(demo: Demo, visitor: NewVisitor) -> None:
    boss = await visitor(DESKTOP)
    page, keys = boss.page, Keyboard(boss.page)
    me = demo.staff("admin")
    await page.goto(f"{demo.url}/staff")
    await keys.fill(page.get_by_test_id("login-email"), me["email"])
    await keys.fill(page.get_by_test_id("login-password"), me["password"])
    await keys.press("Enter")
    await keys.at_heading("People")
    await keys.choose(page.get_by_role("button", name="Settings of Consejo"))
    for minutes in ("20", "15"):
        await keys.go_to(page.get_by_test_id("set-alertMin"))
        await keys.press("Control+a")
        await keys.write(minutes)
        await keys.go_to(page.get_by_test_id("settings-save"))
        await keys.press("Enter")
        await expect(page.get_by_text("Saved.").first).to_be_visible()
        await keys.go_to(page.get_by_role("button", name="Settings of Consejo"), by="Shift+Tab")
