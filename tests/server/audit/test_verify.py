"""Verification finds each kind of tampering and names the first bad entry."""

import io
from collections.abc import Awaitable, Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.audit import store
from server.audit.checkpoints import Checkpoint, Checkpoints
from server.audit.export import Export, verify_export
from server.audit.merkle import CompactRange, ProofError, leaf_hash
from server.audit.note import sign, verifier
from server.audit.proof import prove, verify_proof
from server.audit.sequencer import Sequencer
from server.audit.verify import Verdict, Verifier
from server.audit.walk import BadEntryError, Reason
from server.db.database import Database
from server.ids import ConsultationId, EventId, new_id
from tests.server.audit.conftest import CLOSED, ORIGIN, Pharmacy, drain, execute

pytestmark = pytest.mark.security

SIZE = 300  # more than one stored node
Log = Callable[[], Awaitable[Verdict]]


@pytest.fixture
async def verified(
    database: Database, pharmacy: Pharmacy, sequencer: Sequencer, checkpoints: Checkpoints
) -> Log:
    """A log of 300 entries with checkpoints at 100 and 300; call it to verify."""
    consultation = ConsultationId(new_id())
    for until in (100, SIZE):
        start = len(await pharmacy.log())
        async with database.transaction() as transaction:
            for n in range(start, until - 1):
                event = pharmacy.event(n, consultation_id=consultation if n % 3 else None)
                await pharmacy.outbox.record(transaction, event)
            if until == SIZE:
                closing = pharmacy.event(kind=CLOSED, consultation_id=consultation)
                await pharmacy.outbox.record(transaction, closing)
            else:
                await pharmacy.outbox.record(transaction, pharmacy.event(until))
        await drain(sequencer)
        await checkpoints.run_once()

    async def verify() -> Verdict:
        verifier_ = Verifier(database, checkpoints.verifier, lambda _: None)
        return await verifier_.verify(pharmacy.tenant_id)

    return verify


async def test_an_untouched_log_holds(verified: Log) -> None:
    verdict = await verified()
    assert verdict.fault is None
    assert (verdict.entries, verdict.checkpoints) == (SIZE, 2)


TAMPERED = [
    pytest.param(
        [('UPDATE audit_entries SET leaf = (SELECT leaf FROM audit_entries WHERE "index" = 8) '
         'WHERE "index" = 7')],
        Reason.INDEX, 7, id="a leaf replaced by another",
    ),
    pytest.param(['DELETE FROM audit_entries WHERE "index" = 41'], Reason.MISSING, 41, id="deleted"),
    pytest.param(
        ['UPDATE audit_entries SET "index" = 1000 WHERE "index" = 20',
         'UPDATE audit_entries SET "index" = 20 WHERE "index" = 21',
         'UPDATE audit_entries SET "index" = 21 WHERE "index" = 1000'],
        Reason.INDEX, 20, id="swapped",
    ),
    pytest.param(['DELETE FROM audit_entries WHERE "index" >= 290'], Reason.MISSING, 290, id="cut"),
    pytest.param(
        ['DELETE FROM audit_entries WHERE "index" >= 200',
         "UPDATE audit_logs SET size = 200"],
        Reason.CUT, 200, id="cut, head moved back",
    ),
    pytest.param(
        ["DELETE FROM audit_entries", "DELETE FROM audit_logs", "DELETE FROM audit_nodes"],
        Reason.CUT, 0, id="emptied",
    ),
    pytest.param(
        ["UPDATE audit_logs SET size = 100"], Reason.CUT, 100, id="head moved back",
    ),
    pytest.param(
        ["DELETE FROM audit_checkpoints", "UPDATE audit_logs SET size = 100"],
        Reason.BEYOND, 100, id="head moved back, checkpoints deleted",
    ),
    pytest.param(
        ["UPDATE audit_entries SET name = 'test.other' WHERE \"index\" = 5"],
        Reason.COLUMNS, 5, id="a column changed",
    ),
    pytest.param(
        ['UPDATE audit_entries SET consultation_seq = NULL WHERE "index" = 1'],
        Reason.COLUMNS, 1, id="a number taken away",
    ),
    pytest.param(
        [("UPDATE audit_checkpoints SET note = (SELECT note FROM audit_checkpoints WHERE size = 100) "
         "WHERE size = 300")],
        Reason.SIGNATURE, 100, id="a checkpoint replaced",
    ),
    pytest.param(
        ["UPDATE audit_nodes SET hash = (SELECT root FROM audit_logs)"],
        Reason.NODE, 0, id="a stored node changed",
    ),
]  # fmt: skip


