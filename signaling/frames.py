"""WebSocket frames as a server sends them: unmasked and whole (RFC 6455, section 5).

Because they are unmasked, the same bytes serve every client: a frame is made once, however many it is for.
"""

import struct
from typing import Final

from signaling.packet import StrictPacket

TEXT: Final = 0x81
CLOSE: Final = 0x88
PONG: Final = 0x8A
EVENT_HEAD: Final = "42"
ACK_HEAD: Final = "43"


def text_frame(text: str) -> bytes:
    return _frame(TEXT, text.encode())


def pong_frame(payload: bytes) -> bytes:
    return _frame(PONG, payload)


def close_frame(code: int, reason: str = "") -> bytes:
    """The frame that begins or answers the closing handshake; the reason has at most 123 bytes."""
    return _frame(CLOSE, struct.pack("!H", code) + reason.encode())


def event_frame(name: str, payload: object, ack: int | None = None) -> bytes:
    """A Socket.IO event of the default namespace; with `ack` the client is to acknowledge it."""
    number = "" if ack is None else str(ack)
    return text_frame(f"{EVENT_HEAD}{number}{StrictPacket.json.dumps([name, payload])}")


def ack_frame(number: int, answer: object) -> bytes:
    """The acknowledgement of a client's event."""
    return text_frame(f"{ACK_HEAD}{number}{StrictPacket.json.dumps([answer])}")


def _frame(head: int, payload: bytes) -> bytes:
    size = len(payload)
    if size < 126:
        return bytes((head, size)) + payload
    if size < 2**16:
        return struct.pack("!BBH", head, 126, size) + payload
    return struct.pack("!BBQ", head, 127, size) + payload
