"""Messages leave at least once, are tried again for a while, and not when they must not be sent."""

from __future__ import annotations

import asyncio
import json
import logging

import pytest
from structlog.testing import capture_logs

from server.db.database import Database
from server.logs import drop_arguments
from server.notifications.delivery import MAX_AN_HOUR
from server.notifications.models import MAX_ATTEMPTS, Channel, Envelope, MessageKind
from server.notifications.tokens import MessageTokens
from tests.clock import ManualClock
from tests.server.notifications.carriers import Answer, Carrier
from tests.server.notifications.conftest import KEY, NO, Post
from tests.server.world import World

TEXT, EMAIL = Channel.TEXT, Channel.EMAIL


@pytest.fixture
async def queued(post: Post) -> Post:
    """With one text message on its way."""
    visit_id = await post.parts.wait(await post.patient(email=None))
    await post.tell(visit_id, MessageKind.PLACE_KEPT)
    return post


async def test_message_is_sent_once_and_the_log_says_so(queued: Post, world: World) -> None:
    assert await queued.deliver() == 1
    assert await queued.deliver() == 0
    assert len(queued.taken) == 1
    (event,) = await world.events("message.sent")
    (row,) = await queued.rows()
    assert json.loads(event)["data"] == {
        "message": row.id,
        "channel": "text",
        "kind": "place_kept",
        "attempts": 1,
    }
    assert (row.sent_at, row.next_attempt_at) == (world.clock.now(), None)


async def test_not_now_is_tried_again_with_growing_pauses(queued: Post, clock: ManualClock) -> None:
    carrier = queued.carriers[TEXT]
    carrier.answer = Answer.LATER
    for pause_s in (5, 15, 45):
        assert await queued.deliver() == 1
        clock.advance(seconds=pause_s - 1)
        assert await queued.deliver() == 0
        clock.advance(seconds=1)
    assert await queued.states() == [("place_kept", "text", "queued", "unavailable")]
    carrier.answer = Answer.TAKEN
    await queued.deliver()
    assert await queued.states() == [("place_kept", "text", "sent", None)]


async def test_message_that_never_gets_through_is_given_up(
    queued: Post, world: World, clock: ManualClock
) -> None:
    queued.carriers[TEXT].answer = Answer.NOTHING
    tried = 0
    for _ in range(200):
        tried += await queued.deliver()
        clock.advance(seconds=30)
    assert tried == MAX_ATTEMPTS
    assert await queued.states() == [("place_kept", "text", "failed", "timed_out")]
    (event,) = await world.events("message.failed")
    assert json.loads(event)["data"]["reason"] == "timed_out"
    assert json.loads(event)["data"]["attempts"] == MAX_ATTEMPTS


async def test_no_is_final(queued: Post, clock: ManualClock) -> None:
    queued.carriers[TEXT].answer = Answer.NEVER
    await queued.deliver()
    clock.advance(hours=1)
    assert await queued.deliver() == 0
    assert await queued.states() == [("place_kept", "text", "failed", "refused")]


async def test_late_news_are_not_sent(queued: Post, clock: ManualClock) -> None:
    clock.advance(hours=2)
    await queued.deliver()
    assert queued.taken == []
    assert await queued.states() == [("place_kept", "text", "failed", "too_late")]


async def test_choice_that_was_taken_back_meanwhile_is_respected(queued: Post) -> None:
    await queued.set_patients(safe_contact=NO)
    await queued.deliver()
    assert queued.taken == []
    assert await queued.states() == [("place_kept", "text", "suppressed", "not_agreed")]


async def test_tenant_that_became_a_rehearsal_sends_nothing(queued: Post) -> None:
    await queued.set_tenant(is_test=True)
    await queued.deliver()
    assert queued.taken == []
    assert await queued.states() == [("place_kept", "text", "suppressed", "test_tenant")]


async def test_what_is_no_longer_so_is_not_told(post: Post) -> None:
    patient = await post.patient(email=None)
    visit_id = await post.parts.wait(patient)
    await post.tell(visit_id, MessageKind.FEW_AHEAD)
    await post.parts.stay.leave(patient, visit_id)
    await post.deliver()
    assert await post.states() == [("few_ahead", "text", "suppressed", "outdated")]


async def test_channel_that_was_taken_from_the_server_sends_nothing(queued: Post) -> None:
    queued.deliveries[TEXT]._messenger = None
    await queued.deliver()
    assert await queued.states() == [("place_kept", "text", "suppressed", "not_configured")]


