"""The picture is a drawing that any viewer reads."""

from __future__ import annotations

from xml.etree import ElementTree

from bench.plot import HEIGHT, WIDTH, Line, plot


def test_every_point_lies_in_the_picture_and_every_line_is_named() -> None:
    """Ten times the consumers are as far to the right as ten times again."""
    line = Line("ours", [(10, 0.5), (100, 0.8), (1000, 4.0)])
    drawn = ElementTree.fromstring(plot([line, Line("ideal", [(10, 0.1)], dashed=True)], "Wall time"))
    space = {"svg": "http://www.w3.org/2000/svg"}
    dots = [(float(dot.attrib["cx"]), float(dot.attrib["cy"])) for dot in drawn.findall("svg:circle", space)]
    assert len(dots) == 3
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in dots)
    (first, _), (second, _), (third, _) = dots
    assert abs((second - first) - (third - second)) < 0.2
    assert dots[0][1] > dots[2][1], "longer is higher"
    assert {"ours", "ideal"} <= set(drawn.itertext())
