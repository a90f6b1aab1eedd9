"""Addresses and browsers, as requests tell them."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from server.auth.callers import address, device


class Transport:
    """Where a request comes from, as asyncio tells it."""

    def __init__(self, peer: str) -> None:
        self._peer = peer

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return (self._peer, 4711) if name == "peername" else default


def seen(peer: str, *forwarded: str, trusted_proxies: int = 0) -> str:
    headers = CIMultiDict([("X-Forwarded-For", value) for value in forwarded])
    request = make_mocked_request("GET", "/", headers, transport=Transport(peer))
    return address(request, trusted_proxies=trusted_proxies)


def test_peer_is_the_client_when_no_proxy_is_ours() -> None:
    assert seen("203.0.113.7", "198.51.100.1") == "203.0.113.7"


def test_our_proxy_is_believed_and_nothing_before_it() -> None:
    assert seen("10.0.0.1", "6.6.6.6, 203.0.113.7", trusted_proxies=1) == "203.0.113.7"
    assert seen("10.0.0.1", "6.6.6.6", "203.0.113.7, 10.0.0.2", trusted_proxies=2) == "203.0.113.7"


def test_missing_header_of_our_proxy_leaves_the_peer() -> None:
    assert seen("10.0.0.1", trusted_proxies=1) == "10.0.0.1"


def test_ipv6_customers_are_told_apart_by_their_network() -> None:
    assert seen("2001:db8:1:2:a::1") == seen("2001:db8:1:2:b::9")
    assert seen("2001:db8:1:2::1") != seen("2001:db8:1:3::1")


def test_mapped_address_is_the_ipv4_one() -> None:
    assert seen("::ffff:203.0.113.7") == "203.0.113.7"


@pytest.mark.parametrize("text", ["", "unknown", "<script>", "x" * 10_000])
def test_what_is_no_address_shares_one_budget(text: str) -> None:
    assert seen("10.0.0.1", text, trusted_proxies=1) == "unknown"


def test_device_is_the_browser_and_bounded() -> None:
    request = make_mocked_request("GET", "/", {"User-Agent": "x" * 10_000})
    assert device(request) == "x" * 512
