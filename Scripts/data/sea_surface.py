"""Writes Sources/TernLecture/Resources/sea_surface.txt: the sea-surface temperature of the equatorial Pacific.

    python Scripts/data/sea_surface.py

Needs numpy and netCDF4 and fetches iris-sample-data 2.5.2 with pip. Its ostia_monthly.nc holds monthly means of OSTIA
(UK Met Office), 5 degrees about the equator; here September 2007, 130 E to 80 W, in hundredths of a degree Celsius; land is -.

Contains public sector information licensed under the Open Government Licence (c) British Crown copyright 2018, Met Office.
"""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import netCDF4
import numpy as np

VERSION = "2.5.2"


def main():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "-q", "--no-deps", f"iris-sample-data=={VERSION}", "-d", folder], check=True)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            wheel.extract("iris_sample_data/sample_data/ostia_monthly.nc", folder)
        with netCDF4.Dataset(f"{folder}/iris_sample_data/sample_data/ostia_monthly.nc") as data:
            lat, lon = data["latitude"][:], data["longitude"][:]
            time = netCDF4.num2date(data["time"][:], data["time"].units, data["time"].calendar)
            month = [t.year * 100 + t.month for t in time].index(200709)
            sst = data["surface_temperature"][month]
    chosen = np.flatnonzero((lon >= 130) & (lon <= 280))
    lines = [
        "# OSTIA, monthly mean of September 2007, hundredths of a degree Celsius, - where there is land. Made by Scripts/data/sea_surface.py.",
        "# Contains public sector information licensed under the Open Government Licence (c) British Crown copyright 2018, Met Office.",
        "lat " + " ".join(f"{v:.4f}" for v in lat.astype(float).round(4) + 0.0),
        "lon " + " ".join(f"{v:.4f}" for v in lon[chosen].astype(float)),
    ]
    for row in np.ma.filled(sst[:, chosen], np.nan):
        lines.append(" ".join("-" if np.isnan(v) else f"{round((v - 273.15) * 100)}" for v in row))
    path = Path(__file__).resolve().parents[2] / "Sources/TernLecture/Resources/sea_surface.txt"
    path.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
