"""The TURN server's configuration, on a real coturn where the machine has one."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from aioice import stun, turn

from tests.deploy.compose import ROOT
from tests.services.ports import free_port

CONFIGURATION = ROOT / "deploy" / "coturn" / "turnserver.conf"
SECRET = "secret-of-the-tests"

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def turn_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    program = shutil.which("turnserver")
    if program is None:
        pytest.skip("no coturn on this machine (Debian: apt-get install coturn)")
    port = free_port()
    folder = tmp_path_factory.mktemp("coturn")
    command = [program, "-c", str(CONFIGURATION), f"--listening-port={port}", "--listening-ip=127.0.0.1"]
    command += ["--relay-ip=127.0.0.1", f"--static-auth-secret={SECRET}", "--realm=turn.example.org"]
    command += [f"--pidfile={folder / 'pid'}", f"--userdb={folder / 'db'}"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL) as server:
        try:
            _wait_until_listening(port)
            yield port
        finally:
            server.terminate()


def _wait_until_listening(port: int) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < deadline, "coturn does not answer"
            time.sleep(0.05)
        else:
            return


def _credentials(secret: str) -> tuple[str, str]:
    name = f"{int(time.time()) + 60}:somebody"
    digest = hmac.new(secret.encode(), name.encode(), hashlib.sha1).digest()
    return name, base64.b64encode(digest).decode()


async def _allocate(port: int, secret: str, *, tries: int = 3) -> turn.TurnTransport:
    name, password = _credentials(secret)
    try:
        transport, _ = await turn.create_turn_endpoint(
            asyncio.DatagramProtocol, server_addr=("127.0.0.1", port), username=name, password=password
        )
    except stun.TransactionFailed as failed:
        # On a busy machine a request is repeated before its answer has come, which is a mismatch to coturn.
        if "437" not in str(failed) or tries == 1:
            raise
        return await _allocate(port, secret, tries=tries - 1)
    return transport


def _client(transport: turn.TurnTransport) -> turn.TurnClientMixin:
    client: turn.TurnClientMixin = transport._TurnTransport__inner_protocol  # type: ignore[attr-defined]  # it has no public way
    return client


async def test_a_name_signed_with_the_secret_gets_a_relay_address(turn_port: int) -> None:
    transport = await _allocate(turn_port, SECRET)
    _, relayed_port = transport.get_extra_info("sockname")
    assert 49160 <= relayed_port <= 49259
    await _client(transport).delete()


async def test_a_name_signed_with_another_secret_gets_none(turn_port: int) -> None:
    with pytest.raises(stun.TransactionFailed):
        await _allocate(turn_port, "another secret")


@pytest.mark.security
@pytest.mark.parametrize("peer", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1"])
async def test_the_relay_reaches_no_address_of_the_inner_network(turn_port: int, peer: str) -> None:
    transport = await _allocate(turn_port, SECRET)
    client = _client(transport)
    with pytest.raises(stun.TransactionFailed) as refused:
        await client.channel_bind(0x4000, (peer, 9))
    assert refused.value.response.attributes["ERROR-CODE"][0] == 403
    await client.delete()


def test_a_comment_says_the_version_that_is_safe() -> None:
    assert "4.13.1" in Path(CONFIGURATION).read_text()
