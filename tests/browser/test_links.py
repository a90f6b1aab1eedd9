"""Magic links: looking never uses one, the button does, once; and the link back leads to the same place."""

import pytest
from aiohttp import ClientSession
from playwright.async_api import expect

from tests.browser.api import Api
from tests.browser.conftest import DESKTOP, PHONE, Demo, NewVisitor
from tests.browser.people import CONSEJO, check_devices, heading_is, sign_in, walk_in

pytestmark = pytest.mark.browser


async def link_to(demo: Demo, name: str) -> str:
    """A magic link into the second pharmacy's queue, as its administrator makes one."""
    invite = {
        "queue_id": demo.people["queues"][1],
        "pharmacy_id": demo.people["pharmacies"][1],
        "person": {"name": name, "birth_date": "1957-12-04"},
    }
    async with Api(demo) as admin:
        await admin.sign_in("admin")
        link: str = (await admin.do("invitations", invite))["link"]
        return link


async def test_only_the_button_uses_a_link_and_only_once(demo: Demo, visitor: NewVisitor) -> None:
    link = await link_to(demo, "Rosa Weiss")
    await read_by_a_machine(link, demo)
    patient, other = await visitor(PHONE), await visitor(PHONE)
    for _ in range(2):
        await patient.page.goto(link)
        await heading_is(patient, "Farmacia del Puerto invites you")
    await expect(patient.page.get_by_text("Rosa")).to_have_count(0)
    await patient.page.get_by_label("I agree to talk").check()
    await patient.page.get_by_test_id("join-queue").click()
    await patient.shows("check-start")
    assert link.rpartition("/")[2] not in patient.page.url
    await other.page.goto(link)
    await heading_is(other, "This link was already used")
    await expect(other.page.get_by_text("Please call the pharmacy and ask for a new one.")).to_be_visible()
    await patient.page.reload()
    await patient.shows("check-start")


async def read_by_a_machine(link: str, demo: Demo) -> None:
    """As mail scanners and chat previews do: the page, and what it asks for."""
    token = link.rpartition("/")[2]
    async with ClientSession() as machine:
        for address in (link, f"{demo.url}/api/v1/invitations/{token}"):
            async with machine.get(address) as answer:
                assert answer.status == 200
                assert "Set-Cookie" not in answer.headers
                assert "Rosa" not in await answer.text()


async def test_the_link_back_leads_to_the_same_place_on_another_device(
    demo: Demo, visitor: NewVisitor
) -> None:
    phone, tablet = await visitor(PHONE), await visitor(DESKTOP)
    async with Api(demo) as before_them:
        await before_them.walk_in(CONSEJO, "Bruno Paz")
        await walk_in(phone, demo, CONSEJO, "Ana López")
        await check_devices(phone)
        await phone.shows("place", "2")
        await phone.page.get_by_text("If you have to close this page").click()
        link = await phone.page.locator(".link-text").inner_text()
        await tablet.page.goto(link)
        await heading_is(tablet, "Come back to your visit")
        await tablet.page.get_by_test_id("join-queue").click()
        await tablet.shows("place", "2")
        await before_them.do(f"visits/{before_them.visit_id}/leave")
    await tablet.shows("place", "next")
    await phone.shows("place", "next")


async def test_a_member_of_staff_who_opens_a_link_stays_signed_in(demo: Demo, visitor: NewVisitor) -> None:
    person = await visitor(DESKTOP)
    await sign_in(person, demo, "pharmacist")
    await person.shows("admit-next")
    await person.page.goto(await link_to(demo, "Rosa Weiss"))
    await person.page.get_by_label("I agree to talk").check()
    await person.page.get_by_test_id("join-queue").click()
    await person.shows("check-start")
    await person.page.goto(f"{demo.url}/staff")
    await person.page.get_by_role("button", name="Consejo").click()
    await person.shows("line-row", "Rosa Weiss")
    await person.page.goto(f"{demo.url}/visit")
    await person.shows("check-start")
