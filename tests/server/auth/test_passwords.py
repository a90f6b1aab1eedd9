"""Passwords: hashed well, refused when trivial, the same work for nobody."""

from __future__ import annotations

import asyncio
from typing import Literal

import pytest
from argon2 import PasswordHasher

from server.auth import passwords as module
from server.auth.passwords import Passwords, require_strong, weakness
from server.errors import Code, Refusal

EMAIL = "maria.lopez@example.org"


async def test_password_is_verified(passwords: Passwords) -> None:
    stored = await passwords.hash("correct horse battery")
    assert await passwords.verify(stored, "correct horse battery")
    assert not await passwords.verify(stored, "correct horse batterie")


async def test_nobody_has_no_password(passwords: Passwords) -> None:
    assert not await passwords.verify(None, "correct horse battery")


async def test_unreadable_hash_is_no_password(passwords: Passwords) -> None:
    assert not await passwords.verify("!", "!")


async def test_unknown_account_costs_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002  # argon2's name
            verified.append(str(hash))
            return super().verify(hash, password)

    passwords = Passwords(Counting(time_cost=1, memory_cost=8, parallelism=1))
    stored = await passwords.hash("correct horse battery")
    await passwords.verify(stored, "wrong")
    await passwords.verify(None, "wrong")
    assert [hash_.split("$")[1:4] for hash_ in verified] == [stored.split("$")[1:4]] * 2


async def test_hash_is_argon2id_of_at_least_the_second_rfc_profile() -> None:
    stored = await Passwords().hash("correct horse battery")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


async def test_hash_of_other_parameters_is_outdated(passwords: Passwords) -> None:
    stored = await passwords.hash("correct horse battery")
    assert not passwords.outdated(stored)
    assert Passwords().outdated(stored)


async def test_the_same_letters_composed_otherwise_are_the_same_password(passwords: Passwords) -> None:
    stored = await passwords.hash("contrase\u00f1a larga")
    assert await passwords.verify(stored, "contrasen\u0303a larga")


async def test_too_many_at_once_are_told_to_wait(
    passwords: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_WAITING", 3)
    results = await asyncio.gather(*(passwords.verify(None, "x") for _ in range(5)), return_exceptions=True)
    refused = [result for result in results if isinstance(result, Refusal)]
    assert [refusal.code for refusal in refused] == [Code.UNAVAILABLE] * 2
    assert not await passwords.verify(None, "x")


@pytest.mark.parametrize(
    "password, reason",
    [
        ("", "too_short"),
        ("eleven char", "too_short"),
        ("aaaaaaaaaaaaaaaa", "too_simple"),
        ("abababababab", "too_simple"),
        ("123456789012", "too_simple"),
        ("qwertyuiopas", "too_simple"),
        ("lkjhgfdsapoiuy", "too_simple"),
        ("abcdefghijkl", "too_simple"),
        ("abc123abc123", "too_simple"),
        ("Password1234", "too_common"),
        ("passwordpassword", "too_common"),
        ("Welcome2026!", "too_common"),
        ("maria.lopez1", "like_the_account"),
        ("maria.lopez@example.org", "like_the_account"),
    ],
)
def test_trivial_password_is_refused(password: str, reason: str) -> None:
    assert weakness(password, email=EMAIL) == reason


@pytest.mark.parametrize(
    "password", ["correct horse battery", "x7!kfPq92-aB", "una frase muy larga", "Mümmelmannsberg"]
)
def test_password_of_some_length_needs_no_special_characters(password: str) -> None:
    assert weakness(password, email=EMAIL) is None


def test_refusal_names_the_field_and_not_the_password() -> None:
    with pytest.raises(Refusal) as caught:
        require_strong("123456789012", email=EMAIL)
    assert caught.value.fields == (("/password", "too_simple"),)
