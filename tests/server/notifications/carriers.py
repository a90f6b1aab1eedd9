"""Those who carry messages, for tests: a mail server, a text gateway and one in memory, told what to answer.

    async with mail_carrier(clock, tls) as carrier:
        carrier.answer = Answer.LATER
        await carrier.messenger.send(envelope)

The first two are real: aiosmtpd and an aiohttp server, on a port of this machine.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from enum import Enum
from typing import Any

import trustme
from aiohttp import web
from aiosmtpd.smtp import SMTP, AuthResult
from aiosmtpd.smtp import Envelope as Enveloped
from standardwebhooks import Webhook

from server.clock import Clock
from server.notifications.models import Envelope, Failure
from server.notifications.ports import Messenger, Undelivered
from server.notifications.smtp import MailServer, SmtpMessenger
from server.notifications.webhook import WebhookMessenger

SECRET = "whsec_" + "b2ZmaWNpbmEgdGVzdHMgYW5kIG5vdGhpbmcgZWxzZQ=="
SENDER = "no-reply@video.example.org"
TIMEOUT_S = 0.4


class Answer(Enum):
    """What a carrier says to a message."""

    TAKEN = "taken"
    LATER = "later"
    NEVER = "never"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Taken:
    """A message that a carrier took."""

    id: str
    to: str
    text: str
    sender: str


@dataclass
class Carrier:
    """One carrier, the messenger to it, and what it has taken."""

    answer: Answer = Answer.TAKEN
    taken: list[Taken] = field(default_factory=list)
    port: int = 0
    requests: list[web.BaseRequest] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    _messenger: Messenger | None = None

    @property
    def messenger(self) -> Messenger:
        return self._messenger or self

    async def send(self, envelope: Envelope) -> None:
        """The messenger in memory."""
        match self.answer:
            case Answer.TAKEN:
                self.taken.append(Taken(envelope.id, envelope.to, envelope.text, envelope.sender_name))
            case Answer.LATER:
                raise Undelivered(Failure.UNAVAILABLE, may_pass=True)
            case Answer.NEVER:
                raise Undelivered(Failure.REFUSED, may_pass=False)
            case Answer.NOTHING:
                raise Undelivered(Failure.TIMED_OUT, may_pass=True)


class Trust:
    """A certificate authority, with a certificate for this machine."""

    def __init__(self) -> None:
        authority = trustme.CA()
        leaf = authority.issue_cert("127.0.0.1", "localhost")
        self.server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        leaf.configure_cert(self.server)
        self.client = ssl.create_default_context()
        authority.configure_trust(self.client)


class MailHandler:
    """What an aiosmtpd server does with mail."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    async def handle_RCPT(  # noqa: N802  # aiosmtpd finds handlers by the SMTP command
        self, server: SMTP, session: Any, envelope: Enveloped, address: str, options: list[str]
    ) -> str:
        if self._carrier.answer is Answer.NEVER:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  # see above
        self, server: SMTP, session: Any, envelope: Enveloped
    ) -> str:
        if self._carrier.answer is Answer.NOTHING:
            await asyncio.Event().wait()
        if self._carrier.answer is Answer.LATER:
            return "451 4.3.0 try again later"
        assert isinstance(envelope.content, bytes)
        self._carrier.raw.append(envelope.content)
        message = message_from_bytes(envelope.content, policy=policy.default)
        self._carrier.taken.append(
            Taken(
                message["Message-ID"].strip("<>").partition("@")[0],
                envelope.rcpt_tos[0],
                message.get_content().replace("\r\n", "\n"),
                message["From"].addresses[0].display_name,
            )
        )
        return "250 taken"


@asynccontextmanager
async def mail_carrier(
    clock: Clock,
    trust: Trust,
    *,
    server_tls: str = "starttls",
    client_tls: str = "starttls",
    password: str | None = None,
    trusted: bool = True,
    timeout_s: float = TIMEOUT_S,
) -> AsyncIterator[Carrier]:
    """A mail server; `server_tls` and `client_tls`: 'starttls', 'at_once' or 'none'."""
    carrier = Carrier()

    def check(server: SMTP, session: Any, envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == b"right", handled=False)

    def protocol() -> SMTP:
        return SMTP(
            MailHandler(carrier),
            hostname="mail.example.org",
            loop=asyncio.get_running_loop(),
            tls_context=trust.server if server_tls == "starttls" else None,
            authenticator=check,
            auth_require_tls=server_tls == "starttls",
        )

    outer = trust.server if server_tls == "at_once" else None
    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0, ssl=outer)
    carrier.port = server.sockets[0].getsockname()[1]
    scheme = "smtps" if client_tls == "at_once" else "smtp"
    login = f"officina:{password}@" if password else ""
    carrier._messenger = SmtpMessenger(
        MailServer.at(f"{scheme}://{login}127.0.0.1:{carrier.port}", in_clear=client_tls == "none"),
        clock,
        sender=SENDER,
        trust=trust.client if trusted else None,
        timeout_s=timeout_s,
    )
    try:
        yield carrier
    finally:
        server.close()


@asynccontextmanager
async def text_carrier(
    clock: Clock,
    *,
    trust: Trust | None = None,
    trusted: bool = True,
    public_only: bool = False,
    host: str = "127.0.0.1",
) -> AsyncIterator[Carrier]:
    """A text gateway that checks signatures; over HTTPS with `trust`."""
    carrier = Carrier()
    runner = web.ServerRunner(web.Server(_gateway(carrier)), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=trust.server if trust else None)
    await site.start()
    carrier.port = runner.addresses[0][1]
    carrier._messenger = WebhookMessenger(
        f"{'https' if trust else 'http'}://{host}:{carrier.port}/send",
        clock,
        secret=SECRET,
        public_only=public_only,
        trust=trust.client if trust and trusted else None,
        timeout_s=TIMEOUT_S,
    )
    try:
        yield carrier
    finally:
        await runner.cleanup()


def _gateway(carrier: Carrier) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        carrier.requests.append(request)
        carrier.raw.append(body)
        verified = Webhook(SECRET).verify(body, dict(request.headers))
        match carrier.answer:
            case Answer.TAKEN:
                data = verified["data"]
                carrier.taken.append(Taken(data["id"], data["to"], data["text"], data["sender"]))
                return web.Response(status=202)
            case Answer.LATER:
                return web.Response(status=503)
            case Answer.NEVER:
                return web.Response(status=422)
            case Answer.NOTHING:
                await asyncio.Event().wait()
                raise AssertionError

    return answer
