"""The counter: what pharmacists do with the line, from their page to the patient's and back."""

import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.api import Api
from tests.browser.conftest import DESKTOP, PHONE, Demo, NewVisitor, Visitor
from tests.browser.people import CONSEJO, SLOW, come_back, heading_is, sign_in

pytestmark = pytest.mark.browser

LOOKS_AWAY = """
    window.officinaNotified = [];
    window.Notification = class {
        static permission = 'granted';
        static requestPermission() { return Promise.resolve('granted'); }
        constructor(title, options) { window.officinaNotified.push(`${title} ${options.body}`); }
        close() {}
    };
    document.hasFocus = () => false;
"""
"""A desktop that shows notifications, in front of which somebody works in another window."""


@pytest.fixture
async def admin(demo: Demo) -> AsyncIterator[Api]:
    """An administrator behind the scenes; the queue gets its settings back at the end."""
    async with Api(demo) as someone:
        await someone.sign_in("admin")
        path = f"queues/{demo.people['queues'][1]}"
        _, before = await someone.call("GET", f"{path}/settings")
        yield someone
        kept = {name: before[name] for name in ("capacity", "wait_alert_s", "languages", "opening_hours")}
        await someone.call("PATCH", path, kept)


async def at_the_counter(staff: Visitor, demo: Demo, index: int = 0) -> Page:
    """Sign in as a pharmacist and turn to the queue `Consejo`."""
    await sign_in(staff, demo, "pharmacist", index)
    tab = staff.page.get_by_role("button", name="Consejo")
    await tab.click()
    await expect(tab).to_have_attribute("aria-pressed", "true", timeout=SLOW)
    return staff.page


def row(staff: Visitor, name: str) -> Any:
    return staff.page.get_by_test_id("line-row").filter(has_text=name)


async def test_the_counter_hears_within_a_second_that_somebody_feels_worse(
    demo: Demo, visitor: NewVisitor
) -> None:
    pharmacist = await visitor(DESKTOP)
    await pharmacist.context.add_init_script(LOOKS_AWAY)
    async with Api(demo) as patient:
        await patient.walk_in(CONSEJO, "Ana López")
        page = await at_the_counter(pharmacist, demo)
        await expect(row(pharmacist, "Ana López")).to_be_visible(timeout=SLOW)
        took = []
        for _ in range(3):
            began = monotonic()
            await patient.do(f"visits/{patient.visit_id}/worse")
            await expect(page.get_by_test_id("worse")).to_contain_text("Ana López feels worse.")
            took.append(monotonic() - began)
            if len(took) == 1:
                await expect(page).to_have_title("‼ (4) Counter · Officina")
                await pharmacist.screenshot("counter-worse")
                await page.get_by_role("link", name="My consultations").click()
                await pharmacist.shows("worse", "Ana López")
            await page.keyboard.press("w")
            await expect(page.get_by_test_id("worse-seen")).to_be_focused()
            await page.keyboard.press("Enter")
            await expect(page.get_by_test_id("worse")).to_have_count(0)
    assert min(took) < 1, took
    told = await page.evaluate("() => window.officinaNotified")
    assert told.count("A patient feels worse Somebody in Consejo feels worse.") >= 3


async def test_everybody_who_waits_reads_a_message_to_all(demo: Demo, visitor: NewVisitor) -> None:
    patient, pharmacist = await visitor(PHONE), await visitor(DESKTOP)
    async with Api(demo) as visit:
        await visit.walk_in(CONSEJO, "Ana López")
        await come_back(patient, visit)
        page = await at_the_counter(pharmacist, demo)
        await expect(row(pharmacist, "Ana López")).to_be_visible(timeout=SLOW)
        await page.keyboard.press("l")
        await page.get_by_role("button", name="We are running late.").click()
        await page.get_by_test_id("act-send").click()
        await expect(patient.page.get_by_text("Everybody keeps their place.")).to_be_visible(timeout=SLOW)


