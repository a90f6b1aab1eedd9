"""Any span of a proof is found from leaves and the stored levels."""

from hypothesis import given
from hypothesis import strategies as st

from server.audit.merkle import CompactRange, consistency_spans, inclusion_spans, leaf_hash
from server.audit.tiles import is_stored, runs, span_hash
from tests.server.audit import trees

SIZE = 70_000  # over 256 * 256: level 16 is stored too


def stored(size: int) -> dict[tuple[int, int], bytes]:
    tree, kept = CompactRange(), {}
    for index in range(size):
        digest = leaf_hash(b"%d" % index)
        kept[0, index] = digest
        kept |= {(node.level, node.index): node.hash for node in tree.append(digest) if is_stored(node)}
    return kept


ALL = stored(SIZE)


@given(st.integers(1, 900), st.data())
def test_proofs_from_stored_hashes_are_those_of_the_definition(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = [ALL[0, at] for at in range(size)]
    assert [span_hash(span, ALL) for span in inclusion_spans(index, size)] == trees.path(index, leaves)
    old = index + 1
    assert [span_hash(span, ALL) for span in consistency_spans(old, size)] == trees.consistency(old, leaves)


@given(st.integers(1, SIZE), st.data())
def test_a_proof_needs_only_the_runs_it_names_and_few_hashes(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    spans = inclusion_spans(index, size)
    named = runs(spans)
    read = {(run.level, at): ALL[run.level, at] for run in named for at in range(run.start, run.end)}
    assert len(read) <= 255 * 3
    for span in spans:
        span_hash(span, read)
