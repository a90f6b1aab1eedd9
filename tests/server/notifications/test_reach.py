"""Whom we reach how: what they agreed to, what addresses there are, and what this server can do."""

from dataclasses import dataclass

import pytest

from server.notifications.models import Channel
from server.notifications.reach import Reach, reach

BOTH = frozenset(Channel)


@dataclass(frozen=True)
class Someone:
    phone: str | None
    email: str | None
    safe_contact: dict[str, bool]


def someone(*, phone: bool = True, email: bool = True, **agreed: bool) -> Someone:
    return Someone("+34600000001" if phone else None, "ines@example.org" if email else None, agreed)


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (someone(ring=True, text=True), Reach(text=True, email=True, ring=True)),
        (someone(ring=False, text=False), Reach(text=False, email=True, ring=False)),
        (someone(), Reach(text=False, email=True, ring=False)),
        (someone(text=True, email=False), Reach(text=True, email=False, ring=False)),
        (someone(phone=False, ring=True, text=True), Reach(text=False, email=True, ring=False)),
    ],
)
def test_reach_is_what_was_agreed_and_can_be_done(person: Someone, expected: Reach) -> None:
    assert reach(person, configured=BOTH) == expected


def test_email_that_was_refused_is_not_used() -> None:
    person = Someone(None, "ines@example.org", {"email": False})
    assert not reach(person, configured=BOTH).email


def test_confidential_visit_is_told_only_as_was_said_in_so_many_words() -> None:
    silent = Someone("+34600000001", "ines@example.org", {"ring": True, "text": False})
    said = Someone("+34600000001", "ines@example.org", {"ring": True, "text": True, "email": True})
    assert reach(silent, configured=BOTH, confidential=True).channels == ()
    assert reach(said, configured=BOTH, confidential=True).channels == (Channel.TEXT, Channel.EMAIL)


def test_channel_that_the_server_does_not_have_reaches_nobody() -> None:
    person = someone(ring=True, text=True)
    assert reach(person, configured=()) == Reach(text=False, email=False, ring=True)
    assert reach(person, configured=(Channel.EMAIL,)).channels == (Channel.EMAIL,)
