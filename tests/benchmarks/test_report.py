"""The benchmark harness: rows that a program can read, and never a failed build."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console

from benchmarks import __main__ as program
from benchmarks.report import Better, row, show, write


def test_a_row_compares_with_what_it_is_held_against() -> None:
    assert row("startup", "ready", 3.0, "s", against=2.0).ratio == 1.5


@pytest.mark.parametrize(
    ("better", "goal", "met"), [("lower", 3, True), ("lower", 1, False), ("higher", 1, True)]
)
def test_a_goal_is_met_in_the_better_direction(better: Better, goal: float, met: bool) -> None:
    assert row("b", "m", 2.0, "s", goal=goal, better=better).met is met


def test_written_rows_have_the_agreed_fields(tmp_path: Path) -> None:
    write([row("b", "m", 2.0, "s")], tmp_path / "deep" / "rows.json")
    [written] = json.loads((tmp_path / "deep" / "rows.json").read_text())
    assert list(written) == ["bench", "metric", "value", "unit", "against", "ratio", "goal", "met"]


def test_a_missed_goal_stands_out_in_the_table() -> None:
    console = Console(file=StringIO(), width=120)
    show([row("b", "m", 2.0, "s", goal=1.0)], console)
    assert isinstance(console.file, StringIO)
    assert "<= 1 s" in console.file.getvalue()
    assert "NO" in console.file.getvalue()


def test_a_broken_benchmark_fails_no_build(monkeypatch: pytest.MonkeyPatch) -> None:
    def measure() -> list[object]:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(program, "names", lambda: ["broken"])
    monkeypatch.setattr(program, "import_module", lambda _: SimpleNamespace(measure=measure))
    assert program.main([]) == 0


def test_an_unknown_name_is_refused_and_the_known_ones_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        program.main(["nonesuch"])
    assert ended.value.code == 2
    assert "nonesuch" in capsys.readouterr().err
