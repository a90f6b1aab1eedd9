"""The messages as an AsyncAPI 3 document."""

from collections.abc import Iterator
from typing import Any, Final

from signaling.messages import PROTOCOL, PUSHES, REQUESTS, Handshake
from signaling.records import JsonObject, Message
from signaling.refusals import SignalCode
from signaling.typescript import definitions

CHANNEL: Final = "socket"
SCHEMAS: Final = "#/components/schemas/"


def document() -> dict[str, Any]:
    """The AsyncAPI 3.0 document of `signaling.messages`, as JSON values."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Officina signalling",
            "version": str(PROTOCOL),
            "description": "Socket.IO v5 over websocket, default namespace; see signaling/PROTOCOL.md.",
        },
        "defaultContentType": "application/json",
        "channels": {
            CHANNEL: {
                "address": "/socket.io/",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _messages()},
            }
        },
        "operations": dict(_operations()),
        "components": {"messages": _messages(), "schemas": _schemas()},
    }


def _operations() -> Iterator[tuple[str, JsonObject]]:
    for name in REQUESTS:
        yield name, _operation("receive", name) | {"reply": _reply(name)}
    for name in PUSHES:
        yield f"push.{name}", _operation("send", _push(name))


def _operation(action: str, message: str) -> JsonObject:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{CHANNEL}"},
        "messages": [_in_channel(message)],
    }


def _reply(name: str) -> JsonObject:
    return {"channel": {"$ref": f"#/channels/{CHANNEL}"}, "messages": [_in_channel(f"{name}.answer")]}


def _in_channel(message: str) -> JsonObject:
    return {"$ref": f"#/channels/{CHANNEL}/messages/{message}"}


def _push(name: str) -> str:
    """The server's own `room.signal` is not the client's: they need two names here."""
    return f"push.{name}"


def _messages() -> dict[str, JsonObject]:
    found: dict[str, JsonObject] = {"connect": _message("connect", _ref(Handshake))}
    for name, exchange in REQUESTS.items():
        found[name] = _message(name, _ref(exchange.payload))
        found[f"{name}.answer"] = _message(name, _answer(exchange.ok))
    for name, model in PUSHES.items():
        found[_push(name)] = _message(name, _ref(model))
    return found


def _message(name: str, payload: JsonObject) -> JsonObject:
    return {"name": name, "payload": payload}


def _answer(ok: type[Message]) -> JsonObject:
    return {
        "oneOf": [
            {"type": "object", "properties": {"ok": _ref(ok)}, "required": ["ok"]},
            {
                "type": "object",
                "properties": {"error": {"$ref": f"{SCHEMAS}Error"}},
                "required": ["error"],
            },
        ]
    }


def _ref(model: type[Message]) -> JsonObject:
    return {"$ref": f"{SCHEMAS}{model.__name__}"}


def _schemas() -> dict[str, JsonObject]:
    error = {
        "type": "object",
        "properties": {
            "code": {"type": "string", "enum": [code.value for code in SignalCode]},
            "message": {"type": "string"},
        },
        "required": ["code", "message"],
    }
    return definitions(Handshake, ref_template=SCHEMAS + "{model}") | {"Error": error}
