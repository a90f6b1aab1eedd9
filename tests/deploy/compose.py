"""What the deployment tests read: the Compose file, the Dockerfile and the paths that git knows."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

ROOT = Path(__file__).parents[2]


def compose_file() -> dict[str, Any]:
    return cast("dict[str, Any]", yaml.safe_load((ROOT / "docker-compose.yml").read_text()))


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction of a Dockerfile, its lines joined."""

    word: str
    rest: str


def dockerfile() -> list[Instruction]:
    text = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [Instruction(*line.split(maxsplit=1)) for line in lines]


def copied_paths() -> list[tuple[str, str]]:
    """What the Dockerfile copies from the checkout: (source, target)."""
    copies = [line.rest.split() for line in dockerfile() if line.word == "COPY"]
    return [
        (source, words[-1]) for words in copies if not words[0].startswith("--from") for source in words[:-1]
    ]


def last_stage() -> list[Instruction]:
    lines = dockerfile()
    start = max(number for number, line in enumerate(lines) if line.word == "FROM")
    return lines[start:]


def committed_or_new(path: str) -> bool:
    """Whether a checkout holds the path: it is there, and where git can tell, git would take it."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        return (ROOT / path).exists()
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", path],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return bool(listed.stdout.strip())
