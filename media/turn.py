"""STUN and TURN servers for browsers, with TURN credentials that expire.

The scheme is draft-uberti-behave-turn-rest-00, section 2.2 (coturn: `use-auth-secret`): the user name
is the Unix time of expiry and a random part, the password its HMAC-SHA1 under the shared secret. The server
that relays needs no list of users, and its logs name nobody.
"""

import hmac
import secrets
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class IceServer:
    """What `RTCPeerConnection` takes as one of its `iceServers`."""

    urls: tuple[str, ...]
    username: str | None = None
    credential: str | None = field(default=None, repr=False)


class IceServers:
    """The servers as the operator set them. With none, browsers use their own addresses only (LAN, demo)."""

    def __init__(
        self,
        *,
        stun_urls: tuple[str, ...] = (),
        turn_urls: tuple[str, ...] = (),
        turn_secret: str | None = None,
        ttl_s: int = 3_600,
        now: Callable[[], datetime],
    ) -> None:
        if turn_urls and not turn_secret:
            raise ValueError("TURN servers need their shared secret")
        self._stun_urls = stun_urls
        self._turn_urls = turn_urls
        self._secret = (turn_secret or "").encode()
        self._ttl = timedelta(seconds=ttl_s)
        self._now = now

    def for_one_call(self) -> tuple[IceServer, ...]:
        """The servers with fresh credentials, good for `ttl_s` seconds."""
        servers = [IceServer(urls=self._stun_urls)] if self._stun_urls else []
        if self._turn_urls:
            username, credential = self._credentials()
            servers.append(IceServer(urls=self._turn_urls, username=username, credential=credential))
        return tuple(servers)

    def _credentials(self) -> tuple[str, str]:
        expires = int((self._now() + self._ttl).timestamp())
        username = f"{expires}:{secrets.token_hex(8)}"
        mac = hmac.digest(self._secret, username.encode(), "sha1")
        return username, b64encode(mac).decode()
