"""Structured logs that hold nothing personal.

Our own lines have a static message and facts in fields. Lines of libraries keep their template and lose their
arguments; exceptions keep their types and places and lose their words: either may hold what a person typed.
"""

import logging
import sys
from traceback import StackSummary, extract_tb
from types import TracebackType
from typing import Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger


def configure(*, form: Literal["console", "json"], level: str) -> None:
    """Set up logging of this process, to standard error."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        wordless_exception,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(drop_arguments)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("officina").setLevel(level.upper())


def drop_arguments(record: logging.LogRecord) -> bool:
    """Keep a library's message template and forget what would be put into it."""
    if not isinstance(record.msg, dict):
        record.msg = str(record.msg) if record.args else record.name
        record.args = None
    return True


def wordless_exception(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Replace `exc_info` with the types of the exceptions and the places they came from."""
    info = event.pop("exc_info", None)
    if not info:
        return event
    error = (
        info
        if isinstance(info, BaseException)
        else (info[1] if isinstance(info, tuple) else sys.exc_info()[1])
    )
    if error is not None:
        event["exception"] = [type(link).__name__ for link in _chain(error)]
        event["places"] = _places(error.__traceback__)
    return event


def _chain(error: BaseException | None) -> list[BaseException]:
    links: list[BaseException] = []
    while error is not None and error not in links:
        links.append(error)
        error = error.__cause__ or error.__context__
    return links


def _places(traceback: TracebackType | None) -> list[str]:
    frames: StackSummary = extract_tb(traceback)
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
