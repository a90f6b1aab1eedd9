"""Refresh tokens: each fixes the next, for those who have the key."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.auth.refresh_tokens import MAX_WALK, RefreshToken, RefreshTokens, parse
from server.ids import SessionId, new_id


@pytest.fixture
def chain(key: Ed25519PrivateKey) -> RefreshTokens:
    return RefreshTokens(key)


@pytest.fixture
def first(chain: RefreshTokens) -> RefreshToken:
    return chain.first(SessionId(new_id()))


def test_token_survives_its_way_through_the_cookie(first: RefreshToken) -> None:
    assert parse(first.text) == first


@pytest.mark.parametrize("text", ["", ".", "x.y", "x" * 10_000, "é"])
def test_what_is_no_token_is_not_read(text: str) -> None:
    assert parse(text) is None


def test_successor_is_the_same_each_time(chain: RefreshTokens, first: RefreshToken) -> None:
    assert chain.successor(first) == chain.successor(first)


def test_successor_needs_the_key(chain: RefreshTokens, first: RefreshToken) -> None:
    foreign = RefreshTokens(Ed25519PrivateKey.generate())
    assert foreign.successor(first) != chain.successor(first)


def test_successor_belongs_to_the_session(chain: RefreshTokens, first: RefreshToken) -> None:
    elsewhere = RefreshToken(SessionId(new_id()), first.secret)
    assert chain.successor(elsewhere).secret != chain.successor(first).secret


def test_place_of_an_old_token_is_found(chain: RefreshTokens, first: RefreshToken) -> None:
    second = chain.successor(first)
    third = chain.successor(second)
    assert chain.newest(third, third.hash) == (third, 0)
    assert chain.newest(second, third.hash) == (third, 1)
    assert chain.newest(first, third.hash) == (third, 2)


def test_guess_has_no_place(chain: RefreshTokens, first: RefreshToken) -> None:
    guess = chain.first(first.session_id)
    assert chain.newest(guess, first.hash) is None


def test_walk_is_bounded(chain: RefreshTokens, first: RefreshToken) -> None:
    newest = first
    for _ in range(MAX_WALK):
        newest = chain.successor(newest)
    assert chain.newest(first, newest.hash) is None


def test_secret_is_not_shown_when_printed(first: RefreshToken) -> None:
    assert first.secret not in repr(first)