async def test_hold_is_two_presses_and_is_taken_back_by_one(demo: Demo, visitor: NewVisitor) -> None:
    pharmacist = await visitor(PHONE)
    async with Api(demo) as patient:
        await patient.walk_in(CONSEJO, "Ana López")
        page = await at_the_counter(pharmacist, demo)
        ana = row(pharmacist, "Ana López")
        await expect(ana).to_contain_text("Ready", timeout=SLOW)
        await page.keyboard.press("j")
        await page.keyboard.press("h")
        await pharmacist.shows("row-panel")
        await pharmacist.screenshot("counter-hold-in-the-row")
        await page.get_by_role("button", name="We are waiting for your prescription.").click()
        await expect(ana).to_contain_text("Place kept (away)", timeout=SLOW)
        await expect(page.get_by_test_id("admit-next")).to_have_attribute("aria-disabled", "true")
        _, view = await patient.call("GET", f"visits/{patient.visit_id}")
        assert view["message"] == "We are waiting for your prescription."
        await page.keyboard.press("r")
        await expect(ana).to_contain_text("Ready", timeout=SLOW)


async def test_urgent_goes_first_with_its_reason_and_the_counter_says_why(
    demo: Demo, visitor: NewVisitor
) -> None:
    pharmacist = await visitor(DESKTOP)
    async with Api(demo) as first, Api(demo) as second:
        await first.walk_in(CONSEJO, "Ana López")
        await second.walk_in(CONSEJO, "Bruno Paz")
        page = await at_the_counter(pharmacist, demo)
        await expect(page.get_by_test_id("why-next")).to_have_text("First in the line.", timeout=SLOW)
        await page.get_by_role("button", name="More for Bruno Paz").click()
        await page.get_by_role("button", name="Mark urgent").click()
        await page.get_by_role("button", name="In pain").click()
        await pharmacist.screenshot("counter-urgent")
        await page.get_by_test_id("act-send").click()
        await expect(page.get_by_test_id("line-row").first).to_contain_text("Bruno Paz", timeout=SLOW)
        await expect(page.get_by_test_id("why-next")).to_have_text("Marked urgent: In pain.")
        await first.do(f"visits/{first.visit_id}/away")
        await page.get_by_role("button", name="More for Bruno Paz").click()
        await page.get_by_role("button", name="No longer urgent").click()
        await expect(page.get_by_test_id("line-row").first).to_contain_text("Ana López", timeout=SLOW)
        await expect(page.get_by_test_id("why-next")).to_contain_text("Passed over, places kept: 1 away.")
        await pharmacist.screenshot("counter-why-next")


async def test_a_phone_patient_is_entered_admitted_run_and_finished(demo: Demo, visitor: NewVisitor) -> None:
    pharmacist = await visitor(DESKTOP)
    page = await at_the_counter(pharmacist, demo)
    await page.keyboard.press("p")
    await page.get_by_test_id("phone-add").click()
    await expect(page.get_by_text("Enter the number to ring.")).to_be_visible()
    await pharmacist.screenshot("counter-phone-errors")
    await page.get_by_test_id("phone-name").fill("Rosa Weiss")
    await page.get_by_test_id("phone-birth").fill("1938-09-30")
    await page.get_by_test_id("phone-number").fill("+34 600 123 123")
    await page.get_by_test_id("phone-add").click()
    await expect(row(pharmacist, "Rosa Weiss")).to_contain_text("By phone only", timeout=SLOW)
    await pharmacist.screenshot("counter-phone-patient")
    await page.keyboard.press("a")
    await heading_is(pharmacist, "Rosa Weiss")
    await expect(page.get_by_role("heading", name="Ring Rosa Weiss")).to_be_visible()
    await expect(page.get_by_role("link", name="+34600123123").first).to_have_attribute(
        "href", "tel:+34600123123"
    )
    await pharmacist.screenshot("staff-phone-ringing")
    await page.keyboard.press("p")
    await expect(page.get_by_text("On the telephone with Rosa Weiss")).to_be_visible(timeout=SLOW)
    await pharmacist.screenshot("staff-phone-running")
    await page.keyboard.press("2")
    await expect(page.get_by_test_id("note-input")).to_have_value("No known allergies.")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".note-text")).to_have_text("No known allergies.")
    await finish(page)
    await expect(row(pharmacist, "Rosa Weiss")).to_have_count(0)


