"""Plots as inline SVG: lines over time, distributions, and points. No script, no style from elsewhere.

Colours are the page's (`var(--c0)` to `var(--c5)`), so that they follow a dark or light page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10
from typing import Final

WIDTH: Final = 720
HEIGHT: Final = 240
LEFT: Final = 56
RIGHT: Final = 12
TOP: Final = 24
BOTTOM: Final = 34
MOST_POINTS: Final = 720

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Series:
    """A named line, or cloud of points."""

    name: str
    points: Sequence[Point]


@dataclass(frozen=True, slots=True)
class Axis:
    """Maps values to pixels, linearly or by powers of ten."""

    low: float
    high: float
    start: float
    end: float
    is_log: bool = False

    def at(self, value: float) -> float:
        low, high, here = self.low, self.high, value
        if self.is_log:
            low, high, here = log10(low), log10(high), log10(max(value, low))
        return self.start + (here - low) / (high - low) * (self.end - self.start)

    def ticks(self) -> list[float]:
        if self.is_log:
            return [10.0**power for power in range(ceil(log10(self.low)), floor(log10(self.high)) + 1)]
        step = nice_step((self.high - self.low) / 5)
        return [
            round(step * number, 10) for number in range(ceil(self.low / step), floor(self.high / step) + 1)
        ]


def nice_step(rough: float) -> float:
    """1, 2 or 5 times a power of ten, at least `rough`."""
    power = 10.0 ** floor(log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))


def lines(title: str, series: Iterable[Series], *, x: str, y: str) -> str:
    """Lines over a linear axis, from 0."""
    drawn = [one for one in series if one.points]
    if not drawn:
        return ""
    right = max(point[0] for one in drawn for point in one.points) or 1.0
    top = max(point[1] for one in drawn for point in one.points) or 1.0
    across, up = Axis(0, right, LEFT, WIDTH - RIGHT), Axis(0, top * 1.05, HEIGHT - BOTTOM, TOP)
    paths = [_path(_thinned(one.points), across, up, number) for number, one in enumerate(drawn)]
    return _figure(title, across, up, paths, [one.name for one in drawn], x=x, y=y)


def distributions(title: str, series: Iterable[Series], *, x: str) -> str:
    """The share (per cent) of values at most x, over powers of ten."""
    drawn = [one for one in series if one.points]
    values = [point[0] for one in drawn for point in one.points if point[0] > 0]
    if not values:
        return ""
    low, high = 10.0 ** floor(log10(min(values))), 10.0 ** ceil(log10(max(values)))
    across = Axis(low, max(high, low * 10), LEFT, WIDTH - RIGHT, is_log=True)
    up = Axis(0, 100, HEIGHT - BOTTOM, TOP)
    paths = [
        _path([(value, 100 * share) for value, share in one.points], across, up, number)
        for number, one in enumerate(drawn)
    ]
    return _figure(title, across, up, paths, [one.name for one in drawn], x=x, y="% at most")


def cloud(title: str, series: Series, *, x: str, y: str) -> str:
    """Points against the line where both are equal."""
    if not series.points:
        return ""
    most = max(max(point) for point in series.points) * 1.05 or 1.0
    across, up = Axis(0, most, LEFT, WIDTH - RIGHT), Axis(0, most, HEIGHT - BOTTOM, TOP)
    dots = "".join(
        f'<circle cx="{across.at(a):.1f}" cy="{up.at(b):.1f}" r="2" fill="var(--c0)" fill-opacity="0.5"/>'
        for a, b in series.points
    )
    equal = _path([(0, 0), (most, most)], across, up, 1)
    return _figure(title, across, up, [dots, equal], [series.name, "equal"], x=x, y=y)


def _thinned(points: Sequence[Point]) -> list[Point]:
    """At most so many points; each stands for a stretch by its highest value, so that peaks stay."""
    size = ceil(len(points) / MOST_POINTS)
    return [
        max(points[start : start + size], key=lambda point: point[1]) for start in range(0, len(points), size)
    ]


def _path(points: Sequence[Point], across: Axis, up: Axis, number: int) -> str:
    steps = " ".join(f"{across.at(a):.1f},{up.at(b):.1f}" for a, b in points)
    return f'<polyline points="{steps}" fill="none" stroke="var(--c{number % 6})" stroke-width="1.5"/>'


def _figure(
    title: str, across: Axis, up: Axis, content: Sequence[str], names: Sequence[str], *, x: str, y: str
) -> str:
    legend = "".join(
        f'<span><i style="background:var(--c{number % 6})"></i>{escape(name)}</span>'
        for number, name in enumerate(names)
    )
    return (
        f"<figure><figcaption>{escape(title)}</figcaption>"
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
        f"{_grid(across, up)}{''.join(content)}"
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 4}" text-anchor="end">{escape(x)}</text>'
        f'<text x="4" y="{TOP - 12}">{escape(y)}</text></svg>'
        f'<div class="legend">{legend}</div></figure>'
    )


def _grid(across: Axis, up: Axis) -> str:
    parts = []
    for tick in up.ticks():
        y = f"{up.at(tick):.1f}"
        parts.append(f'<line class="grid" x1="{across.start}" x2="{across.end}" y1="{y}" y2="{y}"/>')
        parts.append(f'<text x="{across.start - 6}" y="{y}" dy="4" text-anchor="end">{tick:g}</text>')
    for tick in across.ticks():
        x = f"{across.at(tick):.1f}"
        parts.append(f'<line class="grid" x1="{x}" x2="{x}" y1="{up.start}" y2="{up.end}"/>')
        parts.append(f'<text x="{x}" y="{up.start + 14}" text-anchor="middle">{tick:g}</text>')
    return "".join(parts)
