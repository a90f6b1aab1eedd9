"""Signed heads: the form of the note, and when one is made."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.audit.checkpoints import Checkpoint, Checkpoints, ShrunkLogError, open_checkpoint
from server.audit.merkle import EMPTY_ROOT
from server.audit.note import NoteError, VerifierKey, open_note, sign, verifier
from server.audit.sequencer import Sequencer
from server.db.database import Database
from tests.server.audit.conftest import ORIGIN, Pharmacy, execute

# The example of C2SP signed-note.
EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72"
    "IneyaQM=\n"
)


def test_the_example_of_the_specification_verifies() -> None:
    key = VerifierKey.parse(EXAMPLE_KEY)
    assert str(key) == EXAMPLE_KEY
    assert open_note(EXAMPLE_NOTE, key) == "This is an example message.\n"


def test_a_note_with_more_signatures_verifies_by_the_known_one(signing_key: Ed25519PrivateKey) -> None:
    note = EXAMPLE_NOTE + sign("x\n", "witness.example", signing_key).split("\n\n")[1]
    assert open_note(note, VerifierKey.parse(EXAMPLE_KEY)) == "This is an example message.\n"


@pytest.mark.parametrize(
    "note",
    [
        "",
        "no signature\n",
        EXAMPLE_NOTE.replace("an example", "another"),
        EXAMPLE_NOTE.replace("example.com/foo", "example.com/bar"),
        EXAMPLE_NOTE.replace("Uw2Q", "Vw2Q"),
        EXAMPLE_NOTE.removesuffix("\n"),
        EXAMPLE_NOTE.replace("—", "-"),
        EXAMPLE_NOTE.replace("message", "mess\x07age"),
        EXAMPLE_NOTE.replace("neyaQM=", "neyaQM"),
        EXAMPLE_NOTE + "x" * 70_000,
    ],
)
def test_a_note_that_does_not_hold_is_refused(note: str) -> None:
    with pytest.raises(NoteError):
        open_note(note, VerifierKey.parse(EXAMPLE_KEY))


@pytest.mark.parametrize(
    "key", ["", "a+b", EXAMPLE_KEY.replace("530d", "530e"), EXAMPLE_KEY.replace("+Aek", "+Bek")]
)
def test_a_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(NoteError):
        VerifierKey.parse(key)


@pytest.mark.parametrize("name", ["", "two words", "a+b"])
def test_a_key_name_has_no_spaces_and_no_plus(name: str) -> None:
    with pytest.raises(NoteError):
        VerifierKey(name, bytes(32))


@pytest.mark.parametrize(
    "text",
    [
        "o\n07\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "o\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "o\n٣\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "o\n1\nAAAA\n",
        "o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nextension\n",
        "o\n1\n",
    ],
)
def test_the_text_of_a_checkpoint_has_one_form(text: str) -> None:
    with pytest.raises(NoteError):
        Checkpoint.parse(text)


async def test_a_grown_log_is_signed_once(
    pharmacy: Pharmacy, sequencer: Sequencer, checkpoints: Checkpoints
) -> None:
    assert await checkpoints.run_once() == 0
    await pharmacy.record(1)
    await sequencer.run_once()
    assert await checkpoints.run_once() == 1
    assert await checkpoints.run_once() == 0
    await pharmacy.record(2)
    await sequencer.run_once()
    assert await checkpoints.run_once() == 1
    signed = await checkpoints.current(pharmacy.tenant_id)
    checkpoint = open_checkpoint(signed.note, checkpoints.verifier(pharmacy.tenant_id))
    assert (checkpoint.origin, checkpoint.size) == (f"{ORIGIN}/{pharmacy.tenant_id}", 2)


async def test_the_present_head_is_signed_when_asked_for(
    pharmacy: Pharmacy, sequencer: Sequencer, checkpoints: Checkpoints
) -> None:
    empty = await checkpoints.current(pharmacy.tenant_id)
    key = checkpoints.verifier(pharmacy.tenant_id)
    assert open_checkpoint(empty.note, key).root == EMPTY_ROOT
    await pharmacy.record(1)
    await sequencer.run_once()
    first = await checkpoints.current(pharmacy.tenant_id)
    assert first.size == 1
    assert await checkpoints.current(pharmacy.tenant_id) == first
    assert await checkpoints.run_once() == 0


async def test_a_checkpoint_of_one_log_is_none_of_another(
    pharmacy: Pharmacy, sequencer: Sequencer, checkpoints: Checkpoints
) -> None:
    await pharmacy.record(1)
    await sequencer.run_once()
    signed = await checkpoints.current(pharmacy.tenant_id)
    with pytest.raises(NoteError):
        open_checkpoint(signed.note, checkpoints.verifier("system"))


async def test_a_log_that_lost_entries_is_not_signed_again(
    database: Database, pharmacy: Pharmacy, sequencer: Sequencer, checkpoints: Checkpoints
) -> None:
    for n in range(3):
        await pharmacy.record(n)
    await sequencer.run_once()
    await checkpoints.run_once()
    await execute(database, "DELETE FROM audit_logs")
    with pytest.raises(ShrunkLogError):
        await checkpoints.current(pharmacy.tenant_id)
    assert await checkpoints.run_once() == 0


async def test_a_head_that_contradicts_itself_is_not_signed(
    database: Database, pharmacy: Pharmacy, sequencer: Sequencer, checkpoints: Checkpoints
) -> None:
    await pharmacy.record(1)
    await sequencer.run_once()
    await execute(database, "UPDATE audit_logs SET root = :root", root=bytes(32))
    with pytest.raises(ValueError, match="contradicts itself"):
        await checkpoints.current(pharmacy.tenant_id)


def test_a_key_has_the_name_of_its_log(signing_key: Ed25519PrivateKey) -> None:
    assert str(verifier("officina.example/log/system", signing_key)).startswith(
        "officina.example/log/system+"
    )
