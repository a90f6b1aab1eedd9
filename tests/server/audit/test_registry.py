"""The registry of event types, and the page made from it."""

from pathlib import Path

from server.audit.registry import MODULES, event_types, fields_of, markdown

PAGE = Path(__file__).parents[3] / "docs" / "audit-events.md"


def test_the_page_is_what_the_program_declares() -> None:
    assert PAGE.read_text() == markdown(), (
        "run: python -m server audit events --markdown > docs/audit-events.md"
    )


def test_every_event_says_what_it_means_and_what_its_fields_are() -> None:
    for event_type in event_types().values():
        assert event_type.meaning.endswith((".", "?")), event_type.name
        assert all(fields_of(event_type).values()), event_type.name


def test_every_module_of_events_is_registered() -> None:
    server = PAGE.parents[1] / "server"
    found = {f"server.{path.parent.name}.events" for path in server.glob("*/events.py")}
    assert found == set(MODULES)


def test_closing_a_consultation_documents_what_the_sequencer_fills_in() -> None:
    assert {"count", "last_hash"} <= fields_of(event_types()["consultation.closed"]).keys()
