"""The report on a terminal: verdicts first, then every figure beside that of the run before."""

from rich.console import Console
from rich.table import Table

from loadtest.figures import FIGURES, Figure
from loadtest.report import Report


def show(report: Report, console: Console) -> None:
    console.print(_figures(report))
    for warning in report.warnings:
        console.print(f"[yellow]![/yellow] {warning}", highlight=False)
    for verdict in report.verdicts:
        mark = "[green]held[/green]  " if verdict.holds else "[red]BROKEN[/red]"
        value = "not measured" if verdict.value is None else f"{verdict.value:,.4g}"
        console.print(f"{mark} {verdict.threshold.figure} {verdict.threshold}: {value}", highlight=False)
    console.print("[green]All thresholds held.[/green]" if report.passed else "[red]The run failed.[/red]")


def _figures(report: Report) -> Table:
    result = report.result
    shares = f", {result.generators} generators" if result.generators > 1 else ""
    title = f"{result.scenario}: {result.seconds:,.0f} s at speed {result.speed:g}{shares}"
    table = Table("figure", "", title=title, box=None, title_justify="left")
    table.add_column("value", justify="right")
    if report.before:
        table.add_column("before", justify="right")
        table.add_column("change", justify="right")
    for figure in FIGURES:
        value = report.figures[figure.name]
        if value is None:
            continue
        row = [figure.name, figure.meaning, amount(value, figure.unit)]
        if report.before:
            before = report.before.get(figure.name)
            row += ["" if before is None else amount(before, figure.unit), change(figure, value, before)]
        table.add_row(*row)
    return table


def amount(value: float, unit: str) -> str:
    digits = f"{value:,.0f}" if value == int(value) and abs(value) < 1e9 else f"{value:,.3g}"
    if abs(value) >= 1000:
        digits = f"{value:,.0f}"
    return f"{digits} {unit}".rstrip()


def change(figure: Figure, value: float, before: float | None) -> str:
    """The change against the run before, and whether it is for the better."""
    if before is None or value == before:
        return ""
    text = f"{(value / before - 1) * 100:+,.0f} %" if before else f"{value - before:+,.3g}"
    if figure.better == "neither":
        return text
    return f"{text} {'better' if (value < before) == (figure.better == 'lower') else 'worse'}"
