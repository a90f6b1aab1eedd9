"""Reading the log over HTTP: who may, what they see, and that it is logged."""

import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from server.accounts.people import People
from server.api.application import build_http
from server.audit.checkpoints import Checkpoints, open_checkpoint
from server.audit.event import Actor, EventType
from server.audit.export import verify_export
from server.audit.note import VerifierKey
from server.audit.outbox import Outbox
from server.audit.proof import verify_proof
from server.audit.routes import AuditRoutes
from server.audit.sequencer import Sequencer
from server.audit.service import AuditLog
from server.auth.principal import Principal
from server.db.database import Database
from server.errors import Code, Refusal
from server.ids import ConsultationId, TenantId, VisitId, new_id
from tests.server.audit.conftest import CLOSED, NOTED, Pharmacy
from tests.server.world import World

JOINED = EventType("visit.joined", "A patient joined.")
ADMITTED = EventType("visit.admitted", "A patient was admitted.")
Get = Callable[..., Awaitable[Any]]


class Door:
    """Knows callers by their session id."""

    def __init__(self) -> None:
        self.callers: dict[str, Principal] = {}

    async def authenticate(self, token: str) -> Principal:
        if token not in self.callers:
            raise Refusal(Code.UNAUTHENTICATED)
        return self.callers[token]

    def let_in(self, principal: Principal) -> dict[str, str]:
        self.callers[principal.session_id] = principal
        return {"Authorization": f"Bearer {principal.session_id}"}


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
async def client(
    database: Database, outbox: Outbox, sequencer: Sequencer, checkpoints: Checkpoints, door: Door
) -> AsyncIterator[TestClient[Any, Any]]:
    log = AuditLog(
        database=database,
        outbox=outbox,
        sequencer=sequencer,
        checkpoints=checkpoints,
        names=People(),
    )
    app = build_http(AuditRoutes(log).endpoints(), door)
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.fixture
def log(database: Database, outbox: Outbox, world: World) -> Pharmacy:
    return Pharmacy(database, outbox, world.tenant_id)


@pytest.fixture
async def officer(world: World) -> Principal:
    return await world.compliance(name="Robin Vega")


@pytest.fixture
def get(client: TestClient[Any, Any], door: Door, officer: Principal) -> Get:
    async def get(path: str, *, by: Principal | None = None, status: int = 200) -> Any:
        headers = door.let_in(by or officer)
        async with client.get(f"/api/v1/audit/{path}", headers=headers) as response:
            body = await response.text()
            assert response.status == status, body
            is_json = "json" in response.content_type and "jsonl" not in response.content_type
            return json.loads(body) if is_json else body

    return get


def names(answer: dict[str, Any]) -> list[str]:
    return [event["name"] for event in answer["events"]]


async def test_a_timeline_joins_the_visit_before_admission_and_ends_with_this_view(
    log: Pharmacy, world: World, get: Get, officer: Principal
) -> None:
    pharmacist = await world.pharmacist(name="Kim Osei")
    patient = await world.patient()
    visit, other = VisitId(new_id()), VisitId(new_id())
    consultation = ConsultationId(new_id())
    by_patient, by_pharmacist = Actor.of(patient), Actor.of(pharmacist)
    await log.record(kind=JOINED, visit_id=visit, actor=by_patient)
    await log.record(kind=JOINED, visit_id=other, actor=by_patient)
    await log.record(kind=ADMITTED, visit_id=visit, consultation_id=consultation, actor=by_pharmacist)
    await log.record(7, consultation_id=consultation, actor=by_pharmacist)
    await log.record(kind=CLOSED, consultation_id=consultation, actor=by_pharmacist)

    answer = await get(f"consultations/{consultation}")

    assert names(answer) == [
        "visit.joined",
        "visit.admitted",
        "test.noted",
        "consultation.closed",
        "audit.timeline.viewed",
    ]
    assert [event["seq"] for event in answer["events"]] == [None, 1, 2, 3, 4]
    assert [event["actor_name"] for event in answer["events"]] == [
        "patient",
        "Kim Osei",
        "Kim Osei",
        "Kim Osei",
        "Robin Vega",
    ]
    assert answer["visit_ids"] == [visit]
    assert answer["complete"]
    assert answer["events"][2]["data"] == {"n": 7}
    assert answer["events"][3]["data"]["count"] == 2
    assert answer["events"][4]["actor_id"] == officer.subject_id


@pytest.mark.security
async def test_a_consultation_of_another_tenant_is_not_found_and_not_touched(
    log: Pharmacy, database: Database, clock: Any, get: Get
) -> None:
    elsewhere = await World.make(database, clock)
    consultation = ConsultationId(new_id())
    await log.record(1, consultation_id=consultation)
    stranger = await elsewhere.compliance()
    await get(f"consultations/{consultation}", by=stranger, status=404)
    await get(f"consultations/{new_id()}", status=404)
    assert len((await get(f"consultations/{consultation}"))["events"]) == 2


