"""The messages as TypeScript: `python -m signaling.typescript` writes `web/src/signaling/messages.ts`.

The text depends on `signaling.messages` only, so that the same tables give the same file, byte for byte.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic.json_schema import models_json_schema

from signaling.messages import PROTOCOL, PUSHES, REQUESTS
from signaling.records import JsonObject, Message
from signaling.refusals import SignalCode

FILE = Path(__file__).parent.parent / "web" / "src" / "signaling" / "messages.ts"

HEAD = """\
// Made by `python -m signaling.typescript` from signaling/messages.py: do not edit.
// What the messages mean stands in signaling/PROTOCOL.md.

import type { VisitView } from "../api/types";
"""

TAIL = """\
/** What every client message is acknowledged with. */
export type Answer<Ok> =
  | { readonly ok: Ok; readonly error?: undefined }
  | { readonly ok?: undefined; readonly error: SignalError };

export interface SignalError {
  readonly code: SignalCode;
  readonly message: string;
}

export type ParticipantKind = Participant["kind"];
export type PeerEvent = RoomPeer["event"];
export type QualityReason = RoomQuality["reason"];
export type RoomEnd = RoomEnded["reason"];
export type Signal = RoomSignal["signal"];
export type RequestName = keyof Requests;
export type PushName = keyof Pushes;
"""

PRIMITIVES = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean"}


def definitions(*more: type[Message], ref_template: str = "#/$defs/{model}") -> dict[str, JsonObject]:
    """The JSON schema of every record, by its name."""
    models = [model for exchange in REQUESTS.values() for model in (exchange.payload, exchange.ok)]
    models += [*PUSHES.values(), *more]
    unique: list[type[Message]] = list(dict.fromkeys(models))
    _, schema = models_json_schema(
        [(model, "validation") for model in unique], by_alias=True, ref_template=ref_template
    )
    found: dict[str, JsonObject] = schema["$defs"]
    return found


def typescript() -> str:
    """The whole file."""
    records = (_interface(name, schema) for name, schema in sorted(definitions().items()))
    return "\n".join([HEAD, _constants(), *records, _requests(), _pushes(), TAIL])


def _constants() -> str:
    codes = "\n".join(f"  | {json.dumps(code.value)}" for code in SignalCode)
    requests = "".join(f"  {json.dumps(name)},\n" for name in REQUESTS)
    pushes = "".join(f"  {json.dumps(name)},\n" for name in PUSHES)
    return (
        f"export const PROTOCOL = {PROTOCOL};\n\n"
        f"export type SignalCode =\n{codes};\n\n"
        f"export const REQUESTS = [\n{requests}] as const;\n\n"
        f"export const PUSHES = [\n{pushes}] as const;\n"
    )


def _requests() -> str:
    rows = "".join(
        f"  readonly {json.dumps(name)}: {{ readonly payload: {exchange.payload.__name__}; "
        f"readonly ok: {exchange.ok.__name__} }};\n"
        for name, exchange in REQUESTS.items()
    )
    return f"/** Client to server: name, payload and `ok`. */\nexport interface Requests {{\n{rows}}}\n"


def _pushes() -> str:
    rows = "".join(f"  readonly {json.dumps(name)}: {model.__name__};\n" for name, model in PUSHES.items())
    return f"/** Server to client: name and payload. */\nexport interface Pushes {{\n{rows}}}\n"


def _interface(name: str, schema: JsonObject) -> str:
    described = _comment(schema["description"]) if "description" in schema else ""
    fields = list(_fields(schema))
    if not fields:
        return f"{described}export type {name} = Readonly<Record<string, never>>;\n"
    return f"{described}export interface {name} {{\n" + "".join(fields) + "}\n"


def _comment(text: str) -> str:
    first, *more = text.splitlines()
    if not more:
        return f"/** {first} */\n"
    return "\n".join(["/**", *(f" * {line}".rstrip() for line in (first, *more)), " */\n"])


def _fields(schema: JsonObject) -> Iterator[str]:
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        mark = "" if name in required else "?"
        yield f"  readonly {name}{mark}: {_type(field)};\n"


def _type(schema: JsonObject) -> str:
    if "$ref" in schema:
        reference: str = schema["$ref"]
        return reference.rsplit("/", 1)[-1]
    if schema.get("title") == "VisitView":
        return "VisitView"
    if "const" in schema or "enum" in schema:
        return " | ".join(json.dumps(v) for v in schema.get("enum", [schema.get("const")]))
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(option) for option in schema["anyOf"]))
    if "prefixItems" in schema:
        return f"readonly [{', '.join(map(_type, schema['prefixItems']))}]"
    if schema["type"] == "array":
        return f"readonly {_grouped(_type(schema['items']))}[]"
    if schema["type"] == "null":
        return "null"
    return PRIMITIVES[schema["type"]]


def _grouped(text: str) -> str:
    return f"({text})" if "|" in text or text.startswith("readonly ") else text


def main() -> None:
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(typescript())


if __name__ == "__main__":
    main()
