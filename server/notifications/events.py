"""Audit events of messages. None holds an address or a word of the text."""

from server.audit.event import EventType

_MESSAGE = {"message": "its id", "channel": "text or email", "kind": "what it tells"}

MESSAGE_QUEUED = EventType("message.queued", "A message to a patient is to be sent.", _MESSAGE)
MESSAGE_SENT = EventType(
    "message.sent",
    "A message was handed to the mail server or text gateway, which took it.",
    _MESSAGE | {"attempts": "how often it was tried"},
)
MESSAGE_FAILED = EventType(
    "message.failed",
    "A message was given up.",
    _MESSAGE | {"attempts": "how often it was tried", "reason": "why it could not be sent"},
)
MESSAGE_SUPPRESSED = EventType(
    "message.suppressed",
    "A message was not sent because it must not be.",
    _MESSAGE | {"reason": "why: test_tenant, not_agreed, outdated, not_configured or too_many"},
)
