"""The whole server, with a mail server and a text gateway: a patient goes away, is told, and comes back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from aiohttp import ClientSession
from pydantic import SecretStr
from sqlalchemy import Table, select
from structlog.testing import capture_logs

from server.accounts.repeats import Request
from server.accounts.schemas import NewStaff, NewTenant, Person, Redeem, SafeContact, WalkIn
from server.app import listen, running
from server.audit import tables as audit
from server.auth.principal import Principal, Role
from server.clock import SystemClock
from server.config import Settings
from server.db.migrate import upgrade
from server.demo import PHARMACIES
from server.ids import QueueId, new_id
from server.notifications.tables import messages
from server.parts import Parts
from server.waiting_room.provision import NewQueue
from server.waiting_room.schemas import DeviceCheck, Reach
from tests.integration.program import eventually
from tests.server.notifications.carriers import (
    SECRET,
    SENDER,
    Carrier,
    Trust,
    mail_carrier,
    text_carrier,
)
from tests.services.ports import free_port

CLOCK = SystemClock()
PERSON = Person(
    name="Canaryname",
    birth_date=date(1944, 5, 17),
    phone="+34 600 987 654",
    email="canary@example.org",
    language="es",
    safe_contact=SafeContact(text=True),
)


async def settings_for(folder: Path, mail: Carrier, text: Carrier) -> Settings:
    web = folder / "web"
    web.mkdir()
    for page in ("patient.html", "staff.html"):
        (web / page).write_text("<title>Officina</title>")
    settings = Settings(
        data_dir=folder,
        web_dir=web,
        port=0,
        public_url="https://video.example.org",
        smtp_url=SecretStr(f"smtp://127.0.0.1:{mail.port}"),
        smtp_tls="none",
        mail_from=SENDER,
        sms_url=SecretStr(f"http://127.0.0.1:{text.port}/send"),
        sms_secret=SecretStr(SECRET),
        metrics_port=free_port(),
        log_level="debug",
    )
    await upgrade(settings.database)
    return settings


async def walk_in(parts: Parts) -> WalkIn:
    accounts = parts.accounts
    tenant = await accounts.organisations.create(NewTenant(slug="one", name="One", neutral_name="Casa Roja"))
    pharmacy = await accounts.organisations.add_pharmacy(tenant, PHARMACIES[0])
    queue = await parts.line.provision.create(
        tenant.id, NewQueue(name="Advice", pharmacy_ids=(pharmacy.id,), languages=("es",))
    )
    return WalkIn(queue_id=queue.id, person=PERSON, video_consent=True, consent_version="1")


@pytest.mark.integration
async def test_patient_who_went_away_is_told_and_comes_back_by_the_link(tmp_path: Path) -> None:
    trust = Trust()
    async with mail_carrier(CLOCK, trust, server_tls="none") as mail, text_carrier(CLOCK) as text:
        settings = await settings_for(tmp_path, mail, text)
        with listen(settings) as listener, capture_logs() as lines:
            async with running(settings, listener) as parts:
                await go_away_and_come_back(parts, mail, text)
                places = {
                    "metrics": await metrics_of(settings),
                    "outbox": await everything_in(parts, audit.outbox),
                    "log": await everything_in(parts, audit.entries),
                    "messages": await everything_in(parts, messages),
                    "logs": str(lines),
                }
    assert {taken.to for taken in mail.taken} == {"canary@example.org"}
    assert {taken.to for taken in text.taken} == {"+34600987654"}
    tokens = [taken.text.rpartition("/")[2] for taken in text.taken]
    leaks = [
        (place, word)
        for place, said in places.items()
        for word in ("anary", "987654", *tokens)
        if word in said
    ]
    assert leaks == []
    assert "message.sent" in places["outbox"] + places["log"]


async def at_the_counter(parts: Parts, queue_id: QueueId) -> Principal:
    tenant = await parts.accounts.organisations.tenant("one")
    new = NewStaff(email="a@example.org", name="Alex Reyes", role="pharmacist", queue_ids=(queue_id,))
    member = await parts.accounts.staff.create(tenant, new, password="-".join(["long"] * 6))
    async with parts.ground.database.transaction() as transaction:
        opened = await parts.accounts.sessions.open(
            transaction, role=Role.PHARMACIST, subject_id=member.id, tenant_id=tenant.id, device="counter"
        )
    return await parts.accounts.sessions.authenticate(opened.access_token)


async def metrics_of(settings: Settings) -> str:
    url = f"http://127.0.0.1:{settings.metrics_port}/metrics"
    async with ClientSession() as http, http.get(url) as response:
        return await response.text()


async def everything_in(parts: Parts, table: Table) -> str:
    async with parts.ground.database.snapshot() as connection:
        return str((await connection.execute(select(table))).all())


async def go_away_and_come_back(parts: Parts, mail: Carrier, text: Carrier) -> None:
    arrivals, stay = parts.accounts.arrivals, parts.line.stay
    entered = await arrivals.walk_in(PHARMACIES[0].slug, await walk_in(parts), Request(device="phone"))
    assert entered.visit is not None
    patient = await parts.accounts.sessions.authenticate(entered.session.access_token)
    await stay.check_devices(
        patient, entered.visit.id, DeviceCheck(camera="ok", microphone="ok", network="good")
    )
    away = await stay.go_away(patient, entered.visit.id)
    assert away.reach == Reach(text=True, email=True, ring=True)

    pharmacist = await at_the_counter(parts, entered.visit.queue_id)
    await parts.line.admission.admit(pharmacist, entered.visit.queue_id, entered.visit.id, key=new_id())

    async def told() -> bool:
        return len(text.taken) == 2 and len(mail.taken) == 1

    await eventually(told)
    kept, called = sorted(text.taken, key=lambda taken: "sitio" not in taken.text)
    assert kept.text.startswith(
        "Casa Roja: Le guardamos el sitio. Vuelva cuando quiera: https://video.example.org/i/"
    )
    assert called.text.startswith("Casa Roja: Ahora es su turno. Abra https://")
    token = kept.text.rpartition("/")[2]
    again = await arrivals.redeem(token, Redeem(), Request(device="laptop"))
    assert again.visit is not None
    assert again.visit.id == entered.visit.id
