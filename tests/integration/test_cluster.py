"""Two processes are one service: what happens at one is seen at the other, and one may die."""

from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from tests.integration.cluster import PHARMACY, Cluster, Seeded, cluster
from tests.integration.people import MEDIA, Person, Socket
from tests.integration.program import Program, eventually
from tests.services.ports import free_port
from tests.services.valkey import valkey_server

pytestmark = pytest.mark.integration

STORY = [
    "visit.joined",
    "visit.device_check.completed",
    "visit.admitted",
    "room.participant.joined",
    "room.participant.joined",
    "consultation.note.added",
    "consultation.closed",
]


async def admit(pharmacist: Person) -> Any:
    queues = await pharmacist.ok("GET", "queues")
    return await pharmacist.ok("POST", f"queues/{queues['queues'][0]['id']}/admit", {})


async def test_a_whole_visit_passes_through_two_processes(two: Cluster) -> None:
    early, patient = two.patient(two.first), two.patient(two.first)
    await early.walk_in(PHARMACY, "Early Bird")
    await patient.walk_in(PHARMACY, "Edith Moore")
    pharmacist = await two.staff("pharmacist", two.second)
    async with patient.socket() as waiting, pharmacist.socket() as counter:
        await _advance(waiting, patient, leaver=early, at=two.second.url)
        consultation = await admit(pharmacist)
        called = await waiting.push("visit.called")
        assert called["consultation_id"] == consultation["id"]
        await _talk(waiting, counter, consultation["id"])
        await pharmacist.ok("POST", f"consultations/{consultation['id']}/notes", {"text": "Rest."})
        await pharmacist.ok(
            "POST", f"consultations/{consultation['id']}/complete", {"outcome": "advice_given"}
        )
        assert (await waiting.push("room.ended"))["reason"] == "completed"
    await _is_in_the_log(two, consultation["id"])


async def _advance(waiting: Socket, patient: Person, *, leaver: Person, at: str) -> None:
    watched = await waiting.ok("visit.watch", visit_id=patient.visit_id)
    assert watched["visit"]["place"] == 2
    leaver.url = at
    await leaver.ok("POST", f"visits/{leaver.visit_id}/leave")
    await waiting.push("queue.tick", first_has_left)


def first_has_left(tick: Any) -> bool:
    """Whether a tick says that the one at the first place stands there no longer."""
    return any(op[-2:] == [0, -1] for op in tick["ops"])


async def _talk(patient: Socket, pharmacist: Socket, consultation_id: str) -> None:
    here = {"consultation_id": consultation_id}
    mine = (await patient.ok("room.join", **here, media=MEDIA))["room"]
    theirs = (await pharmacist.ok("room.join", **here, media=MEDIA))["room"]
    assert (await patient.push("room.peer"))["participant"] == theirs["self"]
    assert (await pharmacist.push("room.peer"))["participant"] == mine["self"]
    assert (mine["polite"], theirs["polite"]) == (True, False)
    path = {**here, "path_epoch": theirs["path_epoch"]}
    sent = [
        (pharmacist, patient, mine, {"description": {"type": "offer", "sdp": "v=0\r\n"}}),
        (patient, pharmacist, theirs, {"description": {"type": "answer", "sdp": "v=0\r\n"}}),
        (patient, pharmacist, theirs, {"candidate": {"candidate": "candidate:1", "sdpMid": "0"}}),
        (pharmacist, patient, mine, {"candidate": None}),
    ]
    for sender, receiver, to, signal in sent:
        await sender.ok("room.signal", **path, to=to["self"]["id"], signal=signal)
        assert (await receiver.push("room.signal"))["signal"] == signal
    for sender, receiver in ((patient, pharmacist), (pharmacist, patient)):
        said = await sender.ok("room.chat", **here, client_key="1", text="Good morning")
        assert (await receiver.push("room.chat"))["message"] == said["message"]


