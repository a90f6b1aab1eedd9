"""Who is told what, by which channel, and what is kept of it."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from server.accounts import tables as accounts
from server.ids import digest
from server.notifications.models import Channel, MessageKind
from server.notifications.tokens import MessageTokens
from tests.clock import ManualClock
from tests.server.notifications.conftest import KEY, MAIL, NO, PHONE, PUBLIC_URL, Post
from tests.server.world import World

TEXT, EMAIL = Channel.TEXT, Channel.EMAIL


async def test_urgent_news_go_by_every_channel_and_others_by_the_first(post: Post) -> None:
    visit_id = await post.parts.wait(await post.patient())
    assert await post.tell(visit_id, MessageKind.FEW_AHEAD) == (TEXT, EMAIL)
    assert await post.tell(visit_id, MessageKind.EXPIRED) == (TEXT,)


async def test_who_did_not_agree_to_texts_gets_mail(post: Post) -> None:
    visit_id = await post.parts.wait(await post.patient(safe_contact=NO))
    assert await post.tell(visit_id, MessageKind.FEW_AHEAD) == (EMAIL,)


async def test_who_can_only_be_rung_gets_nothing_and_nothing_is_written(post: Post, world: World) -> None:
    visit_id = await post.parts.wait(await post.patient(safe_contact=NO, email=None))
    assert await post.tell(visit_id, MessageKind.FEW_AHEAD) == ()
    assert await post.rows() == []
    assert await world.events("message.suppressed") == []


async def test_nothing_leaves_for_a_tenant_that_rehearses(post: Post, world: World) -> None:
    await post.set_tenant(is_test=True)
    visit_id = await post.parts.wait(await post.patient())
    assert await post.tell(visit_id, MessageKind.FEW_AHEAD) == ()
    assert await post.deliver() == 0
    assert post.taken == []
    assert {state for _, _, state, _ in await post.states()} == {"suppressed"}
    events = [json.loads(body)["data"] for body in await world.events("message.suppressed")]
    assert [(data["channel"], data["kind"], data["reason"]) for data in events] == [
        ("text", "few_ahead", "test_tenant"),
        ("email", "few_ahead", "test_tenant"),
    ]


async def test_same_news_are_told_once_and_each_call_anew(post: Post) -> None:
    visit_id = await post.parts.wait(await post.patient(email=None))
    for _ in range(2):
        await post.tell(visit_id, MessageKind.FEW_AHEAD)
    assert len(await post.rows()) == 1
    pharmacist = await post.world.pharmacist()
    for _ in range(2):
        await post.parts.admit(pharmacist, visit_id)
        await post.parts.admission.no_show(pharmacist, visit_id)
    kinds = [(row.kind, row.occasion) for row in await post.rows()]
    assert sorted(kinds) == [("called", 1), ("called", 2), ("few_ahead", 0)]


async def test_news_that_come_one_upon_the_other_leave_two_minutes_apart(
    post: Post, clock: ManualClock
) -> None:
    patient = await post.patient()
    visit_id = await post.parts.wait(patient)
    await post.parts.stay.go_away(patient, visit_id)
    await post.tell(visit_id, MessageKind.FEW_AHEAD)
    assert await post.deliver() == 1
    clock.advance(minutes=2)
    assert await post.deliver() == 2
    assert [kind for kind, *_ in await post.states()] == ["place_kept", "few_ahead", "few_ahead"]


async def test_message_and_its_event_are_there_or_neither(post: Post, world: World) -> None:
    visit_id = await post.parts.wait(await post.patient())

    async def tell_and_fail() -> None:
        async with world.database.transaction() as transaction:
            visit = await post.parts.visits.visit(transaction.connection, visit_id)
            assert visit is not None
            await post.notifications.tell(transaction, visit=visit, kind=MessageKind.FEW_AHEAD)
            raise KeyError

    with pytest.raises(KeyError):
        await tell_and_fail()
    assert await post.rows() == []
    assert await world.events("message.queued") == []
    assert not post.notifications.hints[TEXT].is_set()
    await post.tell(visit_id, MessageKind.FEW_AHEAD)
    assert len(await world.events("message.queued")) == 2
    assert post.notifications.hints[TEXT].is_set()


@pytest.mark.security
async def test_neither_address_nor_text_nor_secret_is_kept(post: Post) -> None:
    visit_id = await post.parts.wait(await post.patient())
    await post.tell(visit_id, MessageKind.FEW_AHEAD)
    await post.deliver()
    rows = await post.rows()
    token = MessageTokens(KEY).of(rows[0].id)
    assert any(token in taken.text for taken in post.taken)
    assert rows[0]._fields == (
        "id",
        "tenant_id",
        "visit_id",
        "patient_id",
        "kind",
        "channel",
        "language",
        "occasion",
        "state",
        "attempts",
        "next_attempt_at",
        "give_up_at",
        "created_at",
        "sent_at",
        "failure",
    )
    assert not any(secret in str(rows) for secret in (PHONE, MAIL, token))
    async with post.world.database.snapshot() as connection:
        links = list(await connection.execute(select(accounts.invitations)))
    assert token not in str(links)
    assert digest(token) in str(links)


async def test_link_of_a_message_leads_back_to_the_visit(post: Post) -> None:
    visit_id = await post.parts.wait(await post.patient(email=None))
    await post.tell(visit_id, MessageKind.PLACE_KEPT)
    await post.deliver()
    (taken,) = post.taken
    assert taken.to == PHONE
    token = taken.text.rpartition("/")[2]
    assert f"{PUBLIC_URL}/i/{token}" in taken.text
    async with post.world.database.snapshot() as connection:
        query = select(accounts.invitations).where(accounts.invitations.c.token_hash == digest(token))
        link = (await connection.execute(query)).one()
    assert (link.kind, link.visit_id, link.created_by) == ("return", visit_id, None)


@pytest.mark.security
async def test_confidential_visit_is_told_without_a_link_and_by_what_was_agreed(
    post: Post, clock: ManualClock
) -> None:
    visit_id = await post.parts.wait(await post.patient(), confidential=True)
    for kind in (MessageKind.FEW_AHEAD, MessageKind.PLACE_KEPT, MessageKind.EXPIRED):
        assert await post.tell(visit_id, kind) == (TEXT,)
    assert await post.tell(visit_id, MessageKind.LINK) == ()
    clock.advance(minutes=2)
    await post.deliver()
    assert len(post.taken) == 3
    assert not any("/i/" in taken.text or "://" in taken.text for taken in post.taken)
    assert await post.world.count(accounts.invitations) == 0


async def test_patient_is_told_in_their_language_with_the_name_of_the_house(post: Post) -> None:
    await post.set_tenant(neutral_name="Casa Roja")
    visit_id = await post.parts.wait(await post.patient(language="es", email=None))
    await post.tell(visit_id, MessageKind.FEW_AHEAD)
    await post.deliver()
    assert post.taken[0].text.startswith("Casa Roja: Ya casi es su turno. Abra https://")
    assert post.taken[0].sender == "Casa Roja"


# What the waiting room tells by itself


async def test_going_away_sends_the_link_to_come_back(post: Post) -> None:
    patient = await post.patient()
    visit_id = await post.parts.wait(patient)
    for _ in range(2):
        await post.parts.stay.go_away(patient, visit_id)
        await post.parts.stay.come_back(patient, visit_id)
    await post.deliver()
    assert await post.states() == [("place_kept", "text", "sent", None)]


async def test_patient_who_is_away_is_called_by_message_at_once(post: Post) -> None:
    patient = await post.patient(email=None)
    visit_id = await post.parts.wait(patient)
    await post.parts.stay.go_away(patient, visit_id)
    await post.parts.admit(await post.world.pharmacist(), visit_id)
    await post.deliver()
    assert ("called", "text", "sent", None) in await post.states()


async def test_patient_at_the_page_is_called_by_message_only_when_they_do_not_come(
    post: Post, clock: ManualClock
) -> None:
    visit_id = await post.parts.wait(await post.patient(email=None))
    await post.parts.admit(await post.world.pharmacist(), visit_id)
    assert await post.deliver() == 0
    clock.advance(seconds=20)
    assert await post.deliver() == 1
    assert "your turn now" in post.taken[0].text


async def test_patient_who_came_to_the_call_gets_no_message(post: Post, clock: ManualClock) -> None:
    patient = await post.patient(email=None)
    visit_id = await post.parts.wait(patient)
    await post.parts.admit(await post.world.pharmacist(), visit_id)
    await post.parts.stay.leave(patient, visit_id)
    clock.advance(seconds=20)
    await post.deliver()
    assert post.taken == []
    assert await post.states() == [("called", "text", "suppressed", "outdated")]