@pytest.mark.parametrize("statements,reason,index", TAMPERED)
async def test_tampering_is_found_and_the_first_bad_entry_named(
    verified: Log, database: Database, statements: list[str], reason: Reason, index: int
) -> None:
    for statement in statements:
        await execute(database, statement)
    fault = (await verified()).fault
    assert fault is not None
    assert (fault.reason, fault.index) == (reason, index)


async def test_an_edited_leaf_is_found(verified: Log, database: Database, pharmacy: Pharmacy) -> None:
    await edit(database, pharmacy, 60, rehash=False)
    fault = (await verified()).fault
    assert fault is not None
    assert (fault.reason, fault.index) == (Reason.LEAF, 60)


async def test_an_edited_leaf_with_a_fitting_hash_is_found_by_the_checkpoint_after_it(
    verified: Log, database: Database, pharmacy: Pharmacy
) -> None:
    await edit(database, pharmacy, 120, rehash=True)
    await rebuild(database, pharmacy)
    fault = (await verified()).fault
    assert fault is not None
    assert (fault.reason, fault.index, fault.until) == (Reason.CHECKPOINT, 100, 300)


async def test_a_rebuilt_log_signed_with_another_key_is_found(
    verified: Log, database: Database, pharmacy: Pharmacy
) -> None:
    await edit(database, pharmacy, 120, rehash=True)
    head = await rebuild(database, pharmacy)
    forged = Checkpoint(f"{ORIGIN}/{pharmacy.tenant_id}", SIZE, head.root())
    note = sign(forged.text(), forged.origin, Ed25519PrivateKey.generate())
    await execute(database, "UPDATE audit_checkpoints SET note = :note WHERE size = 300", note=note)
    fault = (await verified()).fault
    assert fault is not None
    assert (fault.reason, fault.index, fault.until) == (Reason.SIGNATURE, 100, 300)


async def edit(database: Database, pharmacy: Pharmacy, index: int, *, rehash: bool) -> None:
    """Change a number in a leaf; with `rehash`, as one who knows how the log is made."""
    leaf = bytes((await pharmacy.log())[index]["leaf"]).replace(b'"n":', b'"n":9')  # type: ignore[call-overload]  # rows are untyped
    statement = 'UPDATE audit_entries SET leaf = :leaf WHERE "index" = :index'
    await execute(database, statement, leaf=leaf, index=index)
    if rehash:
        statement = 'UPDATE audit_entries SET leaf_hash = :hash WHERE "index" = :index'
        await execute(database, statement, hash=leaf_hash(leaf), index=index)


async def rebuild(database: Database, pharmacy: Pharmacy) -> CompactRange:
    """Make stored nodes and head agree with the leaf hashes."""
    tree = CompactRange()
    for entry in await pharmacy.log():
        for node in tree.append(bytes(entry["leaf_hash"])):  # type: ignore[call-overload]  # rows are untyped
            statement = 'UPDATE audit_nodes SET hash = :hash WHERE level = :level AND "index" = :index'
            if node.level == 8:
                await execute(database, statement, hash=node.hash, level=node.level, index=node.index)
    statement = "UPDATE audit_logs SET root = :root, frontier = :frontier"
    await execute(database, statement, root=tree.root(), frontier=tree.to_bytes())
    return tree