async def _is_in_the_log(two: Cluster, consultation_id: str) -> None:
    compliance = await two.staff("compliance", two.first)

    async def whole() -> Any:
        timeline = await compliance.ok("GET", f"audit/consultations/{consultation_id}")
        return timeline["events"] if timeline["complete"] else None

    events = await eventually(whole)
    names = [event["name"] for event in events]
    assert [name for name in names if name in STORY] == STORY, names
    numbers = [event["seq"] for event in events if event["seq"] is not None]
    assert numbers == sorted(numbers)
    said = await two.program.tell("audit", "verify")
    assert "BAD" not in said


@pytest.mark.faults
async def test_patient_keeps_place_after_their_server_is_killed(two: Cluster) -> None:
    early, patient = two.patient(two.first), two.patient(two.first)
    await early.walk_in(PHARMACY, "Early Bird")
    await patient.walk_in(PHARMACY, "Edith Moore")
    async with patient.socket() as waiting:
        before = await waiting.ok("visit.watch", visit_id=patient.visit_id)
        two.first.kill()
        await waiting.lost()
    patient.url = two.second.url
    async with patient.socket() as waiting:
        after = await waiting.ok("visit.watch", visit_id=patient.visit_id)
        assert (after["visit"]["place"], after["visit"]["state"]) == (2, "waiting")
        assert after["visit"]["arrived_at"] == before["visit"]["arrived_at"]
        await admit(await two.staff("pharmacist", two.second))
        await waiting.push("queue.tick", first_has_left)
    await patient.refresh("patient")
    assert (await patient.ok("GET", "me"))["visit_id"] == patient.visit_id
    await _has_all_in_the_log(two.program, await two.staff("compliance", two.second))


async def _has_all_in_the_log(program: Program, compliance: Person) -> None:
    """The other process goes on with the log."""

    async def nothing_pending() -> bool:
        page = await compliance.ok("GET", "audit/events?name=visit.admitted")
        return page["pending"] == 0 and len(page["events"]) == 1

    await eventually(nothing_pending)
    await program.tell("audit", "verify")


@pytest.mark.faults
async def test_place_and_call_arrive_without_valkey(seeded: Seeded, tmp_path: Path) -> None:
    with valkey_server() as redis_url, seeded.program(tmp_path, redis_url) as program:
        async with cluster(program) as two:
            early, patient = two.patient(two.first), two.patient(two.first)
            await early.walk_in(PHARMACY, "Early Bird")
            await patient.walk_in(PHARMACY, "Edith Moore")
            pharmacist = await two.staff("pharmacist", two.second)
            async with patient.socket() as waiting:
                await waiting.ok("visit.watch", visit_id=patient.visit_id)
                async with Redis.from_url(redis_url) as valkey:
                    await valkey.flushall()
                    await _advance(waiting, patient, leaver=early, at=two.second.url)
                    await valkey.shutdown(nosave=True)
                await admit(pharmacist)
                await waiting.push("visit.called")
            latest = two.patient(two.first)
            assert (await latest.walk_in(PHARMACY, "Late Riser"))["place"] == 1


async def test_a_database_without_schema_is_refused(
    fresh_postgres_database: str, seeded: Seeded, tmp_path: Path
) -> None:
    url = fresh_postgres_database.replace("+asyncpg", "")
    said = Program({**seeded.key_files, "OFFICINA_DATABASE_URL": url}, tmp_path).run("serve", "--port", "0")
    assert said.code == 2
    assert said.err.splitlines()[-1].endswith("run `migrate` first")
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    "command", ["serve --port 0", "migrate", "config check", "tenant list", "audit verify"]
)
def test_a_database_that_is_not_there_is_told_in_one_line(command: str, tmp_path: Path) -> None:
    url = f"postgresql://somebody:s3cret@127.0.0.1:{free_port()}/nothing"
    settings = {"OFFICINA_DATABASE_URL": url, "OFFICINA_DATA_DIR": str(tmp_path / "data")}
    said = Program(settings, tmp_path).run(*command.split())
    assert said.code == 3
    assert len(said.err.splitlines()) == 1
    assert not {word for word in ("Traceback", "s3cret", "somebody", "postgresql:") if word in said.err}
