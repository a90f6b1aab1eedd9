"""The program's own keys: given by a setting, or made once and kept in the data folder.

A cluster gives them by settings, so that all processes share them; embedded mode makes them at first
start, in files that only its user can read.
"""

import os
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from pydantic import SecretStr

from server.config import ConfigError, Settings

BUS_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Keys:
    """What signs access tokens and audit checkpoints, and what seals the bus."""

    token: Ed25519PrivateKey
    audit: Ed25519PrivateKey
    bus: bytes


def load_keys(settings: Settings) -> Keys:
    """Read the keys, making those that are missing; raises `ConfigError` for one that does not parse."""
    folder = settings.data_dir / "keys"
    return Keys(
        token=_ed25519("token_key", settings.token_key, folder / "token.pem"),
        audit=_ed25519("audit_key", settings.audit_key, folder / "audit.pem"),
        bus=_bus_key(settings.bus_key, folder / "bus.key"),
    )


def _ed25519(name: str, setting: SecretStr | None, path: Path) -> Ed25519PrivateKey:
    pem = setting.get_secret_value() if setting else _kept(path, _new_pem)
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except ValueError:
        raise ConfigError(f"{name} is not a PEM private key") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigError(f"{name} is not an Ed25519 key")
    return key


def _bus_key(setting: SecretStr | None, path: Path) -> bytes:
    text = setting.get_secret_value() if setting else _kept(path, _new_bus_key)
    try:
        key = b64decode(text, validate=True)
    except ValueError:
        raise ConfigError("bus_key is not base64") from None
    if len(key) != BUS_KEY_BYTES:
        raise ConfigError("bus_key is not 32 bytes long")
    return key


def _new_pem() -> str:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _new_bus_key() -> str:
    return b64encode(os.urandom(BUS_KEY_BYTES)).decode()


def _kept(path: Path, make: Callable[[], str]) -> str:
    """Read the file, first making it if it is not there; two programs that race use one key."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    if not path.exists():
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()
