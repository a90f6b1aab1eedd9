"""Socket.IO v5 packets, read strictly: text only, the default namespace only, and what a client may send.

A client that sends anything else is not one of ours, or broken: its connection ends. The stock parser accepts
binary types, whose attachments it keeps in memory, other namespaces, and event names of its own handlers.
"""

from typing import Any, Final

import orjson
from socketio import packet as stock

CONNECT: Final[int] = stock.CONNECT
DISCONNECT: Final[int] = stock.DISCONNECT
EVENT: Final[int] = stock.EVENT
ACK: Final[int] = stock.ACK
MAX_ID_DIGITS: Final = 9

_READABLE: Final = {str(kind): kind for kind in (CONNECT, DISCONNECT, EVENT, ACK)}
_DIGITS: Final = frozenset("0123456789")


class BadPacketError(ValueError):
    """The text is no packet that a client may send."""


class OrJson:
    """orjson in the shape that python-socketio asks for: strict about numbers, surrogates and depth."""

    @staticmethod
    def dumps(value: object, **_: object) -> str:
        return orjson.dumps(value).decode()

    @staticmethod
    def loads(text: str) -> Any:
        return orjson.loads(text)


class StrictPacket(stock.Packet):  # type: ignore[misc]  # python-socketio ships no types
    """A packet that never is binary. Raises `BadPacketError` when it does not parse."""

    uses_binary_events = False
    json = OrJson

    def decode(self, encoded_packet: str) -> int:
        """Read the packet; the answer is the number of attachments to come, which is none."""
        kind = _READABLE.get(encoded_packet[:1])
        if kind is None:
            raise BadPacketError("packet type")
        self.packet_type = kind
        self.namespace = None
        self.id, body = _split_id(encoded_packet[1:])
        self.data = _read(body) if body else None
        if not self._fits():
            raise BadPacketError("payload")
        return 0

    def _fits(self) -> bool:
        if self.packet_type == EVENT:
            return isinstance(self.data, list) and len(self.data) > 0
        if self.packet_type == CONNECT:
            return self.id is None and (self.data is None or isinstance(self.data, dict))
        if self.packet_type == ACK:
            return self.id is not None and isinstance(self.data, list)
        return self.id is None and self.data is None


def event_id(text: str) -> int | None:
    """The acknowledgement id of an event, without reading the rest; raises `BadPacketError`."""
    if text[:1] != str(EVENT):
        raise BadPacketError("packet type")
    return _split_id(text[1:])[0]


def _split_id(text: str) -> tuple[int | None, str]:
    end = 0
    while end < len(text) and text[end] in _DIGITS:
        end += 1
        if end > MAX_ID_DIGITS:
            raise BadPacketError("id")
    return (int(text[:end]) if end else None), text[end:]


def _read(body: str) -> Any:
    try:
        return orjson.loads(body)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        raise BadPacketError("JSON") from None
