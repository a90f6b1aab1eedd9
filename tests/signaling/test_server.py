"""The socket server, against raw frames: what is let in, what is refused, and what ends the connection."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
import socketio
from aiohttp import ClientSession, WSServerHandshakeError

from signaling.budget import Allowance
from signaling.bus import InProcessBus
from signaling.transport import CloseCode, Limits
from signaling.turnstile import Inflow
from tests.signaling.client import Client
from tests.signaling.conftest import Dial, Station, station
from tests.signaling.test_bus import until
from tests.signaling.world import Person, World, new_id


@pytest.fixture
async def raw(http: ClientSession, here: Station) -> AsyncIterator[Client]:
    """A websocket without a Socket.IO connection yet."""
    async with Client(http, here.url) as client:
        yield await client.open()


async def test_client_with_a_valid_token_connects(raw: Client, world: World, patient: Person) -> None:
    assert "sid" in await raw.connect(world.token(patient))


@pytest.mark.parametrize("auth", ["{}", '{"token":7,"protocol":1}', '{"token":"x","protocol":1,"more":1}'])
async def test_connect_without_a_proper_token_is_refused(raw: Client, auth: str) -> None:
    await raw.ws.send_str("40" + auth)
    refused = json.loads((await raw.frame()).removeprefix("44"))
    assert refused["data"]["code"] == "unauthenticated"
    assert await raw.ended() == CloseCode.POLICY


async def test_connect_with_an_unknown_token_is_refused(raw: Client) -> None:
    refused = await raw.connect("made up")
    assert refused["data"] == {"code": "unauthenticated", "message": "Please sign in."}


async def test_connect_with_an_expired_token_is_refused(raw: Client, world: World, patient: Person) -> None:
    token = world.token(patient, valid_s=10)
    world.clock.advance(seconds=11)
    assert (await raw.connect(token))["data"]["code"] == "token_expired"


async def test_connect_with_another_protocol_is_refused(raw: Client, world: World, patient: Person) -> None:
    refused = await raw.connect(world.token(patient), protocol=2)
    assert refused["data"]["code"] == "protocol_unsupported"


async def test_connect_while_the_database_is_away_is_refused_without_its_words(
    raw: Client, world: World, patient: Person
) -> None:
    token = world.token(patient)
    world.is_down = True
    assert (await raw.connect(token))["data"]["code"] == "internal"


@pytest.mark.security
@pytest.mark.parametrize(
    "frame",
    [
        "",
        "x",
        "4",
        "42",
        "42{",
        "42[",
        "42{}",
        "42[]",
        "42" + "[" * 5000,
        '42["room.chat",NaN]',
        '42["room.chat","\\ud800"]',
        '42¹["visit.watch"]',
        '429999999999["visit.watch",{}]',
        '42/admin,["visit.watch",{}]',
        "43[]",
        "431{}",
        "43",
        "44{}",
        '4599999999-["room.chat",{}]',
        '451-["room.chat",{"_placeholder":true,"num":0}]',
        '461-1[{"_placeholder":true,"num":0}]',
        "49",
        "40{}",
        "40/admin,{}",
        "2probe",
        "5",
        "6",
        "b4AAAA",
        "0{}",
    ],
)
async def test_frame_that_does_not_parse_ends_the_connection(
    raw: Client, world: World, patient: Person, frame: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert "sid" in await raw.connect(world.token(patient))
    await raw.ws.send_str(frame)
    assert await raw.ended() == CloseCode.POLICY
    assert not caplog.records


@pytest.mark.security
async def test_binary_frame_ends_the_connection(raw: Client, world: World, patient: Person) -> None:
    await raw.connect(world.token(patient))
    await raw.ws.send_bytes(b"\x00" * 10)
    assert await raw.ended() == CloseCode.POLICY


@pytest.mark.security
async def test_event_before_connect_ends_the_connection(raw: Client) -> None:
    await raw.ws.send_str('421["visit.watch",{}]')
    assert await raw.ended() == CloseCode.POLICY


@pytest.mark.security
async def test_message_of_a_megabyte_ends_the_connection(raw: Client, world: World, patient: Person) -> None:
    await raw.connect(world.token(patient))
    await raw.ws.send_str('421["room.chat",{"text":"' + "x" * 1_000_000 + '"}]')
    assert await raw.ended() == 1009


@pytest.mark.security
async def test_socket_that_never_connects_is_ended(http: ClientSession, world: World) -> None:
    limits = Limits(connect_timeout_s=0.05)
    async with (
        InProcessBus() as bus,
        station(world, bus, limits=limits) as here,
        Client(http, here.url) as raw,
    ):
        await raw.open()
        assert await raw.ended() == CloseCode.POLICY


async def test_client_that_stops_answering_pings_is_cut_off(
    http: ClientSession, world: World, patient: Person
) -> None:
    limits = Limits(ping_interval_s=0.4, ping_timeout_s=0.3)
    async with (
        InProcessBus() as bus,
        station(world, bus, limits=limits) as here,
        Client(http, here.url) as raw,
    ):
        await raw.open()
        await raw.connect(world.token(patient))
        assert await raw.frame() == "2"
        while (frame := await raw.frame_or_end()) is not None:
            assert frame == "2"


@pytest.mark.parametrize(
    "message",
    [
        '["no.such",{}]',
        '["connect",{}]',
        '["disconnect"]',
        '["disconnect","transport close"]',
        "[7,{}]",
        "[null]",
        '[{"a":1}]',
    ],
)
async def test_unknown_message_is_told_so_and_the_connection_stays(
    raw: Client, world: World, patient: Person, message: str
) -> None:
    await raw.connect(world.token(patient))
    await raw.ws.send_str(f"421{message}")
    answer = json.loads((await raw.frame()).removeprefix("431"))
    assert answer[0]["error"]["code"] == "unknown_message"
    assert await raw.error("visit.watch", {"visit_id": new_id()}) == "not_found"


@pytest.mark.parametrize(
    "arguments", ["", ",7", ",[]", ",null", ',"text"', ",{},{}"], ids=lambda text: text or "none"
)
async def test_message_without_one_object_is_malformed(
    raw: Client, world: World, patient: Person, arguments: str
) -> None:
    await raw.connect(world.token(patient))
    await raw.ws.send_str(f'421["visit.watch"{arguments}]')
    answer = json.loads((await raw.frame()).removeprefix("431"))
    assert answer[0]["error"]["code"] == "malformed"


async def test_message_without_an_acknowledgement_id_is_handled(
    raw: Client, world: World, patient: Person
) -> None:
    await raw.connect(world.token(patient))
    visit_id = world.visit(patient, world.queue())
    await raw.ws.send_str(f'42["visit.watch",{{"visit_id":"{visit_id}"}}]')
    await raw.ws.send_str('421["no.such",{}]')
    assert (await raw.frame()).startswith("431")


@pytest.mark.security
async def test_flood_beyond_the_budget_is_refused_and_then_ended(
    http: ClientSession, world: World, patient: Person
) -> None:
    limits = Limits(allowance=Allowance(messages_per_s=0.001, message_burst=10, refusals=5))
    async with (
        InProcessBus() as bus,
        station(world, bus, limits=limits) as here,
        Client(http, here.url) as raw,
    ):
        await raw.open()
        await raw.connect(world.token(patient))
        codes = [await raw.error("no.such", {}) for _ in range(13)]
        assert codes == ["unknown_message"] * 9 + ["too_many_messages"] * 4
        await raw.send("no.such", {})
        assert await raw.ended() == CloseCode.POLICY


@pytest.mark.security
@pytest.mark.parametrize("kind", ["ping", "pong", "engine pong"])
async def test_flood_of_pings_and_pongs_is_ended(
    http: ClientSession, world: World, patient: Person, kind: str
) -> None:
    limits = Limits(allowance=Allowance(messages_per_s=0.001, message_burst=10, refusals=5))
    async with (
        InProcessBus() as bus,
        station(world, bus, limits=limits) as here,
        Client(http, here.url) as raw,
    ):
        await raw.open()
        await raw.connect(world.token(patient))
        for _ in range(20):
            match kind:
                case "ping":
                    await raw.ws.ping()
                case "pong":
                    await raw.ws.pong()
                case _:
                    await raw.ws.send_str("3")
        assert await raw.ended() == CloseCode.POLICY


@pytest.mark.security
async def test_bytes_beyond_the_budget_are_refused(
    http: ClientSession, world: World, patient: Person
) -> None:
    limits = Limits(allowance=Allowance(bytes_per_s=1, byte_burst=1000))
    async with (
        InProcessBus() as bus,
        station(world, bus, limits=limits) as here,
        Client(http, here.url) as raw,
    ):
        await raw.open()
        await raw.connect(world.token(patient))
        assert await raw.error("no.such", {"x": "y" * 2000}) == "too_many_messages"


@pytest.mark.security
async def test_client_that_does_not_read_is_cut_off(
    http: ClientSession, world: World, pharmacist: Person
) -> None:
    limits = Limits(flush_s=0.2)
    async with (
        InProcessBus() as bus,
        station(world, bus, limits=limits) as here,
        Client(http, here.url) as raw,
    ):
        await raw.open()
        await raw.connect(world.token(pharmacist))
        (socket,) = here.hub.sessions.all()
        payload = {"filler": "x" * 100_000}
        while here.server.counters["slow_clients"] == 0:
            socket.line.send("queue.changed", payload)
            await asyncio.sleep(0)
        await until(lambda: here.server.counters["sockets"] == 0)
        assert not here.hub.sessions.all()


async def test_only_websockets_are_served(http: ClientSession, here: Station) -> None:
    for query in ("", "?EIO=4&transport=polling", "?EIO=3&transport=websocket", "?EIO=4&transport=websocket"):
        async with http.get(f"{here.url}/socket.io/{query}") as response:
            assert response.status == 400


@pytest.mark.security
async def test_page_of_another_origin_may_not_connect(http: ClientSession, world: World) -> None:
    async with (
        InProcessBus() as bus,
        station(world, bus, allowed_origin="https://video.example.org") as here,
    ):
        for origin in ("https://evil.example", "null", "https://video.example.org.evil.example", "http://["):
            with pytest.raises(WSServerHandshakeError) as refused:
                await Client(http, here.url).open(Origin=origin)
            assert refused.value.status == 403
        for origin in ("https://video.example.org", here.url):
            async with Client(http, here.url) as client:
                await client.open(Origin=origin)


async def test_server_that_is_full_asks_to_come_back(http: ClientSession, world: World) -> None:
    async with (
        InProcessBus() as bus,
        station(world, bus, limits=Limits(sockets=1)) as here,
        Client(http, here.url) as first,
    ):
        await first.open()
        with pytest.raises(WSServerHandshakeError) as refused:
            await Client(http, here.url).open()
        assert refused.value.status == 503


@pytest.mark.security
async def test_acknowledgement_that_nobody_asked_for_changes_nothing(
    raw: Client, world: World, patient: Person
) -> None:
    await raw.connect(world.token(patient))
    await raw.ws.send_str("437[]")
    assert await raw.error("no.such", {}) == "unknown_message"


async def test_crowd_that_comes_back_at_once_is_told_when_to_try_again(
    http: ClientSession, world: World, patient: Person
) -> None:
    limits = Limits(inflow=Inflow(per_s=0.001, burst=1, in_call_per_s=0.001, in_call_burst=1))
    async with InProcessBus() as bus, station(world, bus, limits=limits) as here:
        async with Client(http, here.url) as first:
            await first.open()
        with pytest.raises(WSServerHandshakeError) as refused:
            await Client(http, here.url).open()
        assert refused.value.status == 503
        assert int(dict(refused.value.headers or ())["Retry-After"]) >= 1
        async with Client(http, here.url) as page:  # cannot read the answer to a failed handshake
            await page.open(Origin=here.url)
            told = json.loads((await page.frame()).removeprefix("44"))
            assert told["data"]["code"] == "overloaded"
            assert told["data"]["retry_after_s"] >= 1
            assert await page.ended() == CloseCode.TRY_AGAIN
        async with Client(http, here.url, in_call=True) as in_call:
            await in_call.open()
            assert "sid" in await in_call.connect(world.token(patient))


async def test_shutdown_tells_clients_to_connect_again(
    http: ClientSession, world: World, patient: Person
) -> None:
    async with InProcessBus() as bus, Client(http, "") as client:
        async with station(world, bus) as here:
            client._url = f"{here.url}/socket.io/?EIO=4&transport=websocket"
            await client.open()
            await client.connect(world.token(patient))
            ended = asyncio.create_task(client.ended())
        assert await ended == CloseCode.RESTART
        assert not client.disconnected


async def test_session_has_a_limited_number_of_sockets(
    http: ClientSession, here: Station, world: World, patient: Person, dial: Dial
) -> None:
    token = world.token(patient)
    for _ in range(8):
        await dial(token=token)
    async with Client(http, here.url) as ninth:
        await ninth.open()
        assert (await ninth.connect(token))["data"]["code"] == "overloaded"


async def test_python_socketio_client_gets_answers_and_pushes(
    http: ClientSession, here: Station, world: World, patient: Person
) -> None:
    client = socketio.AsyncClient(http_session=http)
    changed: asyncio.Future[dict[str, object]] = asyncio.get_running_loop().create_future()
    client.on("visit.changed", changed.set_result)
    auth = {"token": world.token(patient), "protocol": 1}
    await client.connect(here.url, auth=auth, transports=["websocket"])
    visit_id = world.visit(patient, world.queue())
    answer = await client.call("visit.watch", {"visit_id": visit_id})
    assert answer["ok"]["visit"]["place"] == 1
    world.change(visit_id, state="away")
    here.hub.watches.visit_moved(visit_id)
    assert (await changed)["visit"] == {
        "id": visit_id,
        "state": "away",
        "place": 1,
        "queue_version": 1,
    }
    await client.disconnect()


async def test_python_socketio_client_is_told_why_it_was_refused(http: ClientSession, here: Station) -> None:
    client = socketio.AsyncClient(http_session=http, reconnection=False)
    told: asyncio.Future[dict[str, object]] = asyncio.get_running_loop().create_future()
    client.on("connect_error", told.set_result)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await client.connect(here.url, auth={"token": "x", "protocol": 1}, transports=["websocket"])
    assert (await told)["data"]["code"] == "unauthenticated"  # type: ignore[index]