@pytest.mark.security
async def test_address_given_again_and_again_has_enough_at_some_point(post: Post, clock: ManualClock) -> None:
    async def arrive(**details: str) -> None:
        visit_id = await post.parts.wait(await post.patient(email=None, **details))
        await post.tell(visit_id, MessageKind.PLACE_KEPT)
        await post.deliver()

    for _ in range(MAX_AN_HOUR + 2):
        await arrive()
    assert len(post.taken) == MAX_AN_HOUR
    assert (await post.states())[-1] == ("place_kept", "text", "suppressed", "too_many")
    await arrive(phone="+34600000002")
    assert len(post.taken) == MAX_AN_HOUR + 1
    clock.advance(hours=1)
    await arrive()
    assert len(post.taken) == MAX_AN_HOUR + 2


async def test_failure_of_one_message_keeps_no_other_from_leaving(post: Post, clock: ManualClock) -> None:
    first, second = [await post.parts.wait(await post.patient(email=None)) for _ in range(2)]
    await post.tell(first, MessageKind.PLACE_KEPT)
    await post.tell(second, MessageKind.PLACE_KEPT)
    sent: list[str] = []

    class Stumbling(Carrier):
        async def send(self, envelope: Envelope) -> None:
            sent.append(envelope.id)
            if len(sent) == 1:
                raise RuntimeError("canary")

    post.deliveries[TEXT]._messenger = Stumbling()
    with capture_logs() as lines:
        assert await post.deliver() == 2
    assert sorted(state for _, _, state, _ in await post.states()) == ["sending", "sent"]
    assert [line["error"] for line in lines] == ["RuntimeError"]
    assert "canary" not in str(lines)
    clock.advance(seconds=60)
    assert await post.deliver() == 1
    assert {state for _, _, state, _ in await post.states()} == {"sent"}


@pytest.mark.faults
async def test_process_that_dies_between_sending_and_noting_it_leads_to_one_repeat_with_the_same_id(
    queued: Post, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = queued.deliveries[TEXT]

    async def die(*_: object, **__: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(delivery, "_settle", die)
        await asyncio.gather(delivery.deliver_due(), return_exceptions=True)
    assert len(queued.taken) == 1
    clock.advance(seconds=59)
    assert await queued.deliver() == 0
    clock.advance(seconds=1)
    assert await queued.deliver() == 1
    clock.advance(minutes=5)
    assert await queued.deliver() == 0
    first, again = queued.taken
    assert first == again


@pytest.mark.faults
async def test_process_that_wakes_up_after_its_time_changes_nothing(queued: Post, clock: ManualClock) -> None:
    delivery = queued.deliveries[TEXT]
    (slow,) = await delivery._claim()
    clock.advance(seconds=60)
    await queued.deliver()
    await delivery._deliver(slow)
    assert [taken.id for taken in queued.taken] == [slow.id, slow.id]
    assert len(await queued.world.events("message.sent")) == 1


async def test_several_processes_send_each_message_once(post: Post, database: Database) -> None:
    for number in range(20):
        visit_id = await post.parts.wait(await post.patient(email=None, phone=f"+346000001{number:02}"))
        await post.tell(visit_id, MessageKind.PLACE_KEPT)
    delivery = post.deliveries[TEXT]
    tried = await asyncio.gather(*(delivery.deliver_due() for _ in range(4)))
    assert sum(tried) == 20
    assert len({taken.id for taken in post.taken}) == len(post.taken) == 20


@pytest.mark.security
async def test_no_address_and_no_secret_gets_into_logs_or_events(
    post: Post, world: World, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.handler.addFilter(drop_arguments)
    person = {"name": "Canaryname", "phone": "+34600987654", "email": "canary@canary.example"}
    with capture_logs() as lines:
        for answer in Answer:
            for carrier in post.carriers.values():
                carrier.answer = answer
            visit_id = await post.parts.wait(await post.patient(**person))
            await post.tell(visit_id, MessageKind.FEW_AHEAD)
            await post.deliver()
        clock.advance(days=1)
        await post.deliver()
    tokens = [MessageTokens(KEY).of(row.id) for row in await post.rows()]
    assert len(tokens) == 8
    events = await world.events()
    assert sum("message.failed" in event for event in events) == 6
    places = [*events, *map(str, lines), caplog.text, str(await post.rows())]
    for word in ("anary", "987654", *tokens):
        assert not any(word in place for place in places), word
