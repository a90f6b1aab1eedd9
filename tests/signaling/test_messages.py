"""The messages: PROTOCOL.md, the tables and the AsyncAPI document name the same; records show nothing."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from signaling import messages, records
from signaling.messages import PUSHES, REQUESTS, decode
from signaling.records import ChatMessage
from signaling.refusals import SignalCode, SignalRefused
from signaling.schema import document
from tests.signaling.world import new_id

PROTOCOL = (Path(messages.__file__).parent / "PROTOCOL.md").read_text()
TO_SERVER, TO_CLIENT = PROTOCOL.split("| client -> server")[1].split("| server -> client")


def _named(table: str) -> list[str]:
    return re.findall(r"^\| `([a-z.]+)` \|", table, re.MULTILINE)


def test_protocol_page_names_every_message_in_order() -> None:
    assert _named(TO_SERVER) == list(REQUESTS)
    assert _named(TO_CLIENT) == list(PUSHES)


def test_protocol_page_names_every_field() -> None:
    for model in [exchange.payload for exchange in REQUESTS.values()] + [*PUSHES.values()]:
        for name, field in model.model_fields.items():
            assert field.alias or name in PROTOCOL, f"{model.__name__}.{name}"


def test_protocol_page_names_every_code() -> None:
    assert [code for code in SignalCode if f"`{code}`" not in PROTOCOL] == []


def test_asyncapi_document_describes_every_message() -> None:
    described = document()
    assert described["asyncapi"] == "3.0.0"
    operations = described["operations"]
    assert set(REQUESTS) | {f"push.{name}" for name in PUSHES} == set(operations)
    named = described["components"]["messages"]
    for operation in operations.values():
        for reference in operation["messages"]:
            assert reference["$ref"].removeprefix("#/channels/socket/messages/") in named


def test_asyncapi_schemas_are_json_schemas_without_loose_ends() -> None:
    components = document()["components"]
    for schema in components["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for reference in re.findall(r"#/components/schemas/(\w+)", str(components)):
        assert reference in components["schemas"]


def test_records_show_no_text_of_people() -> None:
    message = ChatMessage(id=new_id(), sender=new_id(), text="canary", sent_at=datetime.now(UTC))
    assert "canary" not in repr(message)
    assert "canary" not in repr(messages.Handshake(token="canary", protocol=1))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
fields = st.sampled_from(
    sorted({name for exchange in REQUESTS.values() for name in exchange.payload.model_fields})
)


@given(
    name=st.sampled_from([*REQUESTS, "nonsense"]) | json_values,
    arguments=st.lists(st.dictionaries(fields, json_values) | json_values, max_size=3),
)
def test_whatever_is_sent_is_a_message_or_refused(name: object, arguments: list[object]) -> None:
    try:
        message = decode(name, arguments)
    except SignalRefused:
        return
    assert isinstance(message, records.Message)


@pytest.mark.parametrize("value", ["1e3", "01", "1.0"])
def test_numbers_are_not_made_of_text(value: str) -> None:
    payload = {"consultation_id": new_id(), "to": new_id(), "signal": {"candidate": None}}
    with pytest.raises(SignalRefused):
        decode("room.signal", [{**payload, "path_epoch": value}])
