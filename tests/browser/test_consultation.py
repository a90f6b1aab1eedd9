"""The main job: a patient and a pharmacist meet by video through the waiting room, and the log shows it."""

import pytest
from playwright.async_api import expect

from tests.browser.api import Api
from tests.browser.conftest import DESKTOP, PHONE, Demo, NewVisitor, Visitor
from tests.browser.people import check_devices, open_queue, sees_the_other, sign_in, walk_in

pytestmark = pytest.mark.browser

PORT = "farmacia-del-puerto"

TIMELINE = [
    "visit.joined",
    "visit.device_check.completed",
    "visit.admitted",
    "room.participant.joined",
    "visit.answered",
    "room.chat.sent",
    "consultation.note.added",
    "consultation.closed",
]
"""What the compliance officer must find, in this order, among the other events."""


async def test_a_patient_and_a_pharmacist_meet_and_the_log_tells_it(demo: Demo, visitor: NewVisitor) -> None:
    patient = await visitor(PHONE)
    pharmacist = await visitor(DESKTOP)
    await stand_second_then_first(patient, demo)
    await sign_in(pharmacist, demo, "pharmacist")
    await open_queue(pharmacist, "Consejo")
    await pharmacist.shows("line-row", "Ana López")
    await pharmacist.screenshot("counter")
    await call(pharmacist, patient)
    await write_to_each_other(pharmacist, patient)
    consultation_id = await finish(pharmacist, patient)
    await pharmacist.context.close()

    officer = await visitor(DESKTOP)
    await sign_in(officer, demo, "compliance")
    await expect(officer.page.get_by_role("row").filter(has_text="Ana López")).to_be_visible()
    await officer.screenshot("compliance-list")
    await officer.page.goto(f"{demo.url}/staff/compliance/{consultation_id}")
    await officer.shows("timeline-row")
    await officer.screenshot("compliance-timeline")
    rows = await officer.page.get_by_test_id("timeline-row").all()
    names = dict.fromkeys([await row.get_attribute("data-event") for row in rows])
    assert [name for name in names if name in TIMELINE] == TIMELINE


async def stand_second_then_first(patient: Visitor, demo: Demo) -> None:
    async with Api(demo) as before_them:
        await before_them.walk_in(PORT, "Bruno Paz")
        await walk_in(patient, demo, PORT, "Ana López")
        await check_devices(patient)
        await patient.shows("place", "2")
        await patient.screenshot("patient-waiting-second")
        await before_them.call("POST", f"visits/{before_them.visit_id}/leave")
    await patient.shows("place", "next")


async def call(pharmacist: Visitor, patient: Visitor) -> None:
    """Admit and answer: both sides decode each other's pictures."""
    await pharmacist.page.get_by_test_id("admit-next").click()
    await pharmacist.shows("consultation-state")
    await pharmacist.screenshot("calling")
    await patient.shows("join")
    await patient.screenshot("patient-called")
    await patient.page.get_by_test_id("join").click()
    await sees_the_other(patient.page)
    await sees_the_other(pharmacist.page)


async def write_to_each_other(pharmacist: Visitor, patient: Visitor) -> None:
    await patient.page.get_by_test_id("chat").click()
    await patient.page.get_by_test_id("chat-input").fill("Can you hear me?")
    await patient.page.keyboard.press("Enter")
    await pharmacist.page.get_by_test_id("chat").click()
    await pharmacist.shows("chat-log", "Can you hear me?")
    await expect(pharmacist.page.get_by_test_id("chat-input")).to_be_focused()
    await pharmacist.page.get_by_test_id("note-input").fill("Advised rest and fluids.")
    await pharmacist.page.get_by_test_id("note-add").click()
    await expect(pharmacist.page.get_by_text("Advised rest and fluids.")).to_be_visible()
    await patient.screenshot("patient-call")
    await pharmacist.screenshot("call")


async def finish(pharmacist: Visitor, patient: Visitor) -> str:
    """Complete the consultation; answers its id."""
    consultation_id = pharmacist.page.url.rpartition("/")[2]
    await pharmacist.page.get_by_test_id("finish").click()
    await pharmacist.page.get_by_label("Advice given").check()
    await pharmacist.page.get_by_label("Next steps").fill("Drink water. Come back in two days.")
    await pharmacist.screenshot("finish")
    await pharmacist.page.get_by_test_id("finish-confirm").click()
    await patient.shows("next-steps", "Drink water.")
    await patient.screenshot("patient-end")
    await pharmacist.page.wait_for_url("**/staff/counter")
    return consultation_id


async def test_a_pharmacist_who_is_not_assigned_is_refused(demo: Demo) -> None:
    async with Api(demo) as patient, Api(demo) as assigned, Api(demo) as other:
        await patient.walk_in("mill-lane", "Nora Lind")
        await assigned.sign_in("pharmacist", 0)
        await other.sign_in("pharmacist", 1)
        _, visit = await patient.call("GET", f"visits/{patient.visit_id}")
        admit = {"visit_id": patient.visit_id}
        status, consultation = await assigned.call("POST", f"queues/{visit['queue_id']}/admit", admit)
        assert status in {200, 201}
        path = f"consultations/{consultation['id']}"
        assert (await assigned.call("GET", path))[0] == 200
        status, problem = await other.call("GET", path)
        assert (status, problem["code"]) == (403, "forbidden")
        await assigned.call("POST", f"visits/{patient.visit_id}/no-show")
        await patient.call("POST", f"visits/{patient.visit_id}/leave")
