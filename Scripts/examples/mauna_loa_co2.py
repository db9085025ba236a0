"""Writes examples/mauna_loa_co2.csv: monthly means of the CO2 measured at Mauna Loa.

Source: C. D. Keeling and T. P. Whorf, "Atmospheric CO2 concentrations derived from flask air samples at sites
in the SIO network", in Trends: A Compendium of Data on Global Change, CDIAC, Oak Ridge National Laboratory, 2004;
weekly values as the package statsmodels 0.15.0 ships them, which states that they are in the public domain.

    python -m pip install --no-deps statsmodels==0.15.0
    python Scripts/examples/mauna_loa_co2.py
"""

import csv
import importlib.util
from collections import defaultdict
from pathlib import Path

OUTPUT = Path(__file__).resolve().parents[2] / "examples" / "mauna_loa_co2.csv"
package = Path(importlib.util.find_spec("statsmodels").submodule_search_locations[0])

months = defaultdict(list)
with open(package / "datasets" / "co2" / "co2.csv") as source:
    for row in csv.DictReader(source):
        if row["co2"]:
            months[int(row["date"][:4]), int(row["date"][4:6])].append(float(row["co2"]))

with open(OUTPUT, "w", newline="\n") as out:
    out.write("# Atmospheric CO2 at Mauna Loa, Hawaii, monthly means of weekly values, ppmv\n")
    out.write("# Keeling and Whorf (2004), CDIAC, Oak Ridge National Laboratory; public domain\n")
    out.write("year,month,co2\n")
    for (year, month), values in sorted(months.items()):
        out.write(f"{year + (month - 0.5) / 12:.3f},{month},{sum(values) / len(values):.2f}\n")
