"""The report as one page: no script, nothing fetched from elsewhere."""

from collections.abc import Iterable
from html import escape
from importlib.resources import files

from loadtest.figures import FIGURES
from loadtest.report import Report
from loadtest.report.plot import Series, cloud, distributions, lines
from loadtest.report.terminal import amount, change
from loadtest.result import PEAK, Result


def page(report: Report) -> str:
    """The whole document."""
    result = report.result
    verdict = '<span class="good">passed</span>' if report.passed else '<span class="bad">failed</span>'
    head = (
        f"<h1>Rehearsal “{escape(result.scenario)}”: {verdict}</h1>"
        f"<p>Started {escape(result.started_at)}, {result.seconds:,.0f} s at speed {result.speed:g},"
        f" seed {result.seed}, {result.generators} generator(s).</p>"
    )
    body = [head, *_warnings(report), _thresholds(report), *_plots(result), _table(report)]
    title = escape(f"Rehearsal {result.scenario}")
    style = (files("loadtest.report") / "page.css").read_text()
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{style}</style><main>{''.join(body)}</main></html>"
    )


def _warnings(report: Report) -> Iterable[str]:
    return (f'<p class="note">{escape(warning)}</p>' for warning in report.warnings)


def _thresholds(report: Report) -> str:
    if not report.verdicts:
        return ""
    rows = "".join(
        f"<tr><td>{escape(verdict.threshold.figure)}</td><td class=n>{escape(str(verdict.threshold))}</td>"
        f"<td class=n>{'not measured' if verdict.value is None else f'{verdict.value:,.4g}'}</td>"
        f'<td class="{"good" if verdict.holds else "bad"}">{"held" if verdict.holds else "broken"}</td></tr>'
        for verdict in report.verdicts
    )
    return f"<h2>Thresholds</h2><table><tr><th>figure<th>limit<th>measured<th></tr>{rows}</table>"


def _table(report: Report) -> str:
    compared = "<th>before<th>change" if report.before else ""
    rows = []
    for figure in FIGURES:
        value = report.figures[figure.name]
        if value is None:
            continue
        before = report.before.get(figure.name)
        more = (
            f"<td class=n>{'' if before is None else amount(before, figure.unit)}</td>"
            f"<td class=n>{change(figure, value, before)}</td>"
            if report.before
            else ""
        )
        rows.append(
            f"<tr><td>{figure.name}</td><td>{escape(figure.meaning)}</td>"
            f"<td class=n>{amount(value, figure.unit)}</td>{more}</tr>"
        )
    return f"<h2>Figures</h2><table><tr><th>figure<th><th>value{compared}</tr>{''.join(rows)}</table>"


def _plots(result: Result) -> Iterable[str]:
    yield "<h2>Over time</h2>"
    yield lines(
        "People", _over_time(result, "in the line", "in consultation", "connected"), x="s", y="people"
    )
    yield lines("CPU", _over_time(result, f"{PEAK}server CPU (%)", f"{PEAK}generator CPU (%)"), x="s", y="%")
    yield lines("Server memory", _over_time(result, f"{PEAK}server memory (MB)"), x="s", y="MB")
    yield lines("Oldest news a patient saw", _over_time(result, f"{PEAK}oldest news (s)"), x="s", y="s")
    yield lines("Lateness of the generator", _over_time(result, f"{PEAK}generator lag (ms)"), x="s", y="ms")
    yield "<h2>Distributions</h2>"
    yield distributions(
        "Latency from the intended time",
        _spreads(result, join="join_s", connect="connect_s", told="told_s"),
        x="s",
    )
    yield distributions("Age of news when a patient saw it", _spreads(result, staleness="staleness_s"), x="s")
    yield distributions(
        "Time to answer",
        [_spread(result, name[5:-2], name) for name in sorted(result.spreads) if name[:5] == "http."],
        x="s",
    )
    yield distributions(
        "Back after a disaster", _spreads(result, storm="storm.recovered_s", kill="kill.recovered_s"), x="s"
    )
    yield distributions("Waits", _spreads(result, routine="wait.routine_s", urgent="wait.urgent_s"), x="s")
    yield cloud(
        "Forecast: what was promised at joining, and the wait that came of it",
        Series("P50 promised", [(p50 / 60, wait / 60) for p50, _, wait in result.promises]),
        x="promised, min",
        y="waited, min",
    )


def _over_time(result: Result, *names: str) -> list[Series]:
    return [
        Series(
            name.removeprefix(PEAK),
            [(float(second), value) for second, value in enumerate(result.series[name])],
        )
        for name in names
        if name in result.series
    ]


def _spreads(result: Result, **names: str) -> list[Series]:
    return [_spread(result, shown, name) for shown, name in names.items()]


def _spread(result: Result, shown: str, name: str) -> Series:
    return Series(shown, result.spreads[name].steps() if name in result.spreads else [])
