"""Messages tell nobody who finds them anything."""

from itertools import product

import pytest

from server.notifications.models import Channel, MessageKind
from server.notifications.texts import CATALOGUES, carries_link, catalogue, text

LINK = "https://video.example.org/i/" + "x" * 43
BANNED = {
    "en": (
        "consult pharma prescri doctor physician nurse medic drug health clinic hospital patient treat "
        "therap care ill sick disease symptom diagnos dose vaccin test result video call confidential queue"
    ),
    "es": (
        "consult farmac receta doctor médic medic enfermer salud sanidad clínic clinic hospital paciente "
        "tratamiento terapia cuidad síntoma diagnós dosis vacuna prueba resultado vídeo llamada confidenc"
    ),
}
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The letters of 3GPP TS 23.038 that count once."""

EVERY = list(product(CATALOGUES, MessageKind, Channel, (LINK, None)))


def words(language: str, kind: MessageKind, channel: Channel, link: str | None) -> str:
    return text(kind, channel, language, sender_name="Officina", link=link)


def test_every_kind_has_its_words_in_every_language() -> None:
    for language, kind in product(CATALOGUES, MessageKind):
        assert CATALOGUES[language].kinds[kind].news


@pytest.mark.parametrize("banned", ["en", "es"])
def test_no_message_says_a_word_of_health(banned: str) -> None:
    for language, kind, channel, link in EVERY:
        said = (words(language, kind, channel, link) + catalogue(language).subject).casefold()
        said = said.replace(LINK, "")
        found = [word for word in BANNED[banned].split() if f" {word}" in f" {said}"]
        assert found == [], (language, kind, channel)


def test_message_with_a_link_has_it_once_and_without_has_no_address_at_all() -> None:
    for language, kind, channel, link in EVERY:
        said = words(language, kind, channel, link)
        assert said.count(LINK) == (1 if link else 0)
        assert "{" not in said
        assert "://" in said or not link


def test_text_messages_fit_into_one_and_need_no_other_alphabet() -> None:
    for language, kind, channel, link in EVERY:
        if channel is Channel.TEXT:
            said = words(language, kind, channel, link)
            assert set(said) <= GSM, set(said) - GSM
            assert len(said) <= 160


def test_unknown_language_is_answered_in_english() -> None:
    assert words("fr", MessageKind.CALLED, Channel.TEXT, None) == words(
        "en", MessageKind.CALLED, Channel.TEXT, None
    )


def test_only_an_invitation_to_a_confidential_visit_has_a_link() -> None:
    with_link = {kind for kind in MessageKind if carries_link(kind, confidential=True)}
    assert with_link == {MessageKind.INVITED}
    assert all(carries_link(kind, confidential=False) for kind in MessageKind)