async def finish(page: Page) -> None:
    """Finish the consultation that is open."""
    await page.get_by_test_id("finish").click()
    await page.get_by_label("Advice given").check()
    await page.get_by_test_id("finish-confirm").click()
    await page.wait_for_url("**/staff/counter")


async def test_a_consultation_is_handed_over_to_a_colleague(demo: Demo, visitor: NewVisitor) -> None:
    pharmacist, colleague = await visitor(DESKTOP), await visitor(DESKTOP)
    async with Api(demo) as patient:
        await patient.walk_in(CONSEJO, "Ana López")
        await colleague.context.add_init_script(LOOKS_AWAY)
        theirs = await at_the_counter(colleague, demo, 1)
        await go_on_duty(colleague)
        page = await at_the_counter(pharmacist, demo)
        await page.get_by_test_id("admit-next").click()
        await heading_is(pharmacist, "Ana López")
        await page.get_by_test_id("on-the-phone").or_(page.get_by_text("Ringing Ana")).first.wait_for()
        await patient.do(f"visits/{patient.visit_id}/coming")
        await run_without_video(demo, page)
        await page.get_by_test_id("note-input").fill("Asked about the cough.")
        await page.get_by_test_id("handover").click()
        await page.get_by_label("Tomás Vidal").check()
        await pharmacist.screenshot("staff-handover")
        await page.get_by_test_id("handover-confirm").click()
        await page.wait_for_url("**/staff/counter")
        await expect(theirs.get_by_text("You are in a consultation with Ana López.")).to_be_visible(
            timeout=SLOW
        )
        told = await theirs.evaluate("() => window.officinaNotified")
        assert told == ["A consultation is yours now A colleague handed it over, Consejo."]
        await colleague.screenshot("counter-handed-over")
        await theirs.keyboard.press("a")
        await heading_is(colleague, "Ana López")
        await expect(theirs.locator(".note-text")).to_have_text("Asked about the cough.")
        await finish(theirs)


async def go_on_duty(staff: Visitor) -> None:
    """By the switch in the head."""
    await staff.page.locator(".duty").click()
    on = staff.page.get_by_role("button", name="On duty", exact=True)
    if await on.count() > 1:
        await on.last.click()
    else:
        await staff.page.keyboard.press("Escape")
    await staff.shows("duty", "On duty")


async def run_without_video(demo: Demo, page: Page) -> None:
    """The patient is on the telephone: the consultation runs."""
    async with Api(demo) as staff:
        await staff.sign_in("pharmacist")
        await staff.do(f"consultations/{page.url.rpartition('/')[2]}/phone")
    await page.reload()
    await expect(page.get_by_test_id("consultation-state")).to_have_text("In the call", timeout=SLOW)


async def test_a_running_call_is_held_and_taken_up_again(demo: Demo, visitor: NewVisitor) -> None:
    pharmacist = await visitor(DESKTOP)
    async with Api(demo) as patient:
        await patient.walk_in(CONSEJO, "Ana López")
        page = await at_the_counter(pharmacist, demo)
        await page.get_by_test_id("admit-next").click()
        await heading_is(pharmacist, "Ana López")
        await run_without_video(demo, page)
        await expect(page.get_by_test_id("empty-room")).to_be_visible(timeout=SLOW)
        await pharmacist.screenshot("staff-empty-room")
        await page.keyboard.press("h")
        await pharmacist.screenshot("staff-hold")
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("consultation-state")).to_have_text("On hold", timeout=SLOW)
        await pharmacist.screenshot("staff-held")
        await page.keyboard.press("h")
        await expect(page.get_by_test_id("consultation-state")).to_have_text("In the call", timeout=SLOW)
        await finish(page)


async def test_nobody_new_joins_a_paused_queue_until_it_is_resumed(demo: Demo, visitor: NewVisitor) -> None:
    pharmacist, patient = await visitor(DESKTOP), await visitor(PHONE)
    page = await at_the_counter(pharmacist, demo)
    await page.get_by_role("button", name="Pause queue").click()
    await page.get_by_label("What patients read").fill("Back at noon.")
    await page.get_by_role("button", name="Pause", exact=True).click()
    await expect(page.get_by_text("Patients read: “Back at noon.”")).to_be_visible()
    await patient.page.goto(f"{demo.url}/p/{CONSEJO}")
    await expect(patient.page.get_by_text("Back at noon.")).to_be_visible(timeout=SLOW)
    await page.get_by_role("button", name="Resume queue").click()
    await expect(page.get_by_text("Patients read")).to_have_count(0)
    async with Api(demo) as visit:
        await visit.walk_in(CONSEJO, "Ana López")
        await expect(row(pharmacist, "Ana López")).to_be_visible(timeout=SLOW)


