"""E-mail: messages handed to a mail server by SMTP, over TLS unless an operator said otherwise."""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Literal, Self
from urllib.parse import unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from server.clock import Clock
from server.notifications.models import Envelope, Failure
from server.notifications.ports import Undelivered

TIMEOUT_S = 20.0
GOODBYE_S = 1.0
PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed in. STARTTLS is demanded, not hoped for: without it nothing is said."""

    host: str
    port: int
    tls: Literal["at_once", "starttls", "none"]
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def at(cls, url: str, *, in_clear: bool = False) -> Self:
        """The server at `smtp://user:password@host:port` or `smtps://...`."""
        parts = urlsplit(url)
        tls: Literal["starttls", "none"] = "none" if in_clear else "starttls"
        return cls(
            host=parts.hostname or "",
            port=parts.port or PORTS[parts.scheme],
            tls="at_once" if parts.scheme == "smtps" else tls,
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )


class SmtpMessenger:
    """Sends by a mail server. The `Message-ID` is made of the message's id: a repeat has the same.

    `sender`: the address it comes from. `trust`: whose certificates are good, instead of the system's.
    """

    def __init__(
        self,
        server: MailServer,
        clock: Clock,
        *,
        sender: str,
        trust: ssl.SSLContext | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._server = server
        self._clock = clock
        self._sender = sender
        self._domain = sender.rpartition("@")[2]
        self._trust = trust
        self._timeout_s = timeout_s

    async def send(self, envelope: Envelope) -> None:
        message = self._message(envelope)
        client = self._client()
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._connect(client)
                await self._hand_over(client, message, envelope.to)
        except TimeoutError:
            raise Undelivered(Failure.TIMED_OUT, may_pass=True) from None
        finally:
            await _part(client)

    def _client(self) -> SMTP:
        server = self._server
        return SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            local_hostname=self._domain,
            use_tls=server.tls == "at_once",
            start_tls=server.tls == "starttls",
            tls_context=self._trust,
            timeout=self._timeout_s,
        )

    @staticmethod
    async def _connect(client: SMTP) -> None:
        """Connect, secure the connection and log in. What goes wrong here is nothing about the message."""
        try:
            await client.connect()
        except SMTPAuthenticationError:
            raise Undelivered(Failure.LOGIN_REFUSED, may_pass=True) from None
        except (SMTPException, OSError) as error:
            if isinstance(error, TimeoutError):
                raise
            # Of its own a plain SMTPException says that the server knows no STARTTLS, or no login.
            is_insecure = type(error) is SMTPException or _is_about_tls(error)
            why = Failure.NOT_SECURE if is_insecure else Failure.UNAVAILABLE
            raise Undelivered(why, may_pass=True) from None

    async def _hand_over(self, client: SMTP, message: EmailMessage, to: str) -> None:
        try:
            await client.send_message(message, sender=self._sender, recipients=[to])
        except SMTPRecipientsRefused as error:
            raise _answered(error.recipients[0].code) from None
        except SMTPResponseException as error:
            raise _answered(error.code) from None
        except (SMTPNotSupported, ValueError):
            raise Undelivered(Failure.BAD_ADDRESS, may_pass=False) from None
        except SMTPServerDisconnected:
            raise Undelivered(Failure.UNAVAILABLE, may_pass=True) from None

    def _message(self, envelope: Envelope) -> EmailMessage:
        message = EmailMessage()
        try:
            message["From"] = Address(display_name=envelope.sender_name, addr_spec=self._sender)
            message["To"] = Address(addr_spec=envelope.to)
        except (ValueError, MessageError, LookupError):
            raise Undelivered(Failure.BAD_ADDRESS, may_pass=False) from None
        message["Subject"] = envelope.subject
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = f"<{envelope.id}@{self._domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(envelope.text, cte="quoted-printable")
        message["Content-Language"] = envelope.language
        return message


def _answered(code: int) -> Undelivered:
    """What an answer to the message or its address means (RFC 5321, section 4.2.1)."""
    if code >= 500:
        return Undelivered(Failure.REFUSED, may_pass=False)
    return Undelivered(Failure.UNAVAILABLE, may_pass=True)


def _is_about_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


async def _part(client: SMTP) -> None:
    """Say goodbye, shortly: whether the message was taken is decided already."""
    with suppress(SMTPException, OSError):
        async with asyncio.timeout(GOODBYE_S):
            if client.is_connected:
                await client.quit()
    client.close()
