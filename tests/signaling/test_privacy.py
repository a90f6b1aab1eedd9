"""What people say and show never gets into the logs, whatever goes wrong."""

import io
import logging
from collections.abc import Iterator

import pytest
import structlog

from server.logs import configure
from tests.signaling.client import Client
from tests.signaling.conftest import Dial, Station
from tests.signaling.test_rooms import join, signal
from tests.signaling.world import FakePeer, Person, World

CANARY = "canary-7c1d"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the program writes to standard error, logging as it does in production, at its most talkative."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    configure(form="json", level="debug")
    root.setLevel(logging.DEBUG)
    yield stream
    root.handlers, root.level = before, level
    structlog.reset_defaults()


@pytest.mark.security
async def test_canaries_never_reach_the_logs(
    written: io.StringIO,
    world: World,
    here: Station,
    dial: Dial,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    patient = Person("patient", CANARY)
    call = world.consultation(patient)
    client = await dial(patient)
    room = await join(client, call)
    chat = {"consultation_id": call, "client_key": "k", "text": CANARY}
    await client.ok("room.chat", chat)
    secret = {"description": {"type": "offer", "sdp": CANARY}}
    await client.error("room.signal", signal(call, room["self"]["id"], signal=secret))
    await client.error("room.chat", {**chat, CANARY: CANARY})
    await client.error(CANARY, {"text": CANARY})

    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError(CANARY)

    with monkeypatch.context() as broken:
        broken.setattr(FakePeer, "chat", fail)
        broken.setattr(World, "authenticate", fail)
        assert await client.error("room.chat", chat) == "internal"
        assert await client.error("auth.refresh", {"token": CANARY}) == "internal"
    await client.ws.send_str(f'42["{CANARY}')
    await client.ended()
    await _refused(client, here)
    assert "signal failed" in written.getvalue()
    assert CANARY not in written.getvalue()


async def _refused(client: Client, here: Station) -> None:
    raw = Client(client._http, here.url)
    await raw.open()
    await raw.connect(CANARY)
    await raw.ended()