async def test_a_wrong_closing_is_found_even_when_everything_is_signed(
    database: Database, pharmacy: Pharmacy, sequencer: Sequencer, checkpoints: Checkpoints
) -> None:
    consultation = ConsultationId(new_id())
    await pharmacy.record(1, consultation_id=consultation)
    await pharmacy.record(kind=CLOSED, consultation_id=consultation)
    await sequencer.run_once()
    (_, closing) = await pharmacy.log()
    leaf = bytes(closing["leaf"]).replace(b'"count":1', b'"count":0')  # type: ignore[call-overload]  # as above
    await execute(
        database,
        'UPDATE audit_entries SET leaf = :leaf, leaf_hash = :hash WHERE "index" = 1',
        leaf=leaf,
        hash=leaf_hash(leaf),
    )
    await rebuild(database, pharmacy)
    await checkpoints.run_once()
    verdict = await Verifier(database, checkpoints.verifier, lambda _: None).verify(pharmacy.tenant_id)
    assert verdict.fault is not None
    assert (verdict.fault.reason, verdict.fault.index) == (Reason.CLOSING, 1)


async def test_every_event_has_a_proof_that_stands_alone(
    verified: Log, database: Database, pharmacy: Pharmacy, checkpoints: Checkpoints
) -> None:
    signed = await checkpoints.current(pharmacy.tenant_id)
    key = checkpoints.verifier(pharmacy.tenant_id)
    for row in (await pharmacy.log())[::37]:
        async with database.snapshot() as connection:
            entry = await store.entry(connection, pharmacy.tenant_id, EventId(str(row["event_id"])))
            assert entry is not None
            text = (await prove(connection, entry, signed)).text()
        assert verify_proof(text, key) == row["leaf"]
        for forged in (
            text.replace(f"index {entry.index}\n", f"index {entry.index + 1}\n"),
            text.replace("extra ey", "extra fy"),
            text.replace("tlog-proof@v1", "tlog-proof@v2"),
            text.replace("\n\n", "\nAAAA\n\n", 1),
            text.partition("\n\n")[0],
        ):
            with pytest.raises(ProofError):
                verify_proof(forged, key)
        with pytest.raises(ProofError):
            verify_proof(text, verifier(key.name, Ed25519PrivateKey.generate()))


async def test_an_export_verifies_without_the_database(
    verified: Log, database: Database, pharmacy: Pharmacy, checkpoints: Checkpoints
) -> None:
    signed = await checkpoints.current(pharmacy.tenant_id)
    key = checkpoints.verifier(pharmacy.tenant_id)
    content = b"".join([part async for part in Export(database, signed, key).lines()])
    keys = {key.name: key}
    walk = verify_export(io.BytesIO(content), keys)
    assert walk.tree.size == SIZE
    lines = content.splitlines(keepends=True)
    assert verify_export(lines).tree.size == SIZE

    def fault(changed: list[bytes]) -> tuple[Reason, int | None]:
        with pytest.raises(BadEntryError) as caught:
            verify_export(changed, keys)
        return caught.value.reason, caught.value.index

    assert fault(lines[:-1]) == (Reason.MISSING, SIZE - 1)
    assert fault([*lines[:50], *lines[51:]]) == (Reason.INDEX, 49)
    assert fault([*lines[:50], lines[50].replace(b'"n":', b'"n":8'), *lines[51:]])[0] == Reason.CHECKPOINT
    assert (
        fault([lines[0].replace(b'"size"', b'"sice"').replace(b"officina.ex", b"officina.xx")])[0]
        == Reason.SIGNATURE
    )
    assert fault([b"{}\n"]) == (Reason.FORMAT, None)
    other = verifier(key.name, Ed25519PrivateKey.generate())
    with pytest.raises(BadEntryError):
        verify_export(lines, {other.name: other})
