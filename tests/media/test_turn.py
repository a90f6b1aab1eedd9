"""TURN credentials, as coturn's `use-auth-secret` computes them."""

import hmac
from base64 import b64decode
from hashlib import sha1

import pytest

from media.turn import IceServers
from tests.clock import ManualClock


def test_nothing_configured_gives_no_servers(clock: ManualClock) -> None:
    assert IceServers(now=clock.now).for_one_call() == ()


def test_stun_needs_no_credentials(clock: ManualClock) -> None:
    (server,) = IceServers(stun_urls=("stun:stun.example.org",), now=clock.now).for_one_call()
    assert server.urls == ("stun:stun.example.org",)
    assert server.username is None


def test_credentials_expire_and_are_signed_with_the_shared_secret(clock: ManualClock) -> None:
    servers = IceServers(turn_urls=("turn:t.example.org",), turn_secret="north", ttl_s=600, now=clock.now)
    (server,) = servers.for_one_call()
    username, credential = server.username or "", server.credential or ""
    assert int(username.partition(":")[0]) == int(clock.now().timestamp()) + 600
    assert b64decode(credential) == hmac.new(b"north", username.encode(), sha1).digest()
    assert credential not in repr(server)


def test_each_call_gets_credentials_of_its_own(clock: ManualClock) -> None:
    servers = IceServers(turn_urls=("turn:t.example.org",), turn_secret="north", now=clock.now)
    assert servers.for_one_call() != servers.for_one_call()


def test_turn_without_its_secret_is_refused(clock: ManualClock) -> None:
    with pytest.raises(ValueError, match="shared secret"):
        IceServers(turn_urls=("turn:t.example.org",), now=clock.now)
