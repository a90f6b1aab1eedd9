"""One contract for all messengers, then what is particular to each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from aiohttp import web

from server.clock import SystemClock
from server.ids import new_id
from server.notifications.models import Envelope, Failure, MessageId
from server.notifications.ports import Messenger, Undelivered
from server.notifications.smtp import MailServer, SmtpMessenger
from server.notifications.webhook import WebhookMessenger, is_private
from tests.server.notifications.carriers import (
    SECRET,
    SENDER,
    TIMEOUT_S,
    Answer,
    Carrier,
    Taken,
    Trust,
    mail_carrier,
    text_carrier,
)
from tests.services.ports import free_port

CLOCK = SystemClock()
"""The real one: a gateway refuses signatures that are not of this moment."""

ENVELOPE = Envelope(
    id=MessageId(new_id()),
    to="ines@example.org",
    sender_name="Officina",
    language="en",
    subject="Your appointment",
    text="It is nearly your turn. Please open https://video.example.org/i/abc\n",
)


@pytest.fixture(scope="module")
def trust() -> Trust:
    return Trust()


@pytest.fixture(params=["memory", "mail", "text"])
async def carrier(request: pytest.FixtureRequest, trust: Trust) -> AsyncIterator[Carrier]:
    match request.param:
        case "mail":
            async with mail_carrier(CLOCK, trust) as mail:
                yield mail
        case "text":
            async with text_carrier(CLOCK) as text:
                yield text
        case _:
            yield Carrier()


async def refusal(messenger: Messenger, envelope: Envelope = ENVELOPE) -> tuple[Failure, bool]:
    """Why a message was not taken, and whether that may pass."""
    with pytest.raises(Undelivered) as problem:
        await messenger.send(envelope)
    assert problem.value.__cause__ is None
    return problem.value.failure, problem.value.may_pass


# The contract


async def test_message_that_is_taken_has_arrived_with_its_id_and_words(carrier: Carrier) -> None:
    await carrier.messenger.send(ENVELOPE)
    assert carrier.taken == [Taken(ENVELOPE.id, ENVELOPE.to, ENVELOPE.text, "Officina")]


async def test_message_sent_again_has_the_same_id(carrier: Carrier) -> None:
    await carrier.messenger.send(ENVELOPE)
    await carrier.messenger.send(ENVELOPE)
    assert [taken.id for taken in carrier.taken] == [ENVELOPE.id] * 2


async def test_not_now_may_pass(carrier: Carrier) -> None:
    carrier.answer = Answer.LATER
    assert await refusal(carrier.messenger) == (Failure.UNAVAILABLE, True)
    carrier.answer = Answer.TAKEN
    await carrier.messenger.send(ENVELOPE)
    assert len(carrier.taken) == 1


async def test_no_is_final(carrier: Carrier) -> None:
    carrier.answer = Answer.NEVER
    assert await refusal(carrier.messenger) == (Failure.REFUSED, False)
    assert carrier.taken == []


async def test_silence_is_given_up_in_bounded_time_and_may_pass(carrier: Carrier) -> None:
    carrier.answer = Answer.NOTHING
    async with asyncio.timeout(TIMEOUT_S + 3):
        assert await refusal(carrier.messenger) == (Failure.TIMED_OUT, True)


async def test_many_messages_at_once_are_all_taken(carrier: Carrier) -> None:
    envelopes = [replace(ENVELOPE, id=MessageId(new_id())) for _ in range(8)]
    await asyncio.gather(*(carrier.messenger.send(envelope) for envelope in envelopes))
    assert {taken.id for taken in carrier.taken} == {envelope.id for envelope in envelopes}


@pytest.mark.parametrize("kind", ["mail", "text"])
async def test_nobody_there_may_pass(kind: str, trust: Trust) -> None:
    port = free_port()
    messenger: Messenger = (
        SmtpMessenger(MailServer.at(f"smtp://127.0.0.1:{port}"), CLOCK, sender=SENDER, timeout_s=TIMEOUT_S)
        if kind == "mail"
        else WebhookMessenger(f"http://127.0.0.1:{port}", CLOCK, secret=SECRET, timeout_s=TIMEOUT_S)
    )
    assert await refusal(messenger) == (Failure.UNAVAILABLE, True)


# Mail


@pytest.mark.security
async def test_mail_server_without_starttls_is_told_nothing(trust: Trust) -> None:
    async with mail_carrier(CLOCK, trust, server_tls="none") as carrier:
        assert await refusal(carrier.messenger) == (Failure.NOT_SECURE, True)
        assert carrier.raw == []


@pytest.mark.security
@pytest.mark.parametrize("tls", ["starttls", "at_once"])
async def test_mail_server_that_cannot_be_trusted_is_told_nothing(trust: Trust, tls: str) -> None:
    async with mail_carrier(CLOCK, trust, server_tls=tls, client_tls=tls, trusted=False) as carrier:
        assert await refusal(carrier.messenger) == (Failure.NOT_SECURE, True)
        assert carrier.raw == []


@pytest.mark.parametrize("tls", ["at_once", "none"])
async def test_mail_goes_by_tls_from_the_first_byte_or_in_clear_where_told_so(trust: Trust, tls: str) -> None:
    async with mail_carrier(CLOCK, trust, server_tls=tls, client_tls=tls) as carrier:
        await carrier.messenger.send(ENVELOPE)
        assert len(carrier.taken) == 1


async def test_wrong_password_may_be_put_right(trust: Trust) -> None:
    async with mail_carrier(CLOCK, trust, password="wrong") as carrier:
        assert await refusal(carrier.messenger) == (Failure.LOGIN_REFUSED, True)
    async with mail_carrier(CLOCK, trust, password="right") as carrier:
        await carrier.messenger.send(ENVELOPE)


@pytest.mark.security
@pytest.mark.parametrize(
    "address",
    ["a,b@example.org", "a@example.org>\r\nBcc: c@example.org", "a <b@example.org>", "@", "é@example.org"],
)
async def test_address_that_is_more_than_an_address_goes_nowhere(trust: Trust, address: str) -> None:
    async with mail_carrier(CLOCK, trust) as carrier:
        assert await refusal(carrier.messenger, replace(ENVELOPE, to=address)) == (Failure.BAD_ADDRESS, False)
        assert carrier.raw == []


async def test_mail_says_what_mail_has_to_say_and_not_more(trust: Trust) -> None:
    spanish = replace(ENVELOPE, language="es", subject="Su cita", sender_name="Oficina Ñandú, S.L.")
    async with mail_carrier(CLOCK, trust) as carrier:
        await carrier.messenger.send(spanish)
    message = message_from_bytes(carrier.raw[0], policy=policy.default)
    assert message["From"].addresses[0].display_name == "Oficina Ñandú, S.L."
    assert message["Message-ID"] == f"<{ENVELOPE.id}@video.example.org>"
    assert {name.lower() for name in message} == {
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "content-language",
        "auto-submitted",
        "content-type",
        "content-transfer-encoding",
        "mime-version",
    }


# Text messages


async def test_gateway_gets_the_id_in_the_headers(trust: Trust) -> None:
    async with text_carrier(CLOCK) as carrier:
        await carrier.messenger.send(ENVELOPE)
        (request,) = carrier.requests
        assert (request.method, request.path) == ("POST", "/send")
        assert request.headers["webhook-id"] == ENVELOPE.id


@pytest.mark.security
async def test_gateway_over_https_must_be_the_right_one(trust: Trust) -> None:
    async with text_carrier(CLOCK, trust=trust) as carrier:
        await carrier.messenger.send(ENVELOPE)
        assert len(carrier.taken) == 1
    async with text_carrier(CLOCK, trust=trust, trusted=False) as carrier:
        assert await refusal(carrier.messenger) == (Failure.NOT_SECURE, True)
        assert carrier.requests == []


@pytest.mark.security
async def test_redirect_is_not_followed() -> None:
    seen: list[str] = []

    async def redirect(request: web.BaseRequest) -> web.StreamResponse:
        seen.append(request.path)
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    runner = web.ServerRunner(web.Server(redirect))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/send"
    try:
        messenger = WebhookMessenger(url, CLOCK, secret=SECRET)
        assert await refusal(messenger) == (Failure.REDIRECTED, False)
    finally:
        await runner.cleanup()
    assert seen == ["/send"]


@pytest.mark.security
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_gateway_in_a_private_network_is_refused_where_told_so(host: str) -> None:
    async with text_carrier(CLOCK, public_only=True, host=host) as carrier:
        assert await refusal(carrier.messenger) == (Failure.UNAVAILABLE, True)
        assert carrier.requests == []


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "::1", "::ffff:127.0.0.1", "fe80::1%eth0", "169.254.169.254", "0.0.0.0"]
)
def test_addresses_that_are_private(host: str) -> None:
    assert is_private(host)


@pytest.mark.parametrize("host", ["8.8.8.8", "2606:4700::1111", "sms.example.org"])
def test_hosts_that_are_not_private_as_they_stand(host: str) -> None:
    assert not is_private(host)
