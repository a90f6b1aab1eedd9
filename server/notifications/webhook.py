"""Text messages: handed to a gateway by a webhook, signed after the Standard Webhooks specification."""

import ssl
from ipaddress import IPv6Address, ip_address
from socket import AddressFamily
from urllib.parse import urlsplit

import orjson
from aiohttp import ClientError, ClientSession, ClientSSLError, ClientTimeout, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from standardwebhooks import Webhook

from server.clock import Clock
from server.notifications.models import Envelope, Failure
from server.notifications.ports import Undelivered

TIMEOUT_S = 10.0
TYPE = "message.text"
MAY_PASS = frozenset({408, 425, 429})


class PublicOnly(AbstractResolver):
    """Finds only addresses of the public internet: a name that leads into a private network leads nowhere."""

    def __init__(self) -> None:
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily = AddressFamily.AF_INET
    ) -> list[ResolveResult]:
        every = await self._resolver.resolve(host, port, family)
        found = [each for each in every if not is_private(each["host"])]
        if not found:
            raise OSError("no public address")
        return found

    async def close(self) -> None:
        await self._resolver.close()


def is_private(host: str) -> bool:
    """Whether a host is an address outside the public internet; a name is looked at when it is resolved."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return not address.ipv4_mapped.is_global
    return not address.is_global


class WebhookMessenger:
    """Posts each message to one URL. `webhook-id` is the message's id: a repeat has the same.

    The body is `{"type": "message.text", "timestamp", "data": {"id", "to", "text", "sender", "language"}}`,
    `to` in E.164. 2xx means taken; 408, 425, 429 and 5xx 'later'; any other answer 'never'. Redirects are not
    followed: they would carry a telephone number to somewhere nobody named.
    """

    def __init__(
        self,
        url: str,
        clock: Clock,
        *,
        secret: str,
        public_only: bool = False,
        trust: ssl.SSLContext | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._url = url
        self._host = urlsplit(url).hostname or ""
        self._clock = clock
        self._webhook = Webhook(secret)
        self._public_only = public_only
        self._trust = trust
        self._timeout = ClientTimeout(total=timeout_s)

    async def send(self, envelope: Envelope) -> None:
        body = self._body(envelope)
        try:
            status = await self._post(body, self._headers(envelope, body))
        except TimeoutError:
            raise Undelivered(Failure.TIMED_OUT, may_pass=True) from None
        except ClientSSLError:
            raise Undelivered(Failure.NOT_SECURE, may_pass=True) from None
        except (ClientError, OSError):
            raise Undelivered(Failure.UNAVAILABLE, may_pass=True) from None
        _read(status)

    async def _post(self, body: str, headers: dict[str, str]) -> int:
        if self._public_only and is_private(self._host):
            raise OSError("no public address")
        connector = TCPConnector(
            resolver=PublicOnly() if self._public_only else None, ssl=self._trust or True, force_close=True
        )
        async with (
            ClientSession(connector=connector, timeout=self._timeout, trust_env=False) as session,
            session.post(self._url, data=body, headers=headers, allow_redirects=False) as response,
        ):
            return response.status

    def _body(self, envelope: Envelope) -> str:
        data = {
            "id": envelope.id,
            "to": envelope.to,
            "text": envelope.text,
            "sender": envelope.sender_name,
            "language": envelope.language,
        }
        moment = self._clock.now().isoformat(timespec="seconds")
        return orjson.dumps({"type": TYPE, "timestamp": moment, "data": data}).decode()

    def _headers(self, envelope: Envelope, body: str) -> dict[str, str]:
        now = self._clock.now()
        return {
            "Content-Type": "application/json",
            "webhook-id": envelope.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._webhook.sign(msg_id=envelope.id, timestamp=now, data=body),
        }


def _read(status: int) -> None:
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise Undelivered(Failure.REDIRECTED, may_pass=False)
    if status in MAY_PASS or status >= 500:
        raise Undelivered(Failure.UNAVAILABLE, may_pass=True)
    raise Undelivered(Failure.REFUSED, may_pass=False)
