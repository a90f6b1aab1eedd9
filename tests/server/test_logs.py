"""Logs hold facts, and nothing that a person typed."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from server import logs

CANARY = "Mathilde-4711"


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers, root.level
    yield
    root.handlers, level = before
    root.setLevel(level)
    structlog.reset_defaults()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_is_its_message_and_its_fields(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(form="json", level="info")
    structlog.get_logger("officina.test").info("visit joined", visit_id="v")
    (line,) = lines(capsys)
    assert (line["event"], line["visit_id"], line["level"]) == ("visit joined", "v", "info")


def test_a_library_line_keeps_its_template_only(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(form="json", level="info")
    logging.getLogger("aiohttp.server").warning("could not greet %s", CANARY)
    logging.getLogger("aiohttp.server").warning(f"hello {CANARY}")  # noqa: G004  # the bad habit itself
    templated, formatted = lines(capsys)
    assert templated["event"] == "could not greet %s"
    assert formatted["event"] == "aiohttp.server"
    assert CANARY not in str([templated, formatted])


def test_an_exception_keeps_types_and_places_but_no_words(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(form="json", level="info")
    try:
        try:
            int(CANARY)
        except ValueError as error:
            raise RuntimeError(CANARY) from error
    except RuntimeError:
        structlog.get_logger("officina.test").error("failed", exc_info=True)
        logging.getLogger("library").exception("failed with %s", CANARY)
    ours, theirs = lines(capsys)
    for line in (ours, theirs):
        assert line["exception"] == ["RuntimeError", "ValueError"]
        assert CANARY not in json.dumps(line)
    assert "test_logs.py" in str(ours["places"])
