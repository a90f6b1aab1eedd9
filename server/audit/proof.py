"""Inclusion proofs as text that stands alone (C2SP tlog-proof).

    c2sp.org/tlog-proof@v1
    extra <the leaf, base64>
    index <its place in the log>
    <sibling hash, base64>, from the leaf up
    ...

    <a checkpoint of the log>

Whoever has this text and the log's verifier key can check, without the server, that the event in it is in the
log that the checkpoint commits to.
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass

from server.audit import store
from server.audit.checkpoints import open_checkpoint
from server.audit.merkle import ProofError, inclusion_spans, leaf_hash, verify_inclusion
from server.audit.models import Entry, SignedHead
from server.audit.note import NoteError, VerifierKey
from server.audit.tiles import runs, span_hash
from server.db.connection import AsyncConnection

HEADER = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That a leaf is at `index` of the log that the checkpoint is of."""

    leaf: bytes
    index: int
    path: tuple[bytes, ...]
    checkpoint: str

    def text(self) -> str:
        lines = [
            HEADER,
            f"extra {_encoded(self.leaf)}",
            f"index {self.index}",
            *map(_encoded, self.path),
            "",
            self.checkpoint,
        ]
        return "\n".join(lines)

    @classmethod
    def parse(cls, text: str) -> "InclusionProof":
        """Read the text form; raises `ProofError` if it is anything else."""
        head, separator, checkpoint = text.partition("\n\n")
        header, *lines = head.split("\n")
        if header != HEADER or not separator or len(lines) < 2:
            raise ProofError("not a tlog-proof with its leaf")
        leaf, index, *path = lines
        number = _after("index ", index)
        if not (number.isascii() and number.isdecimal() and number == str(int(number))):
            raise ProofError("not an index")
        return cls(_decoded(_after("extra ", leaf)), int(number), tuple(map(_decoded, path)), checkpoint)


async def prove(connection: AsyncConnection, entry: Entry, signed: SignedHead) -> InclusionProof:
    """Make the proof that the entry is in the log of the checkpoint, from the stored hashes."""
    spans = inclusion_spans(entry.index, signed.size)
    hashes = await store.hashes(connection, entry.log, runs(spans))
    path = tuple(span_hash(span, hashes) for span in spans)
    return InclusionProof(entry.leaf, entry.index, path, signed.note)


def verify_proof(text: str, key: VerifierKey) -> bytes:
    """The leaf that the proof proves to be in the log of this key; raises `ProofError` otherwise."""
    proof = InclusionProof.parse(text)
    try:
        checkpoint = open_checkpoint(proof.checkpoint, key)
    except NoteError as error:
        raise ProofError(str(error)) from None
    verify_inclusion(
        leaf=leaf_hash(proof.leaf),
        index=proof.index,
        size=checkpoint.size,
        root=checkpoint.root,
        proof=proof.path,
    )
    return proof.leaf


def _encoded(value: bytes) -> str:
    return b64encode(value).decode()


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        raise ProofError("not base64") from None


def _after(word: str, line: str) -> str:
    if not line.startswith(word):
        raise ProofError("not a tlog-proof with its leaf")
    return line.removeprefix(word)
