"""Audit events of signing in."""

from server.audit.event import EventType

LOGIN_SUCCEEDED = EventType(
    "auth.login.succeeded",
    "A member of staff signed in.",
    {"session": "the session opened", "second_factor": "whether a one-time code was used"},
)
LOGIN_FAILED = EventType(
    "auth.login.failed",
    "A sign-in was refused; in the system log when the account is unknown. The e-mail address is not kept.",
    {
        "staff": "the account, if it is known",
        "reason": "unknown_account, wrong_password, second_factor_wrong, locked or disabled",
    },
)
LOGIN_LOCKED = EventType(
    "auth.login.locked",
    "An account was locked after too many failed sign-ins.",
    {"staff": "the account", "failures": "failed sign-ins in a row", "seconds": "how long it stays locked"},
)
LOGGED_OUT = EventType("auth.logged_out", "Somebody signed out.", {"session": "the session ended"})
SESSION_OPENED = EventType(
    "auth.session.opened",
    "A session was opened.",
    {"session": "its id", "role": "the role it acts in"},
)
SESSION_RENEWED = EventType(
    "auth.session.renewed",
    "The refresh token of a session was replaced by its successor.",
    {"session": "its id"},
)
SESSION_REUSED = EventType(
    "auth.session.reused",
    "An outdated refresh token came back: it may have been copied, so the session was ended.",
    {"session": "the session ended", "same_device": "whether it came from the session's own device"},
)
SESSION_EXPIRED = EventType(
    "auth.session.expired",
    "A session ended by its time limits.",
    {"session": "the session ended", "reason": "idle or expired"},
)
SESSION_REVOKED = EventType(
    "auth.session.revoked",
    "A session was ended by the program or an administrator.",
    {"session": "the session ended", "reason": "why"},
)
