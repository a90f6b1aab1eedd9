"""The Dockerfile: it copies what is there, all that the program needs, and runs it as nobody special."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.compose import ROOT, committed_or_new, copied_paths, dockerfile, last_stage


@pytest.mark.parametrize("source", [source for source, _ in copied_paths()])
def test_what_is_copied_is_in_the_checkout_and_in_the_build_context(source: str) -> None:
    assert committed_or_new(source)
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert f"!{source.partition('/')[0]}" in ignored


def test_every_base_image_is_pinned_to_a_version() -> None:
    for line in dockerfile():
        if line.word == "FROM":
            assert re.match(r"\w+:\d+(\.\d+)?-", line.rest)


def test_the_program_runs_as_a_user_of_its_own() -> None:
    users = [line.rest for line in last_stage() if line.word == "USER"]
    assert users == ["officina"]


def test_the_image_knows_whether_the_server_is_ready() -> None:
    check = next(line.rest for line in last_stage() if line.word == "HEALTHCHECK")
    assert "/readyz" in check
    program = json.loads(check.partition("CMD ")[2])
    compile(program[2], "HEALTHCHECK", "exec")


def test_what_the_image_holds_is_enough_to_start_the_program(tmp_path: Path) -> None:
    for source, target in copied_paths():
        if source.startswith(("web/", "requirements/")):
            continue
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, tmp_path / target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, tmp_path / target)
    entry = json.loads(next(line.rest for line in last_stage() if line.word == "ENTRYPOINT"))
    command = json.loads(next(line.rest for line in last_stage() if line.word == "CMD"))
    shown = subprocess.run(
        [sys.executable, *entry[1:], *command, "--help"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert shown.returncode == 0, shown.stderr
