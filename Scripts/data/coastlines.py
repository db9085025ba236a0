"""Makes Sources/TernPlot/Resources/coastlines.txt from Natural Earth's countries at 1:110 million.

Natural Earth is in the public domain (https://www.naturalearthdata.com/about/terms-of-use/). GeoPandas 0.14 ships its
`ne_110m_admin_0_countries` as `naturalearth_lowres`; `geopandas/datasets/naturalearth_creation.py` in the same package
names the source. A border that two countries share is drawn by both, so what only one draws is coast.

    python3 -m venv venv && venv/bin/pip install pyshp==2.3.1
    venv/bin/pip download --no-deps geopandas==0.14.4
    venv/bin/python Scripts/data/coastlines.py geopandas-0.14.4-py3-none-any.whl
"""

import io
import sys
import zipfile
from collections import defaultdict
from pathlib import Path

import shapefile

OUTPUT = Path(__file__).resolve().parents[2] / "Sources/TernPlot/Resources/coastlines.txt"
FOLDER = "geopandas/datasets/naturalearth_lowres/naturalearth_lowres"
EDGE = (18000, -18000)  # where the map was cut open, in hundredths of a degree


def rings(wheel):
    """The outlines of all countries, in hundredths of a degree."""
    with zipfile.ZipFile(wheel) as archive:
        files = {ending: io.BytesIO(archive.read(f"{FOLDER}.{ending}")) for ending in ("shp", "shx", "dbf")}
    for shape in shapefile.Reader(**files, encoding="utf-8").shapes():
        parts = [*shape.parts, len(shape.points)]
        for first, last in zip(parts, parts[1:]):
            yield [(round(100 * x), round(100 * y)) for x, y in shape.points[first:last]]


def is_cut(a, b):
    """Whether a segment runs along the map's edge, where there is no coast."""
    return (a[0] == b[0] and a[0] in EDGE) or (a[1] <= -8990 or b[1] <= -8990)


def coast(outlines):
    segments = {}
    for ring in outlines:
        for a, b in zip(ring, ring[1:]):
            if a != b and segments.pop((b, a), None) is None and not is_cut(a, b):
                segments[a, b] = True
    return list(segments)


def chains(segments):
    """Joins segments end to end; the order of the input decides, so the file is the same every time."""
    following, preceding = defaultdict(list), defaultdict(int)
    for a, b in segments:
        following[a].append(b)
        preceding[b] += 1
    starts = [a for a, _ in segments if len(following[a]) > preceding[a]] + [a for a, _ in segments]
    for start in starts:
        chain = [start]
        while following[chain[-1]]:
            chain.append(following[chain[-1]].pop(0))
        if len(chain) > 1:
            yield chain


def main():
    lines = ["# Coastlines: Natural Earth 1:110m, public domain. Made by Scripts/data/coastlines.py.",
             "# A line each; longitude and latitude in hundredths of a degree, then the steps to the next points."]
    for chain in chains(coast(rings(sys.argv[1]))):
        steps = [chain[0]] + [(b[0] - a[0], b[1] - a[1]) for a, b in zip(chain, chain[1:])]
        lines.append(" ".join(f"{x} {y}" for x, y in steps))
    OUTPUT.write_text("\n".join(lines) + "\n")
    print(f"{len(lines) - 2} lines, {OUTPUT.stat().st_size} bytes")


main()
