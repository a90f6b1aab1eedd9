"""The Chromium that browser tests drive."""

from __future__ import annotations

import os
import shutil

_NAMES = (
    "/usr/bin/chromium",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
)


def find_chromium() -> str | None:
    """What `./test` found or installed (`OFFICINA_CHROMIUM`), else what the machine has."""
    return os.environ.get("OFFICINA_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
