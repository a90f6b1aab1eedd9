"""A stand-in for the server, for looking at the pages: canned answers, and rooms that pass signals on.

    npm run build && ../.venv/bin/python dev/server.py [port [dist]]

Pages: /p/corner, /i/visit, /i/used, /staff. The page asks `/dev/visit?state=called&end_reason=...` (see `patch`) to
move the canned visit; the socket then tells it. A second patient in the same call comes from `/p/corner?other`.
"""

import asyncio
import json
import secrets
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import socketio
from aiohttp import web

DIST = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).parent.parent / "dist"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "font-src 'self'; connect-src 'self' ws: wss:; worker-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
CONSULTATION = "018f0000-0000-7000-8000-00000000c0de"
VISIT = "018f0000-0000-7000-8000-000000000001"
FLAGS = {
    "en": "Chest pain, trouble breathing, a face that droops, heavy bleeding, or thoughts of harming yourself: "
    "do not wait for us.",
    "es": "Dolor en el pecho, dificultad para respirar, una cara que se cae de un lado, un sangrado abundante o ideas "
    "de hacerse daño: no nos espere.",
}
PHARMACY = {
    "id": str(uuid4()),
    "slug": "corner",
    "name": "Corner Pharmacy",
    "address": "12 Mill Lane, Harborough",
    "phone": "020 7946 0018",
    "emergency_number": "112",
    "time_zone": "Europe/London",
    "country": "GB",
    "languages": ["en", "es"],
    "opening_hours": [{"weekday": day, "opens": "09:00", "closes": "18:30"} for day in range(6)],
    "open_now": True,
    "red_flags": FLAGS,
    "speaker_below_age": 16,
    "consent_version": "2026-1",
    "queues": [
        {
            "id": str(uuid4()),
            "name": "Talk to a pharmacist",
            "state": "open",
            "pause_message": None,
            "waiting": 3,
            "wait": {"kind": "range", "from_minutes": 9, "to_minutes": 18},
            "opens_at": None,
            "kept": {"of": 40, "within": 36},
        },
        {
            "id": str(uuid4()),
            "name": "Medicine review",
            "state": "full",
            "pause_message": None,
            "waiting": 30,
            "wait": {"kind": "unknown", "reason": "closed"},
            "opens_at": None,
            "kept": None,
        },
        {
            "id": str(uuid4()),
            "name": "Travel clinic",
            "state": "closed",
            "pause_message": None,
            "waiting": 0,
            "wait": {"kind": "unknown", "reason": "closed"},
            "opens_at": (datetime.now(UTC) + timedelta(hours=20)).isoformat(),
            "kept": None,
        },
        {
            "id": str(uuid4()),
            "name": "Vaccination advice",
            "state": "paused",
            "pause_message": "Back at half past two.",
            "waiting": 0,
            "wait": {"kind": "unknown", "reason": "paused"},
            "opens_at": None,
            "kept": None,
        },
    ],
}


def moment(seconds: float = 0) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def new_visit() -> dict[str, object]:
    return {
        "id": VISIT,
        "version": 1,
        "state": "checking",
        "queue_id": PHARMACY["queues"][0]["id"],
        "queue_name": PHARMACY["queues"][0]["name"],
        "queue_state": "open",
        "pause_message": None,
        "pharmacy": {key: PHARMACY[key] for key in ("id", "slug", "name", "phone", "emergency_number", "red_flags")},
        "person_name": "Ada Moreno",
        "speaker": None,
        "language": "en",
        "confidential": False,
        "place": 3,
        "wait": {"kind": "range", "from_minutes": 9, "to_minutes": 18},
        "device_check": None,
        "arrived_at": moment(),
        "answer_by": None,
        "consultation_id": None,
        "message": None,
        "end_reason": None,
        "guidance": None,
        "next_steps": None,
        "successor_id": None,
        "queue_version": 1,
        "reach": {"text": False, "email": False, "ring": False},
        "coming": False,
        "worse_at": None,
        "phone_only": False,
        "kept": {"of": 40, "within": 36},
    }


visit = new_visit()
people: dict[str, dict[str, object]] = {}
chat: list[dict[str, str]] = []
sockets = socketio.AsyncServer(async_mode="aiohttp", transports=["websocket"])


def session() -> dict[str, object]:
    token = secrets.token_hex(8)
    return {
        "access_token": token,
        "expires_at": moment(300),
        "session_expires_at": moment(3600),
        "role": "patient",
    }


async def patch(**changes: object) -> None:
    visit.update(changes, version=int(time.time() * 1000))
    await sockets.emit("visit.changed", {"visit": visit})


async def dev_visit(request: web.Request) -> web.Response:
    if "fresh" in request.query:
        visit.clear()
        visit.update(new_visit())
    changes = {name: json.loads(value) for name, value in request.query.items() if name != "fresh"}
    if changes.get("state") == "called":
        changes |= {"consultation_id": CONSULTATION, "place": None, "wait": None, "answer_by": moment(150)}
    await patch(**changes)
    return web.json_response(visit)


