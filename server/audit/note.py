"""Signed notes (C2SP signed-note) with Ed25519 keys.

A note is text ending in a newline, an empty line, and one line per signature:

    — <key name> base64(key id || signature)

A verifier key (vkey) is `<key name>+<key id, hex>+base64(0x01 || public key)`.
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
KEY_ID_BYTES = 4
MAX_NOTE_BYTES = 64 * 1024
SIGNATURE_MARK = "— "


class NoteError(Exception):
    """A note is not well formed, or not signed by the key it should be."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The name and public half of a signing key."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not self.name or "+" in self.name or any(part.isspace() for part in self.name):
            raise NoteError("a key name has no spaces and no plus")
        if len(self.public) != 32:
            raise NoteError("an Ed25519 public key has 32 bytes")

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:KEY_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64encode(ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Read a vkey; raises `NoteError` if it is not one of Ed25519."""
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        material = _decoded(encoded)
        if material[:1] != ED25519:
            raise NoteError("only Ed25519 keys are known")
        key = cls(name, material[1:])
        if key.key_id.hex() != key_id:
            raise NoteError("the key id is not the key's")
        return key


def verifier(name: str, key: Ed25519PrivateKey) -> VerifierKey:
    return VerifierKey(name, key.public_key().public_bytes_raw())


def sign(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """Make a note of the text, which ends in a newline, signed as `name`."""
    signature = verifier(name, key).key_id + key.sign(text.encode())
    return f"{text}\n{SIGNATURE_MARK}{name} {b64encode(signature).decode()}\n"


def open_note(note: str, key: VerifierKey) -> str:
    """The text of a note that this key signed; raises `NoteError` otherwise.

    Signatures of other keys are not looked at. Of the same key, all have to hold.
    """
    text, lines = _split(note)
    signatures = [signature for name, signature in map(_signature, lines) if name == key.name]
    ours = [signature[KEY_ID_BYTES:] for signature in signatures if signature[:KEY_ID_BYTES] == key.key_id]
    if not ours:
        raise NoteError("the note is not signed by this key")
    public = Ed25519PublicKey.from_public_bytes(key.public)
    try:
        for signature in ours:
            public.verify(signature, text.encode())
    except InvalidSignature:
        raise NoteError("a signature does not hold") from None
    return text


def unverified_text(note: str) -> str:
    """The text of a note, whoever signed it; raises `NoteError` if it is not well formed."""
    return _split(note)[0]


def _split(note: str) -> tuple[str, list[str]]:
    if len(note.encode()) > MAX_NOTE_BYTES or any(char < " " and char != "\n" for char in note):
        raise NoteError("the note is not well formed")
    text, separator, signatures = note.rpartition("\n\n")
    if not separator or not signatures.endswith("\n"):
        raise NoteError("the note is not well formed")
    return text + "\n", signatures[:-1].split("\n")


def _signature(line: str) -> tuple[str, bytes]:
    name, _, encoded = line.removeprefix(SIGNATURE_MARK).partition(" ")
    if not line.startswith(SIGNATURE_MARK) or not name or not encoded:
        raise NoteError("the note is not well formed")
    return name, _decoded(encoded)


def _decoded(encoded: str) -> bytes:
    try:
        return b64decode(encoded, validate=True)
    except ValueError:
        raise NoteError("not base64") from None
