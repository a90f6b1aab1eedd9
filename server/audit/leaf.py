"""The leaf: the bytes that are hashed for one entry of a log.

A leaf is the canonical JSON (RFC 8785) of

    {"event": {...}, "index": 7, "log": "<tenant id or system>", "seq": 3}

where `event` is the event as it was recorded, `index` its place in the log (from 0) and `seq` its number
within its consultation (from 1, without gaps; null without a consultation). At most 16 KiB.
"""

import orjson
import rfc8785

CLOSING = "consultation.closed"
"""The event that says how many events its consultation had before it, and the hash of the last of them."""

MAX_LEAF_BYTES = 16 * 1024
MAX_BODY_BYTES = MAX_LEAF_BYTES - 512
"""What an event may take, so that its leaf keeps within 16 KiB with all that is filled in."""


def leaf_bytes(body: bytes, *, log: str, index: int, seq: int | None) -> bytes:
    """Put the event's canonical JSON and its numbers into a leaf, without encoding the event again."""
    number = b"null" if seq is None else b"%d" % seq
    return b'{"event":%b,"index":%d,"log":"%b","seq":%b}' % (body, index, log.encode(), number)


def closed(body: bytes, *, count: int, last_hash: bytes | None) -> bytes:
    """Fill in how many events the consultation had before, and the leaf hash of the last (hex)."""
    event = orjson.loads(body)
    event["data"]["count"] = count
    event["data"]["last_hash"] = None if last_hash is None else last_hash.hex()
    return rfc8785.dumps(event)