async def api(request: web.Request) -> web.Response:
    path = request.path.removeprefix("/api/v1/")
    act = path.rsplit("/", 1)[-1]
    if path == "auth/refresh":
        return web.json_response(session())
    if path == "me":
        return web.json_response({"visit_id": VISIT, "role": "patient", "name": "Ada", "subject_id": VISIT})
    if path == "pharmacies/corner":
        return web.json_response(PHARMACY)
    if act in {"walk-ins", "redeem"}:
        visit.clear()
        visit.update(new_visit())
        link = "https://corner.example/i/3nJq0Zk8c2m"
        return web.json_response({"session": session(), "visit": visit, "consultation_id": None, "return_link": link})
    if path.startswith("invitations/"):
        state = act if act in {"used", "expired"} else "valid"
        answer = {"kind": "visit", "state": state, "expires_at": moment(9000), "pharmacy": PHARMACY}
        return web.json_response(answer | {"queue_name": "Talk to a pharmacist"})
    states = {"device-check": "waiting", "return": "waiting", "away": "away"}
    if act in states:
        await patch(state=states[act])
    elif act == "coming":
        await patch(coming=True, answer_by=moment(240))
    elif act == "worse":
        await patch(worse_at=moment())
    elif act == "return-link":
        return web.json_response(
            {"link": "https://corner.example/i/3nJq0Zk8c2m", "expires_at": moment(9000)}, status=201
        )
    elif act == "call-backs":
        return web.json_response({"id": str(uuid4())}, status=201)
    elif act == "leave":
        await patch(state="left", end_reason="patient_left", place=None)
    elif not path.startswith("visits/"):
        return web.json_response({"code": "not_found", "status": 404}, status=404)
    return web.json_response(visit)


@sockets.on("*")
async def any_message(event: str, sid: str, payload: dict[str, object]) -> dict[str, object]:
    match event:
        case "visit.watch":
            return {"ok": {"visit": visit}}
        case "room.join":
            return {"ok": {"room": await join(sid, payload)}}
        case "room.media":
            people[sid]["media"] = payload["media"]
            await others(sid, "room.peer", {"event": "media", "participant": people[sid]})
        case "room.signal":
            for other, person in people.items():
                if person["id"] == payload["to"]:
                    signal = {key: payload[key] for key in ("path_epoch", "signal")}
                    await sockets.emit("room.signal", about(signal | {"from": people[sid]["id"]}), to=other)
        case "room.chat":
            line = {
                "id": str(uuid4()),
                "from": people[sid]["id"],
                "text": payload["text"],
                "sent_at": moment(),
            }
            chat.append(line)
            await others(sid, "room.chat", {"message": line})
            return {"ok": {"message": line}}
        case "room.leave":
            await gone(sid)
    return {"ok": {}}


async def join(sid: str, payload: dict[str, object]) -> dict[str, object]:
    kind = "pharmacist" if not people else "patient"
    name = {"pharmacist": "Dr Ines Vidal", "patient": "Ada Moreno"}[kind]
    connection = payload.get("connection") or secrets.token_hex(16)
    person = {
        "id": str(uuid4()),
        "kind": kind,
        "name": name,
        "media": payload["media"],
        "connection": connection,
    }
    known = list(people.values())
    people[sid] = person
    await others(sid, "room.peer", {"event": "joined", "participant": person})
    room = {"consultation_id": CONSULTATION, "path_epoch": 0, "self": person, "polite": kind == "patient"}
    return room | {"peers": known, "ice_servers": [], "chat": chat}


def about(payload: dict[str, object]) -> dict[str, object]:
    return {"consultation_id": CONSULTATION, **payload}


async def others(sid: str, event: str, payload: dict[str, object]) -> None:
    for other in people:
        if other != sid:
            await sockets.emit(event, about(payload), to=other)


@sockets.event
async def disconnect(sid: str, *_: object) -> None:
    await gone(sid)


async def gone(sid: str) -> None:
    person = people.pop(sid, None)
    if person is not None:
        await others(sid, "room.peer", {"event": "left", "participant": person})


async def page(request: web.Request) -> web.Response:
    name = "staff.html" if request.path.startswith("/staff") else "patient.html"
    text = (DIST / name).read_text().replace("{{noscript}}", "<p>Please call Corner Pharmacy: 020 7946 0018.</p>")
    return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": CSP})


def build() -> web.Application:
    app = web.Application()
    sockets.attach(app)
    app.router.add_get("/dev/visit", dev_visit)
    app.router.add_route("*", "/api/v1/{rest:.*}", api)
    app.router.add_static("/assets", DIST / "assets")
    app.router.add_get("/{rest:.*}", page)
    return app


if __name__ == "__main__":
    asyncio.set_event_loop(asyncio.new_event_loop())
    web.run_app(build(), host="127.0.0.1", port=int(sys.argv[1]) if len(sys.argv) > 1 else 8171)
