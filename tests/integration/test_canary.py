"""Nothing that people type, and no secret, gets to where it does not belong, whatever happens in a visit."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from aiohttp import ClientSession

from tests.integration.cluster import PASSWORD, PHARMACY, Cluster, Seeded, cluster, email_of
from tests.integration.people import MEDIA, Person, Socket
from tests.integration.program import eventually
from tests.integration.raw import exchange
from tests.services.ports import free_port
from tests.services.valkey import valkey_server
from tests.signaling.client import Client

pytestmark = [pytest.mark.integration, pytest.mark.security]

PERSON = {
    "name": "Canaryname Canarysurname",
    "birth_date": "1951-03-09",
    "phone": "+34 600 987 654",
    "email": "canary.mail@canary.example",
}
SPEAKER = {"name": "Canaryspeaker", "relationship": "carer", "authority": "permission"}
BAD_CHUNK = (
    b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\nCanary\r\n"
)
PERSONAL = ["anary", "1951-03-09", "987654", "987 654", "Sam the pharmacist", "@harbour", PASSWORD]


@asynccontextmanager
async def monitored(redis_url: str) -> AsyncIterator[bytearray]:
    """All commands that Valkey is given while the block runs."""
    parts = urlsplit(redis_url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    seen = bytearray()

    async def listen() -> None:
        while chunk := await reader.read(65_536):
            seen.extend(chunk)

    writer.write(b"MONITOR\r\n")
    assert (await reader.readline()).startswith(b"+OK")
    async with asyncio.TaskGroup() as group:
        listening = group.create_task(listen())
        yield seen
        listening.cancel()
    writer.close()


async def audit_rows(database_url: str) -> str:
    """Everything in the tables of the audit log, as text."""
    connection = await asyncpg.connect(database_url)
    try:
        tables = await connection.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'audit%'"
        )
        rows = [
            row["text"]
            for table in tables
            for row in await connection.fetch(f"SELECT to_jsonb(t)::text AS text FROM {table['tablename']} t")
        ]
    finally:
        await connection.close()
    assert len(rows) > 40
    return "\n".join(
        [*rows, *(_as_text(value) for row in rows for value in re.findall(r'"\\\\x([0-9a-f]+)"', row))]
    )


def _as_text(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-8", "replace")


async def metrics_of(port: str) -> str:
    async with ClientSession() as http, http.get(f"http://127.0.0.1:{port}/metrics") as response:
        return await response.text()


async def test_canaries_stay_where_they_belong(seeded: Seeded, tmp_path: Path) -> None:
    ports = [str(free_port()), str(free_port())]
    with (
        valkey_server() as redis_url,
        seeded.program(tmp_path, redis_url, OFFICINA_LOG_LEVEL="debug") as program,
    ):
        async with monitored(redis_url) as commands, cluster(program, metrics_ports=ports) as two:
            people = await _live_through_a_visit(two)
            await _go_wrong(two, people)
            await _is_all_in_the_log(people[-1])
            metrics = [await metrics_of(port) for port in ports]
            raw = await _speak_no_http(two)
            places = {
                "logs": two.first.written + two.second.written,
                "valkey": commands.decode("latin-1"),
                "metrics": "".join(metrics),
                "audit": await audit_rows(program.settings["OFFICINA_DATABASE_URL"]),
                "errors": "\n".join([*raw, *(text for person in people for text in person.refused)]),
            }
    assert "PUBLISH" in places["valkey"]
    assert "visit.joined" in places["audit"]
    assert places["logs"].count('"event": "request"') > 30
    assert places["errors"].count("application/problem+json") > 10
    secrets = [secret for person in people for secret in person.secrets]
    assert len(secrets) > 8
    leaks = [(place, word) for place, text in places.items() for word in PERSONAL + secrets if word in text]
    assert not leaks, [(place, word, _around(places[place], word)) for place, word in leaks]


def _around(text: str, word: str) -> str:
    at = text.index(word)
    return text[max(0, at - 200) : at + 100]


async def _live_through_a_visit(two: Cluster) -> list[Person]:
    """From the door to the end page, with everything that can be typed on the way."""
    patient, guest = two.patient(two.first), two.patient(two.second)
    pharmacist = await two.staff("pharmacist", two.second)
    compliance = await two.staff("compliance", two.first)
    entered = await patient.enter(PHARMACY, "", person=PERSON, speaker=SPEAKER, reason="Canaryreason")
    patient.secrets.append(entered["return_link"].rpartition("/")[2])
    check = {"camera": "ok", "microphone": "ok", "network": "good"}
    await patient.ok("POST", f"visits/{patient.visit_id}/device-check", check)
    for act, body in (
        ("message", {"text": "Canarymessage"}),
        ("hold", {"reason": "Canaryhold"}),
        ("speaker", {"confirmed": True}),
    ):
        await pharmacist.ok("POST", f"visits/{patient.visit_id}/{act}", body)
    queue_id = (await pharmacist.ok("GET", "queues"))["queues"][0]["id"]
    await pharmacist.ok("POST", f"queues/{queue_id}/pause", {"message": "Canarypause"})
    await pharmacist.ok("POST", f"queues/{queue_id}/resume")
    async with patient.socket() as waiting, pharmacist.socket() as counter:
        named = {"visit_id": patient.visit_id}
        await waiting.ok("visit.watch", **named)
        consultation = (await pharmacist.ok("POST", f"queues/{queue_id}/admit", named))["id"]
        await waiting.push("visit.called")
        await _say_canaries(waiting, counter, consultation)
        one = f"consultations/{consultation}"
        invited = await pharmacist.ok("POST", f"{one}/invitations", {"kind": "carer", "name": "Canaryguest"})
        await _redeem(guest, invited["link"].rpartition("/")[2])
        await pharmacist.ok("POST", f"{one}/notes", {"text": "Canarynote"})
        done = {"outcome": "advice_given", "next_steps": "Canarysteps"}
        await pharmacist.ok("POST", f"{one}/complete", done)
        await waiting.push("room.ended")
    await patient.refresh("patient")
    await pharmacist.ok("GET", one)
    return [patient, pharmacist, guest, compliance]


async def _say_canaries(patient: Socket, pharmacist: Socket, consultation_id: str) -> None:
    here = {"consultation_id": consultation_id}
    mine = (await patient.ok("room.join", **here, media=MEDIA))["room"]
    await pharmacist.ok("room.join", **here, media=MEDIA)
    await pharmacist.push("room.peer")
    signal = {"description": {"type": "offer", "sdp": "Canarysdp"}}
    path = {**here, "path_epoch": mine["path_epoch"]}
    await pharmacist.ok("room.signal", **path, to=mine["self"]["id"], signal=signal)
    await patient.push("room.signal")
    await patient.ok("room.chat", **here, client_key="canarykey", text="Canarychat")
    await pharmacist.push("room.chat")
    await patient.error("room.chat", **here, client_key="1", text="Canary" * 1000)
    await patient.error("Canaryevent", canary="Canary")


async def _redeem(person: Person, token: str) -> None:
    person.secrets.append(token)
    await person.ok("GET", f"invitations/{token}")
    entered = await person.ok("POST", f"invitations/{token}/redeem", {})
    person.token = entered["session"]["access_token"]
    await person.code("POST", f"invitations/{token}/redeem", {})


async def _go_wrong(two: Cluster, people: list[Person]) -> None:
    """Requests that are refused, with canaries in each part of them."""
    patient, pharmacist, *_ = people
    stranger = two.patient(two.first)
    people.insert(0, stranger)
    door = f"pharmacies/{PHARMACY}/walk-ins"
    mail = email_of("pharmacist")
    await stranger.code("POST", door, b'{"person": "Canaryname', **{"Content-Type": "application/json"})
    await stranger.code("POST", door, b"Canaryname", **{"Content-Type": "text/canary"})
    await stranger.code("POST", door, {"person": {**PERSON, "birth_date": "Canary"}, "Canary": 1})
    await stranger.code("POST", door, {"queue_id": "Canary", "person": {**PERSON, "canary": {}}})
    await stranger.code("POST", door, b"[" * 60_000 + b"Canary", **{"Content-Type": "application/json"})
    await stranger.code("POST", "auth/login", {"email": mail, "password": "Canarypassword"})
    await stranger.code("POST", "auth/login", {"email": "canary@canary.example", "password": PASSWORD})
    await stranger.code("POST", "auth/login", {"email": mail, "password": PASSWORD, "otp": "Canary"})
    await stranger.code("POST", "invitations/Canarytoken/redeem", {"video_consent": True})
    for path in (
        "visits/Canary",
        "Canary/Canary",
        "me?canary=Canary",
        "pharmacies/canary",
        "invitations/Canary",
    ):
        await patient.code("GET", path)
    canaries = ("Idempotency-Key", "User-Agent", "Referer", "X-Forwarded-For", "X-Request-Id", "Cookie")
    headers = {**dict.fromkeys(canaries, "Canary=Canary"), "Origin": "https://canary.example"}
    await patient.code("POST", f"visits/{patient.visit_id}/leave", **headers)
    await patient.code("GET", "me", Authorization="Bearer Canary.Canary.Canary")
    await patient.code("POST", "auth/refresh", {"audience": "patient"}, **headers)
    await pharmacist.code("POST", "queues/Canary/admit", {"visit_id": "Canary"})
    assert (await pharmacist.call("CANARY", "me")).status == 400
    await _say_nonsense(two, patient)


async def _say_nonsense(two: Cluster, person: Person) -> None:
    for token, frames in (
        (person.token, ['42["Canary', '4299["room.chat",{"text":"Canary"}]']),
        ("Canary", []),
    ):
        async with Client(two.http, two.first.url) as socket:
            await (await socket.open()).connect(token)
            for frame in frames:
                await socket.ws.send_str(frame)
            if frames:
                await socket.ended()


async def _speak_no_http(two: Cluster) -> list[str]:
    """Answers to bytes that are no HTTP: they never get as far as the application."""
    sent = (
        b"Canary\r\n\r\n",
        b"CAN{ARY /canary HTTP/1.1\r\nHost: canary\r\n\r\n",
        b"GET /canary\x00canary HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nCanary header: canary\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"Canary" * 3_000 + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: canary\r\n\r\n",
        BAD_CHUNK,
    )
    return [(await exchange(two.first.url, each)).decode("latin-1") for each in sent]


async def _is_all_in_the_log(compliance: Person) -> None:
    async def nothing_pending() -> bool:
        page = await compliance.ok("GET", "audit/events?name=consultation.closed")
        return page["pending"] == 0 and len(page["events"]) == 1

    await eventually(nothing_pending)
