"""The words of messages. Whoever holds the phone may read them, so they tell nobody anything.

No name of the person, nothing of health, no place. Text messages use the letters of the GSM alphabet only
(in Spanish no á, í, ó, ú): one other letter would halve what fits into a message.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from server.notifications.models import Channel, MessageKind

DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """What one kind says: the news, then what to do with a link, or without one."""

    news: str
    with_link: str
    without_link: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The words of one language."""

    subject: str
    automatic: str
    kinds: Mapping[MessageKind, Words]


ENGLISH = Catalogue(
    subject="Your appointment",
    automatic="This message was sent automatically; nobody reads answers to it.",
    kinds={
        MessageKind.INVITED: Words("You have an appointment.", "Please open this when you are ready:"),
        MessageKind.FEW_AHEAD: Words(
            "It is nearly your turn.", "Please open", "Please go back to where you were waiting."
        ),
        MessageKind.CALLED: Words(
            "It is your turn now.", "Please open", "Please go back to where you were waiting."
        ),
        MessageKind.PLACE_KEPT: Words(
            "We are keeping your place.", "Come back at any time:", "Come back at any time."
        ),
        MessageKind.EXPIRED: Words(
            "We could not keep your place any longer.", "What you can do now:", "We are sorry."
        ),
        MessageKind.LINK: Words("Here is the link you asked for:", ""),
    },
)
SPANISH = Catalogue(
    subject="Su cita",
    automatic="Este mensaje es automático; nadie lee las respuestas.",
    kinds={
        MessageKind.INVITED: Words("Tiene una cita.", "Abra esto cuando le venga bien:"),
        MessageKind.FEW_AHEAD: Words("Ya casi es su turno.", "Abra", "Vuelva a donde estaba esperando."),
        MessageKind.CALLED: Words("Ahora es su turno.", "Abra", "Vuelva a donde estaba esperando."),
        MessageKind.PLACE_KEPT: Words(
            "Le guardamos el sitio.", "Vuelva cuando quiera:", "Vuelva cuando quiera."
        ),
        MessageKind.EXPIRED: Words(
            "No hemos podido guardarle el sitio.", "Lo que puede hacer ahora:", "Lo sentimos."
        ),
        MessageKind.LINK: Words("Este es el enlace que ha pedido:", ""),
    },
)
CATALOGUES: Mapping[str, Catalogue] = {"en": ENGLISH, "es": SPANISH}


def catalogue(language: str) -> Catalogue:
    """The words in this language, or in English."""
    return CATALOGUES.get(language, CATALOGUES[DEFAULT_LANGUAGE])


def text(kind: MessageKind, channel: Channel, language: str, *, sender_name: str, link: str | None) -> str:
    """The text of a message; one without a link says what to do instead."""
    words = catalogue(language).kinds[kind]
    parts = [words.news, words.with_link, link] if link else [words.news, words.without_link]
    sentence = " ".join(part for part in parts if part)
    match channel:
        case Channel.TEXT:
            return f"{sender_name}: {sentence}"
        case Channel.EMAIL:
            return f"{sentence}\n\n{sender_name}\n\n{catalogue(language).automatic}\n"


def carries_link(kind: MessageKind, *, confidential: bool) -> bool:
    """Whether a message has a link. One about a confidential visit has none: a link lets its finder in.

    An invitation always has one; it was asked for, and staff saw where it goes.
    """
    return kind is MessageKind.INVITED or not confidential
