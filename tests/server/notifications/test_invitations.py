"""Staff invite a patient, and the link goes out by a neutral message."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pytest_aiohttp.plugin import AiohttpClient
from sqlalchemy import select

from server.accounts import tables as accounts
from server.accounts.invitations import Invitations
from server.accounts.pharmacies import Pharmacies
from server.accounts.registration import Registration
from server.accounts.schemas import Invite, Person, SafeContact
from server.audit.outbox import Outbox
from server.errors import Refusal
from server.ids import digest
from tests.clock import ManualClock
from tests.server.accounts.desk import build_desk
from tests.server.notifications.conftest import PUBLIC_URL, Post

PERSON = Person(
    name="Ines Prado",
    birth_date=date(1944, 5, 17),
    phone="+34 600 000 001",
    email="ines@example.org",
    safe_contact=SafeContact(text=True),
)


@pytest.fixture
def invitations(post: Post, outbox: Outbox, clock: ManualClock) -> Invitations:
    database = post.world.database
    line = post.parts.waiting_room
    return Invitations(
        database,
        outbox,
        clock,
        line=line,
        pharmacies=Pharmacies(database, clock, line=line, speaker_below_age=16, consent_version="1"),
        registration=Registration(outbox, clock, speaker_below_age=16),
        public_url=PUBLIC_URL,
        messages=post.notifications,
    )


def invite(post: Post, **details: Any) -> Invite:
    defaults = {"queue_id": post.world.queue_id, "pharmacy_id": post.world.pharmacy_id, "person": PERSON}
    return Invite.model_validate(defaults | details)


@pytest.mark.parametrize("channel", ["text", "email"])
async def test_link_that_staff_see_is_the_one_that_is_sent(
    post: Post, invitations: Invitations, channel: str
) -> None:
    made = await invitations.invite(await post.world.pharmacist(), invite(post, send=channel))
    await post.deliver()
    (taken,) = post.taken
    assert made.link in taken.text
    assert "Ines" not in taken.text
    assert await post.states() == [("invited", channel, "sent", None)]
    token = made.link.rpartition("/")[2]
    async with post.world.database.snapshot() as connection:
        kept = (await connection.execute(select(accounts.invitations))).one()
    assert (kept.kind, kept.token_hash) == ("visit", digest(token))


async def test_link_is_only_sent_when_it_was_asked_for(post: Post, invitations: Invitations) -> None:
    await invitations.invite(await post.world.pharmacist(), invite(post))
    assert await post.rows() == []


@pytest.mark.parametrize(
    "details",
    [
        {"send": "text", "person": PERSON.model_copy(update={"safe_contact": SafeContact(text=False)})},
        {"send": "text", "person": PERSON.model_copy(update={"phone": None})},
        {"send": "email", "person": PERSON.model_copy(update={"email": None})},
        {"send": "email", "confidential": True},
    ],
)
async def test_person_who_cannot_be_reached_this_way_is_not_invited_by_it(
    post: Post, invitations: Invitations, details: dict[str, Any]
) -> None:
    with pytest.raises(Refusal) as refused:
        await invitations.invite(await post.world.pharmacist(), invite(post, **details))
    assert refused.value.fields == (("/send", "not_reachable"),)
    assert await post.world.count(accounts.patients) == 0
    assert await post.rows() == []


async def test_invitation_is_not_sent_after_it_has_expired(
    post: Post, invitations: Invitations, clock: ManualClock
) -> None:
    await invitations.invite(await post.world.pharmacist(), invite(post, send="text", valid_hours=1))
    clock.advance(hours=1)
    await post.deliver()
    assert await post.states() == [("invited", "text", "failed", "too_late")]


async def test_server_without_messengers_says_so(
    post: Post, outbox: Outbox, clock: ManualClock, aiohttp_client: AiohttpClient
) -> None:
    desk = build_desk(post.world.database, outbox, clock)
    client = await aiohttp_client(desk.app)
    response = await client.post(
        "/api/v1/invitations",
        json=invite(post, send="text").model_dump(mode="json"),
        headers=await desk.bearer(await post.world.pharmacist()),
    )
    assert response.status == 422
    assert (await response.json())["fields"] == [{"pointer": "/send", "reason": "not_reachable"}]
