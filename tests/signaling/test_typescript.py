"""The committed TypeScript is what the Python messages say."""

from signaling.typescript import FILE, typescript


def test_committed_typescript_matches_the_messages() -> None:
    assert FILE.read_text() == typescript(), "run: python -m signaling.typescript"
