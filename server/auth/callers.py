"""What a request says of where it comes from: the address, the browser, and the page."""

from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from aiohttp import web

from server.errors import Code, Refusal

MAX_DEVICE = 512


def address(request: web.Request, *, trusted_proxies: int = 0) -> str:
    """The client's address as a key for budgets; IPv6 by its /64, which is what one customer gets.

    `trusted_proxies` is how many of our own proxies have appended to X-Forwarded-For.
    """
    text = request.remote or ""
    if trusted_proxies:
        hops = [hop for line in request.headers.getall("X-Forwarded-For", []) for hop in line.split(",")]
        text = hops[-trusted_proxies].strip() if len(hops) >= trusted_proxies else text
    try:
        parsed = ip_address(text)
    except ValueError:
        return "unknown"
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return parsed.exploded[:19]


def device(request: web.Request) -> str:
    """What requests of the same browser have in common; not a secret, only a hint."""
    named = request.headers.get("User-Agent", "")[:MAX_DEVICE]
    # Bytes that are no UTF-8 arrive as lone surrogates, which nothing behind this can encode.
    return named.encode(errors="surrogateescape").decode(errors="replace")


class Origins:
    """Which pages may use the cookies: those of the public URL, and those of the same host."""

    def __init__(self, public_url: str | None = None) -> None:
        self._allowed = _origin(public_url) if public_url else None

    def require(self, request: web.Request) -> None:
        """Raise `Refusal(origin_refused)` for a page of elsewhere, and where no page is named.

        For requests that bring a cookie: every browser names the page on a POST.
        """
        origin = request.headers.get("Origin")
        if origin is None or not self._is_ours(origin, request):
            raise Refusal(Code.ORIGIN_REFUSED)

    def refuse_foreign(self, request: web.Request) -> None:
        """The same for requests that only receive a cookie; here programs may come without an origin."""
        if "Origin" in request.headers:
            self.require(request)

    def _is_ours(self, origin: str, request: web.Request) -> bool:
        parsed = _origin(origin)
        if parsed is None:
            return False
        return parsed == self._allowed or parsed.partition("://")[2] == request.host.lower()


def _origin(url: str) -> str | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return None
    return f"{parts.scheme}://{parts.netloc.lower()}"
