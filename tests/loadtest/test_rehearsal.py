"""Whole rehearsals against real server processes, as an operator runs them."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from tests.integration.program import Program, Said

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(300)]

RUN_S = 240
"""Three programs start one after the other, then ten seconds are played: longer on a busy machine."""

PEAK = """
name = "peak"
seed = 4
speed = 20
duration_s = 60
drain_s = 900

[arrivals]
at_once = 15
at_once_over_s = 10
rate_per_hour = [[0, 900]]

[patients]
device_check_s = { law = "fixed", s = 2 }
answer_s = { law = "fixed", s = 2 }
urgent = 0.1
full_clients = 1

[patients.network]
losses_per_hour = 10
lost_s = { law = "fixed", s = 5 }
lost_answers = 0.2

[patients.away]
share = 0.2
after_s = { law = "fixed", s = 15 }
for_s = { law = "fixed", s = 10 }

[[pharmacists]]
number = 3
consultation_s = { law = "lognormal", median_s = 8, sigma = 0.3 }
wrap_up_s = { law = "fixed", s = 1 }

[[phases]]
kind = "storm"
at_s = 40

[thresholds]
"joins.lost" = 0
"joins.doubled" = 0
"places.lost" = 0
"positions.wrong" = 0
"positions.judged" = ">= 100"
"admits.doubled" = 0
"line.differs" = 0
"visits.fell_out" = 0
"visits.left_behind" = 0
"server.errors" = 0
"""


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program({"OFFICINA_LOG_FORMAT": "json", "OFFICINA_DOOR_BURST": "0"}, tmp_path)


def scenario(folder: Path, text: str = PEAK) -> str:
    path = folder / "peak.toml"
    path.write_text(text)
    return str(path)


async def rehearse(program: Program, *arguments: str) -> Said:
    """Run a rehearsal in a process of its own; answers how it ended."""
    with program.starting("loadtest", *arguments) as running:
        code = await asyncio.to_thread(running.process.wait, RUN_S)
        return Said(code, running._out.read_text(), running._err.read_text())


async def test_thirty_patients_lose_nothing_on_an_own_server(program: Program, tmp_path: Path) -> None:
    report, page = tmp_path / "report.json", tmp_path / "report.html"
    said = await rehearse(
        program, "--scenario", scenario(tmp_path), "--json", str(report), "--html", str(page)
    )
    assert said.code == 0, said
    figures = json.loads(report.read_bytes())["figures"]
    assert figures["joins.acknowledged"] == figures["patients.arrived"] >= 25
    assert figures["admits"] >= figures["joins.acknowledged"] - 2
    assert figures["storm.recovered_max_s"] < 30
    assert "All thresholds held." in said.out
    assert "<svg" in page.read_text()


async def test_organisation_of_real_patients_is_left_alone(program: Program, tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with program.serving("demo", "--port", "0", "--data", str(data)) as server:
        waiting = await line_of(server.url, "mill-lane")
        cast = tmp_path / "cast.json"
        cast.write_text(json.dumps(cast_of(data)))
        said = await rehearse(
            program, "--scenario", scenario(tmp_path), "--target", server.url, "--staff", str(cast)
        )
        assert said.code == 2, said
        assert "real patients" in said.err
        assert await line_of(server.url, "mill-lane") == waiting


async def test_two_generators_add_up_and_a_broken_threshold_fails_the_run(
    program: Program, tmp_path: Path
) -> None:
    data, cast, report = tmp_path / "data", tmp_path / "cast.json", tmp_path / "report.json"
    calm = PEAK.replace("losses_per_hour = 10", "losses_per_hour = 0").replace("at_s = 40", "at_s = 9000")
    text = calm.replace('"joins.lost" = 0', '"joins.acknowledged" = "<= 3"')
    text = text.replace('"places.lost" = 0\n', "")  # nobody loses the line here, so it may not be measured
    async with program.serving("demo", "--port", "0", "--data", str(data)) as server:
        await program.tell("loadtest", "prepare", "--staff", "3", "--out", str(cast), "--data", str(data))
        assert cast.stat().st_mode & 0o077 == 0
        target = ["--target", server.url, "--staff", str(cast), "--generators", "2"]
        database = ["--database-url", f"sqlite+aiosqlite:///{data / 'officina.db'}"]
        said = await rehearse(
            program, "--scenario", scenario(tmp_path, text), *target, *database, "--json", str(report)
        )
    assert said.code == 1, said
    told = json.loads(report.read_bytes())
    broken = [verdict["figure"] for verdict in told["verdicts"] if not verdict["holds"]]
    assert "joins.acknowledged" in broken, said
    assert told["result"]["generators"] == 2
    assert told["figures"]["joins.acknowledged"] >= 25


async def line_of(url: str, slug: str) -> int:
    async with ClientSession() as http, http.get(f"{url}/api/v1/pharmacies/{slug}") as response:
        waiting: int = (await response.json())["queues"][0]["waiting"]
        return waiting


def cast_of(data: Path) -> dict[str, Any]:
    notes = json.loads((data / "demo.json").read_text())
    staff = [one for one in notes["staff"] if one["role"] == "pharmacist"]
    return {
        "pharmacy": "mill-lane",
        "queue_id": notes["queues"][0],
        "answer_time_s": 180,
        "staff": (staff * 2)[:3],
    }
