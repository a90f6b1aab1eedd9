"""How somebody may be reached: what they agreed to, and what addresses there are.

`safe_contact` is what the person said is safe. A text message needs their yes. E-mail is used when they gave
an address and did not say no; for a confidential visit only if they said yes to it in so many words, because
a mailbox is often shared. Ringing and voicemail are for staff.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from server.notifications.models import Channel


class Contact(Protocol):
    """A person, as far as reaching them goes."""

    @property
    def phone(self) -> str | None: ...
    @property
    def email(self) -> str | None: ...
    @property
    def safe_contact(self) -> Mapping[str, bool]: ...


@dataclass(frozen=True, slots=True)
class Reach:
    """How we will call somebody. All false: we cannot, and they have to be told so."""

    text: bool
    email: bool
    ring: bool

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The channels for messages, quickest first."""
        usable = {Channel.TEXT: self.text, Channel.EMAIL: self.email}
        return tuple(channel for channel, is_usable in usable.items() if is_usable)


def reach(person: Contact, *, configured: Collection[Channel], confidential: bool = False) -> Reach:
    """How a person may be reached by a server that has these channels."""
    agreed = person.safe_contact
    return Reach(
        text=Channel.TEXT in configured and person.phone is not None and agreed.get("text", False),
        email=Channel.EMAIL in configured
        and person.email is not None
        and agreed.get("email", not confidential),
        ring=person.phone is not None and agreed.get("ring", False),
    )


def address(person: Contact, channel: Channel) -> str | None:
    """Where a message of this channel goes."""
    match channel:
        case Channel.TEXT:
            return person.phone
        case Channel.EMAIL:
            return person.email