@pytest.mark.security
async def test_only_compliance_reads_the_log(world: World, get: Get) -> None:
    others = [
        await world.pharmacist(),
        await world.technician(),
        await world.admin(),
        await world.operator(),
        await world.patient(),
    ]
    for path in ("events", f"consultations/{new_id()}", f"events/{new_id()}/proof", "export"):
        for other in others:
            assert (await get(path, by=other, status=403))["code"] == "forbidden"


async def test_a_search_finds_by_each_filter_and_is_logged_without_what_was_sought(
    log: Pharmacy, get: Get, clock: Any
) -> None:
    consultation, visit = ConsultationId(new_id()), VisitId(new_id())
    actor = Actor("pharmacist", new_id())
    await log.record(1, consultation_id=consultation)
    clock.advance(hours=1)
    await log.record(kind=JOINED, visit_id=visit)
    clock.advance(hours=1)
    await log.record(2, actor=actor)

    assert names(await get(f"events?consultation_id={consultation}")) == ["test.noted"]
    assert names(await get(f"events?visit_id={visit}")) == ["visit.joined"]
    assert names(await get(f"events?actor_id={actor.id}")) == ["test.noted"]
    assert names(await get("events?name=visit.")) == ["visit.joined"]
    between = "since=2026-11-02T10:30:00Z&until=2026-11-02T11:30:00Z"
    assert names(await get(f"events?{between}")) == ["visit.joined"]

    searches = await get("events?name=audit.searched")
    assert [event["data"] for event in searches["events"]] == [
        {"filters": 2, "found": 1},
        *[{"filters": 1, "found": 1}] * 4,
    ]
    assert str(consultation) not in json.dumps([event["data"] for event in searches["events"]])


async def test_a_search_is_paged_newest_first(log: Pharmacy, get: Get) -> None:
    for n in range(5):
        await log.record(n)
    seen: list[int] = []
    cursor: str | None = ""
    pages = 0
    while cursor is not None:
        page = await get(f"events?name=test.noted&limit=2{cursor and '&cursor=' + cursor}")
        seen += [event["data"]["n"] for event in page["events"]]
        cursor, pages = page["next_cursor"], pages + 1
    assert (seen, pages) == ([4, 3, 2, 1, 0], 3)


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "cursor=x",
        "cursor=-1",
        "name=%25",
        "consultation_id=1",
        "since=yesterday",
        "since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z",
        "other=1",
        "since=0001-01-01T00:00:00%2B14:00",
    ],
)
async def test_a_search_that_makes_no_sense_is_refused(get: Get, query: str) -> None:
    assert (await get(f"events?{query}", status=422))["code"] == "invalid_request"


async def test_the_checkpoint_verifies_and_operators_may_read_it(
    log: Pharmacy, world: World, get: Get, sequencer: Sequencer
) -> None:
    await log.record(1)
    await sequencer.run_once()
    for reader in (None, await world.operator()):
        answer = await get("checkpoint", by=reader)
        checkpoint = open_checkpoint(answer["note"], VerifierKey.parse(answer["key"]))
        assert checkpoint.size == answer["size"] == 1


async def test_a_proof_verifies_and_asking_for_it_is_logged(
    log: Pharmacy, get: Get, checkpoints: Checkpoints
) -> None:
    await log.record(1)
    (event,) = (await get("events?name=test.noted"))["events"]
    text = await get(f"events/{event['id']}/proof")
    leaf = json.loads(verify_proof(text, checkpoints.verifier(log.tenant_id)))
    assert leaf["event"]["id"] == event["id"]
    (viewed,) = (await get("events?name=audit.proof.viewed"))["events"]
    assert viewed["data"] == {"event_id": event["id"]}
    await get(f"events/{new_id()}/proof", status=404)


async def test_an_export_holds_the_whole_log_with_its_own_event(
    log: Pharmacy, get: Get, checkpoints: Checkpoints, database: Database, outbox: Outbox
) -> None:
    for n in range(3):
        await log.record(n)
    await Pharmacy(database, outbox, TenantId(new_id())).record(99)
    content = await get("export")
    key = checkpoints.verifier(log.tenant_id)
    walk = verify_export(io.BytesIO(content.encode()), {key.name: key})
    assert walk.tree.size == 4
    exported = [json.loads(line)["event"]["name"] for line in content.splitlines()[1:]]
    assert exported == [NOTED.name] * 3 + ["audit.exported"]


@pytest.mark.security
async def test_no_data_is_shown_when_its_event_cannot_be_recorded(
    log: Pharmacy, get: Get, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    await log.record(1)

    async def fail(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(outbox, "record", fail)
    for path in ("events", "export"):
        assert (await get(path, status=500))["code"] == "internal"