async def test_who_found_the_line_full_is_rung_back(demo: Demo, visitor: NewVisitor, admin: Api) -> None:
    pharmacist = await visitor(DESKTOP)
    queue_id = demo.people["queues"][1]
    async with Api(demo) as patient, Api(demo) as other:
        await patient.walk_in(CONSEJO, "Ana López")
        await admin.call("PATCH", f"queues/{queue_id}", {"capacity": 1})
        asked = {"queue_id": queue_id, "name": "Bruno Paz", "phone": "+34 600 000 111", "language": "es"}
        await other.do(f"pharmacies/{CONSEJO}/call-backs", asked)
        page = await at_the_counter(pharmacist, demo)
        call_back = page.get_by_test_id("call-back").filter(has_text="Bruno Paz")
        await expect(call_back).to_contain_text("the line was full", timeout=SLOW)
        await expect(call_back.get_by_role("link")).to_have_attribute("href", "tel:+34600000111")
        await pharmacist.screenshot("counter-call-backs")
        await call_back.get_by_role("button", name="Reached").click()
        await expect(call_back).to_have_count(0)


async def test_a_wait_that_becomes_too_long_is_told_and_marked(demo: Demo, visitor: NewVisitor) -> None:
    pharmacist = await visitor(DESKTOP)
    await pharmacist.context.add_init_script(LOOKS_AWAY)
    async with Api(demo) as patient:
        await patient.walk_in(CONSEJO, "Ana López")
        page = await at_the_counter(pharmacist, demo)
        came = datetime.now(UTC) - timedelta(seconds=900 - 6)
        wait_since(demo, patient.visit_id, came)
        await page.reload()
        await page.get_by_role("button", name="Consejo").click()
        ana = row(pharmacist, "Ana López")
        await expect(ana).to_contain_text("14:5", timeout=SLOW)
        await expect(ana.locator(".line-late")).to_have_count(0)
        await page.wait_for_function("() => window.officinaNotified.length > 0")
        told = await page.evaluate("() => window.officinaNotified")
        assert told == ["A patient has waited long Somebody in Consejo has waited too long."]
        await expect(ana.locator(".line-late")).to_be_visible()
        await pharmacist.screenshot("counter-late")


def wait_since(demo: Demo, visit_id: str, came: datetime) -> None:
    """Let somebody have come earlier than they did."""
    with sqlite3.connect(demo.data / "officina.db") as database:
        values = (came.strftime("%Y-%m-%d %H:%M:%S.%f"), visit_id.replace("-", ""))
        changed = database.execute("UPDATE visits SET arrived_at = ? WHERE id = ?", values)
        assert changed.rowcount == 1


async def test_an_administrator_changes_the_capacity(demo: Demo, visitor: NewVisitor, admin: Api) -> None:
    boss = await visitor(DESKTOP)
    page = boss.page
    await sign_in(boss, demo, "admin")
    await page.get_by_role("button", name="Settings of Consejo").click()
    await boss.shows("queue-settings")
    await page.get_by_test_id("set-capacity").fill("0")
    await page.get_by_test_id("settings-save").click()
    await expect(page.get_by_text("Enter a number from 1 to 10000.")).to_be_visible()
    await page.get_by_test_id("set-capacity").fill("17")
    await page.get_by_role("button", name="Add opening hours").click()
    await boss.screenshot("admin-queue-settings")
    await page.get_by_role("button", name="Remove Monday, 09:00").click()
    await page.get_by_test_id("settings-save").click()
    await expect(page.get_by_text("Saved.").first).to_be_visible()
    _, settings = await admin.call("GET", f"queues/{demo.people['queues'][1]}/settings")
    assert (settings["capacity"], settings["opening_hours"]) == (17, [])
