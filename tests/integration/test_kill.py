"""What was acknowledged is kept, however the embedded server ends."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession

from tests.integration.people import Person
from tests.integration.program import Program, eventually

pytestmark = [pytest.mark.integration, pytest.mark.faults]

KILLS = 12
DOOR = "farmacia-del-puerto"


async def test_acknowledged_visit_outlives_a_kill(tmp_path: Path) -> None:
    data = tmp_path / "data"
    program = Program({"OFFICINA_LOG_FORMAT": "json"}, tmp_path)
    visits: list[Person] = []
    async with ClientSession() as http:
        async with program.serving("demo", "--port", "0", "--data", str(data)) as server:
            visits.append(await _enter_and_kill(http, server))
        for _ in range(KILLS - 1):
            async with program.serving("serve", "--port", "0", "--data", str(data)) as server:
                await _stand_where_they_stood(visits, server.url)
                visits.append(await _enter_and_kill(http, server))
        async with program.serving("serve", "--port", "0", "--data", str(data)) as server:
            await _stand_where_they_stood(visits, server.url)
            notes = json.loads((data / "demo.json").read_text())
            await _are_in_the_log(Person(http, server.url), notes, visits)
    said = await program.tell("audit", "verify", "--data", str(data))
    assert "BAD" not in said


async def _enter_and_kill(http: ClientSession, server: Any) -> Person:
    """Walk in while others do, and kill the server the moment the answer is here."""
    person = Person(http, server.url)
    others = [asyncio.create_task(_try_to_enter(Person(http, server.url))) for _ in range(3)]
    await person.enter(DOOR, "Edith Moore")
    server.kill()
    await asyncio.gather(*others)
    return person


async def _try_to_enter(person: Person) -> None:
    try:
        await person.enter(DOOR, "Somebody Else")
    except ClientError:
        pass  # the server is dead


async def _stand_where_they_stood(visits: list[Person], url: str) -> None:
    places = []
    for person in visits:
        person.url = url
        visit = await person.ok("GET", f"visits/{person.visit_id}")
        assert visit["state"] == "checking"
        places.append(visit["place"])
        assert visit["place"] == person.place
    assert places == sorted(set(places))


async def _are_in_the_log(compliance: Person, notes: Any, visits: list[Person]) -> None:
    me = next(one for one in notes["staff"] if one["role"] == "compliance")
    await compliance.sign_in(me["email"], me["password"])

    async def all_in() -> Any:
        page = await compliance.ok("GET", "audit/events?name=visit.joined&limit=200")
        return page["events"] if page["pending"] == 0 else None

    joined = [event["visit_id"] for event in reversed(await eventually(all_in))]
    mine = [person.visit_id for person in visits]
    assert [visit_id for visit_id in joined if visit_id in mine] == mine
