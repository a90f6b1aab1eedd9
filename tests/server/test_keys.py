"""The program's own keys."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from server.config import ConfigError, load
from server.keys import load_keys


def test_keys_are_made_once_and_kept_for_their_owner_only(tmp_path: Path) -> None:
    settings = load({"data_dir": tmp_path})
    first, second = load_keys(settings), load_keys(settings)
    assert first.token.public_key() == second.token.public_key()
    assert first.bus == second.bus
    files = list((tmp_path / "keys").iterdir())
    assert len(files) == 3
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)


def test_a_given_key_wins_over_the_kept_one(tmp_path: Path) -> None:
    given = load_keys(load({"data_dir": tmp_path / "other"})).token
    pem = given.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    keys = load_keys(load({"data_dir": tmp_path, "token_key": pem}))
    assert keys.token.public_key() == given.public_key()


@pytest.mark.parametrize("setting", [{"token_key": "canary"}, {"bus_key": "canary"}, {"bus_key": "YQ=="}])
def test_a_bad_key_is_refused_by_name(tmp_path: Path, setting: dict[str, str]) -> None:
    with pytest.raises(ConfigError) as failure:
        load_keys(load({"data_dir": tmp_path, **setting}))
    assert next(iter(setting)) in str(failure.value)
    assert "canary" not in str(failure.value)
