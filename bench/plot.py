"""The picture: wall time over the number of consumers, both logarithmic, as SVG."""

from __future__ import annotations

import math
from dataclasses import dataclass

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 250, 30, 50
COLOURS = ("#1b6ac9", "#2a9d4a", "#7a4fbf", "#c98a1b", "#c9331b")


@dataclass(frozen=True)
class Line:
    """*points*: consumers and seconds. *dashed*: calculated, and not measured."""

    name: str
    points: list[tuple[int, float]]
    dashed: bool = False


def plot(lines: list[Line], title: str) -> str:
    """A whole SVG document. Raises ValueError without a point."""
    points = [point for line in lines for point in line.points if point[1] > 0]
    left, right = _decades([consumers for consumers, _ in points])
    low, high = _decades([seconds for _, seconds in points])

    def x(consumers: float) -> float:
        return LEFT + (math.log10(consumers) - left) / (right - left) * (WIDTH - LEFT - RIGHT)

    def y(seconds: float) -> float:
        return HEIGHT - BOTTOM - (math.log10(seconds) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    size = f'viewBox="0 0 {WIDTH} {HEIGHT}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="sans-serif" font-size="12">',
        f"<title>{title}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="18" font-size="14">{title}</text>',
    ]
    for decade in range(left, right + 1):
        at = x(10**decade)
        parts.append(_rule(at, TOP, at, HEIGHT - BOTTOM))
        parts.append(f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{10**decade:,}</text>')
    for decade in range(low, high + 1):
        at = y(10.0**decade)
        parts.append(_rule(LEFT, at, WIDTH - RIGHT, at))
        parts.append(f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{10.0**decade:g} s</text>')
    parts.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">consumers</text>')
    for index, line in enumerate(lines):
        parts += _drawn(
            line, COLOURS[index % len(COLOURS)], [(x(c), y(s)) for c, s in line.points if s > 0], index
        )
    return "\n".join([*parts, "</svg>", ""])


def _drawn(line: Line, colour: str, points: list[tuple[float, float]], index: int) -> list[str]:
    dashes = ' stroke-dasharray="5 4"' if line.dashed else ""
    style = f'stroke="{colour}" stroke-width="2" fill="none"{dashes}'
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    height = TOP + 12 + 20 * index
    beside = WIDTH - RIGHT + 16
    dots = [] if line.dashed else [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
    return [
        f'<polyline points="{path}" {style}/>',
        *dots,
        f'<line x1="{beside}" y1="{height}" x2="{beside + 24}" y2="{height}" {style}/>',
        f'<text x="{beside + 32}" y="{height + 4}">{line.name}</text>',
    ]


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#ddd"/>'


def _decades(values: list[int] | list[float]) -> tuple[int, int]:
    """The powers of ten around *values*, never the same twice."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)
