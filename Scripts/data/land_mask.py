"""Makes Sources/TernData/Synthetic/LandMask+Cells.swift from the coastlines of Sources/TernPlot/Resources/coastlines.txt.

Going south along a meridian from the North Pole, each coastline that is crossed changes sea to land and back, so open
lines (cut at 180 degrees and at the South Pole) do no harm. A cell of 2.5 degrees is land where most of 5 x 5 points in
it are. Natural Earth, 1:110 million, public domain.

    python3 Scripts/data/land_mask.py
"""

from bisect import bisect_left
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INPUT = ROOT / "Sources/TernPlot/Resources/coastlines.txt"
OUTPUT = ROOT / "Sources/TernData/Synthetic/LandMask+Cells.swift"
ROWS, COLUMNS, POINTS = 72, 144, 5


def segments():
    for line in INPUT.read_text().splitlines():
        if line.startswith("#"):
            continue
        steps = [int(step) / 100 for step in line.split()]
        x, y = steps[:2]
        for dx, dy in zip(steps[2::2], steps[3::2]):
            yield (x, y), (x + dx, y + dy)
            x, y = x + dx, y + dy


def crossings(lines, x):
    """The latitudes at which a meridian crosses a coast, from south to north."""
    return sorted(a[1] + (x - a[0]) * (b[1] - a[1]) / (b[0] - a[0]) for a, b in lines if (a[0] <= x) != (b[0] <= x))


def main():
    lines = list(segments())
    land = [[0] * COLUMNS for _ in range(ROWS)]
    for point in range(COLUMNS * POINTS):
        x = (point + 0.5) * 360 / COLUMNS / POINTS
        coasts = crossings(lines, x if x < 180 else x - 360)
        for other in range(ROWS * POINTS):
            y = 90 - (other + 0.5) * 180 / ROWS / POINTS
            land[other // POINTS][point // POINTS] += (len(coasts) - bisect_left(coasts, y)) % 2
    rows = ["".join("1" if n > POINTS * POINTS / 2 else "0" for n in row) for row in land]
    text = "\n".join(f"        {int(row, 2):0{COLUMNS // 4}x}" for row in rows)
    OUTPUT.write_text(f'''// Made by Scripts/data/land_mask.py from Natural Earth's coastlines at 1:110 million, public domain.

extension LandMask {{
    /// A bit for each cell of {180 / ROWS} degrees, 1 for land: rows from north to south, longitudes from 0 eastwards, four to a digit.
    static let cells = """
{text}
        """
}}
''')
    for row in rows[::2]:
        print(row.replace("0", " ").replace("1", "#"))


main()
